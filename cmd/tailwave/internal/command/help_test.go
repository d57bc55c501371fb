package command

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
)

// eachCommand calls do for every command that has help, in a subtest with its path.
func eachCommand(t *testing.T, do func(*testing.T, *cobra.Command)) {
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		t.Run(cmd.CommandPath(), func(t *testing.T) { do(t, cmd) })
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				walk(c)
			}
		}
	}
	walk(Root())
}

// helpOf returns what the command prints for --help.
func helpOf(t *testing.T, cmd *cobra.Command) string {
	t.Helper()
	o := must(t, nil, append(strings.Fields(cmd.CommandPath())[1:], "--help")...)
	if o.err != "" {
		t.Errorf("standard error: got %q, want nothing", o.err)
	}
	return o.out
}

// exampleLines returns the command lines of the examples in the help of a command.
func exampleLines(cmd *cobra.Command) []string {
	return strings.FieldsFunc(cmd.Example, func(r rune) bool { return r == '\n' })
}

// TestHelp: the help of a command begins with what the command does, lists all its flags and has examples. Its lines
// have at most 80 columns.
func TestHelp(t *testing.T) {
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		help := helpOf(t, cmd)
		for line := range strings.Lines(help) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 80 {
				t.Errorf("got %d columns, want at most 80: %q", n, line)
			}
		}
		does, _, _ := strings.Cut(help, "\n\n")
		does = strings.ReplaceAll(does, "\n", " ")
		if sentences := strings.Count(does+" ", ". "); sentences != 1 && cmd.HasParent() {
			t.Errorf("first paragraph: got %q, %d sentences, want one", does, sentences)
		}
		if !strings.HasPrefix(does, cmd.Name()+" ") {
			t.Errorf("first paragraph: got %q, want it to begin with %q", does, cmd.Name())
		}
		wantParts(t, "help", help, "\n\nUsage:\n  "+cmd.CommandPath(), "\n\nExamples:\n  "+cmd.CommandPath())
		want := 3
		if cmd.Parent() != nil && cmd.Parent().Name() == "completion" { // one script each
			want = 1
		}
		if n := len(exampleLines(cmd)); n < want || n > 5 {
			t.Errorf("examples: got %d, want %d to 5", n, want)
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if n := strings.Count(help, "--"+f.Name+" "); n < 1 {
				t.Errorf("help: got no --%s, want it", f.Name)
			}
		})
	})
}

// TestFlagGroups: every flag belongs to exactly one group, every group has only flags that exist, and -r and -f mean
// the same in all commands.
func TestFlagGroups(t *testing.T) {
	exist := map[string]bool{}
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		cmd.InitDefaultHelpFlag()
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			exist[f.Name] = true
			groups := 0
			for _, g := range cli.FlagGroups {
				for _, name := range g.Flags {
					if name == f.Name {
						groups++
					}
				}
			}
			if groups != 1 {
				t.Errorf("--%s: got %d groups, want 1", f.Name, groups)
			}
			if want, ok := map[string]string{"rate": "r", "format": "f"}[f.Name]; ok && f.Shorthand != want {
				t.Errorf("--%s: got the short form %q, want %q", f.Name, f.Shorthand, want)
			}
		})
	})
	for _, g := range cli.FlagGroups {
		for _, name := range g.Flags {
			if !exist[name] {
				t.Errorf("group %s: got --%s, want only flags of commands", g.Heading, name)
			}
		}
	}
}
