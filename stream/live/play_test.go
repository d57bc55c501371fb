package live

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
)

// TestPlay: the device plays the sound, converted if it does not support the rate, and one channel as two.
func TestPlay(t *testing.T) {
	for _, c := range []struct{ rate, channels, takes, takesChannels int }{
		{48000, 2, 48000, 2}, {44100, 2, 48000, 2}, {48000, 1, 48000, 2},
	} {
		t.Run(fmt.Sprintf("%d Hz, %d channels", c.rate, c.channels), func(t *testing.T) {
			h := &fakeHost{rates: []int{c.takes}, channels: []int{c.takesChannels}}
			x := dsptest.Noise[float32](1, 3000*c.channels)
			f := stream.Format{Rate: stream.Hz(c.rate), Channels: c.channels}
			stats, err := Play(t.Context(), h, "", stream.Pipeline{Source: stream.FromSlice(f, x)})
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			want, err := resample.Slice(x, c.rate, c.takes, c.channels)
			if err != nil {
				t.Fatal(err)
			}
			if c.channels < c.takesChannels {
				var both []float32
				for _, v := range want {
					both = append(both, v, v)
				}
				want = both
			}
			e, err := pcm.NewEncoder(pcm.F32, c.takesChannels, false)
			if err != nil {
				t.Fatal(err)
			}
			if n := int64(len(want) / c.takesChannels); stats.Frames != n || !bytes.Equal(h.out.heard, e.Encode(nil, want)) {
				t.Errorf("got %d frames and %d bytes heard, want %d frames and the samples converted", stats.Frames, len(h.out.heard), n)
			}
		})
	}
}

// TestPlayErrors: if the sound cannot be played, the error says why, and no device is opened.
func TestPlayErrors(t *testing.T) {
	half, err := stream.NewRate(44101, 2)
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("busy")
	for name, c := range map[string]struct {
		h      *fakeHost
		device string
		rate   stream.Rate
		want   string
	}{
		"no such device": {&fakeHost{}, "other", stream.Hz(48000), `device "other": not found: choose one of 3 "fake"`},
		"fraction":       {&fakeHost{}, "", half, "sample rate 44101/2 Hz: must be a whole number of Hz from 1 to 2147483647"},
		"no rate":        {&fakeHost{channels: []int{1, 2}}, "", stream.Hz(48000), `device "fake": does not support this sample rate, 48000 Hz, nor another common one: choose another device`},
		"busy":           {&fakeHost{openErr: broken}, "", stream.Hz(48000), `device "fake": busy`},
	} {
		t.Run(name, func(t *testing.T) {
			source := stream.FromSlice(stream.Format{Rate: c.rate, Channels: 1}, make([]float32, 10))
			if _, err := Play(t.Context(), c.h, c.device, stream.Pipeline{Source: source}); err == nil || err.Error() != c.want {
				t.Errorf("got error %v, want %q", err, c.want)
			}
			if c.h.out != nil {
				t.Error("got a device opened, want none")
			}
		})
	}
}

// TestLoadRates: a Load has the rates of the processor that it measures, so a pipeline still finds a wrong rate.
func TestLoadRates(t *testing.T) {
	r, err := resample.New(44100, 48000, 1, resample.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	s := stream.Stage{Name: "resample", Processor: r}
	Measure(&s, stream.Hz(44100))
	source := stream.FromSlice(stream.Format{Rate: stream.Hz(22050), Channels: 1}, nil)
	_, err = stream.Pull(source, s)
	if want := "pull: stage resample: converts from 44100 Hz, but source emits 22050 Hz"; err == nil || err.Error() != want {
		t.Errorf("got error %v, want %q", err, want)
	}
}
