package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattn/go-isatty"

	"github.com/tailwave/tailwave/stream/live"
)

// A meter shows on a terminal what is being heard.
type meter struct {
	w       io.Writer
	sink    *live.Sink
	shown   *atomic.Bool
	stop    chan struct{}
	done    chan struct{}
	unwatch func() // ends what waits for a suspension, nil if nothing plays
}

// startMeter shows the meter until its end is called, unless nothing is played, w is no terminal, or quiet is set.
func startMeter(w io.Writer, quiet bool, p *playback, shown *atomic.Bool) *meter {
	m := &meter{w: w, shown: shown}
	if p != nil && p.sink != nil {
		m.unwatch = watchSuspend(p.sink)
	}
	if f, ok := w.(*os.File); !ok || p == nil || p.sink == nil || quiet || !isatty.IsTerminal(f.Fd()) {
		return m
	}
	m.sink = p.sink
	m.stop, m.done = make(chan struct{}), make(chan struct{})
	shown.Store(true)
	go m.run()
	return m
}

// end clears the line.
func (m *meter) end() {
	if m.unwatch != nil {
		m.unwatch()
	}
	if m.stop == nil {
		return
	}
	close(m.stop)
	<-m.done
	fmt.Fprint(m.w, clearLine)
	m.shown.Store(false)
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
			fmt.Fprint(m.w, clearLine+meterLine(m.sink.Level(), m.sink.Stats().Underruns))
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
		fmt.Fprintf(&b, "  %s", count(underruns, "underrun"))
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
