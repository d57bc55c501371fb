//go:build !race

package lyra

const raceDetector = false
