package live

import "time"

// A clock tells from the time that has passed that a device has run empty. Not every sound system says so: a server may play
// silence and take what comes late as if nothing had happened, or may lose what it has to say of that.
type clock struct {
	capacity int           // of the device's buffer, in frames
	full     time.Duration // how long they are heard
	paced    bool          // the device has been seen with frames in its buffer: it does not swallow them at once
	ahead    time.Duration // how much more it has taken than the time, and a sixteenth of it, wanted
	swallows bool          // that has been too much
	plays    bool          // it has taken frames from its buffer since it began, or began again
	at       time.Time     // when the buffer was last looked at
	seen     int           // frames in it then
	written  int           // frames written since

	found time.Time // when the clock last found the device empty, or was told to expect that
	owed  bool      // the device has not told of that so far
}

// forgiven is for how long, or twice the buffer if that is longer, a device may tell late of what the clock has found: a write
// that tells comes after one that waits for a chunk's room.
const forgiven = 5 * chunkTime

// grain is how exactly the room is known at the time that is taken for it.
const grain = 5 * time.Millisecond

// dry reports whether a device that now has that room must have run empty since it was last asked: it was playing, has taken
// all that was there, and the time that has passed is longer than all that it has taken, by a quarter of the buffer or the
// grain: for as long, what a server holds of its own may be heard. A device that stood still with frames left did not run
// empty.
func (c *clock) dry(room int) bool {
	now := time.Now()
	c.paced = c.paced || room < c.capacity
	filled := max(0, c.capacity-room)
	taken := c.seen + c.written - filled
	elapsed := now.Sub(c.at)
	silent := elapsed - c.lasts(taken)
	was := c.tells() && taken >= c.seen && silent > max(grain, c.full/4)
	c.ahead = max(0, c.ahead-silent-elapsed/16) // its own clock may be faster
	// Of its own a server holds less than that.
	c.swallows = c.swallows || c.ahead > 2*c.full+4*grain
	c.plays = c.plays || taken > 0
	c.at, c.seen, c.written = now, filled, 0
	if was {
		c.empty(now)
	}
	return was
}

// starved is for a device seen empty when frames came too late. It reports whether that is an underrun: not if the device
// has taken what it had in less than half the time that it lasts.
func (c *clock) starved() bool {
	now := time.Now()
	was := c.tells() && now.Sub(c.at) > c.lasts(c.seen+c.written)/2
	if was {
		c.empty(now)
	}
	return was
}

// lasts returns how long frames are heard.
func (c *clock) lasts(frames int) time.Duration {
	return time.Duration(float64(c.full) * float64(frames) / float64(c.capacity))
}

// tells reports whether the clock has anything to say of the device: it plays, at the pace of time.
func (c *clock) tells() bool { return c.paced && c.plays && !c.swallows }

// empty notes that the device has run empty: it has to begin again, and may tell.
func (c *clock) empty(now time.Time) { c.plays, c.found, c.owed = false, now, true }

// wrote notes a write of so many frames and reports whether an underrun that the device told is to be counted, being none
// that has been found already.
func (c *clock) wrote(frames int, told bool) bool {
	c.written += frames
	if !told {
		return false
	}
	c.plays = false
	known := c.owed && time.Since(c.found) < max(forgiven, 2*c.full)
	c.owed = false
	return !known
}
