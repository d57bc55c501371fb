package recorded

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const before = `{
  "one": {
    "a": "0a",
    "b\u003ec": "0b"
  },
  "two": {
    "a": "2a"
  }
}
`

// A fake is a testing.TB that keeps its messages.
type fake struct {
	testing.TB
	name   string
	failed bool
	said   []string
}

type stopped struct{}

func (f *fake) Helper()      {}
func (f *fake) Name() string { return f.name }
func (f *fake) Failed() bool { return f.failed }

func (f *fake) Errorf(format string, args ...any) {
	f.failed = true
	f.said = append(f.said, fmt.Sprintf(format, args...))
}

func (f *fake) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	panic(stopped{})
}

func (f *fake) Fatal(args ...any) { f.Fatalf("%s", fmt.Sprint(args...)) }

// run calls do until it returns or ends the test.
func (f *fake) run(do func()) {
	defer func() {
		if r := recover(); r != nil && r != (stopped{}) {
			panic(r)
		}
	}()
	do()
}

func TestCheck(t *testing.T) {
	same := map[string]string{"a": "0a", "b>c": "0b"}
	other := map[string]string{"a": "ff", "b>c": "0b"}
	more := map[string]string{"a": "0a", "b>c": "0b", "d": "0d"}
	less := map[string]string{"b>c": "ff"}
	replaced := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(before) }
	for _, c := range []struct {
		name         string
		part         string
		got          map[string]string
		update, fail bool     // fail: the test has failed already
		said         []string // after the file's name
		after        string   // the file
	}{
		{name: "equal", part: "one", got: same, after: before},
		{name: "different", part: "one", got: other, after: before,
			said: []string{"one: a: hash ff, recorded 0a: correct the arithmetic, or run make golden if the change is intended"}},
		{name: "new", part: "one", got: more, after: before,
			said: []string{"one: d: hash 0d, none recorded: run make golden"}},
		{name: "new part", part: "three", got: map[string]string{"a": "0a"}, after: before,
			said: []string{"three: a: hash 0a, none recorded: run make golden"}},
		{name: "gone", part: "two", got: nil, after: before,
			said: []string{"two: a: no hash, recorded 2a: delete the line if that is intended"}},
		{name: "update equal", part: "one", got: same, update: true, after: before},
		{name: "update different", part: "one", got: other, update: true, after: replaced("0a", "ff")},
		{name: "update new", part: "one", got: more, update: true,
			after: replaced("\"0b\"\n", "\"0b\",\n    \"d\": \"0d\"\n")},
		{name: "update new part", part: "zero", got: map[string]string{"a": "0a"}, update: true,
			after: replaced("  }\n}", "  },\n  \"zero\": {\n    \"a\": \"0a\"\n  }\n}")},
		{name: "update gone", part: "one", got: less, update: true, after: before,
			said: []string{
				"one: a: no hash, recorded 0a: delete the line if that is intended",
				"one: 1 hashes are not recorded, because the test fails: correct it first",
			}},
		{name: "update after failure", part: "one", got: other, update: true, fail: true, after: before,
			said: []string{"one: 1 hashes are not recorded, because the test fails: correct it first"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "bits.json")
			if err := os.WriteFile(file, []byte(before), 0o644); err != nil {
				t.Fatal(err)
			}
			f := &fake{failed: c.fail}
			f.run(func() { check(f, file, c.update, c.part, c.got) })
			var want []string
			for _, s := range c.said {
				want = append(want, file+": "+s)
			}
			if !slices.Equal(f.said, want) {
				t.Errorf("got messages %q, want %q", f.said, want)
			}
			after, err := os.ReadFile(file)
			if err != nil || string(after) != c.after {
				t.Errorf("got file %s (%v), want %s", after, err, c.after)
			}
			if there, _ := os.ReadDir(filepath.Dir(file)); len(there) != 1 {
				t.Errorf("got %d files in the folder, want 1", len(there))
			}
		})
	}
}

func TestCheckRejects(t *testing.T) {
	damaged := filepath.Join(t.TempDir(), "bits.json")
	if err := os.WriteFile(damaged, []byte(`{"one": 1}`), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		call func(t testing.TB)
		want string
	}{
		{"a name that make golden does not run", func(t testing.TB) { Check(t, "one", nil) }, "put Bits into it"},
		{"damaged file", func(t testing.TB) { check(t, damaged, false, "one", nil) }, damaged + ": not hashes by part"},
		{"missing file", func(t testing.TB) { check(t, damaged+"x", false, "one", nil) }, damaged + "x: no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fake{name: "TestSums"}
			f.run(func() { c.call(f) })
			if len(f.said) != 1 || !strings.Contains(f.said[0], c.want) {
				t.Errorf("got messages %q, want one with %q", f.said, c.want)
			}
		})
	}
}

func TestFind(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("module", func(t *testing.T) {
		want := filepath.Join(root, "testdata", "bits.json")
		if got, err := find(); err != nil || got != want {
			t.Errorf("got %s (%v), want %s", got, err, want)
		}
	})
	t.Run("elsewhere", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if got, err := find(); err == nil || !strings.Contains(err.Error(), "inside the module, or use -bits") {
			t.Errorf("got %s (%v), want an error that says where to run the test", got, err)
		}
	})
}
