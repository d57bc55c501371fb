package stream

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestSourceFails(t *testing.T) {
	for _, join := range []bool{false, true} {
		for _, end := range []error{errBoom, errors.Join(io.EOF, errBoom)} {
			p, sink, first, last := failing(t)
			p.Source = &memSource{data: ramp(95), channels: 1, end: end, joinEOF: join}
			stats, err := p.Run(context.Background())
			want := end
			if errors.Is(end, io.EOF) {
				want = io.ErrUnexpectedEOF
			}
			sink.wantCause(t, err, want)
			if !strings.HasPrefix(err.Error(), "pipeline: source: read: ") || !strings.Contains(err.Error(), "boom") {
				t.Errorf("error %q", err)
			}
			if first.flushes != 0 || last.flushes != 0 {
				t.Errorf("flushed %d and %d times after a failure", first.flushes, last.flushes)
			}
			if wantIn := map[bool]int64{false: 95, true: 90}[join]; stats.FramesIn != wantIn || stats.FramesOut > 95-8 {
				t.Errorf("%d frames in, %d out, want %d, at most 87", stats.FramesIn, stats.FramesOut, wantIn)
			}
		}
	}
}

func TestSourceMisbehaves(t *testing.T) {
	reads := 0
	for name, c := range map[string]struct {
		source Source
		is     error
		text   string
	}{
		"negative":  {readFunc(func(dst []float32) (int, error) { return -1, nil }), nil, "source: read returned -1 frames, 10 asked for"},
		"too many":  {readFunc(func(dst []float32) (int, error) { return len(dst) + 1, io.EOF }), nil, "source: read returned 11 frames, 10 asked for"},
		"nothing":   {readFunc(func(dst []float32) (int, error) { reads++; return 0, nil }), io.ErrNoProgress, "source: read: "},
		"too short": {sizedSource{&memSource{data: ramp(95), channels: 1}, 96}, io.ErrUnexpectedEOF, "source: unexpected EOF after 95 of 96 frames"},
		"too long":  {sizedSource{&memSource{data: ramp(95), channels: 1}, 94}, nil, "source: more than the 94 frames announced"},
	} {
		t.Run(name, func(t *testing.T) {
			p, sink, first, last := failing(t)
			p.Source = c.source
			_, err := p.Run(context.Background())
			if err == nil || !strings.Contains(err.Error(), c.text) {
				t.Fatalf("error %v, want %q", err, c.text)
			}
			if c.is == nil {
				c.is = err
			}
			if len(sink.causes) != 1 || !errors.Is(sink.causes[0], c.is) && sink.causes[0].Error() != err.Error() {
				t.Errorf("sink closed with %v", sink.causes)
			}
			if !errors.Is(err, c.is) || first.flushes != 0 || last.flushes != 0 {
				t.Errorf("error %v, %d and %d flushes", err, first.flushes, last.flushes)
			}
		})
	}
	if reads != 100 {
		t.Errorf("%d empty reads, want 100", reads)
	}
	// Progress resets the count.
	reads = 0
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
		t.Errorf("99 empty reads in a row: %d frames, %v", stats.FramesOut, err)
	}
}
