package fileio

import (
	"context"
	"io"
)

// Interruptible returns a reader of r whose Read ends with ctx, although r may block for ever, as a pipe can. The read
// under way then goes on in its goroutine, so r must not be used again. It is for the standard input of a program that
// has something to finish. One goroutine reads.
func Interruptible(ctx context.Context, r io.Reader) io.Reader {
	return &interruptibleReader{ctx: ctx, r: r}
}

type interruptibleReader struct {
	ctx  context.Context
	r    io.Reader
	rest []byte // read, not handed on yet
	err  error  // that follows it
	buf  []byte
	next chan struct{} // a token each time buf may be read into
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
