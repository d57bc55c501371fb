package wav

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// TestPipeCuts: the result for data of unknown size that are full of parts of headers does not depend on how the pipe
// is cut.
func TestPipeCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"LIST", "JUNK", "bext", "id3 ", "INFO", "WAVE", "RIFF", "RF64", "TAG", "ID3\x04\x00\x00", "APETAGEX",
			le32(0), le32(4), le32(8), le32(20), le32(1 << 30), "\x00", "ab", "xyz", ramp(11)})
		data := strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "data"), "")
		head := pipeHead(rapid.IntRange(1, 3).Draw(t, "channels"), 8*rapid.IntRange(1, 4).Draw(t, "bytes"))
		if rapid.Bool().Draw(t, "coded") {
			fact := rapid.IntRange(0, 60).Draw(t, "fact")
			head = "RIFF" + le32(-1) + "WAVE" + blockFmt(tagIMAADPCM, 1, 8, 4) + chunk("fact", le32(int64(fact))) + claim("data", -1)
		}
		read := func(in io.Reader) string {
			r, err := NewReader(in)
			if err != nil {
				t.Fatalf("%T: got error %v, want none", in, err)
			}
			b, err := readRaw(r, 3)
			if e := r.ReadRest(); e != nil {
				t.Fatalf("%T: ReadRest: got error %v, want none", in, e)
			}
			return fmt.Sprintf("%q, error %v, notes %q, metadata %q", b, err, r.Notes(), r.Metadata())
		}
		want := read(onlyReader{strings.NewReader(head + data)})
		cut := rapid.IntRange(0, len(data)).Draw(t, "cut")
		parts := io.MultiReader(strings.NewReader(head+data[:cut]), strings.NewReader(data[cut:]))
		for i, in := range []io.Reader{iotest.OneByteReader(strings.NewReader(head + data)), parts,
			iotest.DataErrReader(strings.NewReader(head + data)), iotest.HalfReader(strings.NewReader(head + data))} {
			if got := read(in); got != want {
				t.Errorf("cut %d: got %s, want %s", i, got, want)
			}
		}
	})
}
