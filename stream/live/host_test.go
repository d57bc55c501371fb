package live

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

func TestFind(t *testing.T) {
	list := []Device{{Index: 0, Name: "HDA Intel: ALC257"}, {Index: 2, Name: "USB Audio"}, {Index: 5, Name: "default", Default: true}, {Index: 7, Name: "usb"}, {Index: 9, Name: "USB Audio 2"}}
	for name, want := range map[string]int{"": 5, "0": 0, "9": 9, "intel": 0, "usb": 7, "USB Audio": 2, "USB Audio 2": 9, "alc": 0} {
		if d, err := Find(list, name); err != nil || d.Index != want {
			t.Errorf("%q: %+v, %v", name, d, err)
		}
	}
	for name, part := range map[string]string{"4": `there are 0 "HDA`, "-1": "there is none", "usb a": `may be any of 2 "USB Audio", 9 "USB Audio 2"`, "x": "there is none"} {
		if _, err := Find(list, name); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if d, err := Find(list[:2], ""); err != nil || d.Index != 0 {
		t.Errorf("without a default device: %+v, %v", d, err)
	}
	if _, err := Find(nil, ""); err == nil || !strings.Contains(err.Error(), "no sound device") {
		t.Errorf("no devices: %v", err)
	}
	if _, err := Find(make([]Device, 20), "x"); err == nil || !strings.Contains(err.Error(), "12 more") {
		t.Errorf("many devices: %v", err)
	}
}

func TestParseLatency(t *testing.T) {
	for text, want := range map[string]time.Duration{"low": 10 * time.Millisecond, "high": 100 * time.Millisecond, "20": 20 * time.Millisecond, "2.5ms": 2500 * time.Microsecond, "2000": 2 * time.Second, "1": time.Millisecond} {
		if got, err := fakeDevice.ParseLatency(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-5", "2001", "NaN", "Inf", "1e300", "middle", "5s"} {
		if got, err := fakeDevice.ParseLatency(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

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
		h := &fakeHost{rates: c.rates, channels: c.channels}
		got, err := ChooseFormat(h, fakeDevice, Format{c.rate, c.chans, pcm.F32}, c.exact)
		if c.wantRate == 0 {
			if err == nil || !strings.Contains(err.Error(), `device "fake"`) || c.fails != nil && !errors.Is(err, c.fails) {
				t.Errorf("%+v: %v, %v", c, got, err)
			}
			continue
		}
		if want := (Format{c.wantRate, c.want, pcm.F32}); err != nil || got != want {
			t.Errorf("%+v: %v, %v", c, got, err)
		}
	}
	busy := errors.New("busy")
	if _, err := ChooseFormat(&fakeHost{openErr: busy}, fakeDevice, Format{8000, 1, pcm.S16}, false); !errors.Is(err, busy) || !strings.Contains(err.Error(), `device "fake"`) {
		t.Errorf("%v", err)
	}
}
