package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"sync/atomic"
	"time"

	"github.com/cheggaaa/pb/v3"
	"github.com/mattn/go-isatty"

	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// A report tells a person how a conversion goes, on standard error.
type report struct {
	w              io.Writer
	quiet, verbose bool
	bar            *pb.ProgressBar // nil unless w is a terminal
	shown          *atomic.Bool    // bar is on the terminal
}

// clearLine empties the line of a terminal that a progress bar is on.
const clearLine = "\r\033[K"

func newReport(w io.Writer, quiet, verbose bool, shown *atomic.Bool) *report {
	return &report{w: w, quiet: quiet, verbose: verbose, shown: shown}
}

// plan starts the progress bar and, if verbose, says what is going to be done.
func (r *report) plan(info wav.Info, outRate int64, o wav.Options, stages []stream.Stage, chunk, threads int) {
	if r.verbose {
		fmt.Fprintf(r.w, "input   %d Hz, %s, %s\n", info.Rate, count(int64(info.Channels), "channel"), info.Encoding)
		fmt.Fprintf(r.w, "output  %d Hz, %v, dither %s\n", outRate, o.Encoding, onOff(o.Dither))
		rate := float64(info.Rate)
		for _, s := range stages {
			shape := s.Shape()
			rate = rate * float64(shape.Up) / float64(shape.Down)
			fmt.Fprintf(r.w, "%-8s ratio %d/%d", s.Name, shape.Up, shape.Down)
			if c, ok := s.Processor.(*resample.Converter); ok {
				fmt.Fprintf(r.w, ", %d taps per output frame", c.Taps())
			}
			fmt.Fprintf(r.w, ", latency %s (%.2f ms)\n", count(int64(shape.Latency), "frame"), float64(shape.Latency)/rate*1000)
		}
		fmt.Fprintf(r.w, "chunks of up to %s, %s\n", count(int64(chunk), "frame"), count(int64(threads), "thread"))
	}
	if f, ok := r.w.(*os.File); ok && !r.quiet && isatty.IsTerminal(f.Fd()) {
		r.bar = pb.New64(max(0, info.Frames)).SetWriter(r.w).SetMaxWidth(100)
		r.bar.SetTemplateString(`{{bar . }} {{percent . }} {{rtime . "%s left"}}`)
		if info.Frames < 0 {
			r.bar.SetTemplateString(`{{counters . }} frames {{etime . }}`)
		}
		r.bar.Set(pb.CleanOnFinish, true) // the summary takes the place of the bar
		r.bar.Start()
		r.shown.Store(true)
	}
}

func (r *report) progress(frames int64) {
	if r.bar != nil {
		r.bar.SetCurrent(frames)
	}
}

// finish ends the progress bar and sums up, unless there is no output.
func (r *report) finish(inPath, outPath string, outRate int64, j *conversionJob, elapsed time.Duration) {
	if r.bar != nil {
		r.bar.Finish()
		fmt.Fprint(r.w, clearLine)
		r.shown.Store(false)
	}
	if r.quiet || !j.sink.complete {
		return
	}
	s := j.sink.w.Stats()
	peak := max(s.Peak, j.peak)
	seconds := float64(s.Frames) / float64(outRate)
	fmt.Fprintf(r.w, "%s -> %s: %s, %.3f s, %s x real time, peak %s, %d clipped", printable(inPath), printable(outPath),
		count(s.Frames, "frame"), seconds, speed(seconds/max(elapsed.Seconds(), 1e-6)), decibels(peak), s.Clipped)
	if nans := s.NaNs + j.nans; nans > 0 {
		fmt.Fprintf(r.w, ", %d NaN", nans)
	}
	fmt.Fprintln(r.w)
	if r.verbose {
		for _, st := range j.stats.Stages {
			fmt.Fprintf(r.w, "%-8s %d -> %d frames, busy %v of %v\n", st.Name, st.FramesIn, st.FramesOut,
				st.Busy.Round(time.Millisecond), elapsed.Round(time.Millisecond))
		}
	}
}

func isTruncated(err error) bool {
	_, ok := errors.AsType[*wav.TruncatedError](err)
	return ok
}

// decibels returns a level relative to full scale.
func decibels(peak float32) string {
	if peak == 0 {
		return "-inf dBFS"
	}
	return fmt.Sprintf("%.2f dBFS", 20*math.Log10(float64(peak)))
}

// speed formats a multiple of real time.
func speed(x float64) string {
	if x < 10 {
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.0f", x)
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

func count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
