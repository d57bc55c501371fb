package live

import "time"

// A clock detects underruns of a device from elapsed time: a device that took frames for less time than has elapsed
// must have been silent for the difference. The clock is needed because not every sound system reports every underrun.
// A server may play silence and take late frames as if nothing had happened, or may lose its report.
//
// The player calls underran before each write and noteWrite after it. The interval between two calls of underran is one
// step, at whose end the clock computes
//
//	taken   = held + written - filled            frames that left the buffer
//	silence = elapsed - duration of taken        negative if the device took frames faster than real time
//
// Two things besides an underrun make silence positive: frames that the device took ahead of time, which are heard
// during it (ahead), and the coarse steps in which a device reports its room (tolerance).
type clock struct {
	format   Format
	capacity int // of the device's buffer, in frames

	paced   bool          // the device has been seen with frames in its buffer: it does not take everything at once
	playing bool          // the device has taken frames from its buffer since its start, or since the last underrun
	ahead   time.Duration // sound that the device has taken but not played yet; negative: what it may still catch up

	checked   time.Time // time of the last underran
	held      int       // frames in the buffer at that time
	written   int       // frames written since
	writtenAt time.Time // when the last of these writes returned, with its frames in the buffer

	emptyAt       time.Time // when the clock last found the device empty, or was told of a pause
	reportPending bool      // the device may still report that it was empty then
}

const (
	// roomResolution is how far, in time, a reported room may be from the room at the moment of the call.
	roomResolution = 5 * time.Millisecond

	// minReportDelay bounds from below how long after emptyAt a report still counts as a report of the same underrun;
	// the bound is twice the buffer where that is longer. A write returns its report only after it has waited for the
	// room of a chunk.
	minReportDelay = 5 * chunkTime

	// maxCatchUp bounds how much sound a device that stood still may take at once afterwards without being ahead.
	maxCatchUp = time.Second
)

// underran reports whether the device has run empty since the last call. room is its room now, in frames, before more
// is written. The device has run empty if all of these hold:
//
//   - It was playing, and it is paced.
//   - It was silent for longer than it was ahead, by more than the tolerance: roomResolution, or a quarter of the
//     buffer where that is longer.
//   - It is empty now, or the last write came too late: that write returned after all frames held at the last call
//     must have been played, and those frames have indeed been taken. Without this condition, a device that stands
//     still with frames in its buffer, or reports its room in large pieces, would count as empty.
func (c *clock) underran(room int) bool {
	now := time.Now()
	c.paced = c.paced || room < c.capacity
	filled := max(0, c.capacity-room)
	taken := c.held + c.written - filled
	elapsed := now.Sub(c.checked)
	silence := elapsed - c.format.lasts(int64(taken))
	tolerance := max(roomResolution, c.format.lasts(int64(c.capacity))/4)

	// A sound server may have asked for frames that still count as held, hence the tolerance in both comparisons.
	left := c.format.lasts(int64(c.held - taken))
	wroteLate := left <= tolerance && c.writtenAt.Sub(c.checked) > c.format.lasts(int64(c.held))+tolerance
	empty := c.paced && c.playing && silence > tolerance+max(0, c.ahead) && (filled == 0 || wroteLate)

	switch {
	case c.playing:
		c.ahead = max(-maxCatchUp, c.ahead-silence)
		if c.ahead > 0 {
			// A device whose own clock is faster than the system's seems to get ahead for ever. Without this decay the
			// difference would add up and hide underruns.
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

// noteEmpty notes that the device has run empty: it has to start again, and may report an underrun.
func (c *clock) noteEmpty(now time.Time) { c.playing, c.emptyAt, c.reportPending = false, now, true }

// notePause notes that the device has run empty on purpose, and holds nothing.
func (c *clock) notePause() {
	now := time.Now()
	c.noteEmpty(now)
	c.checked, c.held, c.written, c.writtenAt = now, 0, 0, now
}

// noteWrite notes a write of frames. reported says whether the device reported an underrun with it. noteWrite returns
// whether that underrun has to be counted: it has, unless it is the one that the clock found, or the pause that it was
// told of, a short time ago.
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
