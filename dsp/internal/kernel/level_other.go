//go:build !amd64 || purego

package kernel

// Levels returns those that this processor can run: Generic.
func Levels() []Level { return []Level{Generic} }
