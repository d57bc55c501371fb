package live

import "time"

// A clock tells from the time that has passed that a device has run empty. Not every sound system says so: a server may play
// silence and take what comes late as if nothing had happened, or may lose what it has to say of that.
type clock struct {
	format   Format
	capacity int           // of the device's buffer, in frames
	paced    bool          // the device has been seen with frames in its buffer: it does not swallow them at once
	ahead    time.Duration // how much more it has taken than the time wanted: that is not heard yet
	plays    bool          // it has taken frames from its buffer since it began, or began again

	at       time.Time // when the buffer was last looked at
	seen     int       // frames in it then
	written  int       // frames written since
	returned time.Time // when they were in the buffer

	found time.Time // when the clock last found the device empty, or was told to expect that
	owed  bool      // the device has not told of that so far
}

const (
	// grain is how exactly the room is known at the time that is taken for it.
	grain = 5 * time.Millisecond

	// forgiven is for how long, or twice the buffer if that is longer, a device may tell late of what the clock has found: a
	// write that tells comes after one that waits for a chunk's room.
	forgiven = 5 * chunkTime

	// debt is how much a device that stood still may take at once afterwards.
	debt = time.Second
)

// dry reports, of a device that now has that room and is about to get more, whether it has run empty since it was last asked.
// It did if it was playing, and the time is longer, by a quarter of the buffer or the grain, than all that it has taken, also
// ahead of time, can have been heard. And it must have nothing left, or else what is left must have been written so late
// that all before had gone: a device that stands still, or tells in large pieces what it has taken, does not run empty.
func (c *clock) dry(room int) bool {
	now := time.Now()
	c.paced = c.paced || room < c.capacity
	filled := max(0, c.capacity-room)
	taken := c.seen + c.written - filled
	elapsed := now.Sub(c.at)
	silent := elapsed - c.format.lasts(int64(taken))
	slack := max(grain, c.format.lasts(int64(c.capacity))/4)
	// A server may have been asked for frames that it does not tell of yet.
	late := c.format.lasts(int64(c.seen-taken)) <= slack && c.returned.Sub(c.at) > c.format.lasts(int64(c.seen))+slack
	was := c.paced && c.plays && silent > slack+max(0, c.ahead) && (filled == 0 || late)

	switch {
	case c.plays:
		c.ahead = max(-debt, c.ahead-silent)
		if c.ahead > 0 {
			c.ahead = max(0, c.ahead-elapsed/16) // the device's own clock may be faster
		}
	case taken > 0:
		c.plays, c.ahead = true, max(0, -silent)
	}
	c.at, c.seen, c.written, c.returned = now, filled, 0, now
	if was {
		c.empty(now)
	}
	return was
}

// empty notes that the device has run empty: it has to begin again, and may tell.
func (c *clock) empty(now time.Time) { c.plays, c.found, c.owed = false, now, true }

// notePause notes that the device has run empty on purpose, and holds nothing.
func (c *clock) notePause() {
	now := time.Now()
	c.empty(now)
	c.at, c.seen, c.written, c.returned = now, 0, 0, now
}

// wrote notes a write of so many frames and reports whether an underrun that the device told is to be counted, being none
// that has been found already.
func (c *clock) wrote(frames int, told bool) bool {
	now := time.Now()
	c.written, c.returned = c.written+frames, now
	if !told {
		return false
	}
	c.plays = false
	known := c.owed && now.Sub(c.found) < max(forgiven, 2*c.format.lasts(int64(c.capacity)))
	c.owed = false
	return !known
}
