//go:build amd64 && !purego

package kernel

import "golang.org/x/sys/cpu"

// Levels returns the levels that this processor can run, lowest first. The first is always Generic.
func Levels() []Level {
	levels := []Level{Generic}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		levels = append(levels, AVX2)
		if cpu.X86.HasAVX512F {
			levels = append(levels, AVX512)
		}
	}
	return levels
}
