package live

import "time"

// A clock finds underruns of a device from elapsed time. It is needed because not every sound system reports every
// underrun: a server may play silence and then continue with late frames as if nothing had happened, or lose its
// report.
//
// The player calls underran before each write and noteWrite after it. The time between two calls of underran is one
// step. At the end of a step the clock computes
//
//	filled  = capacity - room            frames in the device's buffer now
//	taken   = held + written - filled    frames that the device took from its buffer during the step
//	silence = elapsed - taken/rate       time during which it took no frame; negative if it took more than it can play
//
// where held is filled at the end of the previous step, written the number of frames written during the step, and
// elapsed its length. The device has run empty during the step if its buffer was empty at some time (see underran) and
//
//	silence > tolerance + max(0, ahead)
//
// tolerance is the longer of 5 ms and a quarter of the buffer. It covers the imprecision of room: a device takes frames
// in periods, PortAudio's buffer on ALSA has four of them, and a reported room may be one period old. The 5 ms are for
// short buffers.
//
// ahead is the sound that the device has taken in earlier steps and not played yet. A sound server moves frames into
// memory of its own before they are due. While it plays them, it takes nothing from the buffer, and yet there is no
// gap. Each step lowers ahead by silence, which is negative while the server takes frames early. A device that stalls
// with frames in its buffer makes ahead negative: it may later take at once what it has missed.
type clock struct {
	format   Format
	capacity int // of the device's buffer, in frames

	paced   bool          // the buffer has been seen with frames in it: the device does not take everything at once
	playing bool          // the device has taken frames since its start, or since its last underrun or pause
	ahead   time.Duration // sound taken but not played; if negative, sound that the device may take at once to catch up

	checked   time.Time // time of the last call of underran
	held      int       // frames in the buffer at that time
	written   int       // frames written since that time
	writtenAt time.Time // when the last write returned, with its frames in the buffer

	emptyAt       time.Time // when underran last found the device empty, or when a pause began or ended
	reportPending bool      // the device may still report that it was empty at emptyAt
}

const (
	// roomResolution is how far, in time, a reported room may be from the room at the moment of the call.
	roomResolution = 5 * time.Millisecond

	// minReportDelay bounds how long after emptyAt a report of the device still means that underrun, and not another
	// one. The bound is twice the length of the buffer if that is longer. The report is late because the write that
	// returns it first waits until the buffer has room for a chunk.
	minReportDelay = 5 * chunkTime

	// maxCatchUp bounds how much sound a device that has stalled may take at once afterwards without being ahead.
	maxCatchUp = time.Second
)

// underran reports whether the device has run empty since the last call. room is its room now, in frames, before the
// next write. The result is true if all of these hold:
//
//   - The device was playing, and it is paced.
//   - silence > tolerance + max(0, ahead), as in the comment on clock.
//   - The buffer is empty now, or was empty before the last write: that write returned when all frames held at the last
//     call must have been played, and the device has indeed taken these frames. The second case is that of a player
//     that got no processor between its call of underran and the end of its write.
//
// Without the last condition, a device that stalls with frames in its buffer, or takes them in large pieces, would
// count as empty.
func (c *clock) underran(room int) bool {
	now := time.Now()
	c.paced = c.paced || room < c.capacity
	filled := max(0, c.capacity-room)
	taken := c.held + c.written - filled
	elapsed := now.Sub(c.checked)
	silence := elapsed - c.format.lasts(int64(taken))
	tolerance := max(roomResolution, c.format.lasts(int64(c.capacity))/4)

	// A sound server may already hold frames that room still counts as in the buffer, hence the tolerance in both
	// comparisons.
	left := c.format.lasts(int64(c.held - taken))
	wroteLate := left <= tolerance && c.writtenAt.Sub(c.checked) > c.format.lasts(int64(c.held))+tolerance
	empty := c.paced && c.playing && silence > tolerance+max(0, c.ahead) && (filled == 0 || wroteLate)

	switch {
	case c.playing:
		c.ahead = max(-maxCatchUp, c.ahead-silence)
		if c.ahead > 0 {
			// A device whose clock is faster than the system's seems to get further ahead in every step. Without this
			// decay the difference would add up and hide underruns.
			c.ahead = max(0, c.ahead-elapsed/16)
		}
	case taken > 0:
		c.playing, c.ahead = true, max(0, -silence)
	}
	c.checked, c.held, c.written, c.writtenAt = now, filled, 0, now
	if empty {
		c.noteEmpty(now)
	}
	return empty
}

// noteEmpty records that the device has run empty: it has to start again, and may still report the underrun.
func (c *clock) noteEmpty(now time.Time) { c.playing, c.emptyAt, c.reportPending = false, now, true }

// notePause records that the device has run empty on purpose, and that its buffer holds nothing.
func (c *clock) notePause() {
	now := time.Now()
	c.noteEmpty(now)
	c.checked, c.held, c.written, c.writtenAt = now, 0, 0, now
}

// noteWrite records a write of frames. reported says whether the device reported an underrun with it. noteWrite returns
// whether to count that underrun. It must not be counted if it is the one that underran has already found, or the end
// of a pause: the first report within the report delay after emptyAt is taken to be that.
func (c *clock) noteWrite(frames int, reported bool) bool {
	now := time.Now()
	c.written, c.writtenAt = c.written+frames, now
	if !reported {
		return false
	}
	c.playing = false
	delay := max(minReportDelay, 2*c.format.lasts(int64(c.capacity)))
	known := c.reportPending && now.Sub(c.emptyAt) < delay
	c.reportPending = false
	return !known
}
