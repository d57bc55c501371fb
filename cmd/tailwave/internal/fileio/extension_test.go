package fileio

import (
	"os"
	"path/filepath"
	"testing"
)

// TestExtension: what counts as the extension of a name.
func TestExtension(t *testing.T) {
	for path, want := range map[string]string{
		"": "", "-": "", "out": "", "dir.d/out": "", "dir.d/": "", "out.": "", "out..": "", ".": "", "..": "", "../out": "",
		".hidden": "", ".flac": "", "..flac": "", ".hidden.flac": ".flac", "out.flac": ".flac", "a.wav.flac": ".flac",
		"out..flac": ".flac", "OUT.WaV": ".wav", "dir.d/out.mp3": ".mp3", "take 1.5": ".5", "out.flac ": ".flac ",
		"/dev/stdout": "", "/dev/fd/3": "",
	} {
		t.Run(path, func(t *testing.T) {
			if got := Extension(path); got != want {
				t.Errorf("extension of %q: got %q, want %q", path, got, want)
			}
		})
	}
}

// TestNames: which names each kind of output refuses. What is no regular file may have every name.
func TestNames(t *testing.T) {
	headers := []string{"flac", "mp3", "aiff", "aif", "aifc", "ogg", "opus", "m4a", "w64", "rf64", "caf", "au"}
	files := map[string]struct {
		names   Names
		takes   []string
		refuses []string
		headers bool
	}{
		"sound":          {SoundNames, []string{"wav", "wave", "WAV"}, []string{"npy", "raw", "s16", "lyra", "5"}, false},
		"sound or array": {SoundOrArrayNames, []string{"wav", "wave", "npy", "NPY"}, []string{"raw", "lyra"}, false},
		"array":          {ArrayNames, []string{"npy", "Npy"}, []string{"wav", "raw"}, false},
		"bare frames":    {BareFrameNames, []string{"raw", "f32", "flac", "5"}, []string{"npy", "wav", "wave", "WAV"}, true},
		"bare samples":   {BareSampleNames, []string{"raw", "s16", "pcm", "5"}, []string{"npy", "wav", "wave", "Flac"}, false},
	}
	for name, c := range files {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			wantRefused := func(file string, want bool) {
				t.Helper()
				got := c.names.Refuses(filepath.Join(dir, file))
				if (got != "") != want || want && got != Extension(file) {
					t.Errorf("%s: got %q refused, want %v", file, got, want)
				}
			}
			for _, extension := range c.takes {
				wantRefused("out."+extension, false)
			}
			for _, extension := range c.refuses {
				wantRefused("out."+extension, true)
			}
			for _, extension := range headers {
				wantRefused("out."+extension, !c.headers)
			}
			for _, file := range []string{"out", ".hidden", ".flac", "out."} {
				wantRefused(file, false)
			}
			if got := c.names.Refuses("-"); got != "" {
				t.Errorf("-: got %q refused, want none", got)
			}
			refused := "x." + c.refuses[0]
			if err := os.Mkdir(filepath.Join(dir, refused), 0o777); err != nil {
				t.Fatal(err)
			}
			wantRefused(refused, false)
			if err := os.Symlink(os.DevNull, filepath.Join(dir, "null."+c.refuses[0])); err != nil {
				t.Skipf("skipped, no symbolic links here: %v", err)
			}
			wantRefused("null."+c.refuses[0], false)
		})
	}
}
