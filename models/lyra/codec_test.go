package lyra

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tailwave/tailwave/testdata/reference"
)

// TestOpenFS: the codec is the same from a file system, by the name of the folder and of a file.
func TestOpenFS(t *testing.T) {
	want, err := openCodec(t).Silence()
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	for _, name := range []string{EncoderFile, QuantizerFile, DecoderFile} {
		b, err := os.ReadFile(reference.File(t, "weights", "lyra-1.2.0", name))
		if err != nil {
			t.Fatal(err)
		}
		files["codec/"+name] = &fstest.MapFile{Data: b}
	}
	for _, name := range []string{"codec", "codec/" + QuantizerFile} {
		t.Run(name, func(t *testing.T) {
			c, err := OpenFS(files, name)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := c.Silence(); err != nil || !slices.Equal(got, want) {
				t.Errorf("other latents of silence than Open's, or %v", err)
			}
		})
	}
}

// TestOpenErrors: the error names the file that is wrong.
func TestOpenErrors(t *testing.T) {
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		want  string
		is    error
	}{
		{"missing", fstest.MapFS{"a/x": {}}, "a/" + EncoderFile + ": no such file or directory", fs.ErrNotExist},
		{"other", fstest.MapFS{"a/" + EncoderFile: {Data: []byte("x")}},
			"a/" + EncoderFile + ": is no TensorFlow Lite file", nil},
		{"long", fstest.MapFS{"a/" + EncoderFile: {Data: make([]byte, maxFile+1)}},
			"a/" + EncoderFile + ": has 8388609 bytes, must have at most 8388608", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := OpenFS(c.files, "a")
			if err == nil || !strings.HasPrefix(err.Error(), c.want) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}
