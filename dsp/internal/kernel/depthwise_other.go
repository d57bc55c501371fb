//go:build !amd64 || purego

package kernel

func mulDepthwise(*Depthwise[float32], Product[float32], int, int, int) {
	panic("kernel: no assembly in this build")
}
