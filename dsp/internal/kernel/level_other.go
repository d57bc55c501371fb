//go:build !amd64 || purego

package kernel

// Levels returns the levels that this build has: Generic.
func Levels() []Level { return []Level{Generic} }
