package weights

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A placeholderRow is the pickle of a checkpoint that has a state dict with x and something else.
type placeholderRow struct {
	name, pickle string
	want         map[string][]string // tensors, with their types, by the keys of their dictionary
}

// placeholderRows returns pickles of what people have next to weights.
func placeholderRows() []placeholderRow {
	state := dictionary(str("x"), floats(2))
	namespace := p(global("argparse", "Namespace"), ")\x81", dictionary(str("lr"),
		"G\x3f\xf0\x00\x00\x00\x00\x00\x00"), "b")
	scalar := p(global("numpy.core.multiarray", "scalar"), "(", global("numpy", "dtype"), "(", str("f8"), "\x89\x88tR",
		"(K\x03", str("<"), "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb", "C\x08\x00\x00\x00\x00\x00\x00\xf0?tR")
	array := p(global("numpy.core.multiarray", "_reconstruct"), "(", global("numpy", "ndarray"), "K\x00\x85C\x01btR",
		"(K\x01K\x02\x85", global("numpy", "dtype"), "\x89C\x08\x00\x00\x80\x3f\x00\x00\x00\x40tb")
	x := map[string][]string{"model": {"x float32"}}
	next := func(value string) string { return dictionary(str("other"), value, str("model"), state) }
	amid := func(tensor string) string {
		return dictionary(str("model"), dictionary(str("x"), floats(2), str("y"), tensor))
	}
	and := func(y string) map[string][]string { return map[string][]string{"model": {"x float32", "y " + y}} }
	rebuild := func(module, name string, arguments ...string) string {
		return p(global(module, name), "(", p(arguments...), "tR")
	}
	arguments := strings.TrimSuffix(strings.TrimPrefix(floats(2), global("torch._utils", "_rebuild_tensor_v2")), "R")
	untypedStorage := func(class string) string {
		return p("(", str("storage"), global("torch.storage", class), str("0"), str("cpu"), integer(24), "tQ")
	}
	v3 := func(dtype string) string {
		return rebuild("torch._utils", "_rebuild_tensor_v3", untypedStorage("UntypedStorage"), integer(0), ints(2),
			ints(1), "\x89N",
			global("torch", dtype), "N")
	}
	alone := func(tensor string) string { return dictionary(str("model"), dictionary(str("y"), tensor)) }
	wrapped := rebuild("torch._tensor", "_rebuild_from_type_v2", global("torch._utils", "_rebuild_tensor_v2"),
		global("torch.nn.parameter", "Buffer"), arguments, dictionary(str("a"), "N"))
	return []placeholderRow{
		{"namespace", next(namespace), x},
		{"namespace of protocol 0", next("(iargparse\nNamespace\np0\n(dp1\nS'lr'\nF0.5\nsb"), x},
		{"weights in a namespace", dictionary(str("args"), p(global("argparse", "Namespace"), ")\x81",
			dictionary(str("model"), state), "b")),
			map[string][]string{"args.model": {"x float32"}}},
		{"defaultdict", dictionary(str("model"), p(global("collections", "defaultdict"), global("builtins", "dict"),
			"\x85R(",
			str("x"), floats(2), "u")), x},
		{"AttributeDict", dictionary(str("model"), p(global("lightning.fabric.utilities.data", "AttributeDict"),
			")\x81(",
			str("x"), floats(2), "u")), x},
		{"reconstructed dictionary", dictionary(str("model"), p("ccopy_reg\n_reconstructor\n(", global("a", "Dict"),
			global("__builtin__", "dict"), state, "tR")), x},
		{"OrderedDict of Python 2", dictionary(str("model"), p(global("collections", "OrderedDict"), "](](",
			str("x"), floats(2), "ee\x85R")), x},
		{"OrderedDict of tuples", dictionary(str("model"), p(global("collections", "OrderedDict"), "](", str("x"),
			floats(2), "\x86e\x85R")), x},
		{"set of protocol 4", next("\x8f(K\x01K\x02\x90"), x},
		{"frozenset", next("(K\x01\x91"), x},
		{"set", next(p(global("__builtin__", "set"), "](K\x01e\x85R")), x},
		{"deque", next(p(global("collections", "deque"), ")RK\x05a(K\x06e")), x},
		{"path", next(p(global("pathlib", "PosixPath"), "(", str("/"), str("x"), "tR")), x},
		{"NumPy scalar", next(scalar), x},
		{"device", next(p(global("torch", "device"), str("cuda"), "K\x00\x86R")), x},
		{"dtype", next(global("torch", "float32")), x},
		{"size", next(p(global("torch", "Size"), "(K\x01K\x02t\x85R")), x},
		{"partial", next(p(global("functools", "partial"), global("torch.optim", "Adam"), "\x85R(", global("a", "b"),
			")}NtbK\x01\x85R")), x},
		{"called method", next(p(global("builtins", "getattr"), global("a", "B"), str("c"), "\x86R)R")), x},
		{"keyword arguments", next(p(global("a", "B"), ")}\x92")), x},
		{"OBJ", next(p("(", global("a", "B"), "K\x01o")), x},
		{"extension", next("\x82\x07)R"), x},
		{"class only", next(global("os", "system")), x},
		{"call that is not made", next(p(global("os", "system"), str("false"), "\x85R")), x},
		{"stacked import", next(p(str("posix"), str("system"), "\x93", str("false"), "\x85R")), x},
		{"callback with items of any key", next(p(global("a", "Callback"), ")\x81K\x01K\x02s")), x},
		{"bytearray", next("\x96\x02\x00\x00\x00\x00\x00\x00\x00ab"), x},
		{"protocol 0", next("(I01\nI7\nL7L\nF1.5\nVa\\u00e9\nS'b\\n'\nlp0\n0(I1\nI2\ndp1\n0g0\n"), x},
		{"long integers",
			next("\x8b\x09\x00\x00\x00\x01\x02\x03\x04\x05\x06\x07\x08\x090L123456789012345678901234567890L\n"), x},
		{"marks", next("(K\x010N1(0N20"), x},
		{"memo from 1", next("Nq\x010h\x01"), x},
		{"module's class with its source", next(p("(", str("module"), global("a", "B"), str("b.py"), str("class B"),
			"tQ")), x},
		{"whole module next to weights", next(p(global("a", "Net"), ")\x81", dictionary(str("_parameters"), state,
			str("_modules"), "}"), "b")), x},
		{"itself", dictionary(str("model"), p("}\x94(", str("x"), floats(2), str("self"), "h\x00u")), x},

		{"tensors in a list", next(p("](", floats(1), "K\x01", floats(2), "e")),
			map[string][]string{"": {"other.0 float32", "other.2 float32"}, "model": {"x float32"}}},
		{"tensors in a list of dictionaries", next(p("](", state, dictionary(str("y"), state), "e")),
			map[string][]string{"": {"other.0.x float32", "other.1.y.x float32"}, "model": {"x float32"}}},
		{"tensors in tuples", amid(p(floats(1), "\x85\x85")),
			map[string][]string{"model": {"x float32", "y.0.0 float32"}}},
		{"tensors by numbers", next(dictionary(integer(7), floats(1), integer(8), dictionary(str("y"), floats(1)))),
			map[string][]string{"other": {"7 float32", "8.y float32"}, "model": {"x float32"}}},
		{"tensors by other keys", next(dictionary(p("K\x01\x85"), floats(1))),
			map[string][]string{"other": {"key 0 float32"}, "model": {"x float32"}}},
		{"tensors in a deque", next(p(global("collections", "deque"), ")R(", floats(1), "e")),
			map[string][]string{"other": {"0 float32"}, "model": {"x float32"}}},
		{"tensors in a frozenset", next(p("(", floats(1), "\x91")),
			map[string][]string{"other": {"0 float32"}, "model": {"x float32"}}},
		{"tensors of a call", next(p(global("a", "B"), "(", floats(1), "tR")),
			map[string][]string{"other": {"arguments.0 float32"}, "model": {"x float32"}}},
		{"tensors in slots", next(p(global("a", "B"), ")\x81N", dictionary(str("y"), floats(1)), "\x86b")),
			map[string][]string{"other": {"state.1.y float32"}, "model": {"x float32"}}},
		{"attributes next to items", dictionary(str("model"), p(global("a", "Dict"), ")\x81(", str("x"), floats(2), "u",
			dictionary(str("y"), floats(1)), "b")), and("float32")},
		{"arrays in a dictionary of their own", next(dictionary(str("y"), array)),
			map[string][]string{"other": {"y NumPy array"}, "model": {"x float32"}}},

		{"quantized", amid(rebuild("torch._utils", "_rebuild_qtensor", "K\x01")),
			and("torch._utils._rebuild_qtensor")},
		{"quantized with a shape", amid(rebuild("torch._utils", "_rebuild_qtensor", "NK\x00", ints(3, 2),
			ints(2, 1))), and("torch._utils._rebuild_qtensor")},
		{"vast", amid(rebuild("torch._utils", "_rebuild_qtensor", "NK\x00", ints(1<<40, 1<<40), ints(2, 1))),
			and("torch._utils._rebuild_qtensor")},
		{"sparse", amid(rebuild("torch._utils", "_rebuild_sparse_tensor", "K\x01")),
			and("torch._utils._rebuild_sparse_tensor")},
		{"array", amid(array), and("NumPy array")},
		{"array of protocol 5", amid(rebuild("numpy._core.numeric", "_frombuffer", "K\x01")),
			and("NumPy array")},
		{"unread tensor in a class", amid(rebuild("torch._tensor", "_rebuild_from_type_v2",
			global("torch._utils", "_rebuild_wrapper_subclass"), global("a", "T"), ")", "}")),
			and("torch._utils._rebuild_wrapper_subclass")},
		{"distributed tensor", amid(p(global("torch.distributed._shard.sharded_tensor.api", "ShardedTensor"),
			")\x81}b")),
			and("torch.distributed._shard.sharded_tensor.api.ShardedTensor")},
		{"only quantized", alone(rebuild("torch._utils", "_rebuild_qtensor", "K\x01")),
			map[string][]string{"model": {"y torch._utils._rebuild_qtensor"}}},
		{"to be negated", amid(strings.Replace(floats(2), ")RtR", p(")R", dictionary(str("neg"), "\x88"), "tR"), 1)),
			and("torch._utils._rebuild_tensor_v2")},
		{"with nothing to do", amid(strings.Replace(floats(2), ")RtR", ")R}tR", 1)), and("float32")},
		{"complex", amid(strings.Replace(view("ComplexFloat", "1", 1, 0, ints(1), ints(1)), "Float", "Float", 1)),
			and("complex64")},
		{"unknown storage", amid(view("Float9", "1", 8, 0, ints(1), ints(1))), and("torch.Float9Storage")},
		{"wrapped", amid(wrapped), and("float32")},
		{"parameter with state", amid(rebuild("torch._utils", "_rebuild_parameter_with_state", floats(2), "\x88",
			"}", "N")), and("float32")},
		{"version 3", alone(v3("float32")), map[string][]string{"model": {"y float32"}}},
		{"version 3 of float8", alone(v3("float8_e4m3fn")), map[string][]string{"model": {"y float8_e4m3fn"}}},
	}
}

// TestPlaceholders requires that values other than weights are read without executing anything, and that no array
// vanishes among them.
func TestPlaceholders(t *testing.T) {
	storages := map[string]any{"data/0": six["data/0"], "data/1": make([]byte, 8)}
	for _, c := range placeholderRows() {
		t.Run(c.name, func(t *testing.T) {
			content := checkpointFile(t, c.pickle, storages)
			f, err := openFile(content)
			if err != nil {
				t.Fatalf("got error %v, want none", err)
			}
			got := map[string][]string{}
			for _, d := range f.Dictionaries {
				for _, name := range slices.Sorted(maps.Keys(d.Tensors)) {
					x := d.Tensors[name]
					got[d.Key] = append(got[d.Key], name+" "+x.Type)
					if !x.Floating() {
						_, err := d.Tensors.Take(name, x.Shape...)
						want := "tensor " + name + " has type " + x.Type + ", must be"
						if got := message(err); !strings.HasPrefix(got, want) {
							t.Errorf("taken: got error %q, want one that begins with %q", got, want)
						}
					}
				}
			}
			if !maps.EqualFunc(got, c.want, slices.Equal) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestPlaceholderShape requires the shapes of arrays that are not read, where the file states them.
func TestPlaceholderShape(t *testing.T) {
	want := map[string][]int{"quantized with a shape": {3, 2}, "array": {2}, "sparse": nil, "vast": nil}
	for _, row := range placeholderRows() {
		shape, ok := want[row.name]
		if !ok {
			continue
		}
		delete(want, row.name)
		t.Run(row.name, func(t *testing.T) {
			f, err := openFile(checkpointFile(t, row.pickle, six))
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Dictionaries[0].Tensors["y"].Shape; !slices.Equal(got, shape) {
				t.Errorf("got %v, want %v", got, shape)
			}
		})
	}
	if len(want) > 0 {
		t.Errorf("rows that are missing: %v", want)
	}
}

// TestVersion3 requires the numbers of a tensor whose storage counts bytes.
func TestVersion3(t *testing.T) {
	for _, row := range placeholderRows() {
		if row.name != "version 3" && row.name != "wrapped" {
			continue
		}
		t.Run(row.name, func(t *testing.T) {
			all, err := readAll(checkpointFile(t, row.pickle, six))
			if got, want := all["model"]["y"].Data, []float32{1, 2}; err != nil || !slices.Equal(got, want) {
				t.Errorf("got %v, error %v, want %v", got, err, want)
			}
		})
	}
}

// TestModules requires that a whole module is refused by its name, with what to save instead.
func TestModules(t *testing.T) {
	const advice, other = "save model.state_dict() instead", "save the state dict of the model with torch.save"
	parameters := dictionary(str("weight"), floats(2))
	module := p(global("gen", "Gen"), ")\x81", dictionary(str("training"), "\x89", str("_parameters"), parameters,
		str("_modules"), "}"), "b")
	for _, c := range []struct{ name, pickle, want string }{
		{"alone", module,
			"checkpoint is a whole module, gen.Gen, whose code is not in the file: " + advice},
		{"under a key", dictionary(str("epoch"), "K\x01", str("model"), module),
			`checkpoint holds under "model" a whole module, gen.Gen, whose code is not in the file: ` + advice},
		{"in a class that is like one", p(global("a", "B"), ")\x81", dictionary(str("n"), "K\x01"), "b"),
			`checkpoint has no dictionary of tensors, its keys are "n" (an integer): ` + other},
		{"list of modules", p("](", module, "e"),
			"checkpoint is a list of 1 value, not a dictionary of tensors: " + other},
		{"sparse tensor", p(global("torch._utils", "_rebuild_sparse_tensor"), "(K\x01tR"),
			"checkpoint is an object made by torch._utils._rebuild_sparse_tensor, not a dictionary of tensors: " +
				other},
	} {
		for format, content := range map[string][]byte{"zip": checkpointFile(t, c.pickle, six),
			"legacy": legacyFile(legacy(c.pickle))} {
			t.Run(c.name+"/"+format, func(t *testing.T) {
				_, err := openFile(content)
				if got := message(err); got != c.want &&
					!(format == "legacy" && strings.Contains(got, "belongs to no tensor")) {
					t.Errorf("got error %q, want %q", got, c.want)
				}
			})
		}
	}
}
