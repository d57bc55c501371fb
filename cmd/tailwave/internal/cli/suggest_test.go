package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestDistance: an edit inserts, removes or replaces a byte, or swaps two neighbours.
func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"rate", "rate", 0}, {"", "rate", 4}, {"rat", "rate", 1}, {"rated", "rate", 1}, {"rite", "rate", 1},
		{"raet", "rate", 1}, {"enocde", "encode", 1}, {"ca", "abc", 3}, {"kitten", "sitting", 3},
	} {
		for _, p := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := distance(p[0], p[1]); got != c.want {
				t.Errorf("distance of %q and %q: got %d, want %d", p[0], p[1], got, c.want)
			}
		}
	}
}

// TestNearest: the nearest name wins, among equally near ones that with the longest common prefix. Nothing is near a
// word that has too little in common with any name.
func TestNearest(t *testing.T) {
	names := []string{"rate", "raw", "gain", "force", "format", "keep-partial", "threads", "op", "dither", "device"}
	for word, want := range map[string]string{
		"rate": "rate", "RATE": "rate", "rat": "rate", "rau": "raw", "raaw": "raw", "gian": "gain", "fromat": "format",
		"forc": "force", "form": "format", "keep_partial": "keep-partial", "Keep_Partail": "keep-partial", "thr": "threads",
		"ops": "op", "xp": "op", "d": "", "": "", "x": "", "fo": "", "bits": "", "retard": "", "sampling": "", "keep": "keep-partial",
		"dethir": "dither", strings.Repeat("rate", 1000): "",
	} {
		if got := nearest(word, names); got != want {
			t.Errorf("nearest to %.20q: got %q, want %q", word, got, want)
		}
	}
}

// TestSingleDash: a long name with one dash is a mistake, also if its first letter is a flag that takes a value.
// Letters that can be flags with a value are left to the parser.
func TestSingleDash(t *testing.T) {
	root := &cobra.Command{Use: "program", Run: func(*cobra.Command, []string) {}}
	f := root.Flags()
	f.IntP("rate", "r", 0, "")
	f.StringP("format", "f", "", "")
	f.BoolP("quiet", "q", false, "")
	f.Bool("force", false, "")
	for args, want := range map[string]string{
		"-rate 48000":       "unknown flag -rate: did you mean --rate?",
		"-rat 48000":        "unknown flag -rat: did you mean --rate?",
		"-format pcm24":     "unknown flag -format: did you mean --format?",
		"-force":            "unknown flag -force: did you mean --force?",
		"-quite":            "unknown flag -quite: did you mean --quiet?",
		"-q -rate=1":        "unknown flag -rate: did you mean --rate?",
		"-r48000":           "",
		"-r=48000":          "",
		"-r 48000 a b":      "",
		"-qr 48000":         "",
		"-qr48000":          "",
		"-qfsame":           "",
		"-fformat":          "",
		"-f -rate":          "",
		"--format -rate":    "",
		"--format=a -rate":  "unknown flag -rate: did you mean --rate?",
		"--quiet -rate":     "unknown flag -rate: did you mean --rate?",
		"-f -rate -rate":    "unknown flag -rate: did you mean --rate?",
		"-- -rate":          "",
		"- -x -xyz --bogus": "",
	} {
		t.Run(args, func(t *testing.T) {
			_, err := SingleDash(root, strings.Fields(args))
			if got := fmt.Sprint(err); err != nil && got != want || err == nil && want != "" {
				t.Errorf("got error %v, want %q", err, want)
			}
		})
	}
}

// TestMissingValue: a flag without its value is named as it was written, with its usage up to the first semicolon.
func TestMissingValue(t *testing.T) {
	for args, want := range map[string]string{
		"--rate":    "--rate needs a value: sample rate in HZ",
		"-r":        "-r needs a value: sample rate in HZ",
		"-qr":       "-r needs a value: sample rate in HZ",
		"--gain":    "--gain needs a value: level in DB; or auto",
		"--rate=":   "",
		"-r 48000":  "",
		"--rate -x": "",
	} {
		cmd := &cobra.Command{Use: "program"}
		cmd.Flags().StringP("rate", "r", "", "sample rate in `HZ`; 0 for none")
		cmd.Flags().String("gain", "", "level in `DB`; or auto, which computes twice; or else")
		cmd.Flags().BoolP("quiet", "q", false, "")
		err := cmd.ParseFlags(strings.Fields(args))
		if err != nil {
			err = FlagError(cmd, err)
		}
		if got := fmt.Sprint(err); err != nil && got != want || err == nil && want != "" {
			t.Errorf("%s: got error %v, want %q", args, err, want)
		}
	}
}
