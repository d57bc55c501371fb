package live

import "time"

// A pause is a request to the player to let the device run empty, and then to wait.
type pause struct {
	quiet chan struct{} // closed by the player when the device has played the frames in its buffer
	over  chan struct{} // closed by the caller when playing is to continue
}

// Suspend waits until the device has played the frames in its buffer. Nothing more is played until resume is called.
// The player then waits until the ring holds the latency, as at the start. The pause does not count as an underrun.
//
// Call Suspend before the process is stopped, as by Ctrl-Z: otherwise the device runs empty at an arbitrary frame, and
// may lose frames. Suspend returns at once if nothing has been played yet, and after the latency plus 1 s if the device
// hangs. Any goroutine may call it.
func (s *Sink) Suspend() (resume func()) {
	nothing := func() {}
	if s.state.played.Load() == 0 { // afterwards s.player is set
		return nothing
	}
	r := pause{quiet: make(chan struct{}), over: make(chan struct{})}
	limit := time.After(s.o.Latency + endTimeout)
	select {
	case s.player.pauses <- r:
	case <-s.player.ended:
		return nothing
	case <-limit:
		return nothing
	}
	select {
	case <-r.quiet:
	case <-s.player.ended:
	case <-limit:
	}
	return func() { close(r.over) }
}

// pause lets the device run empty, waits until the pause is over, and then fills the ring.
func (p *player) pause(r pause) error {
	if err := p.drain(); err != nil {
		return err
	}
	p.clock.notePause()
	close(r.quiet)
	alive := time.NewTicker(stallTimeout / (4 * stallChecks)) // a pause must not look like a stalled device
	defer alive.Stop()
	for {
		select {
		case <-r.over:
			p.gather()
			p.clock.notePause() // not an underrun, though the device may report one
			return nil
		case <-p.ctx.Done():
			return nil
		case <-alive.C:
			p.state.progress.Add(1)
		}
	}
}
