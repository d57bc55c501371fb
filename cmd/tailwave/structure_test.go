package main

import (
	"debug/elf"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/tailwave/tailwave"

// arrows says which packages of the module a package, or any below it, may import. The first entry that fits counts.
var arrows = []struct {
	from string
	to   []string
}{
	{"dsp/internal/kernel", nil},
	{"dsp/pcm", nil},
	{"dsp/opcase", []string{"dsp"}},
	{"dsp/dsptest", []string{"dsp"}},
	{"dsp", []string{"dsp/internal/kernel"}},
	{"models", []string{"models", "dsp"}},
	{"stream/wav", []string{"stream", "dsp"}},
	{"stream/goaudio", []string{"stream", "stream/wav", "dsp"}},
	{"stream/live", []string{"stream", "dsp"}},
	{"stream", []string{"dsp"}},
	{"cmd", []string{"cmd", "models", "stream", "dsp"}},
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
			if ours && !slices.ContainsFunc(arrows[rule].to, func(folder string) bool { return inside(to, folder) }) {
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
