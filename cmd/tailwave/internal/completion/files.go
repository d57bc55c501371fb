package completion

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/modelinfo"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/vocoder"
	"github.com/tailwave/tailwave/models/lyra"
)

// positions says what the arguments of a command are, in their order.
type positions struct {
	list []cobra.CompletionFunc
	more bool // the last one may be repeated
}

var (
	sound = fileio.SoundNames.Allowed
	array = fileio.ArrayNames.Allowed
	both  = fileio.SoundOrArrayNames.Allowed
	codes = []string{lyra.Extension}
)

// arguments has the commands that take files, by their path.
var arguments = map[string]positions{
	"upsample":     {list: []cobra.CompletionFunc{files(sound...), files(sound...)}},
	"mel":          {list: []cobra.CompletionFunc{files(sound...), files(array...)}},
	"vocode":       {list: []cobra.CompletionFunc{files(both...), files(both...)}},
	"play":         {list: []cobra.CompletionFunc{files(sound...)}},
	"verify":       {list: []cobra.CompletionFunc{files(both...)}},
	"info":         {list: []cobra.CompletionFunc{anything}},
	"models":       {list: []cobra.CompletionFunc{folders}},
	"codec encode": {list: []cobra.CompletionFunc{files(sound...), files(slices.Concat(sound, codes)...)}, more: true},
	"codec decode": {list: []cobra.CompletionFunc{files(codes...), files(slices.Concat(codes, both)...)}, more: true},
}

// complete completes the argument that follows args. A command that takes no more arguments has no completion.
func (p positions) complete(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	at := len(args)
	if p.more {
		at = min(at, len(p.list)-1)
	}
	if at >= len(p.list) {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return p.list[at](cmd, args, word)
}

// files completes folders, and files with one of the extensions (each with its dot).
func files(extensions ...string) cobra.CompletionFunc {
	var names []string
	for _, e := range extensions {
		names = append(names, strings.TrimPrefix(e, "."))
	}
	return cobra.FixedCompletions(names, cobra.ShellCompDirectiveFilterFileExt)
}

func anything(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveDefault
}

func folders(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

// readTime is how long the files of a folder may be looked at: their contents say which ones are weights.
const readTime = time.Second

// weights completes the name of a vocoder: the built-in one, a folder, or a file of weights. A shell cannot filter
// files by their contents, so this lists the folder itself. Where nothing fits, the shell completes any file.
func weights(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	directive := cobra.ShellCompDirectiveDefault
	var list []string
	if strings.HasPrefix(vocoder.Builtin, word) {
		list = append(list, vocoder.Builtin)
	}
	folder, begin := filepath.Split(word)
	entries, _ := os.ReadDir(home(folder))
	for start := time.Now(); len(entries) > 0 && time.Since(start) < readTime; entries = entries[1:] {
		name := entries[0].Name()
		if !strings.HasPrefix(name, begin) || strings.HasPrefix(name, ".") && begin == "" || strings.ContainsAny(name, "\n\t") {
			continue
		}
		path := filepath.Join(home(folder), name)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			list = append(list, folder+name+"/")
			directive |= cobra.ShellCompDirectiveNoSpace
		} else if err == nil && modelinfo.IsModel(path) {
			list = append(list, folder+name)
		}
	}
	return list, directive
}

// home returns the folder that a user means: "~/" is the home folder, and "" the working directory.
func home(folder string) string {
	if len(folder) > 1 && folder[0] == '~' && os.IsPathSeparator(folder[1]) {
		if dir, err := os.UserHomeDir(); err == nil {
			return filepath.Join(dir, folder[2:])
		}
	}
	if folder == "" {
		return "."
	}
	return folder
}
