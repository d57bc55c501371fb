package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/command"
	"github.com/tailwave/tailwave/testdata/reference"
)

var day = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func pages(t *testing.T) map[string]string {
	t.Helper()
	p, err := render(command.Root(), "0.2.0", day)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestPages: each command has a page, with all its flags and the version. The pages are the same every time.
func TestPages(t *testing.T) {
	all := pages(t)
	if !maps.Equal(all, pages(t)) {
		t.Error("pages: got others the second time, want the same")
	}
	n := 0
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		n++
		name := fileName(cmd.CommandPath())
		t.Run(name, func(t *testing.T) {
			page, ok := all[name]
			if !ok {
				t.Fatal("got no page, want one")
			}
			begin := `.TH "` + strings.ToUpper(strings.TrimSuffix(name, ".1")) + `" "1" "2026-11-28" "tailwave 0.2.0" "tailwave manual"` + "\n"
			if !strings.HasPrefix(page, begin) {
				t.Errorf("got %.100q, want it to begin with %q", page, begin)
			}
			for _, part := range []string{"\n.SH NAME\n", "\n.SH SYNOPSIS\n", "\n.SH DESCRIPTION\n", "\n.SH OPTIONS\n", "\n.SH SEE ALSO\n"} {
				if strings.Count(page, part) != 1 {
					t.Errorf("got %d of %q, want 1", strings.Count(page, part), part)
				}
			}
			if strings.Contains(page, "spf13") {
				t.Error("got a generator's name, want none")
			}
			cmd.InitDefaultHelpFlag()
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				if name := `\fB\-\-` + strings.ReplaceAll(f.Name, "-", `\-`) + `\fP`; strings.Count(page, name) != 1 {
					t.Errorf("got --%s %d times, want once", f.Name, strings.Count(page, name))
				}
			})
		})
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				walk(c)
			}
		}
	}
	walk(command.Root())
	if n != len(all) || n < 15 {
		t.Errorf("got %d pages for %d commands, want one each, at least 15", len(all), n)
	}
}

// TestOptions: a page lists the options in the groups of the help, with its placeholders.
func TestOptions(t *testing.T) {
	page, at := pages(t)["tailwave-upsample.1"], 0
	for _, part := range []string{
		".SH OPTIONS\n.SS Conversion\n", `\fB\-\-rate\fP \fIHZ\fP`, `\fB\-\-quality\fP \fINAME\fP`, `\fB\-\-gain\fP \fIDB\fP`,
		"\n.SS Filter\n", `\fB\-\-filter\fP \fIFILE\fP`, `\fB\-\-stride\fP \fIN\fP`,
		"\n.SS Output\n", `\fB\-\-force\fP` + "\n", "\n.SS General\n", `\fB\-\-chunk\fP \fIN\fP`,
	} {
		i := strings.Index(page[at:], part)
		if i < 0 {
			t.Fatalf("got %s\nwant %q in it, after the parts before", page[at:], part)
		}
		at += i
	}
}

// odd returns a command whose texts have everything that Markdown or troff could mistake for markup.
func odd() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "odd IN... [OUT] --a_b *X* <Y>",
		Short: "Do _this_ and *that*",
		Long: `odd takes [a] and [b](c), *x*, _y_, ` + "`z`" + `, **bold**, a_b_c, <tag>, &amp;, C:\new\n, #1, ~~d~~ | e.

.wav files and 'quotes' begin lines. One ends here. Another begins. https://example.com/a-b is no link
: nor is this a definition
# nor this a heading. A line of many words follows: word word word word word word word word word .npy word word 'word'.

List:
  - first *item*, which
    goes on
  - second [item]

Commands:

  odd *.wav --x   # comment
  .profile

Notes:
The end_.`,
		Example: "  odd *.wav | b_c\n  'quoted'",
		Run:     func(*cobra.Command, []string) {},
	}
	cmd.Flags().StringP("a_b", "a", "*d*", "use `FILE_NAME` as *it* is; [see] below")
	return cmd
}

// TestOdd: a page shows the texts of a command as they are.
func TestOdd(t *testing.T) {
	p, err := render(odd(), "0.2.0", day)
	if err != nil {
		t.Fatal(err)
	}
	groff, err := exec.LookPath("groff")
	if err != nil {
		reference.Missing(t, "groff", "the program is not installed")
	}
	run := exec.Command(groff, "-man", "-ww", "-Tascii", "-P-cbou", "-rLL=200n")
	run.Stdin = strings.NewReader(p["odd.1"])
	var diag strings.Builder
	run.Stderr = &diag
	out, err := run.Output()
	if err != nil || diag.Len() > 0 {
		t.Fatalf("groff: got error %v and %q, want none", err, &diag)
	}
	text := string(out)
	for _, want := range []string{
		"       odd - Do _this_ and *that*\n",
		"       odd IN... [OUT] --a_b *X* <Y> [flags]\n",
		"       odd takes [a] and [b](c), *x*, _y_, `z`, **bold**, a_b_c, <tag>, &amp;, C:\\new\\n, #1, ~~d~~ | e.\n",
		"       .wav files and 'quotes' begin lines.  One ends here.  Another begins. https://example.com/a-b is no link : nor is this a definition # nor this a heading.",
		"word .npy word word 'word'.\n",
		"first *item*, which goes on\n", "second [item]\n",
		"\n         odd *.wav --x   # comment\n         .profile\n",
		"       -a, --a_b FILE_NAME\n              use FILE_NAME as *it* is; [see] below (default *d*)\n",
		"NOTES\n       The end_.\n",
		"EXAMPLE\n         odd *.wav | b_c\n         'quoted'\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s\nwant %q in it", text, want)
		}
	}
}

// TestCheckers: programs that check manual pages find nothing.
func TestCheckers(t *testing.T) {
	dir := t.TempDir()
	if err := write(filepath.Join(dir, "man1"), "0.2.0", day); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "man1", "*.1"))
	if err != nil || len(files) < 15 {
		t.Fatalf("got %d files and error %v, want at least 15", len(files), err)
	}
	for _, line := range []string{"mandoc -Tlint", "groff -man -ww -Tutf8 -z"} {
		t.Run(line, func(t *testing.T) {
			words := strings.Fields(line)
			if _, err := exec.LookPath(words[0]); err != nil {
				reference.Missing(t, words[0], "the program is not installed")
			}
			for _, file := range files {
				out, err := exec.Command(words[0], append(words[1:], file)...).CombinedOutput()
				if err != nil || len(out) > 0 {
					t.Errorf("%s: got error %v and %q, want nothing", filepath.Base(file), err, out)
				}
			}
		})
	}
}

// TestWrite: a folder that cannot be made is an error.
func TestWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := write(file, "0.2.0", day); err == nil {
		t.Error("a file in place of the folder: got no error, want one")
	}
}
