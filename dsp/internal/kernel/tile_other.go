//go:build !amd64 || purego

package kernel

func mulTiles(*Panels[float32], Product[float32], int, int) {
	panic("kernel: no assembly in this build")
}

// Prefetch does nothing in this build.
func Prefetch([]float32) {}
