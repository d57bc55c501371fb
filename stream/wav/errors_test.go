package wav

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

// TestErrorTexts: a size that cannot be right is rounded and called so, and io.ErrUnexpectedEOF is wrapped without its
// text.
func TestErrorTexts(t *testing.T) {
	huge := "RF64" + le32(-1) + "WAVE" + chunk("ds64", le64(1<<62)+le64(1<<62)+le64(1<<61)+le32(0)) + mono16 +
		claim("data", -1) + ramp(20)
	_, data := readRaw(open(t, huge), 4)
	_, header := NewReader(strings.NewReader(riff(claim("LIST", math.MaxUint32) + "INFO")))
	for err, want := range map[error]string{
		data: "truncated WAV data: ends at byte 100, after 10 frames; the header announces 2.3e+18 frames, " +
			"which cannot be right: get a complete copy of the file",
		header: `truncated WAV header: input ends at byte 24 in the chunk "LIST" of 4.3 GB: get a complete copy of the file`,
	} {
		if err == nil || err.Error() != want || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got error %v, want an io.ErrUnexpectedEOF with %q", err, want)
		}
	}
}

// TestSizeText: sizes are exact below 1 MB, and rounded to the nearest tenth of a unit from there on.
func TestSizeText(t *testing.T) {
	for n, want := range map[uint64]string{
		0: "0 bytes", 1: "1 byte", 999999: "999999 bytes", 1e6: "1.0 MB", 999949999: "999.9 MB", 999950000: "1.0 GB",
		2147352576: "2.1 GB", 8031177557570357000: "8.0 EB", math.MaxUint64: "18.4 EB",
	} {
		if got := sizeText(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
