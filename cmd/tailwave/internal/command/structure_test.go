package command

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

// arrows lists which packages of the module a package, or any below it, may import. The first entry that fits counts. A
// name that ends in /... means a folder with all packages below it, any other for one package.
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
	{"dsp/level", []string{"dsp", "dsp/internal/..."}},
	{"dsp/resample", []string{"dsp", "dsp/internal/..."}},
	{"dsp/tensor", []string{"dsp", "dsp/layer", "dsp/internal/..."}},
	{"dsp/spectral", []string{"dsp", "dsp/layer", "dsp/resample", "dsp/internal/..."}},
	{"dsp", []string{"dsp/internal/kernel", "dsp/internal/memory", "dsp/internal/ratio"}},
	{"models/vocode", []string{"models", "stream", "dsp/..."}},
	{"models/codec", []string{"models/lyra", "stream", "dsp/..."}},
	{"models", []string{"models/internal/...", "models/lyra", "models/tflite/...", "models/weights", "dsp/..."}},
	{"stream/npy", []string{"stream", "stream/raw", "dsp/..."}},
	{"stream/raw", []string{"stream", "dsp/..."}},
	{"stream/verify", []string{"stream", "dsp/..."}},
	{"stream/wav", []string{"stream", "dsp/..."}},
	{"stream/goaudio", []string{"stream", "stream/wav", "dsp/..."}},
	{"stream/live", []string{"stream", "dsp/..."}},
	{"stream", []string{"dsp"}},
	{"cmd/tailwave/internal/fileio", []string{"stream/...", "dsp/..."}},
	{"cmd/tailwave/internal/cli", []string{"cmd/tailwave/internal/fileio", "stream/...", "dsp/..."}},
	{"cmd/tailwave/internal/vocoder", []string{"cmd/tailwave/internal/cli", "cmd/tailwave/internal/fileio", "models/...",
		"stream/...", "dsp/..."}},
	{"cmd", []string{"cmd/...", "models/...", "stream/...", "dsp/..."}},
}

// allows reports whether an entry of arrows includes a package.
func allows(entry, pkg string) bool {
	folder, all := strings.CutSuffix(entry, "/...")
	return pkg == folder || all && inside(pkg, folder)
}

func inside(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

// TestArrows: imports point one way, from cmd to models and stream, and from both to dsp.
func TestArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		t.Fatalf("go list: got error %v, want none", err)
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
			t.Errorf("package %s: got no entry in arrows, want one", p.ImportPath)
			continue
		}
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, module+"/")
			if ours && !slices.ContainsFunc(arrows[rule].to, func(entry string) bool { return allows(entry, to) }) {
				t.Errorf("%s: got an import of %s, want only %q", from, to, arrows[rule].to)
			}
		}
	}
	if packages < 8 {
		t.Errorf("got %d packages, want at least 8", packages)
	}
}

// TestNoConcurrencyInDSP: packages of signal processing start no goroutine and have no channel, so that their order of
// operations is that of the text. No package is in the root folder.
func TestNoConcurrencyInDSP(t *testing.T) {
	files := 0
	for _, root := range []string{"../../../../dsp", "../../../../models"} {
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
					t.Errorf("%s: got %T, want no goroutine, channel or select", path, n)
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
		t.Errorf("got %d files, want at least 20", files)
	}
	if there, _ := filepath.Glob("../../../../*.go"); len(there) > 0 {
		t.Errorf("Go files in the root folder: got %v, want none", there)
	}
}

// TestNoStrayFusion: where the compiler may fuse x*y+z, the machine code of this module has only the fused operations
// that are written math.FMA. Any other would change bits on these targets.
func TestNoStrayFusion(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped, -short: builds the program for two more targets")
	}
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	written := fusedLines(t, root)
	for target, env := range map[string][]string{
		"amd64 v3": {"GOARCH=amd64", "GOAMD64=v3"},
		"arm64":    {"GOARCH=arm64"},
	} {
		t.Run(target, func(t *testing.T) {
			build := exec.Command("go", "build", "-gcflags="+module+"/...=-S", "-o", os.DevNull, mainPackage)
			build.Env = append(os.Environ(), append(env, "GOOS=linux", "CGO_ENABLED=0")...)
			code, err := build.CombinedOutput()
			if err != nil {
				t.Fatalf("go build: got error %v, want none", err)
			}
			stray, meant := fusions(string(code), root, written)
			for _, s := range stray {
				t.Errorf("got %s, fused by the compiler, want only operations that are written math.FMA", s)
			}
			if meant < 10 {
				t.Errorf("got %d fused operations that are written math.FMA, want at least 10", meant)
			}
		})
	}
}

// TestFusions: a line with math.FMA allows a fused operation there, and not at the same line of another file of that
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
		"outside":        {"0x10 16 (/go/dsp/conv.go:7)\tFMADDD\tF0, F1, F2, F3", "../go/dsp/conv.go:7 FMADDD", 0},
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

// modulePath returns the path relative to the folder root, with slashes; the path itself if it is not below root.
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

// TestStatic: the program is one file that needs no shared library and no loader.
func TestStatic(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skipped: reads an ELF file, which needs linux")
	}
	bin := filepath.Join(t.TempDir(), "tailwave")
	build := exec.Command("go", "build", "-o", bin, mainPackage)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: got error %v and %q, want none", err, out)
	}
	f, err := elf.Open(bin)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("segments of the program: got %v, want none of that type", p.Type)
		}
	}
	libs, err := f.ImportedLibraries()
	if err != nil || len(libs) > 0 {
		t.Errorf("shared libraries: got %v and error %v, want none", libs, err)
	}
}
