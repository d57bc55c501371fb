package goaudio

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/wav"
)

// TestBegunDecoder: a Source of a decoder that has been used begins at the decoder's position, or is refused if that is
// inside a frame or outside the data.
func TestBegunDecoder(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: pcm.S24}, 1, noise(40001)) // odd: there is a pad byte
	want := reference(t, file)
	data := int64(len(file)) - 3*40001 - 1
	read := func(samples int) func(t *testing.T, d *gowav.Decoder) {
		return func(t *testing.T, d *gowav.Decoder) {
			if _, err := d.PCMBuffer(&audio.IntBuffer{Data: make([]int, samples)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	seek := func(at int64) func(t *testing.T, d *gowav.Decoder) {
		return func(t *testing.T, d *gowav.Decoder) {
			if err := d.FwdToPCM(); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Seek(at, io.SeekStart); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		use   func(t *testing.T, d *gowav.Decoder)
		first int // frame, -1 if refused
	}{
		"new":            {func(*testing.T, *gowav.Decoder) {}, 0},
		"ReadInfo":       {func(_ *testing.T, d *gowav.Decoder) { d.ReadInfo() }, 0},
		"IsValidFile":    {func(_ *testing.T, d *gowav.Decoder) { d.IsValidFile() }, 0},
		"ReadMetadata":   {func(_ *testing.T, d *gowav.Decoder) { d.ReadMetadata() }, 0},
		"FwdToPCM":       {func(_ *testing.T, d *gowav.Decoder) { d.FwdToPCM() }, 0},
		"one sample":     {read(1), 1},
		"many samples":   {read(30001), 30001},
		"all":            {func(_ *testing.T, d *gowav.Decoder) { d.FullPCMBuffer() }, 40001},
		"rewound":        {func(t *testing.T, d *gowav.Decoder) { read(5)(t, d); d.Rewind() }, 0},
		"frame 7":        {seek(data + 21), 7},
		"the end":        {seek(data + 3*40001), 40001},
		"inside a frame": {seek(data + 22), -1},
		"the header":     {seek(data - 12), -1},
		"after the end":  {seek(data + 3*40002), -1},
		"far after it":   {seek(data + 3<<20), -1},
		"the pad byte":   {seek(data + 3*40001 + 1), 40001},
	} {
		for _, seeker := range []string{"file", "short"} {
			if seeker == "short" && name != "new" && name != "ReadInfo" && name != "FwdToPCM" && name != "frame 7" {
				continue // go-audio itself would lose samples
			}
			t.Run(name+"/"+seeker, func(t *testing.T) {
				d := gowav.NewDecoder(seekers[seeker](file))
				c.use(t, d)
				s, err := NewSource(d)
				if c.first < 0 {
					refused(t, err, "decoder")
					return
				}
				if err != nil {
					t.Fatalf("NewSource: got error %v, want none", err)
				}
				if got, want := s.Frames(), int64(40001-c.first); got != want {
					t.Errorf("frames: got %d, want %d", got, want)
				}
				got, err := decode(s, 1000)
				if err != nil {
					t.Errorf("got error %v, want none", err)
				}
				wantSamples(t, got, want[c.first:])
			})
		}
	}
}

// TestBegunStereo: a decoder that has read a partial frame is refused.
func TestBegunStereo(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: pcm.S16}, 2, noise(2*100))
	for samples, ok := range map[int]bool{2: true, 3: false, 4: true} {
		t.Run(fmt.Sprint(samples), func(t *testing.T) {
			d := gowav.NewDecoder(bytes.NewReader([]byte(file)))
			if _, err := d.PCMBuffer(&audio.IntBuffer{Data: make([]int, samples)}); err != nil {
				t.Fatal(err)
			}
			s, err := NewSource(d)
			if !ok {
				refused(t, err, "decoder")
				return
			}
			if err != nil {
				t.Fatalf("NewSource: got error %v, want none", err)
			}
			if got, want := s.Frames(), int64(100-samples/2); got != want {
				t.Errorf("frames: got %d, want %d", got, want)
			}
		})
	}
}

// TestBegunRagged: a decoder at the end of data that end inside a frame has no frames left, and the data are truncated.
func TestBegunRagged(t *testing.T) {
	file := riff(plain(1, 1, 16), 5, "\x00\x40\x00\x40\x00\x00")
	d := gowav.NewDecoder(bytes.NewReader([]byte(file)))
	if err := d.FwdToPCM(); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Seek(44+5, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	s, err := NewSource(d)
	if err != nil {
		t.Fatalf("NewSource: got error %v, want none", err)
	}
	if x, err := decode(s, 9); len(x) != 0 || err != nil {
		t.Errorf("got %v, error %v, want no samples, no error", x, err)
	}
}

// TestBegunElsewhere: if the file does not begin at byte 0 of the input, a new decoder is read and a used one refused.
func TestBegunElsewhere(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: pcm.S16}, 1, noise(100))
	want := reference(t, file)
	for name, before := range map[string]string{
		"not a file":   "prefix",
		"another file": wavFile(t, wav.Options{Encoding: pcm.S16}, 2, noise(100)),
	} {
		input := func(t *testing.T) *bytes.Reader {
			t.Helper()
			r := bytes.NewReader([]byte(before + file))
			if _, err := r.Seek(int64(len(before)), io.SeekStart); err != nil {
				t.Fatal(err)
			}
			return r
		}
		t.Run(name+"/new", func(t *testing.T) {
			got, err := decode(source(t, input(t)), 11)
			if err != nil {
				t.Errorf("got error %v, want none", err)
			}
			wantSamples(t, got, want)
		})
		t.Run(name+"/begun", func(t *testing.T) {
			d := gowav.NewDecoder(input(t))
			d.ReadInfo()
			if s, err := NewSource(d); err == nil {
				t.Errorf("got a source of %+v, want an error", s.Info())
			}
		})
	}
}

// TestBegunPipe: a used decoder of an input that cannot seek is refused, since what it has read cannot be read again.
func TestBegunPipe(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: pcm.S16}, 1, noise(100))
	for _, name := range []string{"pipe", "fake seek"} {
		t.Run(name, func(t *testing.T) {
			d := gowav.NewDecoder(seekers[name](file))
			d.ReadInfo()
			if d.NumChans != 1 {
				t.Fatalf("go-audio: got %d channels, error %v, want 1", d.NumChans, d.Err())
			}
			_, err := NewSource(d)
			refused(t, err, "decoder")
		})
	}
}

// TestHugeClaim: a new decoder of a small file with a fmt or LIST chunk that claims 4 GiB is an error, for which little
// is allocated. The decoder itself would allocate what the chunk claims.
func TestHugeClaim(t *testing.T) {
	good := riff(plain(1, 1, 16), 4, "\x00\x40\x00\xC0")
	for name, file := range map[string]string{
		"fmt":  good[:16] + le32(0xFFFFFFF0) + good[20:],
		"LIST": good[:36] + "LIST" + le32(0xFFFFFFF0) + good[36:],
	} {
		for kind, seeker := range seekers {
			t.Run(name+"/"+kind, func(t *testing.T) {
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				_, err := NewSource(gowav.NewDecoder(seeker(file)))
				runtime.ReadMemStats(&after)
				if err == nil {
					t.Error("got no error, want one")
				}
				if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
					t.Errorf("got %d bytes allocated, want at most %d", n, 1<<20)
				}
			})
		}
	}
}
