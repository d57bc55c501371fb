package goaudio

import (
	"math"
	"testing"

	"github.com/go-audio/audio"

	"github.com/tailwave/tailwave/stream"
)

func TestFormat(t *testing.T) {
	for _, f := range []stream.Format{format(44100, 2), format(1, 1), format(math.MaxInt32, 65535)} {
		a, err := Format(f)
		if err != nil || a.NumChannels != f.Channels || int64(a.SampleRate) != f.Rate.Num {
			t.Errorf("%v: %v, %v", f, a, err)
			continue
		}
		if back, err := StreamFormat(a); err != nil || back != f {
			t.Errorf("%v comes back as %v, %v", f, back, err)
		}
	}
	for _, f := range []stream.Format{{}, format(0, 1), format(-1, 1), format(8000, 0), {Rate: stream.Rate{Num: 11025, Den: 128}, Channels: 80}} {
		a, err := Format(f)
		refused(t, err, "format")
		if a != nil {
			t.Errorf("%v: %v", f, a)
		}
	}
	for _, a := range []*audio.Format{nil, {}, {NumChannels: 1}, {SampleRate: 8000}, {NumChannels: -1, SampleRate: 8000}, {NumChannels: 1, SampleRate: -1}} {
		_, err := StreamFormat(a)
		refused(t, err, "format")
	}
}
