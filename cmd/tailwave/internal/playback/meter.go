package playback

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/stream/live"
)

// A meter shows on a terminal what is being heard. The zero value shows nothing.
type meter struct {
	Terminal
	sink *live.Sink
	stop chan struct{}
	done chan struct{}
}

// startMeter shows the meter until its end is called, unless quiet is set or there is no terminal.
func (p *Playback) startMeter(t Terminal) *meter {
	if t.Quiet || !fileio.IsTerminal(t.W) {
		return &meter{}
	}
	m := &meter{Terminal: t, sink: p.sink, stop: make(chan struct{}), done: make(chan struct{})}
	go m.run()
	return m
}

// end removes the line.
func (m *meter) end() {
	if m.stop == nil {
		return
	}
	close(m.stop)
	<-m.done
	m.Line.Clear(m.W)
}

func (m *meter) run() {
	defer close(m.done)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-m.stop:
			return
		case <-tick.C:
			m.Line.Set(m.W, meterLine(m.sink.Level(), m.sink.Stats().Underruns))
		}
	}
}

// The bars of a meter share barColumns columns, brackets and spaces included; more bars than maxBars would not fit.
const (
	barColumns = 35
	maxBars    = 8
)

// meterLine returns the line of a meter, at most 79 characters: the time played, the levels of up to maxBars channels,
// the sound that is queued, and the number of underruns.
func meterLine(l live.Level, underruns int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s ", clock(l.Played))
	peaks := l.Peaks[:min(len(l.Peaks), maxBars)]
	for _, p := range peaks {
		fmt.Fprintf(&b, " [%s]", levelBar(p, barColumns/len(peaks)-len(" []")))
	}
	fmt.Fprintf(&b, "  buffer %4d ms", l.Queued.Milliseconds())
	if underruns > 0 {
		fmt.Fprintf(&b, "  %s", cli.Count(underruns, "underrun"))
	}
	return b.String()
}

// clock formats a time as a player does.
func clock(d time.Duration) string {
	s := int(d.Seconds())
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// levelBar returns a bar of width characters, at least 1, for a level from -60 to 0 dBFS. A level at or above full
// scale has "!" at its end.
func levelBar(peak float32, width int) string {
	full := 0
	if peak > 0 {
		full = min(max(int(math.Ceil((20*math.Log10(float64(peak))/60+1)*float64(width))), 0), width)
	}
	bar := strings.Repeat("=", full) + strings.Repeat(" ", width-full)
	if peak >= 1 {
		bar = bar[:width-1] + "!"
	}
	return bar
}
