package fileio

import (
	"context"
	"io"
)

// Interruptible returns a reader of r whose Read returns when ctx ends, even if a read of r blocks, as that of a silent
// pipe. The blocked read continues in its goroutine, so r must not be used again. Only one goroutine may call Read.
// Commands read standard input through it if they complete OUT after an interrupt.
func Interruptible(ctx context.Context, r io.Reader) io.Reader {
	return &interruptibleReader{ctx: ctx, r: r}
}

type interruptibleReader struct {
	ctx  context.Context
	r    io.Reader
	rest []byte // read from r, not returned yet
	err  error  // after rest
	buf  []byte
	next chan struct{} // a token allows one read into buf
	full chan readResult
}

type readResult struct {
	n   int
	err error
}

func (i *interruptibleReader) Read(p []byte) (int, error) {
	if i.buf == nil {
		i.buf, i.next, i.full = make([]byte, 1<<16), make(chan struct{}, 1), make(chan readResult, 1)
		go i.run()
	}
	if len(i.rest) == 0 {
		if i.err != nil {
			return 0, i.err
		}
		i.next <- struct{}{}
		select {
		case got := <-i.full:
			i.rest, i.err = i.buf[:got.n], got.err
		case <-i.ctx.Done():
			i.err = context.Cause(i.ctx)
			return 0, i.err
		}
	}
	n := copy(p, i.rest)
	i.rest = i.rest[n:]
	if n == 0 {
		return 0, i.err
	}
	return n, nil
}

func (i *interruptibleReader) run() {
	for {
		select {
		case <-i.next:
		case <-i.ctx.Done():
			return
		}
		n, err := i.r.Read(i.buf)
		i.full <- readResult{n, err}
		if err != nil {
			return
		}
	}
}
