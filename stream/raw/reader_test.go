package raw

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestScale: the bytes of every encoding have the values in the documentation of the package.
func TestScale(t *testing.T) {
	for encoding, c := range map[pcm.Format]struct {
		bytes string
		want  []float32
	}{
		pcm.U8:  {"\x00\x80\xC0\xFF", []float32{-1, 0, 0.5, 127.0 / 128}},
		pcm.S16: {"\x00\x80\x00\x00\x00\x40\xFF\x7F", []float32{-1, 0, 0.5, 32767.0 / 32768}},
		pcm.S24: {"\x00\x00\x80\x00\x00\x00\x00\x00\x40\xFF\xFF\x7F", []float32{-1, 0, 0.5, 8388607.0 / 8388608}},
		pcm.S32: {"\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00\x40", []float32{-1, 0, 0.5}},
		pcm.F32: {"\x00\x00\x80\xBF\x00\x00\x00\x3F\x00\x00\x40\x40", []float32{-1, 0.5, 3}},
		pcm.F64: {"\x00\x00\x00\x00\x00\x00\xF0\xBF\x00\x00\x00\x00\x00\x00\xE0\x3F", []float32{-1, 0.5}},
	} {
		t.Run(encoding.String(), func(t *testing.T) {
			r := open(t, strings.NewReader(c.bytes), 1, encoding)
			got, err := readAll(r, 10)
			if err != nil {
				t.Errorf("got error %v, want none", err)
			}
			wantEqual(t, "samples", got, c.want)
		})
	}
}

// TestReader: the frames do not depend on how the bytes arrive or on the lengths of reads. The reference is one call of
// pcm.Decode.
func TestReader(t *testing.T) {
	for _, encoding := range allEncodings {
		for _, channels := range []int{1, 2, 3, 80} {
			b := encode(t, Options{Encoding: encoding}, channels, signal(3000/channels*channels))
			want := decode(b, encoding)
			for name, in := range cuts(b) {
				t.Run(fmt.Sprintf("%v/%d/%s", encoding, channels, name), func(t *testing.T) {
					r := open(t, in, channels, encoding)
					if r.Format() != format(channels) {
						t.Errorf("format: got %v, want %v", r.Format(), format(channels))
					}
					got, err := readAll(r, 7)
					if err != nil {
						t.Errorf("got error %v, want none", err)
					}
					wantEqual(t, "samples", got, want)
				})
			}
		}
	}
}

// TestReaderBlocks: a stream, and even a frame, may be longer than a block.
func TestReaderBlocks(t *testing.T) {
	for _, channels := range []int{1, 7, 2 * blockBytes} {
		t.Run(fmt.Sprint(channels), func(t *testing.T) {
			b := encode(t, Options{Encoding: pcm.S24}, channels, signal(4*blockBytes/channels*channels))
			for name, in := range map[string]io.Reader{
				"whole": bytes.NewReader(b), "halves": iotest.HalfReader(bytes.NewReader(b)),
			} {
				got, err := readAll(open(t, in, channels, pcm.S24), 1)
				if err != nil {
					t.Errorf("%s: got error %v, want none", name, err)
				}
				wantEqual(t, name, got, decode(b, pcm.S24))
			}
		})
	}
}

// TestReaderDoesNotWait: Read returns as soon as a whole frame has arrived. It keeps the bytes of an incomplete frame
// for the next call.
func TestReaderDoesNotWait(t *testing.T) {
	s := &script{steps: []step{{"abcdef", nil}, {"", nil}, {"gh", nil}, {"ijklmnopq", nil}, {"r", nil}, {"stuv", nil}}}
	r, err := NewReader(s, format(2), pcm.S16) // frames of 4 bytes
	if err != nil {
		t.Fatal(err)
	}
	dst := make([]float32, 2*100)
	var got []float32
	for i, want := range []struct{ frames, calls int }{{1, 1}, {1, 3}, {2, 4}, {1, 6}} {
		n, err := r.Read(dst)
		if n != want.frames || s.calls != want.calls || err != nil {
			t.Fatalf("read %d: got %d frames after %d reads of the input, error %v, want %d after %d, no error",
				i, n, s.calls, err, want.frames, want.calls)
		}
		got = append(got, dst[:2*n]...)
	}
	wantEqual(t, "samples", got, decode([]byte("abcdefghijklmnopqrst"), pcm.S16))
	if n, err := r.Read(dst); n != 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("at the end: got %d frames, error %v, want 0 and an io.ErrUnexpectedEOF", n, err)
	}
}

// TestReaderTruncated: for bytes that end inside a frame, Read returns the frames before it, then a TruncatedError, and
// the same error again. For bytes that end after a frame it returns io.EOF.
func TestReaderTruncated(t *testing.T) {
	const channels = 3
	for _, encoding := range allEncodings {
		b := encode(t, Options{Encoding: encoding}, channels, signal(channels*4))
		frame := channels * encoding.Bytes()
		for length := range len(b) + 1 {
			for name, in := range cuts(b[:length]) {
				t.Run(fmt.Sprintf("%v/%d bytes/%s", encoding, length, name), func(t *testing.T) {
					checkTruncated(t, in, encoding, b[:length/frame*frame], length%frame)
				})
			}
		}
	}
}

// checkTruncated expects these whole frames of 3 channels, and then the end after rest bytes of the next frame.
func checkTruncated(t *testing.T, in io.Reader, encoding pcm.Format, whole []byte, rest int) {
	t.Helper()
	r := open(t, in, 3, encoding)
	got, err := readAll(r, 2)
	wantEqual(t, "samples", got, decode(whole, encoding))
	n, again := r.Read(make([]float32, 3))
	if rest == 0 {
		if err != nil || n != 0 || again != io.EOF {
			t.Errorf("got error %v, then %d frames and error %v, want io.EOF twice", err, n, again)
		}
		return
	}
	frame := 3 * encoding.Bytes()
	truncated, ok := errors.AsType[*TruncatedError](err)
	if !ok || *truncated != (TruncatedError{Bytes: rest, FrameBytes: frame}) {
		t.Errorf("got error %#v, want a TruncatedError of %d of %d bytes", err, rest, frame)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) || n != 0 || again != err {
		t.Errorf("got error %v, then %d frames and error %v, want an io.ErrUnexpectedEOF twice", err, n, again)
	}
	if want := fmt.Sprintf("ends inside a frame: %d of its %d bytes: get a complete copy of the samples", rest, frame); ok && err.Error() != want {
		t.Errorf("message: got %q, want %q", err, want)
	}
}

// TestReaderFails: Read returns the frames before a failure, then an error that wraps it and is never io.EOF, and the
// same error again.
func TestReaderFails(t *testing.T) {
	boom := errors.New("boom")
	const two = "abcdefgh" // frames of 4 bytes
	for name, c := range map[string]struct {
		in     io.Reader
		frames int
		want   error
		text   string
	}{
		"at once":        {iotest.ErrReader(boom), 0, boom, "reading samples: boom"},
		"after frames":   {&script{steps: []step{{two, nil}, {"", boom}}}, 2, boom, "reading samples: boom"},
		"with frames":    {&script{steps: []step{{two + "i", boom}, {two, nil}}}, 2, boom, "reading samples: boom"},
		"inside a frame": {&script{steps: []step{{two + "i", nil}, {"", boom}, {two, nil}}}, 2, boom, "boom"},
		"second read fails": {iotest.TimeoutReader(&script{steps: []step{{two, nil}, {two, nil}}}), 2, iotest.ErrTimeout,
			"timeout"},
		"wrapped end": {&script{steps: []step{{two, fmt.Errorf("link down: %w", io.EOF)}}}, 2, io.ErrUnexpectedEOF,
			"link down"},
		"no progress": {readFunc(func([]byte) (int, error) { return 0, nil }), 0, io.ErrNoProgress, "reading samples"},
		"negative":    {readFunc(func([]byte) (int, error) { return -1, nil }), 0, nil, "impossible count"},
		"too many":    {readFunc(func(p []byte) (int, error) { return len(p) + 1, nil }), 0, nil, "impossible count"},
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, c.in, 2, pcm.S16)
			got, err := readAll(r, 1)
			wantEqual(t, "samples", got, decode([]byte(two)[:4*c.frames], pcm.S16))
			if err == nil || errors.Is(err, io.EOF) || c.want != nil && !errors.Is(err, c.want) ||
				!strings.Contains(err.Error(), c.text) {
				t.Errorf("got error %v, want one that contains %q, is %v, and is not io.EOF", err, c.text, c.want)
			}
			if n, again := r.Read(make([]float32, 2)); n != 0 || again != err {
				t.Errorf("again: got %d frames, error %v, want 0 and %v", n, again, err)
			}
		})
	}
}

// TestReaderRefuses: NewReader rejects invalid formats, and Read rejects a slice that holds no frame.
func TestReaderRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		f        stream.Format
		encoding pcm.Format
		want     string
	}{
		"no encoding": {format(1), 0, "no sample format is set: choose pcm.U8"},
		"no channels": {format(0), pcm.S16, "0 channels"},
		"no rate":     {stream.Format{Channels: 1}, pcm.S16, "frame rate 0/0"},
		"wide frames": {format(math.MaxInt32), pcm.S16, "must be shorter than 2 GiB"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewReader(strings.NewReader(""), c.f, c.encoding); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one that contains %q", err, c.want)
			}
		})
	}
	t.Run("short slice", func(t *testing.T) {
		r := open(t, strings.NewReader("abcd"), 2, pcm.S16)
		if n, err := r.Read(make([]float32, 1)); n != 0 || err != io.ErrShortBuffer {
			t.Errorf("got %d frames, error %v, want 0 and io.ErrShortBuffer", n, err)
		}
		if n, err := r.Read(make([]float32, 3)); n != 1 || err != nil {
			t.Errorf("afterwards: got %d frames, error %v, want 1 and none", n, err)
		}
	})
}

// TestReaderAllocations: Read allocates nothing.
func TestReaderAllocations(t *testing.T) {
	for _, encoding := range allEncodings {
		t.Run(encoding.String(), func(t *testing.T) {
			r := open(t, iotest.HalfReader(readFunc(endlessBytes)), 3, encoding)
			dst := make([]float32, 3*1000)
			if n := testing.AllocsPerRun(100, func() {
				if _, err := r.Read(dst); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("got %v allocations per read, want 0", n)
			}
		})
	}
}

// TestFromBytes: FromBytes returns the frames that a Reader reads, and rejects bytes that end inside a frame at once.
func TestFromBytes(t *testing.T) {
	f := stream.Format{Rate: stream.Hz(8000), Channels: 2}
	b := []byte{0x00, 0x40, 0x00, 0xC0, 0x00, 0x80, 0xFF, 0x7F}
	source, err := FromBytes(b, f, pcm.S16)
	if err != nil {
		t.Fatal(err)
	}
	got, err := stream.ReadAll(t.Context(), source)
	if want := []float32{0.5, -0.5, -1, 32767.0 / 32768}; err != nil || !slices.Equal(got.Samples, want) || got.Format != f {
		t.Errorf("got %v of %v and error %v, want %v of %v", got.Samples, got.Format, err, want, f)
	}
	_, err = FromBytes(b[:7], f, pcm.S16)
	if truncated := (*TruncatedError)(nil); !errors.As(err, &truncated) || truncated.Bytes != 3 || truncated.FrameBytes != 4 {
		t.Errorf("7 bytes: got error %v, want a *TruncatedError with 3 of 4 bytes", err)
	}
	if _, err := FromBytes(b, f, 0); err == nil {
		t.Error("no encoding: got no error, want one")
	}
}

// TestNothing: a nil reader and a nil source are errors.
func TestNothing(t *testing.T) {
	f := stream.Format{Rate: stream.Hz(8000), Channels: 2}
	if _, err := NewReader(nil, f, pcm.S16); err == nil || err.Error() != "reading samples: no reader" {
		t.Errorf("NewReader: got error %v, want one about the reader", err)
	}
	if _, err := NewEncoder(nil, Options{Encoding: pcm.S16}); err == nil || err.Error() != "encoding samples: no source" {
		t.Errorf("NewEncoder: got error %v, want one about the source", err)
	}
}
