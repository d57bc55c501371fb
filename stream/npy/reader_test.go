package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/stream"
)

// TestReader requires the frames of the array in every order and type of elements, from a file and from pipes, in reads
// of any length.
func TestReader(t *testing.T) {
	value := func(frame, channel int) float64 { return float64(channel) + float64(frame)/(1<<20) + 1e-12 }
	for _, size := range []struct{ channels, total int }{
		{3, 2*blockValues/3 + 5}, // more than two blocks
		{1, 2000}, {2, 1}, {80, 3}, {2, 0}, {1, 0},
	} {
		for _, o := range orders {
			for _, double := range []bool{true, false} {
				for _, leading := range []string{"", "1, "} {
					shape := o.shape(leading, size.channels, size.total)
					b := array(double, o.fortran, shape, o.elements(size.channels, size.total, value))
					for kind, r := range readers(b) {
						if len(b) > 1<<20 && (double || leading != "" || kind != "file" && kind != "pipe") {
							continue // slow, and nothing new
						}
						t.Run(fmt.Sprintf("%s, %+v, double %v, %s", shape, o, double, kind), func(t *testing.T) {
							checkFrames(t, r, o.layout, size.total, size.channels, value)
						})
					}
				}
			}
		}
	}
}

// TestReaderVector requires that an array of one dimension is one channel in either layout.
func TestReaderVector(t *testing.T) {
	value := func(frame, _ int) float64 { return float64(frame) + 0.5 }
	for _, o := range orders {
		for _, shape := range []string{"(7,)", "(1, 1, 7)", "(1, 7, 1)", "(0,)"} {
			total := strings.Count(shape, "7") * 7
			elements := o.elements(1, total, value)
			if (shape == "(1, 1, 7)") != (o.layout == ChannelsFirst) && strings.Count(shape, ",") == 2 {
				continue // one frame of seven channels
			}
			for kind, r := range readers(array(true, o.fortran, shape, elements)) {
				t.Run(fmt.Sprintf("%s, %+v, %s", shape, o, kind), func(t *testing.T) {
					checkFrames(t, r, o.layout, total, 1, value)
				})
			}
		}
	}
}

// checkFrames requires the frames that value returns, in reads of varying lengths.
func checkFrames(
	t *testing.T, r io.Reader, l Layout, total, channels int, value func(frame, channel int) float64,
) {
	t.Helper()
	f, err := NewReader(r, hz, l)
	if err != nil {
		t.Fatal(err)
	}
	if want := (stream.Format{Rate: hz, Channels: channels}); f.Frames() != int64(total) || f.Format() != want {
		t.Fatalf("got %d frames of %+v, want %d of %+v", f.Frames(), f.Format(), total, want)
	}
	dst := make([]float32, 5000*channels)
	frame := 0
	for size := 1; ; size = size%5000 + 997 {
		n, err := f.Read(dst[:min(size, 5000)*channels])
		if err == io.EOF {
			break
		}
		if err != nil || n == 0 {
			t.Fatalf("frame %d: got %d frames, error %v, want some", frame, n, err)
		}
		for i, v := range dst[:n*channels] {
			if want := float32(value(frame+i/channels, i%channels)); math.Float32bits(v) != math.Float32bits(want) {
				t.Fatalf("frame %d, channel %d: got %v, want %v", frame+i/channels, i%channels, v, want)
			}
		}
		frame += n
	}
	if frame != total {
		t.Fatalf("got %d frames before the end, want %d", frame, total)
	}
	if f.Frames() != 0 {
		t.Errorf("got %d frames left after the end, want 0", f.Frames())
	}
}

// TestReaderStartsWhereItStands requires that bytes before and after the array are ignored.
func TestReaderStartsWhereItStands(t *testing.T) {
	value := func(frame, channel int) float64 { return float64(10*frame + channel) }
	for _, o := range orders {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			b := array(false, o.fortran, o.shape("", 3, 5), o.elements(3, 5, value))
			r := bytes.NewReader(append(append([]byte("junk!"), b...), "more"...))
			r.Seek(5, io.SeekStart)
			checkFrames(t, r, o.layout, 5, 3, value)
		})
	}
}

// TestReaderRefuses requires an error that names the fault of a file.
func TestReaderRefuses(t *testing.T) {
	shaped := func(shape string, elements int) []byte {
		return file(1, dict("<f4", false, shape), make([]float32, elements), binary.LittleEndian)
	}
	good := shaped("(4, 2)", 8)
	for name, c := range map[string]struct {
		b    []byte
		rate stream.Rate
		l    Layout
		want string
	}{
		"scalar": {shaped("()", 1), hz, FramesFirst, "array of shape []: must have two dimensions, or one"},
		"three":  {shaped("(2, 2, 2)", 8), hz, FramesFirst, "array of shape [2, 2, 2]: must have two dimensions, or one"},
		"no channels": {shaped("(4, 0)", 0), hz, FramesFirst,
			"array of shape [4, 0]: has 0 channels, must have at least 1 in [frames, channels]: check"},
		"none first": {shaped("(0, 4)", 0), hz, ChannelsFirst,
			"array of shape [0, 4]: has 0 channels, must have at least 1 in [channels, frames]: check"},
		"other file":  {[]byte("RIFF"), hz, FramesFirst, "not a .npy file"},
		"truncated":   {good[:len(good)-5], hz, FramesFirst, "truncated after 6 of 8"},
		"no elements": {good[:len(good)-32], hz, FramesFirst, "truncated after 0 of 8"},
		"layout":      {good, hz, 7, "layout 7: must be ChannelsFirst or FramesFirst"},
		"rate":        {good, stream.Rate{}, FramesFirst, "frame rate 0/0"},
	} {
		t.Run(name, func(t *testing.T) {
			if f, err := NewReader(bytes.NewReader(c.b), c.rate, c.l); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, error %v, want one that contains %q", f, err, c.want)
			}
		})
	}
	t.Run("short slice", func(t *testing.T) {
		f, err := NewReader(bytes.NewReader(good), hz, FramesFirst)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := f.Read(make([]float32, 1)); n != 0 || err != io.ErrShortBuffer {
			t.Errorf("got %d frames, error %v, want 0 and io.ErrShortBuffer", n, err)
		}
	})
}

// TestReaderTruncated requires an io.ErrUnexpectedEOF for a file that ends after any number of bytes: at once if it can
// seek, or must be read as a whole.
func TestReaderTruncated(t *testing.T) {
	value := func(frame, channel int) float64 { return float64(10*frame + channel) }
	for _, o := range orders {
		b := array(false, o.fortran, o.shape("", 2, 4), o.elements(2, 4, value))
		for length := range b {
			for kind, r := range readers(b[:length]) {
				t.Run(fmt.Sprintf("%+v, %d bytes, %s", o, length, kind), func(t *testing.T) {
					f, err := NewReader(r, hz, o.layout)
					header := len(b) - 4*8
					if (kind == "file" || !o.together() || length < header) != (err != nil) {
						t.Errorf("NewReader: got error %v, want %v", err, err == nil)
					}
					if err == nil {
						err = readToError(f)
						if n, again := f.Read(make([]float32, 2)); n != 0 || again != err {
							t.Errorf("again: got %d frames, error %v, want 0 and %v", n, again, err)
						}
					}
					if length >= header {
						want := fmt.Sprintf("truncated after %d of 8 elements", (length-header)/4)
						if err == nil || !strings.Contains(err.Error(), want) {
							t.Errorf("got error %v, want one that contains %q", err, want)
						}
					}
					// A file shorter than the magic string is truncated too.
					if !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
						t.Errorf("got error %v, want an io.ErrUnexpectedEOF", err)
					}
				})
			}
		}
	}
}

// readToError reads all frames, four at a time, and returns the error after them.
func readToError(f *Reader) error {
	dst := make([]float32, 4*f.Format().Channels)
	for {
		if _, err := f.Read(dst); err != nil {
			return err
		}
	}
}

// TestReaderFails requires that a failure of the input is not io.EOF, and that further calls repeat it.
func TestReaderFails(t *testing.T) {
	value := func(frame, channel int) float64 { return float64(10*frame + channel) }
	for _, o := range orders {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			b := array(false, o.fortran, o.shape("", 2, 1<<16), o.elements(2, 1<<16, value))
			header := len(b) - 8<<16
			in := io.MultiReader(bytes.NewReader(b[:header]), iotest.TimeoutReader(bytes.NewReader(b[header:])))
			f, err := NewReader(in, hz, o.layout)
			if err == nil {
				err = readToError(f)
				if n, again := f.Read(make([]float32, 2)); n != 0 || again != err {
					t.Errorf("again: got %d frames, error %v, want 0 and %v", n, again, err)
				}
			}
			if !errors.Is(err, iotest.ErrTimeout) {
				t.Errorf("got error %v, want %v", err, iotest.ErrTimeout)
			}
		})
	}
}

// TestReaderMemory requires that an array with frame after frame, or in a file, is not held as a whole: Read allocates
// its blocks once.
func TestReaderMemory(t *testing.T) {
	for _, o := range orders {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			b := array(false, o.fortran, o.shape("", 3, blockValues), make([]float64, 3*blockValues))
			f, err := NewReader(bytes.NewReader(b), hz, o.layout)
			if err != nil {
				t.Fatal(err)
			}
			if got := cap(f.block) + cap(f.decoded); got > 0 {
				t.Errorf("after NewReader: got blocks of %d, want none", got)
			}
			dst := make([]float32, 3*100)
			if n := testing.AllocsPerRun(2000, func() { // which calls it once before it counts
				if _, err := f.Read(dst); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("got %v allocations per read, want 0", n)
			}
			if got := cap(f.block); got > blockValues {
				t.Errorf("got a block of %d values, want at most %d", got, blockValues)
			}
		})
	}
}

// TestReaderOneChannel requires that one channel, or one frame, is not held as a whole even from a pipe: its order in
// the file is the same in every layout.
func TestReaderOneChannel(t *testing.T) {
	for _, o := range orders {
		for _, shape := range []string{"(70000,)", "(1, 70000)", "(70000, 1)"} {
			t.Run(fmt.Sprintf("%+v, %s", o, shape), func(t *testing.T) {
				in := &counter{r: bytes.NewReader(array(true, o.fortran, shape, make([]float64, 70000)))}
				if _, err := NewReader(in, hz, o.layout); err != nil {
					t.Fatal(err)
				}
				if in.n > 1000 {
					t.Errorf("NewReader: got %d bytes read, want the header alone", in.n)
				}
			})
		}
	}
}

// FuzzReader requires that all ways to read a file return the same frames.
func FuzzReader(f *testing.F) {
	f.Add(file(1, dict("<f4", true, "(2, 3)"), []float32{1, 4, 2, 5, 3, 6}, binary.LittleEndian),
		true, true)
	f.Add(file(2, dict(">f8", false, "(1, 2, 1)"), []float64{1, 2}, binary.BigEndian),
		false, false)
	f.Add(file(1, dict("<f4", false, "(3,)"), []float32{1, 2, 3}, binary.LittleEndian), true, true)
	f.Fuzz(func(t *testing.T, b []byte, channelsFirst, seekable bool) {
		var r io.Reader = bytes.NewReader(b)
		if !seekable {
			r = pipe{r}
		}
		l := FramesFirst
		if channelsFirst {
			l = ChannelsFirst
		}
		frames, err := NewReader(r, hz, l)
		if err != nil {
			return
		}
		channels := frames.Format().Channels
		if int64(channels)*4 > int64(len(b)) {
			return // less than one frame, whatever the header announces
		}
		total, promised := int64(0), frames.Frames()
		dst := make([]float32, 7*channels)
		for {
			n, rerr := frames.Read(dst)
			if total += int64(n); rerr != nil {
				err = rerr
				break
			}
		}
		if total > promised || total*int64(channels)*4 > int64(len(b)) {
			t.Fatalf("got %d frames of %d channels, want at most %d that fit into %d bytes",
				total, channels, promised, len(b))
		}
		if (err == io.EOF) != (total == promised) {
			t.Fatalf("got %d frames of %d and error %v, want all or an error", total, promised, err)
		}
	})
}

// TestReadOn: a Reader that was read in part is a source of the rest, and Frames returns the length of the rest.
func TestReadOn(t *testing.T) {
	for _, l := range []Layout{ChannelsFirst, FramesFirst} {
		t.Run(fmt.Sprint(l), func(t *testing.T) {
			var file bytes.Buffer
			f := stream.Format{Rate: stream.Hz(100), Channels: 2}
			x := make([]float32, 20)
			for i := range x {
				x[i] = float32(i)
			}
			_, err := stream.Pipeline{Source: stream.FromSlice(f, x), Sink: NewWriter(&file, Options{Layout: l})}.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			r, err := NewReader(bytes.NewReader(file.Bytes()), f.Rate, l)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := r.Read(make([]float32, 6)); n != 3 || err != nil || r.Frames() != 7 {
				t.Fatalf("first read: got %d frames, error %v, and %d left, want 3 and 7 left", n, err, r.Frames())
			}
			rest, err := stream.ReadAll(t.Context(), r)
			if err != nil || !slices.Equal(rest.Samples, x[6:]) {
				t.Errorf("rest: got %d values and error %v, want %d", len(rest.Samples), err, len(x)-6)
			}
		})
	}
}
