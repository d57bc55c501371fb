package fileio

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/tailwave/tailwave/stream/npy"
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
		"LFS":                      {"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"},
		".lyra":                    {"\x89LYRA\r\n\x1a", "a .lyra file"},
		"PNG":                      {"\x89PNG\r\n\x1a\n", "an image"},
		"JPEG":                     {"\xff\xd8\xff\xe0\x00\x10JFIF", "an image"},
		"PDF":                      {"%PDF-1.7\n", "a PDF document"},
		"MIDI":                     {"MThd\x00\x00\x00\x06", "a MIDI file, which holds notes"},
		"bzip2":                    {"BZh91AY&SY", "a compressed file"},
		"xz":                       {"\xfd7zXZ\x00", "a compressed file"},
		"TensorFlow Lite":          {"\x1c\x00\x00\x00TFL3", "a TensorFlow Lite model"},
		"MATLAB":                   {"MATLAB 5.0 MAT-file, Platform: GLNXA64", "a MATLAB file"},
		"-7.99, like JPEG":         {"\xff\xd8\xff\xc0", ""},
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

// TestNotSound: where sound is expected, files of other kinds are named, with what to do.
func TestNotSound(t *testing.T) {
	tar := "notes.wav" + strings.Repeat("\x00", 248) + "ustar\x0000" + strings.Repeat("\x00", 300)
	for name, c := range map[string]struct{ content, want string }{
		"tar":            {tar, "is a tar archive, not sound: unpack it with tar -xf"},
		"ZIP":            {zipHead("in.wav"), "is a ZIP archive, not sound: unpack it"},
		"short text":     {"no sound", "is text, not sound: name a WAV file"},
		"text in UTF-8":  {strings.Repeat("äöü ", 99), "is text, not sound: name a WAV file"},
		"cut character":  {"1" + strings.Repeat("ä", 200), "is text, not sound: name a WAV file"},
		"text in UTF-16": {"\xff\xfen\x00o\x00", "is text, not sound: name a WAV file"},
		"web page":       {"<!DOCTYPE html><title>Sign in</title>", "is a web page, not sound: get the file itself"},
		"array":          {npy.Magic, "is an array (.npy), not sound: use tailwave vocode"},
		".lyra": {"\x89LYRA\r\n\x1a" + strings.Repeat("\x00", 64),
			"is a .lyra file, not sound: decode it first: tailwave codec decode 'my x.lyra' 'my x.wav' --model lyra/"},
		"zeros":   {strings.Repeat("\x00", 600), "not a WAV file"},
		"nothing": {"", "empty input"},
		"Latin-1": {"\xe4\xe4\xe4\xe4", "not a WAV file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("my x.lyra", []byte(c.content), 0o666); err != nil {
				t.Fatal(err)
			}
			_, err := OpenWAV("my x.lyra", nil, Reading{})
			if want := "my x.lyra: " + c.want; err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("file: got error %v, want %q", err, want)
			}
			_, err = OpenWAV("-", iotest.OneByteReader(strings.NewReader(c.content)), Reading{})
			want := "standard input: " + strings.Replace(c.want, "'my x.lyra' 'my x.wav'", "- out.wav", 1)
			if err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("pipe: got error %v, want %q", err, want)
			}
		})
	}
}

// TestVisible: names that a reader would not see as they are are quoted.
func TestVisible(t *testing.T) {
	for path, want := range map[string]string{
		"a b.wav": "a b.wav", "é.wav": "é.wav", "": "", " ": `" "`, "a ": `"a "`, "a\nb": `"a\nb"`, "a\x1bb": `"a\x1bb"`,
		"a\u202eb": `"a\u202eb"`,
	} {
		if got := Visible(path); got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
	}
}

// A stalled reader fails where a pipe would wait.
type stalled struct{}

func (stalled) Read([]byte) (int, error) { return 0, errors.New("read after the first frame") }
