package goaudio

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/wav"
)

// TestBegunDecoder: a decoder that has been used continues where it stands, or is refused.
func TestBegunDecoder(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: pcm.S24}, 1, noise(40001)) // odd: there is a pad byte
	want := reference(t, file)
	data := int64(len(file)) - 3*40001 - 1
	read := func(samples int) func(d *gowav.Decoder) {
		return func(d *gowav.Decoder) {
			if _, err := d.PCMBuffer(&audio.IntBuffer{Data: make([]int, samples)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	seek := func(at int64) func(d *gowav.Decoder) {
		return func(d *gowav.Decoder) {
			if err := d.FwdToPCM(); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Seek(at, io.SeekStart); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		use   func(d *gowav.Decoder)
		first int // frame, -1 if refused
	}{
		"new":            {func(*gowav.Decoder) {}, 0},
		"ReadInfo":       {(*gowav.Decoder).ReadInfo, 0},
		"IsValidFile":    {func(d *gowav.Decoder) { d.IsValidFile() }, 0},
		"ReadMetadata":   {(*gowav.Decoder).ReadMetadata, 0},
		"FwdToPCM":       {func(d *gowav.Decoder) { d.FwdToPCM() }, 0},
		"one sample":     {read(1), 1},
		"many samples":   {read(30001), 30001},
		"all":            {func(d *gowav.Decoder) { d.FullPCMBuffer() }, 40001},
		"rewound":        {func(d *gowav.Decoder) { read(5)(d); d.Rewind() }, 0},
		"frame 7":        {seek(data + 21), 7},
		"the end":        {seek(data + 3*40001), 40001},
		"inside a frame": {seek(data + 22), -1},
		"the header":     {seek(data - 12), -1},
		"behind":         {seek(data + 3*40002), -1},
		"far behind":     {seek(data + 3<<20), -1},
		"the pad byte":   {seek(data + 3*40001 + 1), 40001},
	} {
		for _, seeker := range []string{"file", "short"} {
			if seeker == "short" && name != "new" && name != "ReadInfo" && name != "FwdToPCM" && name != "frame 7" {
				continue // go-audio itself would lose samples
			}
			d := gowav.NewDecoder(seekers[seeker](file))
			c.use(d)
			s, err := NewSource(d)
			if c.first < 0 {
				refused(t, err, "decoder")
				continue
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if n := s.Frames(); n != int64(40001-c.first) {
				t.Errorf("%s: %d frames", name, n)
			}
			got, err := decode(s, 1000)
			if err != nil || !same(got, want[c.first:]) {
				t.Errorf("%s: %d samples of %d, %v", name, len(got), 40001-c.first, err)
			}
		}
	}
}

// TestBegunStereo: samples that are not whole frames leave the decoder inside a frame.
func TestBegunStereo(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: pcm.S16}, 2, noise(2*100))
	for samples, ok := range map[int]bool{2: true, 3: false, 4: true} {
		d := gowav.NewDecoder(bytes.NewReader([]byte(file)))
		if _, err := d.PCMBuffer(&audio.IntBuffer{Data: make([]int, samples)}); err != nil {
			t.Fatal(err)
		}
		s, err := NewSource(d)
		if !ok {
			refused(t, err, "decoder")
		} else if err != nil || s.Frames() != int64(100-samples/2) {
			t.Errorf("after %d samples: %v", samples, err)
		}
	}
}

// TestBegunRagged: a decoder at the end of data that are no whole number of frames has nothing left but the complaint.
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
		t.Fatal(err)
	}
	if x, err := decode(s, 9); len(x) != 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v, %v", x, err)
	}
}

// TestBegunElsewhere: a file that does not begin at byte 0 can be read by a new decoder only.
func TestBegunElsewhere(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: pcm.S16}, 1, noise(100))
	want := reference(t, file)
	for name, before := range map[string]string{
		"not a file":   "prefix",
		"another file": wavFile(t, wav.Options{Encoding: pcm.S16}, 2, noise(100)),
	} {
		r := bytes.NewReader([]byte(before + file))
		if _, err := r.Seek(int64(len(before)), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		got, err := decode(source(t, r), 11)
		if err != nil || !same(got, want) {
			t.Errorf("%s, new: %d samples, %v", name, len(got), err)
		}
		if _, err := r.Seek(int64(len(before)), io.SeekStart); err != nil {
			t.Fatal(err)
		}
		d := gowav.NewDecoder(r)
		d.ReadInfo()
		if s, err := NewSource(d); err == nil {
			t.Errorf("%s, begun: %+v", name, s.Info())
		}
	}
}

// TestBegunPipe: what has been read of a pipe cannot be read again.
func TestBegunPipe(t *testing.T) {
	file := wavFile(t, wav.Options{Encoding: pcm.S16}, 1, noise(100))
	for _, name := range []string{"pipe", "fake seek"} {
		d := gowav.NewDecoder(seekers[name](file))
		d.ReadInfo()
		if d.NumChans != 1 {
			t.Fatal(d.Err())
		}
		_, err := NewSource(d)
		refused(t, err, "decoder")
	}
}

// TestHugeClaim: a small file with a fmt or LIST chunk that claims 4 GiB makes the decoder allocate that much, a new
// decoder here nothing.
func TestHugeClaim(t *testing.T) {
	good := riff(plain(1, 1, 16), 4, "\x00\x40\x00\xC0")
	for name, file := range map[string]string{
		"fmt":  good[:16] + le32(0xFFFFFFF0) + good[20:],
		"LIST": good[:36] + "LIST" + le32(0xFFFFFFF0) + good[36:],
	} {
		for kind, seeker := range seekers {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := NewSource(gowav.NewDecoder(seeker(file)))
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; err == nil || n > 1<<20 {
				t.Errorf("%s, %s: %d bytes allocated, %v", name, kind, n, err)
			}
		}
	}
}
