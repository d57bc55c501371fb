package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestSourceFails: an error of the source ends the run, is the cause with which the sink is closed, and flushes no
// stage.
func TestSourceFails(t *testing.T) {
	for name, end := range map[string]error{"error": errBoom, "io.EOF in it": errors.Join(io.EOF, errBoom)} {
		for join, in := range map[bool]int64{false: 95, true: 90} {
			t.Run(fmt.Sprintf("%s/joinEOF=%v", name, join), func(t *testing.T) {
				p, sink, first, last := failing(t)
				p.Source = &memSource{data: ramp(95), channels: 1, end: end, joinEOF: join}
				stats, err := p.Run(context.Background())
				want := end
				if errors.Is(end, io.EOF) {
					want = io.ErrUnexpectedEOF
				}
				sink.wantCause(t, err, want)
				wantText(t, err, "pipeline: source: read: ")
				if !strings.Contains(err.Error(), "boom") {
					t.Errorf("got error %v, want %q in it", err, "boom")
				}
				wantFlushes(t, 0, first, last)
				if stats.FramesIn != in || stats.FramesOut > 95-8 {
					t.Errorf("got %d frames in, %d out, want %d, at most 87", stats.FramesIn, stats.FramesOut, in)
				}
			})
		}
	}
}

// TestSourceMisbehaves: a source that returns impossible numbers, 100 empty reads in a row, or another number of frames
// than announced ends the run with an error.
func TestSourceMisbehaves(t *testing.T) {
	reads := 0
	for name, c := range map[string]struct {
		source Source
		is     error
		frames bool // enough frames come before the error for the sink to open
		text   string
	}{
		"negative": {readFunc(func(dst []float32) (int, error) { return -1, nil }), nil, false,
			"source: read returned -1 frames: must be 0 to 10, the frames that dst holds"},
		"too many": {readFunc(func(dst []float32) (int, error) { return len(dst) + 1, io.EOF }), nil, false,
			"source: read returned 11 frames: must be 0 to 10, the frames that dst holds"},
		"nothing": {readFunc(func(dst []float32) (int, error) { reads++; return 0, nil }), io.ErrNoProgress, false,
			"source: read: "},
		"too short": {sizedSource{&memSource{data: ramp(95), channels: 1}, 96}, io.ErrUnexpectedEOF, true,
			"source: ended after 95 of the 96 frames that it announced"},
		"too long": {sizedSource{&memSource{data: ramp(95), channels: 1}, 94}, nil, true,
			"source: returned more than the 94 frames that it announced"},
		"empty": {sizedSource{&memSource{channels: 1}, 5}, io.ErrUnexpectedEOF, false,
			"source: ended after 0 of the 5 frames that it announced"},
	} {
		t.Run(name, func(t *testing.T) {
			p, sink, first, last := failing(t)
			p.Source = c.source
			_, err := p.Run(context.Background())
			if err == nil || !strings.Contains(err.Error(), c.text) {
				t.Fatalf("got error %v, want %q", err, c.text)
			}
			if c.is == nil {
				c.is = err
			}
			if !c.frames {
				sink.wantUnopened(t)
			} else if len(sink.causes) != 1 || !errors.Is(sink.causes[0], c.is) && sink.causes[0].Error() != err.Error() {
				t.Errorf("sink: got closed with %v, want once with %v", sink.causes, c.is)
			}
			if !errors.Is(err, c.is) {
				t.Errorf("got error %v, want %v", err, c.is)
			}
			wantFlushes(t, 0, first, last)
		})
	}
	if reads != 100 {
		t.Errorf("got %d empty reads, want 100", reads)
	}
}

// TestEmptyReads: a frame after 99 empty reads permits 99 more empty reads.
func TestEmptyReads(t *testing.T) {
	reads := 0
	p := Pipeline{Sink: &memSink{t: t}, Source: readFunc(func(dst []float32) (int, error) {
		switch reads++; {
		case reads > 500:
			return 0, io.EOF
		case reads%100 == 0:
			return 1, nil
		}
		return 0, nil
	})}
	if stats, err := p.Run(context.Background()); err != nil || stats.FramesOut != 5 {
		t.Errorf("got %d frames, error %v, want 5, no error", stats.FramesOut, err)
	}
}
