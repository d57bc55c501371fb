//go:build !amd64 || purego

package kernel

func mulPlanes(*Planes[float32], Product[float32], []float32) {
	panic("kernel: no assembly in this build")
}
