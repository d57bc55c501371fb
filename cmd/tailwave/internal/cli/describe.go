package cli

import (
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// Describe prints the formats, stages and latencies of a conversion.
func Describe(w io.Writer, info wav.Info, outRate int64, o wav.Options, stages []stream.Stage, chunk, threads int) {
	dither := "off"
	if o.Dither {
		dither = "on"
	}
	fmt.Fprintf(w, "input   %d Hz, %s, %s\n", info.Rate, Count(int64(info.Channels), "channel"), info.Encoding)
	fmt.Fprintf(w, "output  %d Hz, %v, dither %s\n", outRate, o.Encoding, dither)
	rate := float64(info.Rate)
	for _, s := range stages {
		shape := s.Shape()
		rate = rate * float64(shape.Up) / float64(shape.Down)
		fmt.Fprintf(w, "%-8s ratio %d/%d", s.Name, shape.Up, shape.Down)
		if c, ok := s.Processor.(*resample.Converter); ok {
			fmt.Fprintf(w, ", %d taps per output frame", c.Taps())
		}
		fmt.Fprintf(w, ", latency %s (%.2f ms)\n", Count(int64(shape.Latency), "frame"), float64(shape.Latency)/rate*1000)
	}
	fmt.Fprintf(w, "chunks of up to %s, %s\n", Count(int64(chunk), "frame"), Count(int64(threads), "thread"))
}
