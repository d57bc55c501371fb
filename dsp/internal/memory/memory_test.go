package memory

import (
	"fmt"
	"runtime"
	"testing"
)

// TestBytes compares Bytes with the growth of the heap.
func TestBytes(t *testing.T) {
	for _, n := range []int{100, 1000, 8193, 10000, 16384, 16385, 100000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			count := 64 + 1<<20/n // enough for what the runtime allocates meanwhile not to matter
			kept := make([][]float32, count)
			before := heap()
			for i := range kept {
				kept[i] = make([]float32, n)
			}
			got, want := Bytes(kept...), heap()-before
			runtime.KeepAlive(kept)
			if got < want-want/50 || got > want+want/50 {
				t.Errorf("%d slices of %d values: got %d bytes, want %d", count, n, got, want)
			}
		})
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
