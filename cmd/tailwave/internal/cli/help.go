package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is the most columns of a line of help.
const helpWidth = 80

// FlagGroups are the headings under which the help of a command lists its flags. A flag of one name belongs to the same
// group in every command.
var FlagGroups = []struct {
	Heading string
	Flags   []string
}{
	{"Conversion", []string{"rate", "quality", "bandwidth", "phase", "bitrate", "format", "dither", "gain"}},
	{"Filter", []string{"filter", "stride", "decimate", "padding"}},
	{"Built-in vocoder", []string{"pitch", "stretch", "robot"}},
	{"Model", []string{"model", "weights-key", "allow-unused"}},
	{"Frames", []string{"layout", "mel-in"}},
	{"Input", []string{"keep-partial"}},
	{"Output", []string{"raw", "force", "sync"}},
	{"Playback", []string{"play", "device", "latency"}},
	{"Chunks", []string{"stream", "runs", "seed"}},
	{generalGroup, []string{"chunk", "threads", "quiet", "verbose", "help", "version"}},
}

// generalGroup also lists the flags that no group names, so that the help has every flag.
const generalGroup = "General"

// SetHelp makes root and the commands below it print their help with [WriteHelp]. It calls failed with the error of a
// write, which cobra has no way to return.
func SetHelp(root *cobra.Command, failed func(error)) {
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		if err := WriteHelp(cmd.OutOrStdout(), cmd); err != nil {
			failed(err)
		}
	})
	root.SetUsageFunc(func(cmd *cobra.Command) error { return WriteHelp(cmd.OutOrStderr(), cmd) })
}

// WriteHelp writes the help of a command: the first paragraph of its Long text, which says what the command does, the
// usage line, the other paragraphs, subcommands, flags in groups, and examples. A paragraph that starts with "Notes:"
// goes to the end, with all that follows it.
func WriteHelp(w io.Writer, cmd *cobra.Command) error {
	cmd.InitDefaultHelpFlag()
	text := cmd.Long
	if text == "" {
		text = cmd.Short + "."
	}
	text, notes, _ := strings.Cut(text, "\n\nNotes:\n")
	what, more, _ := strings.Cut(text, "\n\n")
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nUsage:\n", what)
	if cmd.Runnable() && !cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s\n", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s COMMAND [flags]\n", cmd.CommandPath())
	}
	if len(cmd.Aliases) > 0 {
		fmt.Fprintf(&b, "  %s %s is the same command\n", cmd.Root().Name(), strings.Join(cmd.Aliases, ", "))
	}
	section(&b, "", more)
	writeCommands(&b, cmd)
	writeFlags(&b, cmd.Flags())
	section(&b, "Examples", cmd.Example)
	section(&b, "Notes", notes)
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n%s COMMAND --help explains a command.\n", cmd.CommandPath())
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// section writes a part of the help after an empty line, unless the part is empty.
func section(b *strings.Builder, heading, text string) {
	if text == "" {
		return
	}
	b.WriteString("\n")
	if heading != "" {
		fmt.Fprintf(b, "%s:\n", heading)
	}
	fmt.Fprintln(b, text)
}

// writeCommands lists the subcommands in their groups, those without a group last.
func writeCommands(b *strings.Builder, cmd *cobra.Command) {
	groups := slices.Clone(cmd.Groups())
	if cmd.HasAvailableSubCommands() {
		groups = append(groups, &cobra.Group{Title: "Commands"})
	}
	if len(groups) > 1 {
		groups[len(groups)-1].Title = "Other"
	}
	for _, g := range groups {
		var lines strings.Builder
		for _, c := range cmd.Commands() {
			if (c.IsAvailableCommand() || c.Name() == "help") && c.GroupID == g.ID {
				hang(&lines, "  "+c.Name(), c.NamePadding()+4, c.Short)
			}
		}
		section(b, g.Title, strings.TrimSuffix(lines.String(), "\n"))
	}
}

// writeFlags lists the flags in their groups.
func writeFlags(b *strings.Builder, flags *pflag.FlagSet) {
	column := 0
	EachFlagGroup(flags, func(_ string, group []*pflag.Flag) {
		for _, f := range group {
			column = max(column, len(flagName(f))+2)
		}
	})
	EachFlagGroup(flags, func(heading string, group []*pflag.Flag) {
		var lines strings.Builder
		for _, f := range group {
			hang(&lines, flagName(f), column, FlagUsage(f))
		}
		section(b, heading, strings.TrimSuffix(lines.String(), "\n"))
	})
}

// EachFlagGroup calls do with the heading and the visible flags of each of [FlagGroups] that has any of the flags, in
// the order of the help.
func EachFlagGroup(flags *pflag.FlagSet, do func(heading string, group []*pflag.Flag)) {
	of := map[string][]*pflag.Flag{}
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			of[groupOf(f.Name)] = append(of[groupOf(f.Name)], f)
		}
	})
	for _, g := range FlagGroups {
		slices.SortStableFunc(of[g.Heading], func(x, y *pflag.Flag) int {
			return slices.Index(g.Flags, x.Name) - slices.Index(g.Flags, y.Name)
		})
		if len(of[g.Heading]) > 0 {
			do(g.Heading, of[g.Heading])
		}
	}
}

// FlagUsage returns what the help says about a flag: its usage without backticks, and its default, if it has one.
func FlagUsage(f *pflag.Flag) string {
	_, usage := pflag.UnquoteUsage(f)
	if !slices.Contains([]string{"", "0", "false"}, f.DefValue) && !strings.Contains(usage, "(default") {
		usage += fmt.Sprintf(" (default %s)", f.DefValue)
	}
	return usage
}

// groupOf returns the heading for a flag.
func groupOf(flag string) string {
	for _, g := range FlagGroups {
		if slices.Contains(g.Flags, flag) {
			return g.Heading
		}
	}
	return generalGroup
}

// flagName returns a flag as users write it: "  -r, --rate HZ".
func flagName(f *pflag.Flag) string {
	name := "      --" + f.Name
	if f.Shorthand != "" {
		name = "  -" + f.Shorthand + ", --" + f.Name
	}
	if value := Placeholder(f); value != "" {
		name += " " + value
	}
	return name
}

// Placeholder returns what stands for the value of a flag in the help, such as "HZ", or "" if the flag takes no value.
func Placeholder(f *pflag.Flag) string {
	switch value, _ := pflag.UnquoteUsage(f); value {
	case "int", "uint", "float":
		return "N"
	case "string":
		return "NAME"
	default:
		return strings.ToUpper(value)
	}
}

// hang writes a name and its explanation, whose lines all begin in the same column.
func hang(b *strings.Builder, name string, column int, text string) {
	line := fmt.Sprintf("%-*s", column-1, name)
	for _, word := range strings.Fields(text) {
		if len([]rune(line))+1+len([]rune(word)) > helpWidth {
			fmt.Fprintln(b, line)
			line = strings.Repeat(" ", column-1)
		}
		line += " " + word
	}
	fmt.Fprintln(b, line)
}
