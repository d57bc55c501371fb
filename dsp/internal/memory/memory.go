// Package memory tells how many bytes of the heap values occupy.
package memory

import "unsafe"

// Bytes returns the bytes that the arrays of slices occupy. Each array is an allocation of its own.
func Bytes[T any](slices ...[]T) int64 {
	total := int64(0)
	for _, s := range slices {
		total += allocated(int64(cap(s)) * int64(unsafe.Sizeof(*new(T))))
	}
	return total
}

// Struct returns the bytes of a value that has an allocation of its own.
func Struct[T any](*T) int64 { return allocated(int64(unsafe.Sizeof(*new(T)))) }

// allocated returns the bytes that the runtime sets aside for an allocation of n bytes: append makes use of all of
// them.
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
