package raw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestEncoder: the bytes do not depend on the lengths of reads or on the cuts of the source. The reference is one call
// of pcm.Encoder.
func TestEncoder(t *testing.T) {
	const channels, frames = 3, 60
	x := signal(channels * frames)
	for _, encoding := range allEncodings {
		for _, dither := range []bool{false, true} {
			o := Options{Encoding: encoding, Dither: dither}
			want := encode(t, o, channels, x)
			for size := 1; size < 3*channels*encoding.Bytes(); size++ {
				t.Run(fmt.Sprintf("%v/dither=%v/%d bytes", encoding, dither, size), func(t *testing.T) {
					b, err := NewEncoder(stream.FromSlice(format(channels), x), o)
					if err != nil {
						t.Fatal(err)
					}
					got, err := readBytes(b, size)
					if err != nil {
						t.Errorf("got error %v, want none", err)
					}
					wantEqual(t, "bytes", got, want)
					if b.Stats().Frames != frames {
						t.Errorf("stats: got %d frames, want %d", b.Stats().Frames, frames)
					}
				})
			}
		}
	}
}

// readBytes reads to the end in pieces of n bytes, and returns the error that is not io.EOF. Empty reads between them
// must change nothing.
func readBytes(r io.Reader, n int) (all []byte, err error) {
	p := make([]byte, n)
	for {
		if k, err := r.Read(nil); k != 0 || err != nil {
			return all, fmt.Errorf("read of no byte: %d, %w", k, err)
		}
		k, err := r.Read(p)
		all = append(all, p[:k]...)
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}

// TestEncoderIsAReader: the io.Reader passes the test of package iotest, for more bytes than one block.
func TestEncoderIsAReader(t *testing.T) {
	for _, channels := range []int{1, 7, blockBytes} {
		t.Run(fmt.Sprint(channels), func(t *testing.T) {
			x := signal(channels * max(2, 40000/channels))
			b, err := NewEncoder(stream.FromSlice(format(channels), x), Options{Encoding: pcm.S24})
			if err != nil {
				t.Fatal(err)
			}
			if err := iotest.TestReader(b, encode(t, Options{Encoding: pcm.S24}, channels, x)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestEncoderAsksForWhatItNeeds: a read asks the source once, for at least one frame and no more than it returns.
func TestEncoderAsksForWhatItNeeds(t *testing.T) {
	for _, c := range []struct{ bytes, asked, got int }{
		{1, 1, 1}, {3, 1, 3}, {4, 1, 4}, {7, 1, 4}, {8, 2, 8}, {403, 100, 400},
		{5 * blockValues, blockValues / 2, 2 * blockValues},
	} {
		t.Run(fmt.Sprint(c.bytes), func(t *testing.T) {
			asked, reads := 0, 0
			b, err := NewEncoder(sourceFunc(func(dst []float32) (int, error) {
				reads++
				asked += len(dst) / 2
				return len(dst) / 2, nil
			}), Options{Encoding: pcm.S16})
			if err != nil {
				t.Fatal(err)
			}
			n, err := b.Read(make([]byte, c.bytes))
			if n != c.got || err != nil || asked != c.asked || reads != 1 {
				t.Errorf("got %d bytes, error %v, %d frames in %d reads, want %d, none, %d in 1",
					n, err, asked, reads, c.got, c.asked)
			}
		})
	}
}

// TestEncoderEnds: the end of a source is io.EOF after its last byte. Any other error is not io.EOF. Further reads
// repeat both.
func TestEncoderEnds(t *testing.T) {
	boom := errors.New("boom")
	for name, c := range map[string]struct {
		frames int // returned together with err by the second read
		err    error
		bytes  int
		want   error
		text   string
	}{
		"end":                 {0, io.EOF, 4, io.EOF, "EOF"},
		"end with a frame":    {1, io.EOF, 8, io.EOF, "EOF"},
		"failure":             {0, boom, 4, boom, "boom"},
		"failure with frames": {1, boom, 4, boom, "boom"},
		"wrapped end":         {1, fmt.Errorf("link down: %w", io.EOF), 4, io.ErrUnexpectedEOF, "link down"},
		"truncated":           {0, &TruncatedError{1, 4}, 4, io.ErrUnexpectedEOF, "1 of its 4 bytes"},
		"no progress":         {0, nil, 4, io.ErrNoProgress, "source: read"},
		"negative count":      {-1, nil, 4, nil, "read returned -1 frames"},
		"too many":            {1000, io.EOF, 4, nil, "read returned 1000 frames"},
	} {
		for _, size := range []int{1, 3, 100} {
			t.Run(fmt.Sprintf("%s/%d", name, size), func(t *testing.T) {
				reads := 0
				b, err := NewEncoder(sourceFunc(func([]float32) (int, error) {
					if reads++; reads == 1 {
						return 1, nil
					}
					return c.frames, c.err
				}), Options{Encoding: pcm.S16})
				if err != nil {
					t.Fatal(err)
				}
				p, n := make([]byte, size), 0
				for err == nil {
					var k int
					k, err = b.Read(p)
					n += k
				}
				if n != c.bytes || (err == io.EOF) != (c.want == io.EOF) || errors.Is(err, io.EOF) != (err == io.EOF) ||
					c.want != nil && !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
					t.Errorf("got %d bytes, error %v, want %d, one that is %v and contains %q", n, err, c.bytes, c.want, c.text)
				}
				before := reads
				if n, again := b.Read(p); n != 0 || again != err || reads != before {
					t.Errorf("again: got %d bytes, error %v, %d reads of the source, want 0, %v, 0", n, again, reads-before, err)
				}
			})
		}
	}
}

// TestEncoderRefuses: NewEncoder rejects sources and options that cannot be encoded.
func TestEncoderRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		f    stream.Format
		o    Options
		want string
	}{
		"no encoding": {format(1), Options{}, "encoding samples: no sample format is set: choose pcm.U8"},
		"no channels": {format(0), Options{Encoding: pcm.S16}, "0 channels"},
		"no rate":     {stream.Format{Channels: 1}, Options{Encoding: pcm.S16}, "frame rate 0/0"},
		"wide frames": {format(math.MaxInt32), Options{Encoding: pcm.S16}, "must be shorter than 2 GiB"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := NewEncoder(stream.FromSlice(c.f, nil), c.o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one that contains %q", err, c.want)
			}
		})
	}
}

// TestEncoderAllocations: Read allocates nothing.
func TestEncoderAllocations(t *testing.T) {
	for _, encoding := range allEncodings {
		for _, size := range []int{1, 5, 10000} {
			t.Run(fmt.Sprintf("%v/%d", encoding, size), func(t *testing.T) {
				b, err := NewEncoder(sourceFunc(endless), Options{Encoding: encoding, Dither: true})
				if err != nil {
					t.Fatal(err)
				}
				p := make([]byte, size)
				if n := testing.AllocsPerRun(100, func() {
					if _, err := b.Read(p); err != nil {
						t.Fatal(err)
					}
				}); n != 0 {
					t.Errorf("got %v allocations per read, want 0", n)
				}
			})
		}
	}
}

// TestIdentity: bytes that are decoded and encoded again are unchanged, through a pipeline and through FromBytes.
func TestIdentity(t *testing.T) {
	for _, encoding := range allEncodings {
		for _, channels := range []int{1, 2, 6} {
			b := encode(t, Options{Encoding: encoding}, channels, signal(channels*150))
			for _, block := range []int{0, 1, 64} {
				for name, in := range cuts(b) {
					t.Run(fmt.Sprintf("%v/%d/%s/block %d", encoding, channels, name, block), func(t *testing.T) {
						var out bytes.Buffer
						p := stream.Pipeline{
							Source:      open(t, in, channels, encoding),
							Sink:        NewWriter(&out, Options{Encoding: encoding}),
							BlockFrames: block,
						}
						if _, err := p.Run(context.Background()); err != nil {
							t.Fatal(err)
						}
						wantEqual(t, "bytes", out.Bytes(), b)
					})
				}
			}
			t.Run(fmt.Sprintf("%v/%d/Bytes", encoding, channels), func(t *testing.T) {
				r, err := NewEncoder(open(t, bytes.NewReader(b), channels, encoding), Options{Encoding: encoding})
				if err != nil {
					t.Fatal(err)
				}
				got, err := io.ReadAll(r)
				if err != nil {
					t.Fatal(err)
				}
				wantEqual(t, "bytes", got, b)
			})
		}
	}
}
