// Package memory computes how many bytes values occupy on the heap, for the Memory methods of processors (dsp.Sizer).
//
//	state := memory.Struct(f) + memory.Bytes(f.window, f.history) // f is a *filter with two slices of its own
//
// The results are those of Go's allocator, which rounds each allocation up to a size class or to whole pages. Memory
// that the values share must be counted once, by the caller.
package memory

import "unsafe"

// Bytes returns the bytes that the arrays of slices occupy. Each array must be an allocation of its own.
func Bytes[T any](slices ...[]T) int64 {
	total := int64(0)
	for _, s := range slices {
		total += allocated(int64(cap(s)) * int64(unsafe.Sizeof(*new(T))))
	}
	return total
}

// Struct returns the bytes of a value that is an allocation of its own.
func Struct[T any](*T) int64 { return allocated(int64(unsafe.Sizeof(*new(T)))) }

// allocated returns the size of the size class from which the runtime serves an allocation of n bytes. append grows a
// slice to the full size class, so its capacity shows the size.
func allocated(n int64) int64 {
	if n > large {
		return (n + page - 1) / page * page
	}
	return int64(cap(append([]byte(nil), make([]byte, n)...)))
}

// Allocations above large bytes are whole pages (runtime/sizeclasses.go).
const (
	large = 32 << 10
	page  = 8 << 10
)
