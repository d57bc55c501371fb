package weights

import (
	"fmt"
	"runtime/metrics"
	"strings"
	"testing"
)

// allocated returns how many bytes were allocated so far.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// checkPth fails if the reader takes more memory than it may, garbage counted, or gives what is no tensor.
func checkPth(t *testing.T, content []byte) {
	before := allocated()
	set, err := read(content)
	if taken := allocated() - before; taken > 64*uint64(len(content))+8<<20 {
		t.Errorf("%d bytes allocated for a file of %d", taken, len(content))
	}
	if err != nil {
		if strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("more than a line: %q", err)
		}
		return
	}
	if n := set.Elements(); n > int64(len(content)) {
		t.Errorf("%d elements of %d bytes", n, len(content))
	}
	for name, x := range set {
		n := 1
		for _, d := range x.Shape {
			n *= d
		}
		if n != len(x.Data) {
			t.Errorf("%s: shape %v, %d elements", name, x.Shape, len(x.Data))
		}
	}
}

// TestPthMemory: programs that make as much as they can of each byte.
func TestPthMemory(t *testing.T) {
	const n = 1 << 20
	fewer := n / 50
	rebuild := global("torch._utils", "_rebuild_tensor_v2")
	arguments, _ := strings.CutSuffix(strings.TrimPrefix(floats(1), rebuild), "R")
	tensors := p(rebuild, "\x94", arguments, "\x94]", strings.Repeat("h\x00h\x01Ra", n/2))
	for name, program := range map[string]string{
		"dictionaries": "]" + strings.Repeat("}a", n),
		"lists":        "]" + strings.Repeat("]a", n),
		"memo":         "]" + strings.Repeat("}\x94a", n),
		"tuples":       "N" + strings.Repeat("\x85", n),
		"items":        "}" + strings.Repeat("NNs", n),
		"tensors":      tensors,
		"long tuple":   p("(", strings.Repeat("N", 60000), "t\x94]", strings.Repeat("h\x00a", n)),
		"storages": func() string {
			s := "]"
			for i := range fewer {
				s += p("(", str("storage"), global("torch", "FloatStorage"), str(fmt.Sprint(i)), "NK\x01tQa")
			}
			return s
		}(),
	} {
		t.Run(name, func(t *testing.T) { checkPth(t, checkpointFile(t, program, nil)) })
	}
	entries := map[string]any{}
	for i := range fewer {
		entries[fmt.Sprintf("%x", i)] = []byte{}
	}
	t.Run("entries", func(t *testing.T) { checkPth(t, checkpointFile(t, "}", entries)) })
}

func FuzzPth(f *testing.F) {
	for _, content := range refusals(f) {
		f.Add(content)
	}
	state := dictionary(str("x"), view("Float", "0", 6, 0, ints(3, 2), ints(1, 3)), str("y"), floats(6))
	f.Add(checkpointFile(f, dictionary(str("model"), dictionary(str("generator"), state)), six))
	f.Add(legacyFile(legacy(state)))
	f.Fuzz(func(t *testing.T, content []byte) {
		checkPth(t, content)
		// Again with the content as the program of a whole file, which mutations of a zip file seldom leave whole.
		if len(content) < 1<<16 {
			checkPth(t, checkpointFile(t, string(content), six))
			checkPth(t, legacyFile(string(content)))
		}
	})
}
