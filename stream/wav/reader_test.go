package wav

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// TestTruncated cuts a file at every byte of its data: whole frames come first, then a TruncatedError with their
// number, and the same error again.
func TestTruncated(t *testing.T) {
	stereo24 := plainFmt(1, 2, 8000, 24)
	data := ramp(31 * 6)
	file := riff(stereo24, chunk("data", data))
	start := strings.Index(file, "data") + 8
	for n := range len(data) {
		r := open(t, file[:start+n])
		got, err := readRaw(r, 4)
		want := TruncatedError{Frames: int64(n / 6), Want: 31, Offset: int64(start + n)}
		var trunc *TruncatedError
		if !errors.As(err, &trunc) || errors.Is(err, io.EOF) || !errors.Is(err, io.ErrUnexpectedEOF) || *trunc != want {
			t.Errorf("%d bytes: got error %#v, want %#v, which is io.ErrUnexpectedEOF and not io.EOF", n, err, &want)
		}
		if want := data[:n/6*6]; string(got) != want {
			t.Errorf("%d bytes: got data %q, want %q", n, got, want)
		}
		if _, again := r.ReadRaw(make([]byte, 6)); again != err {
			t.Errorf("%d bytes: got error %v from the next read, want %v again", n, again, err)
		}
	}
}

// TestTruncatedEnds: data that end before a size that is a promise are truncated. A missing pad byte is not an error. A
// part of a frame at the end is a note.
func TestTruncatedEnds(t *testing.T) {
	pipe := "RIFF" + le32(unknown32) + "WAVE"
	stereo24, mono24 := plainFmt(1, 2, 8000, 24), plainFmt(1, 1, 8000, 24)
	big := "RF64" + le32(-1) + "WAVE" + chunk("ds64", le64(1<<63)+le64(1<<63-1024)+le64(0)+le32(0)) + mono16 +
		claim("data", -1)
	for _, c := range []struct {
		name, file string
		want       *TruncatedError // nil for a regular end
	}{
		{"pipe, whole", pipe + stereo24 + claim("data", unknown32) + ramp(12), nil},
		{"pipe, nothing", pipe + stereo24 + claim("data", unknown32), nil},
		{"pipe, 1 of 6 bytes after even", pipe + stereo24 + claim("data", unknown32) + ramp(13), nil},
		{"pipe, 5 of 6 bytes", pipe + stereo24 + claim("data", unknown32) + ramp(11), nil},
		{"pipe, a byte only", pipe + mono24 + claim("data", unknown32) + ramp(1), nil},
		{"pipe, pad after odd", pipe + mono24 + claim("data", unknown32) + ramp(10), nil},
		{"pipe, 1 of 3 bytes after even", pipe + mono24 + claim("data", unknown32) + ramp(7), nil},
		{"pipe, 2 of 3 bytes after odd", pipe + mono24 + claim("data", unknown32) + ramp(11), nil},
		{"pad missing", riff(mono24, claim("data", 9)+ramp(9)), nil},
		{"pad counted", riff(mono24, claim("data", 10)+ramp(10)), nil},
		{"pad counted, yet missing", riff(mono24, claim("data", 10)+ramp(9)), nil},
		{"part of a frame in the size", riff(stereo24, chunk("data", ramp(17))), nil},
		{"a byte over, even", riff(stereo24, chunk("data", ramp(13))), nil},
		{"nearly 2^63", big + ramp(7), &TruncatedError{3, (1<<63 - 1024) / 2, 87}},
		{"part of a part of a frame", riff(stereo24, claim("data", 17)+ramp(14)), nil},
		{"before the part of a frame", riff(stereo24, claim("data", 17)+ramp(11)), &TruncatedError{1, 2, 55}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readRaw(open(t, c.file), 100)
			if c.want == nil {
				if err != nil {
					t.Errorf("got error %v, want none", err)
				}
				return
			}
			var trunc *TruncatedError
			if !errors.As(err, &trunc) || *trunc != *c.want {
				t.Errorf("got error %#v, want %#v", err, c.want)
			} else if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "truncated") {
				t.Errorf("got error %q, want one line with %q", err, "truncated")
			}
		})
	}
}

// TestCuts: the cuts of the input and of the calls of Read and ReadRaw do not change a sample.
func TestCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(allFormats).Draw(t, "format")
		channels := rapid.IntRange(1, 7).Draw(t, "channels")
		frames := rapid.IntRange(0, 9000).Draw(t, "frames")
		tag := 1
		if f.Float() {
			tag = 3
		}
		data := ramp(frames * channels * f.Bytes())
		head := chunk("JUNK", ramp(rapid.IntRange(0, 9).Draw(t, "junk"))) + plainFmt(tag, channels, 8000, 8*f.Bytes())
		file := riff(head, chunk("data", data))
		if rapid.Bool().Draw(t, "pipe") {
			file = "RIFF" + le32(-1) + "WAVE" + head + claim("data", -1) + data
		}
		var in io.Reader = strings.NewReader(file)
		switch rapid.IntRange(0, 4).Draw(t, "reader") {
		case 0:
			in = iotest.OneByteReader(in)
		case 1:
			in = iotest.HalfReader(in)
		case 2:
			in = iotest.DataErrReader(in)
		case 3:
			in = iotest.DataErrReader(iotest.HalfReader(in))
		}
		want := make([]float32, frames*channels)
		pcm.Decode(want, []byte(data), f)
		r, err := NewReader(in)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]float32, 0, len(want)+8000*channels)
		raw := make([]byte, 8000*channels*f.Bytes())
		for err == nil {
			n := rapid.IntRange(1, 8000).Draw(t, "n")
			at := len(got)
			if rapid.Bool().Draw(t, "raw") {
				var k int
				k, err = r.ReadRaw(raw[:n*channels*f.Bytes()])
				k /= f.Bytes()
				pcm.Decode(got[at:at+k], raw, f)
				got = got[:at+k]
			} else {
				var k int
				k, err = r.Read(got[at : at+n*channels])
				got = got[:at+k*channels]
			}
			if len(got) > len(want) {
				t.Fatalf("got %d samples, want at most %d", len(got), len(want))
			}
		}
		if err != io.EOF {
			t.Fatalf("got error %v, want %v", err, io.EOF)
		}
		if len(got) != len(want) {
			t.Fatalf("got %d samples, want %d", len(got), len(want))
		}
		for i, v := range got {
			if v != want[i] && (v == v || want[i] == want[i]) {
				t.Fatalf("sample %d: got %v, want %v", i, v, want[i])
			}
		}
	})
}

// TestReadDoesNotWait: Read returns the frames that have arrived, even if there is room for more.
func TestReadDoesNotWait(t *testing.T) {
	pr, pw := io.Pipe()
	go func() {
		io.WriteString(pw, riff(mono16, claim("data", 1000)))
		io.WriteString(pw, ramp(7))
	}()
	r, err := NewReader(pr)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := r.Read(make([]float32, 500)); n != 3 || err != nil {
		t.Errorf("got %d frames, error %v, want 3, no error", n, err)
	}
	pr.Close()
}

// TestDoesNotReadOn: bytes after the data chunk stay in the input.
func TestDoesNotReadOn(t *testing.T) {
	in := strings.NewReader(riff(mono16, chunk("data", ramp(8))) + "after")
	r, err := NewReader(onlyReader{in})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readRaw(r, 100); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(in); err != nil || string(rest) != "after" {
		t.Errorf("rest of the input: got %q, error %v, want %q, no error", rest, err, "after")
	}
}

// TestShortBuffers: a slice without room for one frame is io.ErrShortBuffer; a partial frame at its end stays unused.
func TestShortBuffers(t *testing.T) {
	r := open(t, riff(plainFmt(1, 2, 8000, 16), chunk("data", ramp(8))))
	if n, err := r.Read(make([]float32, 1)); n != 0 || !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("Read of half a frame: got %d, error %v, want 0, %v", n, err, io.ErrShortBuffer)
	}
	if n, err := r.ReadRaw(make([]byte, 3)); n != 0 || !errors.Is(err, io.ErrShortBuffer) {
		t.Errorf("ReadRaw of 3 of 4 bytes: got %d, error %v, want 0, %v", n, err, io.ErrShortBuffer)
	}
	if n, err := r.Read(make([]float32, 3)); n != 1 || err != nil {
		t.Errorf("Read of one frame and a half: got %d, error %v, want 1, no error", n, err)
	}
}

func (fakeSeeker) Seek(int64, int) (int64, error) { return 0, errors.New("illegal seek") }

func (fakeDevice) Seek(int64, int) (int64, error) { return 0, nil }

// TestFirstDataOnly: a second data chunk is not read.
func TestFirstDataOnly(t *testing.T) {
	r := open(t, riff(mono16, chunk("data", ramp(8)), chunk("data", ramp(20))))
	if got, err := readRaw(r, 3); err != nil || string(got) != ramp(8) {
		t.Errorf("data: got %q, error %v, want %q, no error", got, err, ramp(8))
	}
	if got := r.Info().Frames; got != 4 {
		t.Errorf("frames: got %d, want 4", got)
	}
}

// TestPadOfOneByteFrames: if the size is unknown, a byte after an odd number of one-byte frames is a frame.
func TestPadOfOneByteFrames(t *testing.T) {
	head := "RIFF" + le32(unknown32) + "WAVE" + plainFmt(1, 1, 8000, 8) + claim("data", unknown32)
	want := ramp(7) + "\x00"
	if got, err := readRaw(open(t, head+want), 3); err != nil || string(got) != want {
		t.Errorf("data: got %q, error %v, want %q, no error", got, err, want)
	}
}

// TestReaderAllocations: Read and ReadRaw allocate nothing.
func TestReaderAllocations(t *testing.T) {
	for _, f := range allFormats {
		t.Run(f.String(), func(t *testing.T) {
			tag := 1
			if f.Float() {
				tag = 3
			}
			r := open(t, riff(plainFmt(tag, 2, 8000, 8*f.Bytes()), chunk("data", ramp(200*600*2*f.Bytes()))))
			dst, raw := make([]float32, 600), make([]byte, 300*2*f.Bytes())
			if n := testing.AllocsPerRun(100, func() {
				if _, err := r.Read(dst); err != nil {
					t.Fatal(err)
				}
				if _, err := r.ReadRaw(raw); err != nil {
					t.Fatal(err)
				}
			}); n != 0 {
				t.Errorf("got %v allocations per block, want 0", n)
			}
		})
	}
}

// TestReadOn: a Reader that was read in part is a source of the rest, and Frames returns the length of the rest.
func TestReadOn(t *testing.T) {
	var file bytes.Buffer
	f := stream.Format{Rate: stream.Hz(8000), Channels: 2}
	x := make([]float32, 20)
	for i := range x {
		x[i] = float32(i)
	}
	_, err := stream.Pipeline{Source: stream.FromSlice(f, x), Sink: NewWriter(&file, Options{Encoding: pcm.F32})}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := r.Read(make([]float32, 6)); n != 3 || err != nil || r.Frames() != 7 {
		t.Fatalf("first read: got %d frames, error %v, and %d left, want 3 and 7 left", n, err, r.Frames())
	}
	rest, err := stream.ReadAll(t.Context(), r)
	if err != nil || !slices.Equal(rest.Samples, x[6:]) || r.Frames() != 0 {
		t.Errorf("rest: got %d values, error %v, and %d frames left, want %d and none left", len(rest.Samples), err, r.Frames(), len(x)-6)
	}
}
