package kernel

import "testing"

// TestElementwiseFence has slices between protected pages. An access outside of the slices kills the process.
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
