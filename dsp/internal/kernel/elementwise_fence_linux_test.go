package kernel

import (
	"syscall"
	"testing"
	"unsafe"
)

// TestElementwiseFence puts slices between pages that cannot be touched: an access outside of them kills the process.
func TestElementwiseFence(t *testing.T) {
	src, dst, x, y := fencedPage(t), fencedPage(t), fencedPage(t), fencedPage(t)
	for _, f := range elementwises() {
		for _, l := range Levels() {
			for n := 0; n < 50; n += f.channels {
				f.run(l, dst[:n], src[:n])
				f.run(l, dst[len(dst)-n:], src[len(src)-n:])
			}
		}
	}
	for _, l := range Levels() {
		for n := 1; n < 50; n++ {
			l.Add(dst[:n], x[:n], y[:n])
			l.Add(dst[len(dst)-n:], x[len(x)-n:], y[len(y)-n:])
			for _, frames := range []int{0, 1, 2, 9, 11} {
				head, tail := dst[:frames*n], dst[len(dst)-frames*n:]
				l.Snake(head, head, x[:n], y[:n])
				l.Snake(tail, tail, x[len(x)-n:], y[len(y)-n:])
				l.AddFrames(head, head, x[:n])
				l.AddFrames(tail, tail, x[len(x)-n:])
			}
		}
	}
}

// fencedPage returns a page of values between pages that cannot be touched.
func fencedPage(t *testing.T) []float32 {
	t.Helper()
	page := syscall.Getpagesize()
	m, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Munmap(m); err != nil {
			t.Error(err)
		}
	})
	for _, fence := range [][]byte{m[:page], m[2*page:]} {
		if err := syscall.Mprotect(fence, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&m[page])), page/4)
}
