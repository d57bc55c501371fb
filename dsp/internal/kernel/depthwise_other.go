//go:build !amd64 || purego

package kernel

func mulChannelwise(*Channelwise[float32], Product[float32], int, int, int) {
	panic("kernel: no assembly in this build")
}
