package fileio

import (
	"io"
	"time"
)

// silence is how long a pipe may stay silent after the samples: the program at its other end may keep it open until
// this one ends. restTime is how long bytes may keep arriving after the samples: the pipe may never end.
const (
	silence  = time.Second
	restTime = 5 * time.Second
)

// A pipeReader reads r. After finish, it ends when nothing arrives for the time silence, or when bytes still arrive
// after restTime. A blocked read of r then continues in its goroutine, so r must not be used again.
type pipeReader struct {
	r        io.Reader
	deadline time.Time // zero before finish
	ended    bool
	more     bool // bytes arrived after the deadline
}

// finish starts the limits on time.
func (p *pipeReader) finish() {
	if p.deadline.IsZero() {
		p.deadline = time.Now().Add(restTime)
	}
}

func (p *pipeReader) Read(b []byte) (int, error) {
	if p.deadline.IsZero() {
		return p.r.Read(b)
	}
	if p.ended {
		return 0, io.EOF
	}
	own := make([]byte, len(b))
	done := make(chan readResult, 1)
	go func() {
		n, err := p.r.Read(own)
		done <- readResult{n, err}
	}()
	select {
	case got := <-done:
		if late := !time.Now().Before(p.deadline); late && (got.n > 0 || got.err == nil) {
			p.ended, p.more = true, got.n > 0
			return 0, io.EOF
		}
		return copy(b, own[:max(0, got.n)]), got.err
	case <-time.After(silence):
		p.ended = true
		return 0, io.EOF
	}
}
