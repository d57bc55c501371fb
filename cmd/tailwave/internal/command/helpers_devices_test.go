package command

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tailwave/tailwave/stream/live"
)

// A soundless host has one device, which takes all frames at once and keeps them.
type soundless struct {
	rates    []int // that it takes; nil for all
	channels int   // at most
	busy     error // of Supports and Open
	refuses  error // of Open alone
	fails    error // of the third write and later ones
	forget   bool  // frames are not kept

	failed chan struct{} // if not nil, closed when fails is returned for the first time
	until  chan struct{} // if not nil, fails and refuses are returned only after it is closed

	format  live.Format
	latency time.Duration
	heard   []byte
	writes  int
	closed  bool
}

func (s *soundless) Devices() ([]live.Device, error) {
	if s.channels == 0 {
		return nil, nil
	}
	return []live.Device{{Index: 4, Name: "nowhere", API: "none", Channels: s.channels, Rate: 48000,
		Low: 5 * time.Millisecond, High: 20 * time.Millisecond, Default: true}}, nil
}

func (s *soundless) Supports(_ live.Device, f live.Format) error {
	switch {
	case s.busy != nil:
		return s.busy
	case f.Channels > s.channels:
		return live.ErrChannels
	case s.rates != nil && !slices.Contains(s.rates, f.Rate):
		return live.ErrRate
	}
	return nil
}

func (s *soundless) Open(_ live.Device, f live.Format, latency time.Duration) (live.Output, error) {
	s.format, s.latency = f, latency
	if s.refuses != nil && s.until != nil {
		<-s.until
	}
	return soundlessOutput{s}, cmp.Or(s.busy, s.refuses)
}

func (s *soundless) Close() error { s.closed = true; return nil }

type soundlessOutput struct{ host *soundless }

func (o soundlessOutput) Start() error       { return nil }
func (o soundlessOutput) Room() (int, error) { return 100, nil }
func (o soundlessOutput) Close() error       { return nil }

func (o soundlessOutput) Write(p []byte) (bool, error) {
	if o.host.writes++; o.host.writes > 2 && o.host.fails != nil {
		if o.host.until != nil {
			<-o.host.until
		}
		if o.host.writes == 3 && o.host.failed != nil {
			close(o.host.failed)
		}
		return false, o.host.fails
	}
	if !o.host.forget {
		o.host.heard = append(o.host.heard, p...)
	}
	return false, nil
}

// on runs the program in this process with host as its sound system.
func on(host *soundless, stdin io.Reader, args ...string) outcome {
	a := newApp()
	a.sound = func(bool) (live.Host, error) { return host, nil }
	var out, diag bytes.Buffer
	if stdin == nil {
		stdin = strings.NewReader("")
	}
	code := a.run(args, stdin, &out, &diag)
	return outcome{code, out.String(), diag.String()}
}

var errGone = errors.New("unplugged")

// A silent reader returns the bytes of r, then calls then once and waits until closed is closed.
type silent struct {
	r      io.Reader
	then   func()
	closed chan struct{}
}

func (s *silent) Read(p []byte) (int, error) {
	if n, _ := s.r.Read(p); n > 0 {
		return n, nil
	}
	if s.then != nil {
		s.then()
		s.then = nil
	}
	<-s.closed
	return 0, io.EOF
}
