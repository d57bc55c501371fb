package live

import "time"

// fadeOut plays the next frames of the ring, faded to silence, and waits until they have been played. If the ring has
// fewer frames than the fade-out is long, the last frame is repeated. If the device has run empty, it plays nothing.
func (p *player) fadeOut() error {
	if p.state.played.Load() == 0 {
		return nil
	}
	room, err := p.room()
	if err != nil {
		return err
	}
	if room >= p.capacity {
		if p.clock.underran(room) {
			p.state.noteUnderrun()
		}
		return nil
	}
	rest := p.tail
	for len(rest) > 0 {
		n := copy(rest, p.ring.next(len(rest)))
		if n == 0 {
			n = copy(rest, p.last)
		} else {
			p.ring.drop(n)
			copy(p.last, rest[n-p.size:n])
		}
		rest = rest[n:]
	}
	fadeOut(p.tail, p.format)
	for at := 0; at < len(p.tail); {
		n := min(p.chunk*p.size, len(p.tail)-at)
		if err := p.write(p.tail[at:at+n], false); err != nil {
			return err
		}
		at += n
	}
	return p.drain()
}

// drain waits until the device's buffer is empty. Then it waits for the length of the buffer, but at most 250 ms, while
// a sound server plays the frames that it has taken from the buffer.
//
// Some devices start, or start again after an underrun, only when their buffer holds a certain number of frames. A
// short stream or the end of a stream may not reach it. If the room does not change for 50 ms plus half the length of
// the buffer, drain therefore fills the buffer with silence, once.
func (p *player) drain() error {
	lasts := p.format.lasts(int64(p.capacity))
	followed := false
	for moved, room := time.Now(), 0; ; time.Sleep(2 * time.Millisecond) {
		was := room
		var err error
		if room, err = p.room(); err != nil {
			return err
		}
		switch {
		case room >= p.capacity:
			time.Sleep(min(lasts, 250*time.Millisecond))
			return nil
		case room != was:
			moved = time.Now()
		case !followed && time.Since(moved) > 50*time.Millisecond+lasts/2:
			followed = true
			if _, err := p.out.Write(make([]byte, room*p.size)); err != nil {
				return lost(err)
			}
		}
	}
}
