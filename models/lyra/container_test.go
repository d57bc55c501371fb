package lyra

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// TestContainer requires that the codes that were written are read back, however the input is cut.
func TestContainer(t *testing.T) {
	for _, c := range []struct {
		bitrate, rate int
		samples       int64
	}{
		{3200, 16000, 0}, {3200, 16000, 1}, {6000, 16000, 320}, {9200, 16000, 321}, {9200, 16000, 16000},
		{9200, 16000, 16001},
		{6000, 44100, 44100}, {3200, 8000, 8161}, {6000, 768000, 768000*3 + 1}, {9200, 1000, 1040}, {3200, 48000, 48000 * 5},
	} {
		t.Run(fmt.Sprintf("%d bps, %d Hz, %d samples", c.bitrate, c.rate, c.samples), func(t *testing.T) {
			codes, file := contained(t, c.bitrate, c.rate, c.samples)
			for name, r := range map[string]io.Reader{
				"whole": bytes.NewReader(file), "bytes": iotest.OneByteReader(bytes.NewReader(file)),
				"data and EOF": iotest.DataErrReader(bytes.NewReader(file)),
			} {
				t.Run(name, func(t *testing.T) { wantContents(t, readAll(t, r), codes, c.samples) })
			}
			h := Header{Bitrate: c.bitrate, Rate: c.rate}
			if n := h.Length(bytes.NewReader(file), int64(len(file))); n != c.samples {
				t.Errorf("Length: got %d, want %d", n, c.samples)
			}
		})
	}
}

// TestContainerLayout requires the bytes of the documented format, and errors for parts of hops and wrong lengths.
func TestContainerLayout(t *testing.T) {
	var b bytes.Buffer
	w, err := NewWriter(&b, Header{Bitrate: 3200, Rate: 16000})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0}); err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]byte{1}); err == nil {
		t.Error("Write of a part of a hop: got no error, want one")
	}
	if err := w.Close(321); err == nil {
		t.Error("Close with 321 samples in a hop: got no error, want one")
	}
	if err := w.Close(300); err != nil {
		t.Fatal(err)
	}
	want := "\x89LYRA\r\n\x1a" + "\x01\x00\x80\x0c\x80\x3e\x00\x00" + "\x45\xbf\xe3\xaf" +
		"\x01" + "\x21\x43\x65\x87\xa9\xcb\xed\x0f" + "\x69\xda\x7d\x0c" +
		"\x00" + "\x2c\x01\x00\x00\x00\x00\x00\x00" + "\x45\xa7\xc0\xbd"
	if got := b.String(); got != want {
		t.Errorf("file: got %q, want %q", got, want)
	}
}

// TestContainerDamage changes every bit of a container in turn, with -short every thirteenth. It requires that the
// codes outside the second with the bit do not change, and exactly one report of damage.
func TestContainerDamage(t *testing.T) {
	for _, hops := range []int64{101, 149, 150} {
		t.Run(fmt.Sprintf("%d hops", hops), func(t *testing.T) {
			codes, file := contained(t, 3200, 16000, hops*Hop)
			const codebooks, second = 16, 1 + 50*8 + 4
			for bit := range 8 * len(file) {
				if testing.Short() && bit%13 != 0 {
					continue
				}
				broken := bytes.Clone(file)
				broken[bit/8] ^= 1 << (bit % 8)
				got := readAll(t, bytes.NewReader(broken))
				at := bit / 8
				switch hit := (at - headerSize) / second; {
				case at < headerSize:
					if got.err == nil || got.codes != nil || got.damaged > 0 {
						t.Fatalf("byte %d of the header: got %v, want an error alone", at, got)
					}
				case at >= len(file)-trailerSize:
					if got.err == nil || got.err == io.EOF || got.samples != -1 || got.damaged > 0 {
						t.Fatalf("byte %d of the trailer: got %v, want no damage, -1 samples and an error other than EOF", at, got)
					}
					if d := differ(got.codes, codes); d != "" {
						t.Fatalf("byte %d of the trailer: %s", at, d)
					}
				default:
					wantOneSecondLost(t, fmt.Sprintf("byte %d", at), got, codes, hit*50*codebooks, (hit+1)*50*codebooks)
					if first := hit * 50 * codebooks; got.damaged != 1 || got.codes[first] != -1 {
						t.Fatalf("byte %d: got %v, first code of second %d is %d, want one damaged second, code -1",
							at, got, hit, got.codes[first])
					}
				}
			}
		})
	}
}

// wantOneSecondLost requires the end of the file, the number of codes that were written, and equal codes before first
// and from end on.
func wantOneSecondLost(t *testing.T, what string, got contents, codes []byte, first, end int) {
	t.Helper()
	if got.err != io.EOF || len(got.codes) != len(codes) {
		t.Fatalf("%s: got %v, want %d codes, error EOF", what, got, len(codes))
	}
	end = min(end, len(codes))
	if d := differ(got.codes[:first], codes[:first]); d != "" {
		t.Fatalf("%s: before code %d: %s", what, first, d)
	}
	if d := differ(got.codes[end:], codes[end:]); d != "" {
		t.Fatalf("%s: from code %d on: %s", what, end, d)
	}
}

// TestContainerShifted removes bytes from a container or inserts some. It requires all codes outside the second with
// the change, and the length.
func TestContainerShifted(t *testing.T) {
	for _, hops := range []int64{50, 101, 149, 200} {
		codes, file := contained(t, 6000, 16000, hops*Hop)
		const codebooks, second = 30, 1 + 50*15 + 4
		for _, change := range []int{-7, -1, 1, 300} {
			t.Run(fmt.Sprintf("%d hops, %+d bytes", hops, change), func(t *testing.T) {
				for at := headerSize + 1; at < len(file)-trailerSize; at += 13 {
					hit := (at - headerSize) / second
					if at-change >= headerSize+(hit+1)*second || at-change >= len(file)-trailerSize {
						continue // the change reaches the next second or the trailer
					}
					b := slices.Concat(file[:at], bytes.Repeat([]byte{51}, max(change, 0)), file[at+max(-change, 0):])
					got := readAll(t, bytes.NewReader(b))
					what := fmt.Sprintf("at byte %d, in second %d", at, hit)
					wantOneSecondLost(t, what, got, codes, hit*50*codebooks, (hit+1)*50*codebooks)
					most := 1
					if change == 300 {
						most = 2
					}
					if got.samples != hops*Hop || got.damaged < 1 || got.damaged > most {
						t.Fatalf("%s: got %v, want from 1 to %d damaged seconds, %d samples", what, got, most, hops*Hop)
					}
				}
			})
		}
	}
	codes, file := contained(t, 3200, 16000, 33333)
	t.Run("bytes between seconds", func(t *testing.T) {
		const between = headerSize + 1 + 50*8 + 4
		got := readAll(t, bytes.NewReader(slices.Concat(file[:between], []byte("garbage"), file[between:])))
		if got.err != io.EOF || got.damaged != 1 || got.samples != 33333 {
			t.Errorf("got %v, want one damaged second, 33333 samples, error EOF", got)
		}
		if d := differ(got.codes, codes); d != "" {
			t.Error(d)
		}
	})
	t.Run("two containers", func(t *testing.T) {
		got := readAll(t, bytes.NewReader(slices.Concat(file, file)))
		if got.err == nil || got.err == io.EOF || got.damaged != 0 || got.samples != 33333 {
			t.Errorf("got %v, want no damage, 33333 samples and an error other than EOF", got)
		}
		if d := differ(got.codes, codes); d != "" {
			t.Error(d)
		}
	})
}

// TestContainerCut ends a container at every byte, and requires its whole seconds and an error.
func TestContainerCut(t *testing.T) {
	codes, file := contained(t, 9200, 16000, 130*Hop)
	const second = 1 + 50*23 + 4
	for n := range len(file) {
		got := readAll(t, bytes.NewReader(file[:n]))
		whole := 0
		if n >= headerSize {
			whole = min((n-headerSize)/second*50, 130) * Codebooks
			if n >= len(file)-trailerSize {
				whole = 130 * Codebooks
			}
		}
		if got.err == nil || got.err == io.EOF || got.damaged != 0 || got.samples > 0 {
			t.Fatalf("%d bytes: got %v, want no damage, no samples and an error other than EOF", n, got)
		}
		if d := differ(got.codes, codes[:whole]); d != "" {
			t.Fatalf("%d bytes: %s", n, d)
		}
	}
	t.Run("reader fails", func(t *testing.T) {
		broken := errors.New("broken")
		got := readAll(t, io.MultiReader(bytes.NewReader(file[:2000]), iotest.ErrReader(broken)))
		if !errors.Is(got.err, broken) {
			t.Errorf("got error %v, want %v", got.err, broken)
		}
	})
}

// TestContainerErrors requires that the error names the fault of a container.
func TestContainerErrors(t *testing.T) {
	_, file := contained(t, 6000, 22050, 30000)
	older := bytes.Clone(file)
	older[8] = 2
	_, more := contained(t, 6000, 22050, 60000)
	cut := slices.Concat(more[:headerSize], more[headerSize+1+50*15+4:])
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"other file":      {[]byte("RIFF"), "not a Lyra container"},
		"empty":           {nil, "is empty: need a .lyra file"},
		"zeros":           {bytes.Repeat([]byte{0}, 100), "not a Lyra container: "},
		"cut header":      {file[:12], "ends inside its header, after 12 of 20 bytes"},
		"version":         {older, "version 2 of the container"},
		"goes on":         {append(bytes.Clone(file), 7), "has bytes after its trailer"},
		"a second is cut": {cut, "hops, but its trailer announces 137"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := readAll(t, bytes.NewReader(c.content)).err; err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %v, want one that contains %q", err, c.want)
			}
		})
	}
	for _, h := range []Header{
		{Bitrate: 3201, Rate: 16000}, {Bitrate: 3200, Rate: 999}, {Bitrate: 3200, Rate: MaxRate + 1},
	} {
		t.Run(fmt.Sprintf("writer, %+v", h), func(t *testing.T) {
			if _, err := NewWriter(io.Discard, h); err == nil {
				t.Errorf("header %+v: got no error, want one", h)
			}
		})
	}
}

// TestHeaderSamples requires that durations are rounded up, near the bounds too.
func TestHeaderSamples(t *testing.T) {
	for _, c := range []struct {
		n        int64
		from, to int
		want     int64
	}{
		{0, 16000, 44100, 0}, {1, 16000, 44100, 3}, {1, 44100, 16000, 1}, {44100, 44100, 16000, 16000},
		{44101, 44100, 16000, 16001},
		{MaxSamples, 1000, 768000, MaxSamples * 768}, {MaxSamples, 768000, 1000, (MaxSamples + 767) / 768},
	} {
		t.Run(fmt.Sprintf("%d samples from %d to %d Hz", c.n, c.from, c.to), func(t *testing.T) {
			if got := (Header{Rate: c.from}).Samples(c.n, c.to); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

// FuzzContainer requires that a file has no more codes than its bytes hold, plus a silent second before each good one
// and the trailer, and that errors have one line. A file that is read without an error is written again with the same
// bytes.
func FuzzContainer(f *testing.F) {
	for _, samples := range []int64{0, 320, 16000, 33333} {
		_, file := contained(f, 3200, 16000, samples)
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		got := readAll(t, bytes.NewReader(file))
		if most := 4*len(file) + blockHops*Codebooks; len(got.codes) > most {
			t.Fatalf("file of %d bytes: got %d codes, want at most %d", len(file), len(got.codes), most)
		}
		if got.err != io.EOF {
			if strings.ContainsAny(got.err.Error(), "\n") {
				t.Fatalf("got error %q, want one line", got.err)
			}
			return
		}
		if got.damaged > 0 {
			return
		}
		c, err := NewReader(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w, err := NewWriter(&b, c.Header())
		if err != nil {
			t.Fatal(err)
		}
		var codes []byte
		for _, v := range got.codes {
			codes = append(codes, byte(v))
		}
		if err := w.Write(codes); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(got.samples); err != nil {
			t.Fatal(err)
		}
		wantContents(t, readAll(t, &b), codes, got.samples)
	})
}
