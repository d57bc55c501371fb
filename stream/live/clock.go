package live

import "time"

// A clock tells from the time that has passed that a device has run empty. Not every sound system says so: a server may play
// silence and take what comes late as if nothing had happened, such as after the program was suspended, or may lose what it
// has to say of that.
type clock struct {
	capacity int           // of the device's buffer, in frames
	full     time.Duration // how long they are heard
	paced    bool          // the device has been seen with frames in its buffer: it does not swallow them at once
	plays    bool          // it has taken frames from its buffer since it began, or began again
	at       time.Time     // when the buffer was last looked at
	filled   int           // frames in it then, and those written since
	counted  time.Time     // when the clock found that the device has been empty

	// How much less the device has taken, since it plays, than the time would have wanted. What it has not taken because it
	// was empty it never catches up with, unlike what it takes in pieces.
	late    time.Duration
	least   time.Duration // the least of late since turned
	before  time.Duration // the least of it in the second before
	turned  time.Time
	suspect time.Time // since when late has been more than the least by half a buffer
	since   int       // frames written since then
}

// settle is how long a device, or at least twice the buffer, must be late before that counts.
const settle = 250 * time.Millisecond

// dry reports whether a device that now has that room must have run empty, and how many frames have been written since.
func (c *clock) dry(room int) (dry bool, ago int) {
	now := time.Now()
	c.paced = c.paced || room < c.capacity
	filled := max(0, c.capacity-room)
	elapsed, taken := now.Sub(c.at), time.Duration(float64(c.full)*float64(c.filled-filled)/float64(c.capacity))
	c.at, c.filled = now, filled
	switch {
	case !c.paced:
	case !c.plays:
		if taken > 0 {
			c.plays, c.late, c.least, c.before, c.turned, c.suspect = true, 0, 0, 0, now, time.Time{}
		}
	case elapsed > taken+c.full: // not even another buffer in a server makes up for it
		dry = true
	default:
		dry, ago = c.falls(elapsed-taken, now)
	}
	if dry {
		c.plays, c.counted = false, now
	}
	return dry, ago
}

// falls adds to late and reports whether it has been too much for long, and how many frames have been written since that
// began.
func (c *clock) falls(by time.Duration, now time.Time) (behind bool, ago int) {
	c.late += by
	switch {
	case c.late-min(c.least, c.before) <= c.full/2:
		c.suspect, c.least = time.Time{}, min(c.least, c.late)
		if now.Sub(c.turned) > time.Second { // a device's own clock may be a little slower
			c.before, c.least, c.turned = c.least, c.late, now
		}
	case c.suspect.IsZero():
		c.suspect, c.since = now, 0
	default:
		return now.Sub(c.suspect) > max(settle, 2*c.full), c.since
	}
	return false, 0
}

// wrote notes a write of so many frames and reports whether an underrun is to be counted: the device told one, or dry did.
// What the device tells late of one that has been counted is not another.
func (c *clock) wrote(frames int, told, dry bool) bool {
	c.filled += frames
	c.since += frames
	c.plays = c.plays && !told
	return dry || told && time.Since(c.counted) > 2*c.full
}
