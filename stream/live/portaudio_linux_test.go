//go:build portaudio

package live

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// capture configures ALSA so that its devices write their bytes to a file, without waiting, and returns the path of the
// file.
func capture(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "captured")
	config := filepath.Join(t.TempDir(), "asound.conf")
	err := os.WriteFile(config, fmt.Appendf(nil, `
pcm.cap { type file slave.pcm "nul" file "%s" format "raw" }
pcm.nul { type null }
pcm.!default { type plug slave.pcm "cap" }
ctl.!default { type hw card 0 }
`, path), 0o666)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("ALSA_CONFIG_PATH", config)
	return path
}

// TestPortAudio: PortAudio plays through ALSA the bytes that a file would hold.
func TestPortAudio(t *testing.T) {
	path := capture(t)
	h, err := PortAudio(false)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.Close(); err != nil {
			t.Errorf("Close of the host: got error %v, want none", err)
		}
	}()
	devices, err := h.Devices()
	if err != nil {
		t.Fatal(err)
	}
	d, err := Find(devices, "default")
	if err != nil || !d.Default || d.API != "ALSA" || d.Channels < 2 || d.Low <= 0 || d.High < d.Low {
		t.Fatalf("default device: got %+v, error %v, want an ALSA device with latencies and at least 2 channels", d, err)
	}
	for _, samples := range []pcm.Format{pcm.S16, pcm.F32} {
		for _, channels := range []int{1, 2} {
			for _, block := range []int{64, 100, 128, 256, 441, 512, 1024, 2048} {
				for _, latency := range []time.Duration{5 * time.Millisecond, 100 * time.Millisecond} {
					t.Run(fmt.Sprintf("%v/%d/%d/%v", samples, channels, block, latency), func(t *testing.T) {
						os.Remove(path)
						f, err := ChooseFormat(h, d, Format{Rate: 22050, Channels: channels, Samples: samples}, true)
						if err != nil {
							t.Fatal(err)
						}
						src := newNoise(22050, channels, 30011)
						s := NewSink(t.Context(), h, Options{Device: d, Format: f, Latency: latency, Dither: samples == pcm.S16})
						if _, err := (stream.Pipeline{Source: src, Sink: s, BlockFrames: block}).Run(t.Context()); err != nil {
							t.Fatal(err)
						}
						got, err := os.ReadFile(path)
						if err != nil {
							t.Fatal(err)
						}
						wantHeard(t, got, encoded(t, samples, channels, true, src.data))
						if st := s.Stats(); st.Frames != 30011 || st.Underruns != 0 || st.Buffer < latency {
							t.Errorf("stats: got %+v, want 30011 frames, 0 underruns, a buffer of at least %v", st, latency)
						}
					})
				}
			}
		}
	}
}

// TestPortAudioRefuses: the error for a device that cannot be opened names the device.
func TestPortAudioRefuses(t *testing.T) {
	capture(t)
	h, err := PortAudio(false)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	devices, err := h.Devices()
	if err != nil {
		t.Fatal(err)
	}
	d, err := Find(devices, "")
	if err != nil {
		t.Fatal(err)
	}
	os.Setenv("ALSA_CONFIG_PATH", os.DevNull) // the devices that were listed go away
	s := NewSink(t.Context(), h,
		Options{Device: d, Format: Format{Rate: 8000, Channels: 1, Samples: pcm.S16}, Latency: time.Second})
	err = s.Open(stream.Format{Rate: stream.Hz(8000), Channels: 1}, -1)
	wantText(t, err, `device "default": is `)
}

// TestPortAudioAllocations: writing frames to PortAudio allocates nothing.
func TestPortAudioAllocations(t *testing.T) {
	capture(t)
	h, err := PortAudio(false)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	devices, _ := h.Devices()
	d, err := Find(devices, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, samples := range []pcm.Format{pcm.S16, pcm.F32} {
		t.Run(samples.String(), func(t *testing.T) {
			out, err := h.Open(d, Format{Rate: 8000, Channels: 1, Samples: samples}, 50*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			if err := out.Start(); err != nil {
				t.Fatal(err)
			}
			p := make([]byte, 80*samples.Bytes())
			n := testing.AllocsPerRun(100, func() {
				if _, err := out.Room(); err != nil {
					t.Fatal(err)
				}
				if _, err := out.Write(p); err != nil {
					t.Fatal(err)
				}
			})
			if n > 0 {
				t.Errorf("allocations per write: got %v, want 0", n)
			}
			if err := out.Close(); err != nil {
				t.Errorf("Close: got error %v, want none", err)
			}
		})
	}
}
