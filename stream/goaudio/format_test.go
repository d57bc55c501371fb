package goaudio

import (
	"fmt"
	"math"
	"testing"

	"github.com/go-audio/audio"

	"github.com/tailwave/tailwave/stream"
)

// TestFormat: formats of both packages convert into each other, and those that only one of them can hold are refused.
func TestFormat(t *testing.T) {
	for _, f := range []stream.Format{format(44100, 2), format(1, 1), format(math.MaxInt32, 65535)} {
		t.Run(fmt.Sprint(f), func(t *testing.T) {
			a, err := Format(f)
			if err != nil || a.NumChannels != f.Channels || int64(a.SampleRate) != f.Rate.Num {
				t.Fatalf("Format: got %v, error %v, want %d channels, %d Hz, no error", a, err, f.Channels, f.Rate.Num)
			}
			if back, err := StreamFormat(a); err != nil || back != f {
				t.Errorf("StreamFormat: got %v, error %v, want %v, no error", back, err, f)
			}
		})
	}
	mel := stream.Format{Rate: stream.Rate{Num: 11025, Den: 128}, Channels: 80}
	for _, f := range []stream.Format{{}, format(0, 1), format(-1, 1), format(8000, 0), mel} {
		t.Run(fmt.Sprintf("%+v refused", f), func(t *testing.T) {
			a, err := Format(f)
			refused(t, err, "format")
			if a != nil {
				t.Errorf("got %v, want nil", a)
			}
		})
	}
	for _, a := range []*audio.Format{
		nil, {}, {NumChannels: 1}, {SampleRate: 8000}, {NumChannels: -1, SampleRate: 8000}, {NumChannels: 1, SampleRate: -1},
	} {
		t.Run(fmt.Sprintf("%+v refused", a), func(t *testing.T) {
			_, err := StreamFormat(a)
			refused(t, err, "format")
		})
	}
}
