package fileio

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

// zipHead returns the header of the first file in an archive.
func zipHead(name string) string {
	b := append([]byte("PK\x03\x04\x14\x00\x00\x00\x00\x00"), make([]byte, 20)...)
	binary.LittleEndian.PutUint16(b[26:], uint16(len(name)))
	return string(b) + name + strings.Repeat("\x80", 64)
}

// TestKinds: files of numbers are recognised by their first bytes, however they come; what begins like them and goes on
// otherwise is not.
func TestKinds(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    string
	}{
		".npz":                     {zipHead("arr_0.npy"), "an archive of arrays (.npz)"},
		"PyTorch":                  {zipHead("archive/data.pkl"), "a PyTorch file"},
		"long name":                {zipHead(strings.Repeat("long", 20) + ".npy"), "a ZIP archive"},
		"another archive":          {zipHead("word/document.xml"), "a ZIP archive"},
		"old PyTorch":              {"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.", "a PyTorch file"},
		"pickle 4":                 {"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00", "a Python pickle"},
		"pickle 2":                 {"\x80\x02}q\x00", "a Python pickle"},
		"pickle 2, array":          {"\x80\x02cnumpy.core.multiarray", "a Python pickle"},
		"pickle 3, list":           {"\x80\x03]q\x00", "a Python pickle"},
		"pickle 0, array":          {"cnumpy.core.multiarray\n_reconstruct", "a Python pickle"},
		"gzip":                     {"\x1f\x8b\x08\x00", "compressed with gzip"},
		"ONNX":                     {"\x08\x07\x12\x07pytorch", "an ONNX model"},
		"CSV":                      {strings.Repeat("-3.25,-4.5\r\n", 4), "text"},
		"JSON":                     {strings.Repeat("[[-3.25,\n\t-4.5,", 4), "text"},
		"web page":                 {"<!DOCTYPE html><html lang=\"en\"><head>", "a web page"},
		"LFS":                      {"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer, not the file itself"},
		"31 bytes of text":         {strings.Repeat("a", 31) + "\xc0", ""},
		"08 07 12":                 {"\x08\x07\x12\xc0\x00\x00\x80\xc0", ""},
		".safetensors":             {"\x40\x00\x00\x00\x00\x00\x00\x00{\"mel\"", "a .safetensors file"},
		"HDF5":                     {"\x89HDF\r\n\x1a\n", "an HDF5 file (.h5)"},
		"PK":                       {"PK\x03\x05" + strings.Repeat("\x00", 64), ""},
		"PK, no name":              {"PK\x03\x04" + strings.Repeat("\x00", 64), ""},
		"PK, ended":                {"PK\x03\x04\x14\x00", ""},
		"zeros":                    {strings.Repeat("\x00", 64), ""},
		"zero, then small numbers": {"\x40\x00\x00\x00\x00\x00\x00\x00[\"mel\"", ""},
		"80 02":                    {"\x80\x02\x8a\xc0\x80\x02\x8a\xc0", ""},
		"80 04 95":                 {"\x80\x04\x95\xc0\x00\x00\x80\xc0\x00\x00\x80\xc0", ""},
		"nothing":                  {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, k, err := recognize(bufio.NewReader(iotest.OneByteReader(strings.NewReader(c.content))))
			got := ""
			if k != nil {
				got = k.name
			}
			if err != nil || got != c.want {
				t.Errorf("got %q and error %v, want %q", got, err, c.want)
			}
		})
	}
}

// TestOtherSound: sound of other formats goes to the WAV reader, which names it, and is not taken for bare frames.
func TestOtherSound(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		want    Content
	}{
		"FLAC":             {"fLaC\x00\x00\x00\x22", WAVFile},
		"225.38, then -4":  {"fLaC\x00\x00\x80\xc0", BareFrames},
		"Ogg":              {"OggS\x00\x02", WAVFile},
		"AIFF":             {"FORM\x00\x00\x10\x00AIFF", WAVFile},
		"MP4":              {"\x00\x00\x00\x20ftypM4A ", WAVFile},
		"0, then 4":        {"\x00\x00\x00\x00\x00\x00\x80\x40", BareFrames},
		"MP3 with ID3":     {"ID3\x04", WAVFile},
		"MP3 with Info":    {"\xff\xfb\x90\x64" + strings.Repeat("\x00", 32) + "Info", WAVFile},
		"-4.5, like MP3":   {strings.Repeat("\xff\xfb\x8f\xc0", 32), BareFrames},
		"Matroska or WebM": {"\x1a\x45\xdf\xa3", WAVFile},
	} {
		t.Run(name, func(t *testing.T) {
			content, k, err := recognize(bufio.NewReader(iotest.OneByteReader(strings.NewReader(c.content))))
			if err != nil || k != nil || content != c.want {
				t.Errorf("got %v, kind %v and error %v, want %v", content, k, err, c.want)
			}
		})
	}
}

// TestFramesAreNoKind: bare frames of 16 values are recognised without waiting for a second frame, whatever their
// values.
func TestFramesAreNoKind(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 100_000 {
		var frame []byte
		for range 16 {
			v := float32(-5.5 + 3*rng.NormFloat64())
			if rng.IntN(10) == 0 {
				v = []float32{0, -4, -11.512925, 0.5}[rng.IntN(4)]
			}
			frame = binary.LittleEndian.AppendUint32(frame, math.Float32bits(v))
		}
		content, k, err := recognize(bufio.NewReader(io.MultiReader(strings.NewReader(string(frame)), stalled{})))
		if err != nil || k != nil || content != BareFrames {
			t.Fatalf("% x: got %v, kind %v and error %v, want bare frames", frame, content, k, err)
		}
	}
}

// A stalled reader fails where a pipe would wait.
type stalled struct{}

func (stalled) Read([]byte) (int, error) { return 0, errors.New("read after the first frame") }
