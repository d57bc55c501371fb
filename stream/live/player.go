package live

import (
	"context"
	"fmt"
	"time"
)

// A player is the goroutine that writes frames from the ring to the device.
type player struct {
	ctx    context.Context
	cancel context.CancelFunc
	open   func() (Output, error)
	out    Output
	ring   *ring
	state  *state
	format Format
	size   int // bytes of a frame

	chunk, prefill, fade int // frames

	capacity int // of the device's buffer, in frames
	lastRoom int // result of the last call of room, in frames
	clock    clock
	last     []byte // the last frame written
	tail     []byte // memory for the frames of the fade-out

	pauses chan pause
	opened chan error    // receives the result of opening the device
	ended  chan struct{} // closed when the device has been released
	err    error         // why the player ended early, nil if the context ended; set before ended is closed
}

func newPlayer(
	ctx context.Context, open func() (Output, error), r *ring, st *state, f Format, chunk, prefill, fade int,
) *player {
	p := &player{
		open: open, ring: r, state: st, format: f, size: f.Samples.Bytes() * f.Channels,
		chunk: chunk, prefill: prefill, fade: fade,
		pauses: make(chan pause), opened: make(chan error), ended: make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancel(ctx)
	p.last, p.tail = make([]byte, p.size), make([]byte, fade*p.size)
	return p
}

// run opens the device, plays, and releases it. If the device cannot be opened, run returns at once.
func (p *player) run() {
	defer p.cancel()
	defer close(p.ended)
	raisePriority()
	var err error
	p.out, err = p.open()
	p.opened <- err
	if err != nil {
		return
	}
	p.err = p.play()
	if err := p.out.Close(); p.err == nil {
		p.err = err
	}
}

// play writes frames from the ring to the device until the stream has been played or the context ends.
func (p *player) play() error {
	if !p.gather() {
		return nil
	}
	if err := p.out.Start(); err != nil {
		return err
	}
	var err error
	if p.capacity, err = p.room(); err != nil {
		return err
	}
	p.state.capacity.Store(int64(p.capacity))
	p.clock = clock{format: p.format, capacity: p.capacity, checked: time.Now()}
	for {
		select {
		case r := <-p.pauses:
			if err := p.pause(r); err != nil {
				return err
			}
		default:
		}
		// complete must be read before the ring. Otherwise the last frames could be appended in between, and drain
		// would drop them.
		complete := p.ring.complete.Load()
		next := p.ring.next(p.chunk * p.size)
		switch {
		case p.ctx.Err() != nil:
			return p.fadeOut()
		case len(next) > 0:
			if err := p.write(next, !complete); err != nil {
				return err
			}
			p.ring.drop(len(next))
		case complete:
			return p.drain()
		default:
			if err := p.starve(); err != nil {
				return err
			}
		}
	}
}

// gather waits until the ring holds prefill frames or the rest of the stream. It reports whether the ring holds any
// frame; the result is false if the context ends.
func (p *player) gather() bool {
	for {
		complete := p.ring.complete.Load()
		if n := p.ring.len(); p.ctx.Err() == nil && (complete || n >= p.prefill*p.size) {
			return n > 0
		}
		select {
		case <-p.ring.news:
		case <-p.ctx.Done():
			return false
		}
	}
}

// starve waits for more frames. If the device ran empty during the wait, starve fills the ring again before playing.
// Otherwise a source that continues slowly would cause many gaps instead of one.
func (p *player) starve() error {
	select {
	case <-p.ring.news:
	case r := <-p.pauses:
		return p.pause(r)
	case <-p.ctx.Done():
		return nil
	}
	room, err := p.room()
	if err == nil && room >= p.capacity {
		p.gather()
	}
	return err
}

// room returns Output.Room, in frames. A change counts as progress, so that a device that plays a long buffer does not
// look stalled.
func (p *player) room() (int, error) {
	n, err := p.out.Room()
	if err != nil {
		return 0, lost(err)
	}
	if n != p.lastRoom {
		p.state.progress.Add(1)
		p.lastRoom = n
	}
	return n, nil
}

// write writes frames to the device. If regular is set, the fill of the device's buffer counts for Stats.Lowest. It
// must not be set once the stream is complete, because the buffer then runs empty without a fault.
func (p *player) write(frames []byte, regular bool) error {
	room, err := p.room()
	if err != nil {
		return err
	}
	if p.clock.underran(room) {
		p.state.noteUnderrun()
	}
	p.state.queued.Store(int64(max(0, p.capacity-room) + p.ring.len()/p.size))
	if regular && p.state.played.Load() >= int64(p.prefill) {
		p.state.noteFill(max(0, p.capacity-room))
	}
	underrun, err := p.out.Write(frames)
	p.state.progress.Add(1)
	if err != nil {
		return lost(err)
	}
	if p.state.played.Load() == 0 {
		p.state.first.Store(max(1, int64(time.Since(p.state.opened))))
	}
	if p.clock.noteWrite(len(frames)/p.size, underrun) {
		p.state.noteUnderrun()
	}
	for c := range p.state.peaks {
		if c < p.format.Channels {
			p.state.notePeak(c, peakOf(frames, p.format, c))
		}
	}
	copy(p.last, frames[len(frames)-p.size:])
	p.state.played.Add(int64(len(frames) / p.size))
	return nil
}

// lost wraps err, of a device that has started to play, as ErrLost.
func lost(err error) error { return fmt.Errorf("%w: %w", ErrLost, err) }
