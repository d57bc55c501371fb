package dsp_test

import (
	"testing"

	"github.com/tailwave/tailwave/stream"
)

// newPool returns two goroutines of the kind that programs lend to processors.
func newPool(t testing.TB) *stream.Pool {
	p := stream.NewPool(2)
	t.Cleanup(p.Close)
	return p
}
