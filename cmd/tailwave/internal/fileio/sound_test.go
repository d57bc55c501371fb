package fileio

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/metrics"
	"testing"

	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
)

// arrayHeader returns the header of a .npy file of float32 with a shape.
func arrayHeader(shape string) string {
	return fmt.Sprintf("%s\x01\x00\x76\x00%-117s\n", npy.Magic,
		"{'descr': '<f4', 'fortran_order': False, 'shape': "+shape+", }")
}

// TestRedirectedFrames: an array with the mels first on standard input is not held as a whole if that is a file, at any
// position in the file.
func TestRedirectedFrames(t *testing.T) {
	const frames = 8 << 20
	header := "junk!" + string(arrayHeader("(3, 8388608)"))
	f, err := os.Create(filepath.Join(t.TempDir(), "mel.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.WriteString(header)
	f.WriteAt([]byte{0, 0, 0x80, 0x3f}, int64(len(header))+4*2*frames) // 1 as the third mel of the first frame
	if err := f.Truncate(int64(len(header)) + 4*3*frames); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(5, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	allocated := func() uint64 {
		s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64()
	}
	before := allocated()
	opened, err := OpenSound("-", f, Reading{})
	if err != nil {
		t.Fatal(err)
	}
	in, err := opened.Frames(stream.Format{Rate: stream.Hz(8000), Channels: 3}, npy.ChannelsFirst)
	if err != nil {
		t.Fatal(err)
	}
	if in.Frames() != frames {
		t.Errorf("length: got %d frames, want %d", in.Frames(), frames)
	}
	dst := make([]float32, 6)
	n, err := in.Read(dst)
	if err != nil || n != 2 || dst[2] != 1 || dst[5] != 0 {
		t.Errorf("got %d frames %v and error %v, want 2 frames, 1 as the third value and 0 as the last", n, dst, err)
	}
	if taken := allocated() - before; taken > 8<<20 {
		t.Errorf("memory: got %d bytes allocated, want at most %d", taken, 8<<20)
	}
}
