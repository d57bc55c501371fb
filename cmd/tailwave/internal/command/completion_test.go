package command

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/live"
)

// candidates returns what __complete prints for a command line, without descriptions, and its directive.
func candidates(t *testing.T, o outcome) ([]string, cobra.ShellCompDirective) {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(o.out, "\n"), "\n")
	last := len(lines) - 1
	directive, err := strconv.Atoi(strings.TrimPrefix(lines[last], ":"))
	if o.code != exitDone || err != nil {
		t.Fatalf("got exit %d, output %q and %q, want a directive at the end", o.code, o.out, o.err)
	}
	for i, line := range lines {
		lines[i], _, _ = strings.Cut(line, "\t")
	}
	return lines[:last], cobra.ShellCompDirective(directive)
}

// completed returns what completes a command line whose last word is not finished.
func completed(t *testing.T, line string) ([]string, cobra.ShellCompDirective) {
	t.Helper()
	return candidates(t, tailwave(nil, append([]string{"__complete"}, strings.Split(line, " ")...)...))
}

// TestCompletedValues: the values that complete a flag are those that its parser names when it rejects another one, and
// the parser accepts each.
func TestCompletedValues(t *testing.T) {
	const upsample, vocode, decode = "upsample a b --force --rate 9000", "vocode missing b", "codec decode a b --model m"
	for _, c := range []struct {
		line, flag string
		want       string
	}{
		{upsample, "quality", "best high fast"},
		{upsample, "format", "same pcm8 pcm16 pcm24 pcm32 f32 f64"},
		{upsample, "phase", "linear minimum"},
		{upsample, "dither", "auto none tpdf"},
		{upsample, "gain", "auto"},
		{"upsample a b --filter k.npy", "padding", "same valid"},
		{"verify a --rate 9000", "quality", "best high fast"},
		{"verify a --model m", "layout", "mels-first frames-first"},
		{"verify a --model m", "mel-in", "db linear ln log10 normalised"},
		{"mel a b", "layout", "mels-first frames-first"},
		{vocode, "format", "pcm8 pcm16 pcm24 pcm32 f32 f64"},
		{vocode, "raw", "f32 s16"},
		{vocode, "layout", "mels-first frames-first"},
		{vocode, "mel-in", "db linear ln log10 normalised"},
		{vocode, "gain", "auto"},
		{decode, "format", "pcm8 pcm16 pcm24 pcm32 f32 f64"},
		{decode, "raw", "f32 s16"},
		{"codec encode a b.lyra --model m", "bitrate", "3200 6000 9200"},
		{"play a", "format", "f32 s16"},
		{"play a", "latency", "low high"},
		{"vocode a --play", "latency", "low high"},
	} {
		t.Chdir(t.TempDir())
		writeFile(t, "a", soundBytes(t, 8000, 1, pcm.S16, tones(10, 1)))
		t.Run(c.line+" --"+c.flag, func(t *testing.T) {
			got, directive := completed(t, c.line+" --"+c.flag+" ")
			if strings.Join(got, " ") != c.want || directive != cobra.ShellCompDirectiveNoFileComp {
				t.Errorf("got %q and directive %d, want %q and no files", got, directive, c.want)
			}
			run := func(value string) string {
				host := &soundless{channels: 2}
				return on(host, nil, append(strings.Fields(c.line), "--"+c.flag, value)...).err
			}
			rejected := "--" + c.flag
			message := run("7")
			if c.flag == "latency" || c.flag == "gain" { // they also accept numbers
				message = run("bogus")
			}
			if !strings.Contains(message, rejected) {
				t.Fatalf("got %q for a wrong value, want %s in it", message, rejected)
			}
			for _, value := range got {
				if !strings.Contains(message, value) && value != "pcm8" {
					t.Errorf("values that the parser names: got %q, want %s in it", message, value)
				}
				if message := run(value); strings.Contains(message, rejected+" ") {
					t.Errorf("value %s: got error %q, want none about the flag", value, message)
				}
			}
			_, named, _ := strings.Cut(strings.TrimSpace(message), "must be ")
			named, _, _ = strings.Cut(named, ";")
			for _, word := range strings.FieldsFunc(named, func(c rune) bool { return c == ' ' || c == ',' }) {
				if word != "or" && c.flag != "gain" && c.flag != "latency" && !slices.Contains(got, word) {
					t.Errorf("completions: got %q, want %q too, which the parser names", got, word)
				}
			}
		})
	}
}

// TestCompletedUsages: the explanations of flags have no backticks, which mark placeholders for the help only.
func TestCompletedUsages(t *testing.T) {
	wantParts(t, "upsample --ra", must(t, nil, "__complete", "upsample", "--ra").out, "--rate\toutput sample rate in Hz, 1000 to 768000\n")
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		words := append([]string{"__complete"}, strings.Fields(cmd.CommandPath())[1:]...)
		if o := must(t, nil, append(words, "--")...); !strings.Contains(o.out, "--help") || strings.Contains(o.out, "`") {
			t.Errorf("got %q, want flags without backticks", o.out)
		}
	})
}

// TestCompletedFiles: arguments and flags that name files are completed by what they may be.
func TestCompletedFiles(t *testing.T) {
	const (
		none   = cobra.ShellCompDirectiveNoFileComp
		filter = cobra.ShellCompDirectiveFilterFileExt
		folder = cobra.ShellCompDirectiveFilterDirs
	)
	for line, want := range map[string]struct {
		list      string
		directive cobra.ShellCompDirective
	}{
		"upsample ":                    {"wav wave", filter},
		"resample ":                    {"wav wave", filter},
		"upsample a ":                  {"wav wave", filter},
		"upsample a b ":                {"", none},
		"upsample --rate ":             {"", none},
		"upsample --rate 48000 ":       {"wav wave", filter},
		"upsample --chunk ":            {"", none},
		"upsample --filter ":           {"npy", filter},
		"mel ":                         {"wav wave", filter},
		"mel a ":                       {"npy", filter},
		"vocode ":                      {"wav wave npy", filter},
		"vocode a --weights-key ":      {"", none},
		"vocode --gain=":               {"auto", none},
		"verify ":                      {"wav wave npy", filter},
		"play ":                        {"wav wave", filter},
		"play a ":                      {"", none},
		"info ":                        {"", cobra.ShellCompDirectiveDefault},
		"models ":                      {"", folder},
		"codec encode ":                {"wav wave", filter},
		"codec encode a ":              {"wav wave lyra", filter},
		"codec encode a b c ":          {"wav wave lyra", filter},
		"codec decode ":                {"lyra", filter},
		"codec decode a b ":            {"lyra wav wave npy", filter},
		"codec encode --model ":        {"", folder},
		"codec decode --model ":        {"", folder},
		"codec ":                       {"decode encode", none},
		"codec e":                      {"encode", none},
		"help co":                      {"codec completion", none},
		"help codec ":                  {"decode encode", none},
		"help codec encode ":           {"", none},
		"completion ":                  {"bash fish powershell zsh", none},
		"op conv1d-transpose ":         {"", none},
		"op conv1d-transpose --seed ":  {"", none},
		"devices ":                     {"", none},
		"version ":                     {"", none},
		"upsample -hel":                {"", none},
		"upsample --qual":              {"--quality", none},
		"completion bash ":             {"", none},
		"codec decode a b --bitrate x": {"", cobra.ShellCompDirectiveDefault},
	} {
		t.Run(line, func(t *testing.T) {
			got, directive := completed(t, line)
			if strings.Join(got, " ") != want.list || directive != want.directive {
				t.Errorf("got %q and directive %d, want %q and %d", got, directive, want.list, want.directive)
			}
		})
	}
}

// TestCompletedModels: --model is completed by folders, by files of weights and by builtin.
func TestCompletedModels(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"hifigan", "hidden/.git", "a b"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"g.safetensors", "G.PTH", "hello.txt", "sound.wav", "hidden/w.pt", "b.safetensors"} {
		writeFile(t, filepath.Join(dir, name), []byte("nothing"))
	}
	t.Chdir(dir)
	t.Setenv("HOME", dir)
	t.Setenv("USERPROFILE", dir)
	const more = cobra.ShellCompDirectiveNoSpace
	for word, want := range map[string]struct {
		list      []string
		directive cobra.ShellCompDirective
	}{
		"":                   {[]string{"builtin", "G.PTH", "a b/", "b.safetensors", "g.safetensors", "hidden/", "hifigan/"}, more},
		"b":                  {[]string{"builtin", "b.safetensors"}, 0},
		"hi":                 {[]string{"hidden/", "hifigan/"}, more},
		"g":                  {[]string{"g.safetensors"}, 0},
		"hello":              {nil, 0},
		"hidden/":            {[]string{"hidden/w.pt"}, 0},
		"hidden/.":           {[]string{"hidden/.git/"}, more},
		"~/hif":              {[]string{"~/hifigan/"}, more},
		dir + "/hif":         {[]string{dir + "/hifigan/"}, more},
		"nowhere/":           {nil, 0},
		"g.safetensors/deep": {nil, 0},
	} {
		for _, command := range []string{"vocode", "mel", "verify"} {
			t.Run(command+" "+word, func(t *testing.T) {
				got, directive := candidates(t, tailwave(nil, "__complete", command, "--model", word))
				if !slices.Equal(got, want.list) || directive != want.directive {
					t.Errorf("got %q and directive %d, want %q and %d", got, directive, want.list, want.directive)
				}
			})
		}
	}
}

// TestCompletedDevices: --device is completed by the indices of devices, and by names that begin with the word. A sound
// system that fails has no devices, and one that hangs holds nothing up.
func TestCompletedDevices(t *testing.T) {
	complete := func(t *testing.T, open func(bool) (live.Host, error), word string) ([]string, cobra.ShellCompDirective, string) {
		t.Helper()
		a := newApp()
		a.sound = open
		var out, diag bytes.Buffer
		code := a.run([]string{"__complete", "play", "--device", word}, strings.NewReader(""), &out, &diag)
		got, directive := candidates(t, outcome{code, out.String(), diag.String()})
		return got, directive, out.String()
	}
	host := &soundless{channels: 2}
	works := func(bool) (live.Host, error) { return host, nil }
	hangs := make(chan bool)
	defer close(hangs)
	for name, c := range map[string]struct {
		open func(bool) (live.Host, error)
		word string
		want []string
	}{
		"index":     {works, "", []string{"4"}},
		"name":      {works, "now", []string{"4", "nowhere"}},
		"other":     {works, "x", []string{"4"}},
		"no sound":  {func(bool) (live.Host, error) { return nil, live.ErrNotBuilt }, "", nil},
		"fails":     {func(bool) (live.Host, error) { return nil, errors.New("fails") }, "", nil},
		"no device": {func(bool) (live.Host, error) { return &soundless{}, nil }, "", nil},
		"hangs":     {func(bool) (live.Host, error) { <-hangs; return nil, io.EOF }, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, directive, out := complete(t, c.open, c.word)
			if !slices.Equal(got, c.want) || directive != cobra.ShellCompDirectiveNoFileComp {
				t.Errorf("got %q and directive %d, want %q and no files", got, directive, c.want)
			}
			if c.want != nil {
				wantParts(t, "output", out, "4\tnowhere, none\n")
			}
		})
	}
	if !host.closed {
		t.Error("the sound system: got one that is open, want it closed")
	}
}

// free are flags whose values a shell cannot know.
var free = map[string]bool{"weights-key": true}

// TestCompletesEveryFlag: a flag with a text as its value is completed, or is known to be free.
func TestCompletesEveryFlag(t *testing.T) {
	n := 0
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Value.Type() != "string" || free[f.Name] {
				return
			}
			n++
			complete, ok := cmd.GetFlagCompletionFunc(f.Name)
			if !ok {
				t.Fatalf("%s --%s: got no completion, want one", cmd.CommandPath(), f.Name)
			}
			if f.Name == "device" {
				return
			}
			if list, directive := complete(cmd, nil, ""); len(list) == 0 && directive == cobra.ShellCompDirectiveNoFileComp {
				t.Errorf("%s --%s: got no candidates and no files, want some", cmd.CommandPath(), f.Name)
			}
		})
		for _, c := range cmd.Commands() {
			walk(c)
		}
	}
	walk(Root())
	if n < 20 {
		t.Errorf("got %d flags, want at least 20", n)
	}
}

// TestCompletion: the command completion is part of the help, prints the script of a shell, and fails if it cannot.
func TestCompletion(t *testing.T) {
	wantParts(t, "help", must(t, nil, "--help").out, "\n  completion ")
	for shell, begin := range map[string]string{
		"bash": "# bash completion V2 for tailwave", "zsh": "#compdef tailwave\n", "fish": "# fish completion for tailwave",
		"powershell": "# powershell completion for tailwave",
	} {
		t.Run(shell, func(t *testing.T) {
			o := must(t, nil, "completion", shell)
			o.wantDone(t)
			wantParts(t, "script", o.out, begin, "__complete")
			var diag bytes.Buffer
			code := run([]string{"completion", shell}, strings.NewReader(""), failingWriter{errors.New("disk is full")}, &diag)
			outcome{code: code, err: diag.String()}.wantError(t, exitFailed, "disk is full")
			tailwave(nil, "completion", shell, "more").wantError(t, exitUsage, "takes no arguments")
		})
	}
	tailwave(nil, "completion", "bahs").wantError(t, exitUsage, "did you mean bash?")
}
