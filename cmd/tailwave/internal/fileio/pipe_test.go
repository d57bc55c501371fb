package fileio

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/wav"
)

// A dripping reader returns the bytes of head, then a line every interval a number of times, then io.EOF.
type dripping struct {
	head     io.Reader
	interval time.Duration
	times    int
}

func (d *dripping) Read(p []byte) (int, error) {
	if n, err := d.head.Read(p); err == nil {
		return n, nil
	}
	time.Sleep(d.interval)
	if d.times--; d.times < 0 {
		return 0, io.EOF
	}
	return copy(p, "y\n"), nil
}

// TestPipeThatNeverEnds: what follows the samples of a pipe is read as long as it arrives without a break, for at most
// some seconds. Bytes that arrive later are reported.
func TestPipeThatNeverEnds(t *testing.T) {
	var file bytes.Buffer
	w := wav.NewWriter(&file, wav.Options{Encoding: pcm.S16})
	if err := w.Open(stream.Format{Rate: stream.Hz(8000), Channels: 1}, 100); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(make([]float32, 100)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(nil); err != nil {
		t.Fatal(err)
	}
	const forever = 1 << 40
	more := "standard input: more bytes follow: not read"
	for _, c := range []struct {
		name     string
		interval time.Duration
		times    int
		want     time.Duration // from the end of the samples to that of Finish
		more     bool
	}{
		{"endless", 100 * time.Millisecond, forever, restTime, true},
		{"ends in time", 100 * time.Millisecond, 30, 3100 * time.Millisecond, false},
		{"silent", time.Hour, forever, silence, false},
		{"ends late", 900 * time.Millisecond, 5, 5400 * time.Millisecond, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				defer time.Sleep(c.interval) // a read under way ends in the bubble
				var notes []string
				in, err := OpenWAV("-", &dripping{bytes.NewReader(file.Bytes()), c.interval, c.times},
					Reading{Report: func(m string) { notes = append(notes, m) }})
				if err != nil {
					t.Fatal(err)
				}
				frames := 0
				for dst := make([]float32, 64); err == nil; {
					var n int
					n, err = in.Read(dst)
					frames += n
				}
				if frames != 100 || err != io.EOF {
					t.Errorf("got %d frames and error %v, want 100 and %v", frames, err, io.EOF)
				}
				start := time.Now() // of the bubble, in which only sleeping takes time
				in.Finish()
				if got := time.Since(start); got != c.want {
					t.Errorf("Finish: got %v, want %v", got, c.want)
				}
				if got := slices.Contains(notes, more); got != c.more {
					t.Errorf("notes: got %q, want %q in them: %v", notes, more, c.more)
				}
				if n, err := in.pipe.Read(make([]byte, 1)); n != 0 || err != io.EOF {
					t.Errorf("read after the end: got %d bytes and error %v, want 0 and %v", n, err, io.EOF)
				}
			})
		})
	}
}
