package main

import (
	"debug/elf"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/tailwave/tailwave"

// arrows says which packages of the module a package, or any below it, may import. The first entry that fits counts. A name
// that ends in /... stands for a folder with all packages below it, any other for one package.
var arrows = []struct {
	from string
	to   []string
}{
	{"dsp/internal/ratio", nil},
	{"dsp/internal/memory", nil},
	{"dsp/internal/elementary", nil},
	{"dsp/internal/window", []string{"dsp/internal/elementary"}},
	{"dsp/internal/kernel/peak", []string{"dsp/internal/kernel"}},
	{"dsp/internal/kernel", nil},
	{"dsp/internal/fft", []string{"dsp/internal/elementary", "dsp/internal/kernel"}},
	{"dsp/internal/oneshot", []string{"dsp", "dsp/internal/kernel", "dsp/internal/ratio"}},
	{"dsp/pcm", []string{"dsp/internal/kernel"}},
	{"dsp/dsptest", []string{"dsp", "dsp/internal/..."}},
	{"dsp/layer", []string{"dsp", "dsp/internal/..."}},
	{"dsp/resample", []string{"dsp", "dsp/internal/..."}},
	{"dsp/tensor", []string{"dsp", "dsp/layer", "dsp/internal/..."}},
	{"dsp/spectral", []string{"dsp", "dsp/layer", "dsp/resample", "dsp/internal/..."}},
	{"dsp", []string{"dsp/internal/kernel", "dsp/internal/memory", "dsp/internal/ratio"}},
	{"models", []string{"models/...", "dsp/..."}},
	{"stream/wav", []string{"stream", "dsp/..."}},
	{"stream/goaudio", []string{"stream", "stream/wav", "dsp/..."}},
	{"stream/live", []string{"stream", "dsp/..."}},
	{"stream", []string{"dsp"}},
	{"cmd", []string{"cmd/...", "models/...", "stream/...", "dsp/..."}},
}

// allows reports whether an entry of arrows stands for a package.
func allows(entry, pkg string) bool {
	folder, all := strings.CutSuffix(entry, "/...")
	return pkg == folder || all && inside(pkg, folder)
}

func inside(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

// TestArrows keeps imports pointing one way: cmd to models and stream, both to dsp.
func TestArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := 0
	for d := json.NewDecoder(strings.NewReader(string(out))); ; packages++ {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		from := strings.TrimPrefix(p.ImportPath, module+"/")
		rule := slices.IndexFunc(arrows, func(a struct {
			from string
			to   []string
		}) bool {
			return inside(from, a.from)
		})
		if rule < 0 {
			t.Errorf("package %s has no place in the layout", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, module+"/")
			if ours && !slices.ContainsFunc(arrows[rule].to, func(entry string) bool { return allows(entry, to) }) {
				t.Errorf("%s imports %s", from, to)
			}
		}
	}
	if packages < 8 {
		t.Errorf("only %d packages seen", packages)
	}
}

// TestNoConcurrencyInDSP: signal processing has no goroutines and no channels of its own, so that its order of operations
// is that of the text.
func TestNoConcurrencyInDSP(t *testing.T) {
	files := 0
	for _, root := range []string{"../../dsp", "../../models"} {
		err := filepath.WalkDir(filepath.FromSlash(root), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n.(type) {
				case *ast.GoStmt, *ast.ChanType, *ast.SelectStmt:
					t.Errorf("%s has a goroutine or channel", path)
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 20 {
		t.Errorf("only %d files seen", files)
	}
	if there, _ := filepath.Glob("../../*.go"); len(there) > 0 {
		t.Errorf("the root folder holds %v", there)
	}
}

// TestNoStrayFusion reads the machine code of targets on which the compiler may fuse x*y+z, and finds no fused operation
// in this module but those written math.FMA: any other would give these targets other bits.
func TestNoStrayFusion(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: builds the program for two more targets")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	written := fusedLines(t, root)
	for target, env := range map[string][]string{
		"amd64 v3": {"GOARCH=amd64", "GOAMD64=v3"},
		"arm64":    {"GOARCH=arm64"},
	} {
		build := exec.Command("go", "build", "-gcflags="+module+"/...=-S", "-o", os.DevNull, ".")
		build.Env = append(os.Environ(), append(env, "GOOS=linux", "CGO_ENABLED=0")...)
		code, err := build.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v", target, err)
		}
		stray, meant := fusions(string(code), root, written)
		for _, s := range stray {
			t.Errorf("%s: fused by the compiler, not written math.FMA: %s", target, s)
		}
		if meant < 10 {
			t.Errorf("%s: got %d fused operations that are written math.FMA, want at least 10", target, meant)
		}
	}
}

// TestFusions: a line that says math.FMA allows a fused operation there, not at the same line of another file of that
// name.
func TestFusions(t *testing.T) {
	root := filepath.FromSlash("/module")
	written := map[string]bool{"dsp/conv.go:7": true}
	for name, c := range map[string]struct {
		line, stray string
		meant       int
	}{
		"written":        {"0x10 16 (/module/dsp/conv.go:7)\tVFMADD231SD\tX0, X1, X2", "", 1},
		"another line":   {"0x10 16 (/module/dsp/conv.go:8)\tFMADDD\tF0, F1, F2, F3", "dsp/conv.go:8 FMADDD", 0},
		"another folder": {"0x10 16 (/module/models/conv.go:7)\tFMSUBS\tF0, F1, F2, F3", "models/conv.go:7 FMSUBS", 0},
		"outside":        {"0x10 16 (/go/src/dsp/conv.go:7)\tFMADDD\tF0, F1, F2, F3", "../go/src/dsp/conv.go:7 FMADDD", 0},
		"no fusion":      {"0x10 16 (/module/models/conv.go:7)\tMULSD\tX0, X1", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			stray, meant := fusions(c.line+"\n", root, written)
			if got := strings.Join(stray, ", "); got != c.stray || meant != c.meant {
				t.Errorf("got %q and %d meant, want %q and %d", got, meant, c.stray, c.meant)
			}
		})
	}
}

// fusions returns the fused operations in the compiler's listing of a module at the folder root: as place and operation
// those at places that are not written math.FMA, and the number of the others.
func fusions(listing, root string, written map[string]bool) (stray []string, meant int) {
	for line := range strings.Lines(listing) {
		m := fusedOperation.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		place := modulePath(root, m[1])
		if written[place] {
			meant++
			continue
		}
		stray = append(stray, place+" "+m[2])
	}
	return stray, meant
}

// modulePath returns the path relative to the folder root, with slashes; the path itself if it has none.
func modulePath(root, path string) string {
	if rel, err := filepath.Rel(root, path); err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}

// fusedOperation matches a line of the compiler's listing: offsets, (file:line), operation.
var fusedOperation = regexp.MustCompile(`\(([^()]+:\d+)\)\s+(V?FN?M(?:ADD|SUB)\w*)`)

// fusedLines returns the places, as path relative to root and line, at which the module's sources say math.FMA.
func fusedLines(t *testing.T, root string) map[string]bool {
	t.Helper()
	lines := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := os.ReadFile(path)
		n := 0
		for line := range strings.Lines(string(data)) {
			n++
			if strings.Contains(line, "math.FMA(") {
				lines[fmt.Sprintf("%s:%d", modulePath(root, path), n)] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestREADME: the example there is one that runs, and the commands are ones there are.
func TestREADME(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../../stream/goaudio/example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```go\n")
	code, _, ok := strings.Cut(rest, "```")
	if !ok || !strings.Contains(string(example), code) {
		t.Error("the README's Go code is not that of stream/goaudio/example_test.go")
	}
	root := newRootCommand(new(app))
	names := 0
	for line := range strings.Lines(string(readme)) {
		if _, after, ok := strings.Cut(line, "    tailwave "); ok {
			names++
			if cmd, _, err := root.Find(strings.Fields(after)); err != nil || cmd == root {
				t.Errorf("the README names a command that is not there: %s", line)
			}
		}
	}
	if names < 4 {
		t.Errorf("only %d commands seen in the README", names)
	}
}

// TestStatic: the program is one file that needs no library and no loader.
func TestStatic(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped: reads an ELF file, which needs linux")
	}
	bin := filepath.Join(t.TempDir(), "tailwave")
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := elf.Open(bin)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the program has a segment %v", p.Type)
		}
	}
	libs, err := f.ImportedLibraries()
	if err != nil || len(libs) > 0 {
		t.Errorf("needs %v (%v)", libs, err)
	}
}
