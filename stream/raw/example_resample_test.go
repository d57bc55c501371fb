package raw_test

import (
	"bytes"
	"fmt"
	"io"
	"log"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/raw"
)

// resampled returns the samples of r, 16-bit little-endian, at another sample rate. It starts no goroutine: each Read
// reads no more from r than it needs.
func resampled(r io.Reader, from, to, channels int) (io.Reader, error) {
	source, err := raw.NewReader(r, stream.Format{Rate: stream.Hz(from), Channels: channels}, pcm.S16)
	if err != nil {
		return nil, err
	}
	converter, err := resample.New(from, to, channels, resample.Filter{})
	if err != nil {
		return nil, err
	}
	p, err := stream.Pull(source, stream.Stage{Name: "resample", Processor: converter})
	if err != nil {
		return nil, err
	}
	return raw.NewEncoder(p, raw.Options{Encoding: pcm.S16, Dither: true})
}

// An Encoder after a resampler turns an io.Reader of samples into one at a different sample rate.
func ExampleEncoder_resample() {
	second := bytes.Repeat([]byte{0x00, 0x20, 0x00, 0xC0}, 44100) // stereo frames of 0.25 and -0.5
	r, err := resampled(bytes.NewReader(second), 44100, 48000, 2)
	if err != nil {
		log.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(out)/4, "frames")
	middle := make([]float32, 2)
	pcm.Decode(middle, out[24000*4:], pcm.S16)
	fmt.Printf("%.3f\n", middle)
	// Output:
	// 48000 frames
	// [0.250 -0.500]
}
