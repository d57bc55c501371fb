package fileio

import (
	"io"
	"time"
)

// silence is how long a pipe may stay silent after the samples. A program that feeds this one may keep it open until
// this one ends.
const silence = time.Second

// A pipeReader is a reader that ends, once it is finishing, when nothing arrives for some time. A read that is under
// way then goes on in its goroutine, so the reader must not be used again.
type pipeReader struct {
	r         io.Reader
	finishing bool
}

func (p *pipeReader) Read(b []byte) (int, error) {
	if !p.finishing {
		return p.r.Read(b)
	}
	own := make([]byte, len(b))
	done := make(chan readResult, 1)
	go func() {
		n, err := p.r.Read(own)
		done <- readResult{n, err}
	}()
	select {
	case got := <-done:
		return copy(b, own[:max(0, got.n)]), got.err
	case <-time.After(silence):
		return 0, io.EOF
	}
}
