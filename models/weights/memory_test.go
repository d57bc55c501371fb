package weights

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"testing"
)

// TestPthMemory requires that programs which allocate as much as they can for each byte stay within the bound.
func TestPthMemory(t *testing.T) {
	const n = 1 << 20
	fewer := n / 50
	rebuild := global("torch._utils", "_rebuild_tensor_v2")
	arguments, _ := strings.CutSuffix(strings.TrimPrefix(floats(1), rebuild), "R")
	tensors := p(rebuild, "\x94", arguments, "\x94]", strings.Repeat("h\x00h\x01Ra", n/2))
	letters := func(i int) string { return "\x8c\x03" + string([]byte{byte(i), byte(i >> 8), byte(i >> 16)}) }
	named := func(count int, each func(i int) string) string {
		var s strings.Builder
		for i := range count {
			s.WriteString(letters(i) + each(i))
		}
		return s.String()
	}
	long := str(strings.Repeat("k", 1<<20))
	for name, program := range map[string]string{
		"dictionaries": "]" + strings.Repeat("}a", n),
		"lists":        "]" + strings.Repeat("]a", n),
		"memo":         "]" + strings.Repeat("}\x94a", n),
		"tuples":       "N" + strings.Repeat("\x85", 4*n-10),
		"nested lists": strings.Repeat("]", 60000) + strings.Repeat("a", 59999),
		"items":        "}" + strings.Repeat("NNs", n),
		"objects":      p(global("a", "b"), "\x94]", strings.Repeat("h\x00)Ra", n*4/5)),
		"states":       p("}\x94", global("a", "b"), "\x94]", strings.Repeat("h\x01)Rh\x00ba", n/2)),
		"copied items": p("}(", strings.Repeat("NN", 30000), "u\x94", global("builtins", "dict"), "\x94]",
			strings.Repeat("h\x01h\x00\x85Ra", n/2)),
		"floats":        "]" + strings.Repeat("K\xffJ\xff\xff\xff\xff0a", n/2),
		"decimals":      "]" + strings.Repeat("I9\na", n),
		"long integers": "]" + strings.Repeat("L"+strings.Repeat("9", 3000)+"L\na", 4*n/3005),
		"tensors":       tensors,
		"named tensors": p(floats(1), "\x940}", named(n/2, func(int) string { return "h\x00s" })),
		"arrays":        p(global("numpy", "ndarray"), ")R\x940}", named(n/2, func(int) string { return "h\x00s" })),
		"long keys": p(long, "\x940", strings.Repeat("}h\x00", 60), dictionary(str("x"), floats(1)),
			strings.Repeat("s", 60)),
		"long strings":  p(strings.Repeat(str(strings.Repeat("x", 4000)), 1000), strings.Repeat("0", 999)),
		"a string":      str(strings.Repeat("x", 4*n-20)),
		"a line":        "V" + strings.Repeat("x", 4*n-20) + "\n",
		"a quoted line": "S'" + strings.Repeat("\\n", 2*n-20) + "'\n",
		"deep size": p("N", strings.Repeat("\x85", 4*n-300), "\x940", view("Float", "0", 6, 0, "h\x00",
			ints(1))),
		"a class":          global(strings.Repeat("x", 2*n-20), strings.Repeat("y", 2*n-20)),
		"itself":           "}\x94" + str("a") + "h\x00s",
		"its own state":    p(global("a", "b"), ")R\x94h\x00b"),
		"memo far up":      "N" + strings.Repeat("r\xff\xff\x00\x00", 3),
		"long tuple":       p("(", strings.Repeat("N", 60000), "t\x94]", strings.Repeat("h\x00a", n)),
		"copied tuple":     p("(", strings.Repeat("N", 60000), "l\x94]", strings.Repeat("h\x00h\x00\x86a", n/2)),
		"dictionary bombs": p("}", named(n/8, func(i int) string { return p("}", letters(i), "Ns", "s") })),
		"shared lists":     p("}", str("x"), "N\x85", strings.Repeat("2\x86", 60), "s"),
		"a list of itself": p("}", str("x"), "]\x94h\x00as"),
		"storages": func() string {
			s := "]"
			for i := range fewer {
				s += p("(", str("storage"), global("torch", "FloatStorage"), str(fmt.Sprint(i)), "NK\x01tQa")
			}
			return s
		}(),
	} {
		program = program[:min(len(program), maxProgram-3)]
		t.Run(name, func(t *testing.T) { checkOpen(t, checkpointFile(t, program, six)) })
		t.Run(name+"/legacy", func(t *testing.T) { checkOpen(t, legacyFile(legacy(program))) })
	}
}

// TestZipMemory requires the same of lists of entries.
func TestZipMemory(t *testing.T) {
	for _, count := range []int{20000, 200000} {
		var local, directory bytes.Buffer
		for i := range count {
			name := fmt.Sprintf("%x", i)
			h := make([]byte, 46)
			copy(h, "PK\x01\x02")
			binary.LittleEndian.PutUint16(h[28:], uint16(len(name)))
			directory.Write(h)
			directory.WriteString(name)
		}
		local.WriteString("PK\x03\x04" + strings.Repeat("\x00", 26))
		end := make([]byte, 22)
		copy(end, "PK\x05\x06")
		binary.LittleEndian.PutUint16(end[8:], uint16(count))
		binary.LittleEndian.PutUint16(end[10:], uint16(count))
		binary.LittleEndian.PutUint32(end[12:], uint32(directory.Len()))
		binary.LittleEndian.PutUint32(end[16:], uint32(local.Len()))
		content := append(append(local.Bytes(), directory.Bytes()...), end...)
		t.Run(fmt.Sprint(count), func(t *testing.T) { checkOpen(t, content) })
	}
	var many bytes.Buffer // of both: entries, and the longest program
	z := zip.NewWriter(&many)
	program := []byte("\x80\x02]" + strings.Repeat("}a", 1<<21-3) + ".")
	w, err := z.CreateRaw(&zip.FileHeader{Name: "m/data.pkl", CRC32: crc32.ChecksumIEEE(program),
		CompressedSize64: uint64(len(program)), UncompressedSize64: uint64(len(program))})
	if err != nil {
		t.Fatal(err)
	}
	w.Write(program)
	for i := range 25000 {
		if _, err := z.CreateRaw(&zip.FileHeader{Name: fmt.Sprintf("m/data/%d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	z.Close()
	t.Run("with a program", func(t *testing.T) { checkOpen(t, many.Bytes()) })
}

// TestOptimizer requires that a checkpoint of training opens: a state dict of 3000 tensors, and an optimizer with two
// for each of them.
func TestOptimizer(t *testing.T) {
	const n = 3000
	storages := map[string]any{}
	tensor := func() string { // as PyTorch writes it, with what was memorized at the start
		key := fmt.Sprint(len(storages))
		storages["data/"+key] = float32(1)
		return p("h\x00((h\x03h\x01", str(key),
			"\x94h\x04K\x01t\x94QK\x00K\x01\x85\x94K\x01\x85\x94\x89h\x02)R\x94t\x94R\x94")
	}
	var state, optimizer strings.Builder
	for i := range n {
		name := fmt.Sprintf("generator.decoder.resblocks.%d.convs1.0.parametrizations.weight.original1", i)
		state.WriteString(p(str(name), "\x94", tensor(), "s"))
		optimizer.WriteString(p(integer(i), dictionary(str("step"), "K\x05", str("exp_avg"), tensor(),
			str("exp_avg_sq"), tensor()), "s"))
	}
	program := p(global("torch._utils", "_rebuild_tensor_v2"), "\x940", global("torch", "FloatStorage"), "\x940",
		global("collections", "OrderedDict"), "\x940", str("storage"), "\x940", str("cpu"), "\x940",
		dictionary(str("state_dict"), "}"+state.String(), str("optimizer"), dictionary(str("state"),
			"}"+optimizer.String())))
	content := checkpointFile(t, program, storages)
	checkOpen(t, content)
	all, err := readAll(content)
	if err != nil || len(all) != 2 || len(all["state_dict"]) != n || len(all["optimizer.state"]) != 2*n {
		t.Errorf("got %d dictionaries, of %d and %d tensors, error %v, want two, of %d and %d", len(all),
			len(all["state_dict"]), len(all["optimizer.state"]), err, n, 2*n)
	}
}
