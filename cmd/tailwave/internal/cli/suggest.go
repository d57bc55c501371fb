package cli

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// UnknownCommand reports the first argument of a command that has only subcommands, because no subcommand has that
// name.
func UnknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() || c.Name() == "help" {
			names = append(append(names, c.Name()), c.Aliases...)
		}
	}
	meant := pathTo(cmd, args[0])
	if meant == "" {
		meant = nearest(args[0], names)
	}
	return fmt.Errorf("unknown command %q for %q%s", args[0], cmd.CommandPath(), didYouMean(meant))
}

// pathTo returns the words that call the command of a name from cmd, two or more levels below it, such as "codec
// decode"; "" if there is none.
func pathTo(cmd *cobra.Command, name string) string {
	for _, c := range cmd.Commands() {
		if !c.IsAvailableCommand() {
			continue
		}
		for _, below := range c.Commands() {
			if below.IsAvailableCommand() && (below.Name() == name || below.HasAlias(name)) {
				return c.Name() + " " + below.Name()
			}
		}
		if path := pathTo(c, name); path != "" {
			return c.Name() + " " + path
		}
	}
	return ""
}

// SingleDash reports an argument that is the long name of a flag with one dash, such as -rate, or a misspelling of one.
// The flag parser would read it as the flags -r, -a, -t and -e, or as the flag -r with the value "ate". The command
// returned with an error is the one that the arguments call.
func SingleDash(root *cobra.Command, args []string) (*cobra.Command, error) {
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		return nil, nil // a word that is to be completed may be the beginning of any flag
	}
	cmd, args, err := root.Find(args)
	if err != nil {
		return nil, nil // reported when the command is executed
	}
	cmd.InitDefaultHelpFlag()
	flags := cmd.Flags()
	isValue := false // the argument is the value of the flag before it
	for _, arg := range args {
		word := strings.TrimLeft(arg, "-")
		name, _, complete := strings.Cut(word, "=")
		dashes := len(arg) - len(word)
		var f *pflag.Flag
		switch {
		case isValue:
		case arg == "--":
			return cmd, nil
		case dashes == 2 && flags.Lookup(name) != nil:
			f = flags.Lookup(name)
		case dashes == 1 && len(name) == 1:
			f = flags.ShorthandLookup(name)
		case dashes == 1 && flags.Lookup(name) != nil:
			return cmd, fmt.Errorf("unknown flag -%s%s", name, didYouMean("--"+name))
		case (dashes > 1 || dashes == 1 && !shorthands(flags, name)) && namesFile(arg):
			return cmd, fmt.Errorf("unknown flag %s: for a file of that name, write ./%[1]s", arg)
		case dashes == 1 && !shorthands(flags, name):
			if meant := nearestFlag(cmd, name); meant != "" {
				return cmd, fmt.Errorf("unknown flag -%s%s", name, didYouMean(meant))
			}
		}
		isValue = f != nil && f.NoOptDefVal == "" && !complete
	}
	return cmd, nil
}

// namesFile reports whether an argument that begins with a dash is likely to be the name of a file: the file exists, or
// the name has an extension that begins with a letter.
func namesFile(arg string) bool {
	if extension := filepath.Ext(arg); len(extension) > 1 && letter(extension[1]) && !strings.Contains(arg, "=") {
		return true
	}
	_, err := os.Lstat(arg)
	return err == nil
}

// shorthands reports whether a word can be single-letter flags. The last one may have the rest as its value, which for
// a number does not begin with a letter.
func shorthands(flags *pflag.FlagSet, word string) bool {
	for i := range len(word) {
		f := flags.ShorthandLookup(word[i : i+1])
		if f == nil || f.NoOptDefVal == "" {
			text := f != nil && f.Value.Type() == "string"
			return f != nil && (text || i+1 == len(word) || !letter(word[i+1]))
		}
	}
	return true
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// misspelt rewords a parser error about an unknown flag or a missing value. It returns nil for other errors.
func misspelt(cmd *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		dashes := "--"
		if e.GetSpecifiedShortnames() != "" {
			dashes = "-"
		}
		return fmt.Errorf("%s%s needs a value: %s", dashes, e.GetSpecifiedName(), meaning(e.GetFlag()))
	}
	typed, meant := "", ""
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		typed = "--" + e.GetSpecifiedName()
		meant = nearestFlag(cmd, e.GetSpecifiedName())
		if letters := e.GetSpecifiedShortnames(); letters != "" {
			_, size := utf8.DecodeRuneInString(letters)
			typed, meant = "-"+letters[:size], nearestFlag(cmd, letters[:size])
			if len(letters) > size {
				typed += " in -" + letters
			}
		}
	} else if e, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		typed = e.GetSpecifiedFlag()
		name, _, _ := strings.Cut(strings.TrimLeft(typed, "-"), "=")
		meant = nearestFlag(cmd, name)
	}
	if typed == "" {
		return nil
	}
	// The flags of a misspelt command are unknown to the command that would have it.
	if args := cmd.Flags().Args(); cmd.HasSubCommands() && len(args) > 0 {
		return UnknownCommand(cmd, args)
	}
	return fmt.Errorf("unknown flag %s%s", typed, didYouMean(meant))
}

// nearestFlag returns the flag that a word without its dashes is likely to mean, with dashes; "" for none. A single
// letter is a shorthand in the other case, or the beginning of only one flag.
func nearestFlag(cmd *cobra.Command, word string) string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			names = append(names, f.Name)
		}
	})
	if len(word) == 1 {
		if !letter(word[0]) {
			return ""
		}
		for _, c := range []byte{word[0], word[0] ^ 0x20} {
			if cmd.Flags().ShorthandLookup(string(rune(c))) != nil {
				return "-" + string(rune(c))
			}
		}
		names = slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, strings.ToLower(word)) })
		if len(names) != 1 {
			return ""
		}
		return "--" + names[0]
	}
	if name := nearest(word, names); name != "" {
		return "--" + name
	}
	return ""
}

// didYouMean returns the end of an error that suggests a name; "" if that is "".
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return ": did you mean " + name + "?"
}

// nearest returns the name that a word is likely to mean: one that differs only in case or in "_" for "-"; or the one
// at the smallest distance, which is at most 1 for words of up to 4 bytes, else 2; or the only one that begins with the
// word. It returns "" for none.
func nearest(word string, names []string) string {
	fold := strings.NewReplacer("_", "-").Replace(strings.ToLower(word))
	best, least, begins := "", 0, []string{}
	for _, name := range names {
		if name == fold {
			return name
		}
		if len(fold) > 1 && strings.HasPrefix(name, fold) {
			begins = append(begins, name)
		}
		most := 2
		if min(len(fold), len(name)) <= 4 {
			most = 1
		}
		if max(len(fold)-len(name), len(name)-len(fold)) > most {
			continue
		}
		d := distance(fold, name)
		closer := cmp.Or(cmp.Compare(d, least), cmp.Compare(common(best, fold), common(name, fold))) < 0
		if d <= most && d < len(fold) && (best == "" || closer) {
			best, least = name, d
		}
	}
	if best == "" && len(begins) == 1 {
		return begins[0]
	}
	return best
}

// common returns the length of the longest common prefix, bytes.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// distance returns how many bytes have to be inserted, removed, replaced, or swapped with their neighbour, to make one
// word from the other: the optimal string alignment distance, in which no byte is edited twice.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replaced := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replaced++
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, replaced)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
