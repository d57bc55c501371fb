package lyra

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// contained returns codes of so many hops, and a container of them, for samples at a rate.
func contained(t testing.TB, bitrate, rate int, samples int64) (codes, file []byte) {
	t.Helper()
	h := Header{Bitrate: bitrate, Rate: rate}
	codebooks, err := CodebooksFor(bitrate)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(uint64(bitrate), uint64(samples)))
	for range h.Hops(samples) * int64(codebooks) {
		codes = append(codes, byte(rng.IntN(Entries)))
	}
	var b bytes.Buffer
	w, err := NewWriter(&b, h)
	if err != nil {
		t.Fatal(err)
	}
	for rest := codes; len(rest) > 0; {
		n := min(rng.IntN(70)*codebooks, len(rest))
		if err := w.Write(rest[:n]); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := w.Close(samples); err != nil {
		t.Fatal(err)
	}
	return codes, b.Bytes()
}

// readAll returns the codes of a container, -1 for those of damaged seconds as long as the whole ones, how many seconds are
// damaged, and the error that ends it.
func readAll(t testing.TB, r io.Reader) (codes []int, damaged int, samples int64, err error) {
	t.Helper()
	c, err := NewReader(r)
	if err != nil {
		return nil, 0, 0, err
	}
	for {
		part, err := c.Next()
		if d, ok := errors.AsType[*DamageError](err); ok {
			damaged++
			codes = append(codes, slices.Repeat([]int{-1}, d.Hops*c.Codebooks())...)
			continue
		}
		if err != nil {
			if _, again := c.Next(); again != err {
				t.Errorf("%v, and then %v", err, again)
			}
			return codes, damaged, c.Samples(), err
		}
		for _, v := range part {
			codes = append(codes, int(v))
		}
	}
}

func same(codes []int, want []byte) bool {
	return slices.EqualFunc(codes, want, func(a int, b byte) bool { return a == int(b) })
}

// TestContainer: what is written is read again, from readers of every habit.
func TestContainer(t *testing.T) {
	for _, c := range []struct {
		bitrate, rate int
		samples       int64
	}{
		{3200, 16000, 0}, {3200, 16000, 1}, {6000, 16000, 320}, {9200, 16000, 321}, {9200, 16000, 16000}, {9200, 16000, 16001},
		{6000, 44100, 44100}, {3200, 8000, 8161}, {6000, 768000, 768000*3 + 1}, {9200, 1000, 1040}, {3200, 48000, 48000 * 5},
	} {
		codes, file := contained(t, c.bitrate, c.rate, c.samples)
		for name, r := range map[string]io.Reader{
			"whole": bytes.NewReader(file), "bytes": iotest.OneByteReader(bytes.NewReader(file)), "data and EOF": iotest.DataErrReader(bytes.NewReader(file)),
		} {
			got, damaged, samples, err := readAll(t, r)
			if err != io.EOF || damaged != 0 || samples != c.samples || !same(got, codes) {
				t.Errorf("%+v, %s: %d codes of %d, %d samples, %v", c, name, len(got), len(codes), samples, err)
			}
		}
		if n := (Header{Bitrate: c.bitrate, Rate: c.rate}).Length(bytes.NewReader(file), int64(len(file))); n != c.samples {
			t.Errorf("%+v: length %d", c, n)
		}
	}
}

// TestContainerLayout compares a file with the bytes that the format's description gives.
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
		t.Error("a part of a hop is written")
	}
	if err := w.Close(321); err == nil {
		t.Error("321 samples in a hop")
	}
	if err := w.Close(300); err != nil {
		t.Fatal(err)
	}
	want := "\x89LYRA\r\n\x1a" + "\x01\x00\x80\x0c\x80\x3e\x00\x00" + "\x45\xbf\xe3\xaf" +
		"\x01" + "\x21\x43\x65\x87\xa9\xcb\xed\x0f" + "\x69\xda\x7d\x0c" +
		"\x00" + "\x2c\x01\x00\x00\x00\x00\x00\x00" + "\x45\xa7\xc0\xbd"
	if b.String() != want {
		t.Errorf("%q\n%q", b.String(), want)
	}
}

// TestContainerDamage changes every bit of a container in turn: what is not in the second that is hit stays as it was, and
// there is one thing to be said. With -short it is every thirteenth.
func TestContainerDamage(t *testing.T) {
	for _, hops := range []int64{101, 149, 150} {
		codes, file := contained(t, 3200, 16000, hops*Hop)
		const codebooks, second = 16, 1 + 50*8 + 4
		for bit := range 8 * len(file) {
			if testing.Short() && bit%13 != 0 {
				continue
			}
			broken := bytes.Clone(file)
			broken[bit/8] ^= 1 << (bit % 8)
			got, damaged, samples, err := readAll(t, bytes.NewReader(broken))
			at := bit / 8
			switch hit := (at - headerSize) / second; {
			case at < headerSize:
				if err == nil || got != nil || damaged > 0 {
					t.Fatalf("byte %d of the header: %d codes, %v", at, len(got), err)
				}
			case at >= len(file)-trailerSize:
				if err == nil || err == io.EOF || samples != -1 || damaged > 0 || !same(got, codes) {
					t.Fatalf("byte %d, the trailer: %d codes, %d damaged, %v", at, len(got), damaged, err)
				}
			default:
				first, end := hit*50*codebooks, min((hit+1)*50*codebooks, len(codes))
				if err != io.EOF || damaged != 1 || len(got) != len(codes) || !same(got[:first], codes[:first]) || !same(got[end:], codes[end:]) || got[first] != -1 {
					t.Fatalf("%d hops, byte %d, second %d: %d codes of %d, %d damaged, %v", hops, at, hit, len(got), len(codes), damaged, err)
				}
			}
		}
	}
}

// TestContainerShifted takes bytes out of a container, or puts some in: all whole seconds but the one that is hit are there,
// and the length is known if the trailer is.
func TestContainerShifted(t *testing.T) {
	for _, hops := range []int64{50, 101, 149, 200} {
		codes, file := contained(t, 6000, 16000, hops*Hop)
		const codebooks, second = 30, 1 + 50*15 + 4
		for at := headerSize + 1; at < len(file)-trailerSize; at += 13 {
			hit := (at - headerSize) / second
			first, end := hit*50*codebooks, min((hit+1)*50*codebooks, len(codes))
			for _, change := range []int{-7, -1, 1, 300} {
				b := slices.Concat(file[:at], bytes.Repeat([]byte{51}, max(change, 0)), file[at+max(-change, 0):])
				if at-change >= headerSize+(hit+1)*second || at-change >= len(file)-trailerSize {
					continue // two seconds are hit, or the trailer
				}
				got, damaged, samples, err := readAll(t, bytes.NewReader(b))
				if err != io.EOF || samples != hops*Hop || damaged < 1 || damaged > 2 || damaged == 2 && change < 300 || len(got) != len(codes) || !same(got[:first], codes[:first]) || !same(got[end:], codes[end:]) {
					t.Fatalf("%d hops, %d bytes at %d, in second %d: %d codes of %d, %d damaged, %d samples, %v", hops, change, at, hit, len(got), len(codes), damaged, samples, err)
				}
			}
		}
	}
	codes, file := contained(t, 3200, 16000, 33333)
	const between = headerSize + 1 + 50*8 + 4
	got, damaged, samples, err := readAll(t, bytes.NewReader(slices.Concat(file[:between], []byte("garbage"), file[between:])))
	if err != io.EOF || damaged != 1 || samples != 33333 || !same(got, codes) {
		t.Errorf("bytes between seconds: %d codes of %d, %d damaged, %d samples, %v", len(got), len(codes), damaged, samples, err)
	}
	got, damaged, samples, err = readAll(t, bytes.NewReader(slices.Concat(file, file)))
	if err == nil || err == io.EOF || damaged != 0 || samples != 33333 || !same(got, codes) {
		t.Errorf("two behind each other: %d codes of %d, %d damaged, %d samples, %v", len(got), len(codes), damaged, samples, err)
	}
}

// TestContainerCut ends a container everywhere: its whole seconds are there, and an error.
func TestContainerCut(t *testing.T) {
	codes, file := contained(t, 9200, 16000, 130*Hop)
	const second = 1 + 50*23 + 4
	for n := range len(file) {
		got, damaged, samples, err := readAll(t, bytes.NewReader(file[:n]))
		whole := 0
		if n >= headerSize {
			whole = min((n-headerSize)/second*50, 130) * Codebooks
			if n >= len(file)-trailerSize {
				whole = 130 * Codebooks
			}
		}
		if err == nil || err == io.EOF || damaged != 0 || samples > 0 || !same(got, codes[:whole]) {
			t.Fatalf("%d bytes: %d codes, must be %d, %d damaged, %v", n, len(got), whole, damaged, err)
		}
	}
	broken := errors.New("broken")
	if _, _, _, err := readAll(t, io.MultiReader(bytes.NewReader(file[:2000]), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("an error of the reader becomes %v", err)
	}
}

// TestContainerErrors: what else can be wrong.
func TestContainerErrors(t *testing.T) {
	_, file := contained(t, 6000, 22050, 30000)
	older := bytes.Clone(file)
	older[8] = 2
	_, more := contained(t, 6000, 22050, 60000)
	cut := slices.Concat(more[:headerSize], more[headerSize+1+50*15+4:])
	for want, b := range map[string][]byte{
		"is no Lyra container":         []byte("RIFF"),
		"is no Lyra container: ":       bytes.Repeat([]byte{0}, 100),
		"ends inside its header":       file[:12],
		"is of version 2":              older,
		"goes on behind its trailer":   append(bytes.Clone(file), 7),
		"hops, must have 137 by its t": cut,
	} {
		if _, _, _, err := readAll(t, bytes.NewReader(b)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, must be %q", err, want)
		}
	}
	for _, h := range []Header{{Bitrate: 3201, Rate: 16000}, {Bitrate: 3200, Rate: 999}, {Bitrate: 3200, Rate: MaxRate + 1}} {
		if _, err := NewWriter(io.Discard, h); err == nil {
			t.Errorf("%+v is written", h)
		}
	}
}

// TestHeaderSamples compares durations with big rationals' definition, near the bounds too.
func TestHeaderSamples(t *testing.T) {
	for _, c := range []struct {
		n        int64
		from, to int
		want     int64
	}{
		{0, 16000, 44100, 0}, {1, 16000, 44100, 3}, {1, 44100, 16000, 1}, {44100, 44100, 16000, 16000}, {44101, 44100, 16000, 16001},
		{MaxSamples, 1000, 768000, MaxSamples * 768}, {MaxSamples, 768000, 1000, (MaxSamples + 767) / 768},
	} {
		if got := (Header{Rate: c.from}).Samples(c.n, c.to); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
}

// FuzzContainer: no file makes more codes than its bytes hold, but for a second before each good one and the trailer, nor an error of several lines; and what reads without one is
// what is written again.
func FuzzContainer(f *testing.F) {
	for _, samples := range []int64{0, 320, 16000, 33333} {
		_, file := contained(f, 3200, 16000, samples)
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		codes, damaged, samples, err := readAll(t, bytes.NewReader(file))
		if len(codes) > 4*len(file)+blockHops*Codebooks {
			t.Fatalf("%d codes of %d bytes", len(codes), len(file))
		}
		if err != io.EOF {
			if strings.ContainsAny(err.Error(), "\n") {
				t.Fatalf("%q", err)
			}
			return
		}
		if damaged > 0 {
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
		for _, v := range codes {
			c.codes = append(c.codes, byte(v))
		}
		if err := w.Write(c.codes); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(samples); err != nil {
			t.Fatal(err)
		}
		again, _, n, err := readAll(t, &b)
		if err != io.EOF || n != samples || !slices.Equal(again, codes) {
			t.Fatalf("%d codes become %d, %d samples %d, %v", len(codes), len(again), samples, n, err)
		}
	})
}
