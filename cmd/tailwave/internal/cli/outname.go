package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
)

// ffmpegWrites are the extensions by which ffmpeg chooses an encoder.
var ffmpegWrites = []string{".flac", ".mp3", ".aiff", ".aif", ".aifc", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".ac3", ".w64",
	".caf", ".au", ".wv", ".tta", ".mka", ".mkv", ".mp4", ".mov", ".webm", ".wma"}

// CheckOut checks the extension of OUT, the last argument of a command, before any file is opened. The error proposes a
// command that works. bare is the extension to propose for values without a header, "" if the command writes a header.
func CheckOut(cmd *cobra.Command, out string, names fileio.Names, bare string) error {
	extension := names.Refuses(out)
	if extension == "" {
		return nil
	}
	path := fileio.Visible(out)
	usual, problem := bare, fmt.Sprintf("%s: --raw writes no %s header: name it %s", path, extension, bare)
	switch {
	case bare == "":
		usual = names.Allowed[0]
		problem = fmt.Sprintf("%s: cannot write %s: %sname it %s", path, extension, addRaw(cmd, extension), usual)
	case slices.Contains(names.Header, extension):
		problem = fmt.Sprintf("%s: --raw writes no %s header: leave out --raw, or name it %s", path, extension, bare)
	}
	if usual == ".wav" && slices.Contains(ffmpegWrites, extension) {
		return propose(problem+", or pipe: ", pipeToFFmpeg(cmd, out), problem+", or pipe it into ffmpeg")
	}
	return propose(problem+": ", commandTo(cmd, renamed(out, usual)), problem)
}

// rawNames are the extensions that people use for values without a header, with the value of --raw.
var rawNames = map[string]string{".f32": "f32", ".f32le": "f32", ".bin": "f32", ".s16": "s16", ".s16le": "s16", ".raw": "s16",
	".pcm": "s16"}

// addRaw returns the words that propose --raw for an extension, if the command has the flag and the extension is one
// for values without a header. It returns "" otherwise.
func addRaw(cmd *cobra.Command, extension string) string {
	f, value := cmd.Flags().Lookup("raw"), rawNames[extension]
	switch {
	case f == nil || value == "":
		return ""
	case f.NoOptDefVal != "": // without a value
		return "add --raw, or "
	}
	return fmt.Sprintf("add --raw %s, or ", value)
}

// propose returns a [UsageError]: problem followed by command. If command is empty or the line would be too long,
// otherwise replaces it.
func propose(problem, command, otherwise string) error {
	if full := problem + command; command != "" && ErrorLine(full) == full {
		return UsageError{errors.New(full)}
	}
	return UsageError{errors.New(otherwise)}
}

// renamed returns path with another extension. A number after the last dot, as in take.2, stays: it is not an
// extension.
func renamed(path, extension string) string {
	old := filepath.Ext(path)
	if len(old) < 2 || !unicode.IsLetter([]rune(old)[1]) {
		old = ""
	}
	return strings.TrimSuffix(path, old) + extension
}

// pipeToFFmpeg returns the command line of cmd with ffmpeg, which writes OUT.
func pipeToFFmpeg(cmd *cobra.Command, out string) string {
	overwrite := ""
	if cmd.Flags().Changed("force") {
		overwrite = "-y "
	}
	return fmt.Sprintf("%s | ffmpeg %s-i - %s", commandTo(cmd, "-"), overwrite, fileio.QuotePath(out))
}

// commandTo returns the command line of cmd with another OUT and without --force, for a shell. It returns "" if OUT
// would be an IN.
func commandTo(cmd *cobra.Command, out string) string {
	ins := cmd.Flags().Args()
	ins = ins[:len(ins)-1]
	if out != "-" && slices.Contains(ins, out) {
		return ""
	}
	words := strings.Fields(cmd.CommandPath())
	for _, arg := range append(slices.Clone(ins), out) {
		words = append(words, fileio.QuotePath(arg))
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch {
		case f.Name == "force":
		case f.Value.String() == f.NoOptDefVal:
			words = append(words, "--"+f.Name)
		case f.NoOptDefVal != "":
			words = append(words, "--"+f.Name+"="+fileio.Quote(f.Value.String()))
		default:
			words = append(words, "--"+f.Name, fileio.Quote(f.Value.String()))
		}
	})
	return strings.Join(words, " ")
}
