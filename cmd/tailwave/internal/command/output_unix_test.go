//go:build unix

package command

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// mkfifo makes a FIFO, or skips t where the system has no FIFOs.
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

// TestSymlinks: the file at the end of a chain of links is written, and the links stay.
func TestSymlinks(t *testing.T) {
	outOfFolder := map[string]string{"folder": "real/sub", "real/sub/l": "../x.wav"}
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
		{"out of a linked folder", "folder/l", outOfFolder, "real/x.wav", true},
		{"dangling out of a linked folder", "folder/l", outOfFolder, "real/x.wav", false},
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
				wantBytes(t, "file without --force", string(readFile(t, target)), "old")
				args = append(args, "--force")
			}
			must(t, bytes.NewReader(in), args...)
			if info, err := os.Lstat(target); err != nil || !info.Mode().IsRegular() {
				t.Fatalf("%s: got %v, %v; want a regular file", c.target, info, err)
			}
			if s := parse(t, readFile(t, target)); s.Rate != 48000 {
				t.Errorf("rate: got %d Hz, want 48000 Hz", s.Rate)
			}
			for name, to := range c.links {
				want := strings.Replace(to, "DIR", dir, 1)
				if got, err := os.Readlink(filepath.Join(dir, name)); err != nil || got != want {
					t.Errorf("link %s: got %q, %v; want %q", name, got, err, want)
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
				t.Errorf("got %d files, want 1", files)
			}
		})
	}
	t.Run("circle", func(t *testing.T) {
		dir := t.TempDir()
		os.Symlink("b", filepath.Join(dir, "a"))
		os.Symlink("a", filepath.Join(dir, "b"))
		in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
		tailwave(bytes.NewReader(in), "upsample", "-", dir+"/a", "--rate", "48000").
			wantError(t, exitFailed, "/a: ", "symbolic links")
	})
}

// TestModes: a new file has the mode that the umask leaves, and an existing file keeps its own.
func TestModes(t *testing.T) {
	dir := t.TempDir()
	in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	for _, c := range []struct{ umask, existing, want os.FileMode }{
		{0o022, 0, 0o644}, {0o077, 0, 0o600}, {0, 0, 0o666},
		{0o077, 0o664, 0o664}, {0o022, 0o600, 0o600}, {0o022, 0o751, 0o751},
	} {
		t.Run(fmt.Sprintf("umask %o, existing %o", c.umask, c.existing), func(t *testing.T) {
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
			info, err := os.Stat(out)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode() != c.want {
				t.Errorf("got mode %v, want %v", info.Mode(), c.want)
			}
		})
	}
}

// TestInPlace: OUT may be IN, and gets the same samples as a pipe.
func TestInPlace(t *testing.T) {
	for _, rate := range []string{"48000", "44100"} {
		t.Run(rate+" Hz", func(t *testing.T) {
			file := soundBytes(t, 44100, 2, pcm.S16, tones(20000, 2))
			path := writeFile(t, shortPath(t, "a.wav"), file)
			want := must(t, nil, "upsample", path, "-", "--rate", rate)
			tailwave(nil, "upsample", path, path, "--rate", rate).wantError(t, exitFailed, "exists")
			must(t, nil, "upsample", path, path, "--rate", rate, "--force")
			wantBytes(t, "samples", parse(t, readFile(t, path)).raw, parse(t, []byte(want.out)).raw)
			wantNames(t, filepath.Dir(path), "a.wav")
		})
	}
}

// TestLongNames: the name of the temporary file is valid where that of the file is, in any script.
func TestLongNames(t *testing.T) {
	dir := t.TempDir()
	in := soundBytes(t, 44100, 1, pcm.S16, tones(30, 1))
	for script, name := range map[string]string{
		"one byte":   strings.Repeat("n", 251) + ".wav",
		"two bytes":  strings.Repeat("\u00e9", 125) + ".wav",
		"four bytes": strings.Repeat("\U0001F3B5", 62) + ".wav",
	} {
		t.Run(script, func(t *testing.T) {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, nil, 0o666); err != nil {
				t.Skipf("skipped, this file system refuses a name of %d bytes: %v", len(name), err)
			}
			defer os.Remove(path)
			must(t, bytes.NewReader(in), "upsample", "-", path, "--rate", "48000", "--force")
			wantNames(t, dir, name)
		})
	}
}

// TestFIFOs: FIFOs are read and written directly, and stay.
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
		t.Fatalf("got exit %d and %q, want exit %d", o.code, o.err, exitDone) // and the goroutines stay blocked
	}
	if err := <-fed; err != nil {
		t.Errorf("input: got error %v, want none", err)
	}
	wantBytes(t, "output", string(<-got), want)
	for _, p := range []string{inFIFO, outFIFO} {
		if info, err := os.Lstat(p); err != nil || info.Mode().Type() != os.ModeNamedPipe {
			t.Errorf("%s: got %v, %v; want a FIFO", p, info, err)
		}
	}
	wantNames(t, dir, "in.fifo", "in.wav", "out.fifo")
}

// TestDevices: devices are written directly, and stay. The test never uses --force: a program that took a device for a
// file would replace the machine's.
func TestDevices(t *testing.T) {
	dir := t.TempDir()
	path := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 44100, 2, pcm.S16, tones(3000, 2)))
	want := must(t, nil, "upsample", path, "-", "--rate", "48000").out
	for _, rate := range []string{"48000", "44100"} {
		t.Run("null/"+rate+" Hz", func(t *testing.T) {
			if o := runProgram(t, dir, nil, "upsample", path, "/dev/null", "--rate", rate); o.code != exitDone {
				t.Errorf("got exit %d and %q, want exit %d", o.code, o.err, exitDone)
			}
		})
		t.Run("full/"+rate+" Hz", func(t *testing.T) {
			if _, err := os.Stat("/dev/full"); err != nil {
				t.Skipf("skipped, no /dev/full here: %v", err)
			}
			runProgram(t, dir, nil, "upsample", path, "/dev/full", "--rate", rate).
				wantError(t, exitFailed, "/dev/full: ", "at frame 0", "no space left on device")
		})
	}
	tailwave(nil, "upsample", "missing.wav", "/dev/null", "--rate", "48000").wantError(t, exitFailed, "no such file")
	for _, device := range []string{"/dev/null", "/dev/full"} {
		if info, err := os.Lstat(device); err == nil && info.Mode().Type() != os.ModeDevice|os.ModeCharDevice {
			t.Errorf("%s afterwards: got %v, want a device", device, info.Mode())
		}
	}
	t.Run("stdout, a pipe", func(t *testing.T) {
		o := runProgram(t, dir, nil, "upsample", path, "/dev/stdout", "--rate", "48000")
		if o.code != exitDone {
			t.Errorf("got exit %d and %q, want exit %d", o.code, o.err, exitDone)
		}
		wantBytes(t, "standard output", o.out, want)
	})
	// Standard output may be an existing file, and is written from its position on.
	t.Run("stdout, a file", func(t *testing.T) {
		f, err := os.Create(filepath.Join(dir, "out.bin"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		f.WriteString("before")
		cmd := program(t, dir, "upsample", path, "/dev/stdout", "--rate", "48000")
		cmd.Stdout = f
		if err := cmd.Run(); err != nil {
			t.Errorf("got error %v, want none", err)
		}
		file := readFile(t, f.Name())
		after, ok := bytes.CutPrefix(file, []byte("before"))
		if !ok {
			t.Fatalf("file: got %q at its beginning, want %q", file[:min(len(file), 6)], "before")
		}
		wantBytes(t, "samples", parse(t, after).raw, parse(t, []byte(want)).raw)
		wantNames(t, dir, "in.wav", "out.bin")
	})
}

// TestReadOnlyFolder: a folder or a FIFO that may not be written is one line of error, before IN is read. Root may
// write everywhere, so the program runs as nobody.
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
		wantError(t, exitFailed, "sub/out.wav: cannot be created in its folder: permission denied: check the permissions")
	cmd("upsample", in, filepath.Join(sub, "old.wav"), "--rate", "48000", "--force").
		wantError(t, exitFailed, "sub/old.wav: cannot be created in its folder: permission denied: check the permissions")
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o400); err != nil {
		t.Fatal(err)
	}
	cmd("upsample", filepath.Join(dir, "missing.wav"), fifo, "--rate", "48000").wantError(t, exitFailed, "fifo: permission denied")
	wantNames(t, sub, "old.wav")
	wantBytes(t, "existing file", string(readFile(t, filepath.Join(sub, "old.wav"))), "old")
}

// forNobody copies the program to where everybody may run it.
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

// TestAppearsWhole: while a run lasts, there is no file of that name, or the one from before.
func TestAppearsWhole(t *testing.T) {
	file := soundBytes(t, 44100, 1, pcm.S16, tones(3000, 1))
	for name, existing := range map[string]string{"new": "", "existing": "old"} {
		t.Run(name, func(t *testing.T) {
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
				t.Errorf("file after half of the input: got %q, %v; want %q", b, err, existing)
			}
			w.Write(file[len(file)/2:])
			w.Close()
			if o := <-done; o.code != exitDone {
				t.Errorf("got exit %d and %q, want exit %d", o.code, o.err, exitDone)
			}
			wantNames(t, dir, "out.wav")
			parse(t, readFile(t, out))
		})
	}
}

// TestAppearedMeanwhile: a file that is created by others during the run is not overwritten without --force.
func TestAppearedMeanwhile(t *testing.T) {
	file := soundBytes(t, 44100, 1, pcm.S16, tones(100_000, 1))
	dir := t.TempDir()
	out := filepath.Join(dir, "out.wav")
	r, w := io.Pipe()
	done := make(chan outcome, 1)
	go func() { done <- tailwave(r, "upsample", "-", out, "--rate", "48000") }()
	w.Write(file[:len(file)/2])
	waitForOutput(t, os.Getpid(), dir)
	writeFile(t, out, []byte("mine"))
	w.Write(file[len(file)/2:])
	w.Close()
	(<-done).wantError(t, exitFailed, "out.wav: was created meanwhile, so the result was not written: name another file, or use --force", "not written")
	wantNames(t, dir, "out.wav")
	wantBytes(t, "file", string(readFile(t, out)), "mine")
}
