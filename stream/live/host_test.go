package live

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// TestFind: a device is found by number, by its whole name, or by a part of its name that no other name contains, in
// upper or lower case.
func TestFind(t *testing.T) {
	list := []Device{{Index: 0, Name: "HDA Intel: ALC257"}, {Index: 2, Name: "USB Audio"},
		{Index: 5, Name: "default", Default: true}, {Index: 7, Name: "usb"}, {Index: 9, Name: "USB Audio 2"}}
	for name, want := range map[string]int{
		"": 5, "0": 0, "9": 9, "intel": 0, "usb": 7, "USB Audio": 2, "USB Audio 2": 9, "alc": 0,
	} {
		t.Run(fmt.Sprintf("%q", name), func(t *testing.T) {
			if d, err := Find(list, name); err != nil || d.Index != want {
				t.Errorf("got %+v, error %v, want device %d, no error", d, err, want)
			}
		})
	}
	for name, part := range map[string]string{
		"4": `not found: choose one of 0 "HDA`, "-1": "not found", "usb a": `the name matches several: choose one of 2 "USB Audio", 9 "USB Audio 2"`,
		"x": "not found",
	} {
		t.Run(fmt.Sprintf("%q", name), func(t *testing.T) {
			_, err := Find(list, name)
			wantText(t, err, part)
		})
	}
	t.Run("no default", func(t *testing.T) {
		if d, err := Find(list[:2], ""); err != nil || d.Index != 0 {
			t.Errorf("got %+v, error %v, want device 0, no error", d, err)
		}
	})
	t.Run("no devices", func(t *testing.T) {
		_, err := Find(nil, "")
		wantText(t, err, "no sound device")
	})
	t.Run("many devices", func(t *testing.T) {
		_, err := Find(make([]Device, 20), "x")
		wantText(t, err, "12 more")
	})
}

// TestParseLatency: a latency is a name, a number of milliseconds, or a duration, up to 2 s.
func TestParseLatency(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"low": 10 * time.Millisecond, "high": 100 * time.Millisecond, "20": 20 * time.Millisecond,
		"2.5ms": 2500 * time.Microsecond, "2000": 2 * time.Second, "1": time.Millisecond,
	} {
		t.Run(text, func(t *testing.T) {
			if got, err := fakeDevice.ParseLatency(text); err != nil || got != want {
				t.Errorf("got %v, error %v, want %v, no error", got, err, want)
			}
		})
	}
	for _, text := range []string{"", "0", "-5", "2001", "NaN", "Inf", "1e300", "middle", "5s"} {
		t.Run(fmt.Sprintf("%q refused", text), func(t *testing.T) {
			if got, err := fakeDevice.ParseLatency(text); err == nil {
				t.Errorf("got %v, want an error", got)
			}
		})
	}
}

// TestChooseFormat: the format is that of the stream if the device supports it. Otherwise one channel becomes two, and
// the rate another one unless exact is set.
func TestChooseFormat(t *testing.T) {
	all := []int{1, 2}
	for _, c := range []struct {
		rates, channels []int
		rate, chans     int
		exact           bool
		wantRate, want  int
		fails           error
	}{
		{[]int{22050, 48000}, all, 22050, 1, false, 22050, 1, nil},
		{[]int{44100, 48000}, all, 22050, 1, false, 48000, 1, nil},
		{[]int{44100}, all, 22050, 2, false, 44100, 2, nil},
		{[]int{44100}, []int{2}, 22050, 1, false, 44100, 2, nil},
		{[]int{22050}, []int{2}, 22050, 1, true, 22050, 2, nil},
		{[]int{44100}, all, 22050, 1, true, 0, 0, ErrRate},
		{[]int{11025}, all, 22050, 1, false, 0, 0, ErrRate},
		{[]int{44100}, []int{1}, 44100, 2, false, 0, 0, nil},
		{[]int{44100}, all, 44100, 6, false, 0, 0, nil},
	} {
		t.Run(fmt.Sprintf("%d, %d of %v, %v/exact=%v", c.rate, c.chans, c.rates, c.channels, c.exact), func(t *testing.T) {
			h := &fakeHost{rates: c.rates, channels: c.channels}
			got, err := ChooseFormat(h, fakeDevice, Format{c.rate, c.chans, pcm.F32}, c.exact)
			if c.wantRate == 0 {
				wantText(t, err, `device "fake"`)
				if c.fails != nil && !errors.Is(err, c.fails) {
					t.Errorf("got %v, error %v, want %v", got, err, c.fails)
				}
				return
			}
			if want := (Format{c.wantRate, c.want, pcm.F32}); err != nil || got != want {
				t.Errorf("got %v, error %v, want %v, no error", got, err, want)
			}
		})
	}
	t.Run("busy", func(t *testing.T) {
		busy := errors.New("busy")
		_, err := ChooseFormat(&fakeHost{openErr: busy}, fakeDevice, Format{8000, 1, pcm.S16}, false)
		wantText(t, err, `device "fake"`)
		if !errors.Is(err, busy) {
			t.Errorf("got error %v, want %v", err, busy)
		}
	})
}
