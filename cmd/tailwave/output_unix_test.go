//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

func mkfifo(t *testing.T, path string) string {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("skipped, no FIFOs here: %v", err)
	}
	return path
}

// runProgram runs the program in a process of its own.
func runProgram(t *testing.T, dir string, stdin io.Reader, args ...string) outcome {
	t.Helper()
	cmd := program(t, dir, args...)
	var out, diag bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &out, &diag
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), diag.String()}
}

// TestSymlinks: the file that a chain of links leads to is written, and the links stay.
func TestSymlinks(t *testing.T) {
	for _, c := range []struct {
		name   string
		out    string
		links  map[string]string
		target string
		exists bool
	}{
		{"to a file", "l", map[string]string{"l": "real/x.wav"}, "real/x.wav", true},
		{"dangling", "l", map[string]string{"l": "real/x.wav"}, "real/x.wav", false},
		{"absolute", "l", map[string]string{"l": "DIR/real/x.wav"}, "real/x.wav", true},
		{"chain", "l", map[string]string{"l": "m", "m": "real/n", "real/n": "sub/../x.wav"}, "real/x.wav", false},
		{"out of a linked folder", "folder/l", map[string]string{"folder": "real/sub", "real/sub/l": "../x.wav"}, "real/x.wav", true},
		{"dangling out of a linked folder", "folder/l", map[string]string{"folder": "real/sub", "real/sub/l": "../x.wav"}, "real/x.wav", false},
		{"path with dots", "folder/../x.wav", map[string]string{"folder": "real/sub"}, "real/x.wav", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "real/sub"), 0o777); err != nil {
				t.Fatal(err)
			}
			for name, to := range c.links {
				if err := os.Symlink(strings.Replace(to, "DIR", dir, 1), filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			target := filepath.Join(dir, c.target)
			args := []string{"upsample", "-", dir + "/" + c.out, "--rate", "48000"}
			in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
			if c.exists {
				writeFile(t, target, []byte("old"))
				tailwave(bytes.NewReader(in), args...).wantError(t, exitFailed, "exists")
				if string(readFile(t, target)) != "old" {
					t.Error("written without --force")
				}
				args = append(args, "--force")
			}
			must(t, bytes.NewReader(in), args...)
			if info, err := os.Lstat(target); err != nil || !info.Mode().IsRegular() {
				t.Fatalf("%v, %v", info, err)
			}
			if s := parse(t, readFile(t, target)); s.Rate != 48000 {
				t.Errorf("%+v", s.Info)
			}
			for name, to := range c.links {
				if got, err := os.Readlink(filepath.Join(dir, name)); err != nil || got != strings.Replace(to, "DIR", dir, 1) {
					t.Errorf("link %s: %q, %v", name, got, err)
				}
			}
			files := 0
			filepath.WalkDir(dir, func(_ string, e os.DirEntry, _ error) error {
				if e.Type().IsRegular() {
					files++
				}
				return nil
			})
			if files != 1 {
				t.Errorf("%d files, want 1", files)
			}
		})
	}
	dir := t.TempDir()
	os.Symlink("b", filepath.Join(dir, "a"))
	os.Symlink("a", filepath.Join(dir, "b"))
	in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
	tailwave(bytes.NewReader(in), "upsample", "-", dir+"/a", "--rate", "48000").wantError(t, exitFailed, "/a: ", "symbolic links")
}

// TestModes: as a plain create gives them, and an existing file keeps its own.
func TestModes(t *testing.T) {
	dir := t.TempDir()
	in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	for _, c := range []struct{ umask, existing, want os.FileMode }{
		{0o022, 0, 0o644}, {0o077, 0, 0o600}, {0, 0, 0o666}, {0o077, 0o664, 0o664}, {0o022, 0o600, 0o600}, {0o022, 0o751, 0o751},
	} {
		syscall.Umask(int(c.umask))
		out := filepath.Join(dir, "out.wav")
		os.Remove(out)
		if c.existing != 0 {
			writeFile(t, out, nil)
			if err := os.Chmod(out, c.existing); err != nil {
				t.Fatal(err)
			}
		}
		must(t, bytes.NewReader(in), "upsample", "-", out, "--rate", "48000", "--force")
		if info, err := os.Stat(out); err != nil || info.Mode() != c.want {
			t.Errorf("umask %v, existing %v: %v, want %v, %v", c.umask, c.existing, info.Mode(), c.want, err)
		}
	}
}

// TestInPlace: OUT may be IN.
func TestInPlace(t *testing.T) {
	for _, rate := range []string{"48000", "44100"} {
		file := soundBytes(t, 44100, 2, pcm.S16, tones(20000, 2))
		path := writeFile(t, shortPath(t, "a.wav"), file)
		want := must(t, nil, "upsample", path, "-", "--rate", rate)
		tailwave(nil, "upsample", path, path, "--rate", rate).wantError(t, exitFailed, "exists")
		must(t, nil, "upsample", path, path, "--rate", rate, "--force")
		if !bytes.Equal(parse(t, readFile(t, path)).raw, parse(t, []byte(want.out)).raw) {
			t.Errorf("%s Hz: other frames than to a pipe", rate)
		}
		wantNames(t, filepath.Dir(path), "a.wav")
	}
}

// TestLongNames: the temporary file's name fits where the file's does, in any script.
func TestLongNames(t *testing.T) {
	dir := t.TempDir()
	in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
	for _, name := range []string{strings.Repeat("n", 251) + ".wav", strings.Repeat("\U0001F3B5", 62) + ".wav", strings.Repeat("\u00e9", 125) + ".wav"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o666); err != nil {
			t.Logf("not tested, this file system refuses a name of %d bytes: %v", len(name), err)
			continue
		}
		must(t, bytes.NewReader(in), "upsample", "-", path, "--rate", "48000", "--force")
		wantNames(t, dir, name)
		os.Remove(path)
	}
}

// TestFIFOs and devices are written directly, whole files or not, and stay.
func TestFIFOs(t *testing.T) {
	dir := t.TempDir()
	path := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, pcm.S16, tones(3000, 2)))
	want := must(t, nil, "upsample", path, "-", "--rate", "48000").out
	inFIFO, outFIFO := mkfifo(t, filepath.Join(dir, "in.fifo")), mkfifo(t, filepath.Join(dir, "out.fifo"))
	feed := readFile(t, path)
	fed := make(chan error, 1)
	go func() { fed <- os.WriteFile(inFIFO, feed, 0) }()
	got := make(chan []byte, 1)
	go func() {
		b, _ := os.ReadFile(outFIFO)
		got <- b
	}()
	o := runProgram(t, dir, nil, "upsample", inFIFO, outFIFO, "--rate", "48000", "--force")
	if o.code != exitDone {
		t.Fatal(o.err) // and the goroutines stay blocked
	}
	if err := <-fed; err != nil {
		t.Error(err)
	}
	if b := <-got; string(b) != want {
		t.Errorf("through FIFOs: %d bytes, want the %d that a pipe gets", len(b), len(want))
	}
	for _, p := range []string{inFIFO, outFIFO} {
		if info, err := os.Lstat(p); err != nil || info.Mode().Type() != os.ModeNamedPipe {
			t.Errorf("%s: %v, %v", p, info, err)
		}
	}
	wantNames(t, dir, "in.fifo", "in.wav", "out.fifo")
}

// TestDevices never uses --force: a program that took a device for a file would replace the machine's.
func TestDevices(t *testing.T) {
	dir := t.TempDir()
	path := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, pcm.S16, tones(3000, 2)))
	want := must(t, nil, "upsample", path, "-", "--rate", "48000").out
	for _, rate := range []string{"48000", "44100"} {
		if o := runProgram(t, dir, nil, "upsample", path, "/dev/null", "--rate", rate); o.code != exitDone {
			t.Errorf("/dev/null: exit %d, %s", o.code, o.err)
		}
		if _, err := os.Stat("/dev/full"); err == nil {
			o := runProgram(t, dir, nil, "upsample", path, "/dev/full", "--rate", rate)
			o.wantError(t, exitFailed, "/dev/full: ", "at frame 0", "no space left on device")
		}
	}
	tailwave(nil, "upsample", "folder-is-missing.wav", "/dev/null", "--rate", "48000").wantError(t, exitFailed, "no such file")
	for _, device := range []string{"/dev/null", "/dev/full"} {
		if info, err := os.Lstat(device); err == nil && info.Mode().Type() != os.ModeDevice|os.ModeCharDevice {
			t.Errorf("%s is now %v", device, info.Mode())
		}
	}
	if o := runProgram(t, dir, nil, "upsample", path, "/dev/stdout", "--rate", "48000"); o.code != exitDone || o.out != want {
		t.Errorf("/dev/stdout: exit %d, %d bytes, want %d, %s", o.code, len(o.out), len(want), o.err)
	}
	// Standard output may be a file that is there already, and may be written from any position.
	f, err := os.Create(filepath.Join(dir, "out.bin"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	f.WriteString("before")
	cmd := program(t, dir, "upsample", path, "/dev/stdout", "--rate", "48000")
	cmd.Stdout = f
	if err := cmd.Run(); err != nil {
		t.Error(err)
	}
	after, ok := bytes.CutPrefix(readFile(t, f.Name()), []byte("before"))
	if !ok || !bytes.Equal(parse(t, after).raw, parse(t, []byte(want)).raw) {
		t.Errorf("/dev/stdout that is a file: %d bytes", len(after))
	}
	wantNames(t, dir, "in.wav", "out.bin")
}

// TestReadOnlyFolder: one line. Root may write everywhere, so it becomes nobody for this.
func TestReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 1, pcm.S16, tones(30, 1)))
	sub := filepath.Join(dir, "sub")
	if err := os.Mkdir(sub, 0o777); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(sub, "old.wav"), []byte("old"))
	cmd := func(args ...string) outcome {
		cmd := program(t, dir, args...)
		if os.Getuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
			cmd.Path = forNobody(t, cmd.Path, dir)
		}
		var diag bytes.Buffer
		cmd.Stderr = &diag
		if err := cmd.Run(); cmd.ProcessState == nil {
			t.Skipf("skipped, cannot run as nobody: %v", err)
		}
		return outcome{code: cmd.ProcessState.ExitCode(), err: diag.String()}
	}
	if err := os.Chmod(sub, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(sub, 0o777)
	cmd("upsample", in, filepath.Join(sub, "out.wav"), "--rate", "48000").
		wantError(t, exitFailed, "sub/out.wav: cannot create a file in its folder: permission denied")
	cmd("upsample", in, filepath.Join(sub, "old.wav"), "--rate", "48000", "--force").
		wantError(t, exitFailed, "sub/old.wav: cannot create a file in its folder: permission denied")
	wantNames(t, sub, "old.wav")
	if string(readFile(t, filepath.Join(sub, "old.wav"))) != "old" {
		t.Error("the existing file was touched")
	}
}

// forNobody puts a copy of the program where everybody may run it.
func forNobody(t *testing.T, path, dir string) string {
	t.Helper()
	for d := dir; d != os.TempDir() && len(d) > 1; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	to := filepath.Join(dir, "program")
	if err := os.WriteFile(to, readFile(t, path), 0o755); err != nil {
		t.Fatal(err)
	}
	return to
}

// TestAppearsWhole: while a run lasts, nothing is to be seen under the name, or what was there before.
func TestAppearsWhole(t *testing.T) {
	file := soundBytes(t, 44100, 1, pcm.S16, tones(3000, 1))
	for _, existing := range []string{"", "old"} {
		dir := t.TempDir()
		out := filepath.Join(dir, "out.wav")
		if existing != "" {
			writeFile(t, out, []byte(existing))
		}
		r, w := io.Pipe()
		done := make(chan outcome, 1)
		go func() { done <- tailwave(r, "upsample", "-", out, "--rate", "48000", "--force") }()
		if _, err := w.Write(file[:len(file)/2]); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(out); string(b) != existing || err == nil && existing == "" {
			t.Errorf("half-way there is %q, %v; want %q", b, err, existing)
		}
		w.Write(file[len(file)/2:])
		w.Close()
		if o := <-done; o.code != exitDone {
			t.Error(o.err)
		}
		wantNames(t, dir, "out.wav")
		parse(t, readFile(t, out))
	}
}

// TestAppearedMeanwhile: a file that came to exist during the run is not overwritten without --force.
func TestAppearedMeanwhile(t *testing.T) {
	file := soundBytes(t, 44100, 1, pcm.S16, tones(3000, 1))
	dir := t.TempDir()
	out := filepath.Join(dir, "out.wav")
	r, w := io.Pipe()
	done := make(chan outcome, 1)
	go func() { done <- tailwave(r, "upsample", "-", out, "--rate", "48000") }()
	w.Write(file[:3000])
	for len(names(t, dir)) == 0 { // until the program has looked
		w.Write(file[3000:3100])
		file = append(file[:3000], file[3100:]...)
	}
	writeFile(t, out, []byte("mine"))
	w.Write(file[3000:])
	w.Close()
	(<-done).wantError(t, exitFailed, "out.wav: was created meanwhile; --force")
	wantNames(t, dir, "out.wav")
	if string(readFile(t, out)) != "mine" {
		t.Error("overwritten")
	}
}
