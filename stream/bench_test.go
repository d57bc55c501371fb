package stream

import (
	"fmt"
	"testing"
)

func BenchmarkPoolSplit(b *testing.B) {
	for _, size := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			p := NewPool(size)
			defer p.Close()
			f := func(int) {}
			b.ReportAllocs()
			for b.Loop() {
				p.For(size, f)
			}
		})
	}
}

// About 20 microseconds of work in equal parts, so short that the cost of waking a worker shows.
func BenchmarkPoolWork(b *testing.B) {
	for _, size := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			p := NewPool(size)
			defer p.Close()
			var sums [4][16]int
			f := func(part int) {
				for i := range 24000 / size {
					sums[part][0] += i
				}
			}
			for b.Loop() {
				p.For(size, f)
			}
		})
	}
}
