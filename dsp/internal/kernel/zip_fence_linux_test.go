package kernel

import (
	"fmt"
	"testing"
)

// TestUnzipFence unzips signals whose last value is before a protected page. A read after it kills the process.
func TestUnzipFence(t *testing.T) {
	page := fencedPage(t)
	for i := range page {
		page[i] = float32(i)
	}
	for _, level := range Levels() {
		for stride := 1; stride <= maxZipped+1; stride++ {
			t.Run(fmt.Sprintf("%v/stride %d", level, stride), func(t *testing.T) {
				for n := 1; n <= 40; n++ {
					dst, src := make([]float32, n), page[len(page)-(n-1)*stride-1:]
					level.Unzip(dst, src, stride)
					for i, got := range dst {
						if want := src[i*stride]; got != want {
							t.Fatalf("%d values, value %d: got %v, want %v", n, i, got, want)
						}
					}
				}
			})
		}
	}
}
