package models

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tailwave/tailwave/models/internal/file"
)

// TestFindConfig requires that the configuration of a folder is found by its name, or as the only one, and that the
// error names the other candidates.
func TestFindConfig(t *testing.T) {
	const missing = "a/config.json: no such file or directory: "
	for _, c := range []struct {
		name  string
		files string // in folder a, separated by blanks
		want  string // the path, or the beginning of the error
	}{
		{"usual", "config.json config_v1.json other.json g.pth", "a/config.json"},
		{"version", "config_v1.json meta.json", "a/config_v1.json"},
		{"other name", "vocoder.JSON m.safetensors.index.json ._x.json", "a/vocoder.JSON"},
		{"several versions", "config_v2.json config_v1.json",
			"a: has several .json files that may describe the weights: " +
				"config_v1.json, config_v2.json: copy the right one to config.json"},
		{"many", "1.json 2.json 3.json 4.json 5.json 6.json 7.json",
			"a: has several .json files that may describe the weights: 1.json, 2.json, 3.json, 4.json, 5.json and 2 more: "},
		{"none", "g.pth", missing + "copy the config.json of the model next to its weights"},
		{"index alone", "m.safetensors.index.json", missing + "copy the config.json of the model"},
		{"YAML", "config.yml hyperparams.yaml g.pth", missing +
			"weights need it next to them, and YAML such as config.yml, hyperparams.yaml is not read: " +
			"write the same values to a config.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fsys := fstest.MapFS{"a/folder.json/x": {}}
			for name := range strings.FieldsSeq(c.files) {
				fsys["a/"+name] = &fstest.MapFile{Data: []byte("{}")}
			}
			got, err := findConfig(file.In(fsys), "a")
			if err != nil {
				got = err.Error()
			}
			if !strings.HasPrefix(got, c.want) || err == nil && got != c.want {
				t.Errorf("got %q, error %v, want %q", got, err, c.want)
			}
			if want := strings.HasPrefix(c.want, missing); errors.Is(err, fs.ErrNotExist) != want {
				t.Errorf("error %v: got ErrNotExist %v, want %v", err, !want, want)
			}
		})
	}
}

// noFolders is a file system in which folders cannot be read, as over HTTP.
type noFolders struct{ fs.FS }

func (n noFolders) ReadDir(string) ([]fs.DirEntry, error) { return nil, errors.ErrUnsupported }

// TestFindConfigByName requires that config.json is found where folders cannot be read, and that the error names it if
// it is missing.
func TestFindConfigByName(t *testing.T) {
	for _, c := range []struct{ name, file, want, fault string }{
		{"there", "config.json", "config.json", ""},
		{"missing", "config_v1.json", "", "config.json: no such file or directory: copy the config.json of the model"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := findConfig(file.In(noFolders{fstest.MapFS{c.file: {Data: []byte("{}")}}}), ".")
			if got != c.want || err != nil && c.fault == "" {
				t.Errorf("got %q, error %v, want %q", got, err, c.want)
			}
			if c.fault != "" {
				wantError(t, err, c.fault)
			}
		})
	}
}

// TestOpenOtherName requires that a model opens with a configuration of another name, and that errors contain that
// name.
func TestOpenOtherName(t *testing.T) {
	h := small["resblock 2"]
	files := fstest.MapFS{
		"a/config_v2.json": {Data: configFile(t, h)},
		"a/m.safetensors":  {Data: safetensorsFile(t, randomHiFiGAN(h))},
	}
	m, err := OpenFS(files, "a")
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Info().Architecture; got != "HiFi-GAN" {
		t.Errorf("architecture: got %s, want HiFi-GAN", got)
	}
	_, err = m.FrontEnd()
	wantError(t, err, "a/config_v2.json: the frames cannot be computed from sound: n_fft is missing")
	files["a/config_v2.json"].Data = []byte("{")
	_, err = OpenFS(files, "a")
	wantError(t, err, "a/config_v2.json: is cut short: it ends in line 1")
}
