package cli

import (
	"fmt"
	"io"
	"sync/atomic"

	"github.com/cheggaaa/pb/v3"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
)

// A StatusLine is the line at the bottom of a terminal that a command keeps up to date. The zero value is a line that
// is not shown.
type StatusLine struct{ shown atomic.Bool }

// clearLine empties the line that the cursor is on.
const clearLine = "\r\033[K"

// Set replaces the text of the line.
func (l *StatusLine) Set(w io.Writer, text string) {
	l.shown.Store(true)
	fmt.Fprint(w, clearLine+text)
}

// Clear removes the line if it is shown. A message may follow.
func (l *StatusLine) Clear(w io.Writer) {
	if l.shown.Swap(false) {
		fmt.Fprint(w, clearLine)
	}
}

// A Progress is a progress bar. The zero value shows nothing.
type Progress struct {
	bar  *pb.ProgressBar
	w    io.Writer
	line *StatusLine
}

// StartProgress shows a bar for a number of frames, -1 if unknown, on the status line of the terminal w. It shows
// nothing if quiet is set or w is not a terminal.
func StartProgress(w io.Writer, line *StatusLine, quiet bool, frames int64) *Progress {
	if quiet || !fileio.IsTerminal(w) {
		return &Progress{}
	}
	bar := pb.New64(max(0, frames)).SetWriter(w).SetMaxWidth(100)
	bar.SetTemplateString(`{{bar . }} {{percent . }} {{rtime . "%s left"}}`)
	if frames < 0 {
		bar.SetTemplateString(`{{counters . }} frames {{etime . }}`)
	}
	bar.Set(pb.CleanOnFinish, true) // the summary takes its place
	bar.Start()
	line.shown.Store(true)
	return &Progress{bar: bar, w: w, line: line}
}

// Set moves the bar to the number of frames.
func (p *Progress) Set(frames int64) {
	if p.bar != nil {
		p.bar.SetCurrent(frames)
	}
}

// End removes the bar.
func (p *Progress) End() {
	if p.bar != nil {
		p.bar.Finish()
		p.line.Clear(p.w)
		p.bar = nil
	}
}
