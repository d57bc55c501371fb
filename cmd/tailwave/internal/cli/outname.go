package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
)

// ffmpegWrites are extensions from which ffmpeg finds out what to encode.
var ffmpegWrites = []string{".flac", ".mp3", ".aiff", ".aif", ".aifc", ".ogg", ".oga", ".opus", ".m4a", ".aac", ".ac3", ".w64", ".caf", ".au",
	".wv", ".tta", ".mka", ".mkv", ".mp4", ".mov", ".webm", ".wma"}

// CheckOut checks the extension of OUT, the last argument of a command, before any file is opened. The error proposes a
// command that works. bare is the extension that is proposed for values without a header, "" if the command writes a
// header.
func CheckOut(cmd *cobra.Command, out string, names fileio.Names, bare string) error {
	extension := names.Refuses(out)
	if extension == "" {
		return nil
	}
	problem, usual := fmt.Sprintf("%s: cannot write %s: name it ", out, extension), bare
	switch {
	case bare != "" && slices.Contains(fileio.SoundOrArrayNames.Allowed, extension):
		problem = fmt.Sprintf("%s: --raw writes no %s header: leave out --raw, or name it ", out, extension)
	case bare != "":
		problem = fmt.Sprintf("%s: --raw writes no %s header: name it ", out, extension)
	default:
		usual = names.Allowed[0]
	}
	if usual == ".wav" && slices.Contains(ffmpegWrites, extension) {
		overwrite := ""
		if cmd.Flags().Changed("force") {
			overwrite = "-y "
		}
		pipe := fmt.Sprintf("%s | ffmpeg %s-i - %s", commandTo(cmd, "-"), overwrite, quotePath(out))
		return proposal(problem+usual+", or pipe", pipe)
	}
	other := strings.TrimSuffix(out, filepath.Ext(out)) + usual
	if args := cmd.Flags().Args(); slices.Contains(args[:len(args)-1], other) {
		return Usagef("%s%s", problem, usual) // the command would replace IN
	}
	return proposal(problem+usual, commandTo(cmd, other))
}

// proposal is a UsageError that ends with a command, unless the line would not have the command as it is.
func proposal(problem, command string) error {
	if full := problem + ": " + command; ErrorLine(full) == full {
		problem = full
	}
	return Usagef("%s", problem)
}

// commandTo returns the command line of cmd with another OUT and without --force, for a shell.
func commandTo(cmd *cobra.Command, out string) string {
	args := cmd.Flags().Args()
	words := strings.Fields(cmd.CommandPath())
	for _, arg := range append(slices.Clone(args[:len(args)-1]), out) {
		words = append(words, quotePath(arg))
	}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch {
		case f.Name == "force":
		case f.Value.String() == f.NoOptDefVal:
			words = append(words, "--"+f.Name)
		case f.NoOptDefVal != "":
			words = append(words, "--"+f.Name+"="+quote(f.Value.String()))
		default:
			words = append(words, "--"+f.Name, quote(f.Value.String()))
		}
	})
	return strings.Join(words, " ")
}

// quotePath quotes the path of a file so that no program takes it for a flag or a URL.
func quotePath(path string) string {
	first, _, _ := strings.Cut(path, "/")
	if len(path) > 1 && path[0] == '-' || strings.Contains(first, ":") {
		path = "./" + path
	}
	return quote(path)
}

// quote returns a word as a POSIX shell needs it.
func quote(word string) string {
	const plain = "%+,-./:@_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
