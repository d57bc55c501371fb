package command

import (
	"encoding/binary"
	"strings"
	"testing"
)

// TestInfoKind: info says what a file is by its first bytes, whatever its name.
func TestInfoKind(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "is a Git LFS pointer: download the file itself"},
		{"web page", "<!DOCTYPE html><title>Sign in</title>", "is a web page: download"},
		{"index", `{"metadata":{},"weight_map":{"conv_pre.bias":"model-00001-of-00002.safetensors"}}`, "shard"},
		{"FLAC", "fLaC\x00\x00\x00\x22" + strings.Repeat("\x00", 100), "looks like FLAC: convert it first"},
		{"unknown", "\x01\x02\x03\xff" + strings.Repeat("\x07", 100), `not a WAV file: begins with the bytes`},
		{"empty", "", "empty input"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tailwave(nil, "info", writeFile(t, shortPath(t, "x"), []byte(c.content))).wantError(t, exitFailed, "x", c.want)
		})
	}
}

// TestInfoTensors: info lists the tensors of a file of weights without a configuration, with their types and shapes, in
// the order of the numbers in their names, and says why no model can be made of it.
func TestInfoTensors(t *testing.T) {
	header := `{"ups.10.bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},` +
		`"ups.2.weight":{"dtype":"F16","shape":[2,1],"data_offsets":[8,12]},` +
		`"step":{"dtype":"I64","shape":[],"data_offsets":[12,20]}}`
	file := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	file = append(append(file, header...), make([]byte, 20)...)
	path := writeFile(t, shortPath(t, "g_00100000"), file)
	o := must(t, nil, "info", path)
	wantParts(t, "standard output", o.out, "no model", "copy the config.json of the model", ".safetensors file, with 1 dictionary",
		"3 tensors, 5 numbers", "float32  [2]", "float16  [2 1]", "int64    []")
	var order []string
	for line := range strings.Lines(o.out) {
		if name, _, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(line, "  ") {
			order = append(order, name)
		}
	}
	if got, want := strings.Join(order, " "), "step ups.2.weight ups.10.bias"; got != want {
		t.Errorf("order: got %q, want %q", got, want)
	}
}
