package live

import "time"

// A rest is a request to the player to let the device run empty and wait.
type rest struct {
	quiet chan struct{} // closed when nothing is heard any more
	over  chan struct{} // closed when it is to go on
}

// Suspend lets what the device holds be heard to its end and plays nothing more until resume is called: then as much is
// gathered as at the start. It is for a process that is about to be stopped, whose device would else run empty at any place
// and might lose frames. It returns at once before anything was played, and after the latency and 1 s if the device hangs.
// It may be called from any goroutine.
func (s *Sink) Suspend() (resume func()) {
	nothing := func() {}
	if s.state.played.Load() == 0 { // after this the player is there
		return nothing
	}
	r := rest{quiet: make(chan struct{}), over: make(chan struct{})}
	limit := time.After(s.o.Latency + endPatience)
	select {
	case s.player.rests <- r:
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

// rest lets the device run empty, waits for the rest to be over, and gathers.
func (p *player) rest(r rest) error {
	if err := p.drain(); err != nil {
		return err
	}
	p.clock.rested()
	close(r.quiet)
	alive := time.NewTicker(patience / (4 * watches)) // a rest must not look like a silent device
	defer alive.Stop()
	for {
		select {
		case <-r.over:
			p.gather()
			p.clock.rested() // no underrun, though the device may tell one
			return nil
		case <-p.ctx.Done():
			return nil
		case <-alive.C:
			p.state.beats.Add(1)
		}
	}
}
