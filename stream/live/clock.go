package live

import "time"

// A clock tells from the time that has passed that a device has run empty. Not every sound system says so: a server may play
// silence and take what comes late as if nothing had happened, such as after the program was suspended.
type clock struct {
	capacity int           // of the device's buffer, in frames
	full     time.Duration // how long they are heard
	paced    bool          // the device has been seen with frames in its buffer: it does not swallow them at once
	at       time.Time     // when the buffer was last looked at
	filled   int           // frames in it then, and those written since
	plays    bool          // it has taken frames from its buffer since it began, or began again
	counted  time.Time     // when the clock found the device empty
}

// dry reports whether a device that now has that room must have run empty since it was last asked: it was playing, and has
// taken so much less than the time would have wanted that not even another buffer in a server makes up for it.
func (c *clock) dry(room int) bool {
	now := time.Now()
	c.paced = c.paced || room < c.capacity
	filled := max(0, c.capacity-room)
	taken := time.Duration(float64(c.full) * float64(c.filled-filled) / float64(c.capacity))
	was := c.paced && c.plays && now.Sub(c.at) > taken+c.full
	c.plays = !was && (c.plays || taken > 0)
	c.at, c.filled = now, filled
	if was {
		c.counted = now
	}
	return was
}

// wrote notes a write of so many frames and reports whether an underrun is to be counted: the device told one, or dry did.
// What the device tells late of one that has been counted is not another.
func (c *clock) wrote(frames int, told, dry bool) bool {
	c.filled += frames
	c.plays = c.plays && !told
	return dry || told && time.Since(c.counted) > 2*c.full
}
