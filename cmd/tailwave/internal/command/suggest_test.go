package command

import (
	"strings"
	"testing"
)

// TestSuggestions: a misspelt command or flag is exit status 2, and one line that names the nearest one if any is near.
func TestSuggestions(t *testing.T) {
	for args, want := range map[string]string{
		"upsample a b --rat 48000":          "unknown flag --rat: did you mean --rate?",
		"upsample a b --rat=48000":          "unknown flag --rat: did you mean --rate?",
		"upsample --raet 48000":             "unknown flag --raet: did you mean --rate?",
		"upsample --Rate 48000":             "unknown flag --Rate: did you mean --rate?",
		"upsample --keep_partial":           "unknown flag --keep_partial: did you mean --keep-partial?",
		"upsample --band 0.95":              "unknown flag --band: did you mean --bandwidth?",
		"upsample --help-me":                "unknown flag --help-me; see tailwave upsample --help",
		"upsample ---rate 48000":            "unknown flag ---rate: did you mean --rate?",
		"upsample --=3":                     "unknown flag --=3; see tailwave upsample --help",
		"upsample a b -rate 48000":          "unknown flag -rate: did you mean --rate?",
		"upsample a b -rate=48000":          "unknown flag -rate: did you mean --rate?",
		"upsample -format pcm24":            "unknown flag -format: did you mean --format?",
		"upsample -force":                   "unknown flag -force: did you mean --force?",
		"upsample -rat 48000":               "unknown flag -rat: did you mean --rate?",
		"upsample -quieet":                  "unknown flag -quieet: did you mean --quiet?",
		"upsample -Q":                       "unknown flag -Q: did you mean -q?",
		"upsample --q":                      "unknown flag --q: did you mean -q?",
		"upsample -t 4":                     "unknown flag -t: did you mean --threads?",
		"upsample -x":                       "unknown flag -x; see tailwave upsample --help",
		"upsample -qx":                      "unknown flag -x; see tailwave upsample --help",
		"upsample -\xff":                    "unknown flag -\ufffd; see tailwave upsample --help",
		"upsample -é":                       "unknown flag -é; see tailwave upsample --help",
		"upsample -1":                       "unknown flag -1; see tailwave upsample --help",
		"upsample -xyz":                     "unknown flag -x in -xyz; see tailwave upsample --help",
		"upsample --bogus":                  "unknown flag --bogus; see tailwave upsample --help",
		"codec encode a b --bitrat 3200":    "unknown flag --bitrat: did you mean --bitrate?",
		"--versoin":                         "unknown flag --versoin: did you mean --version?",
		"-help":                             "unknown flag -help: did you mean --help?",
		"upsampel":                          `unknown command "upsampel" for "tailwave": did you mean upsample?`,
		"upsampel a b --rate 48000":         `unknown command "upsampel" for "tailwave": did you mean upsample?`,
		"upsampel a -q b":                   `unknown command "upsampel" for "tailwave": did you mean upsample?`,
		"UPSAMPLE a b":                      `unknown command "UPSAMPLE" for "tailwave": did you mean upsample?`,
		"resampel":                          `unknown command "resampel" for "tailwave": did you mean resample?`,
		"decode a b --model lyra":           `unknown command "decode" for "tailwave": did you mean codec decode?`,
		"encode":                            `unknown command "encode" for "tailwave": did you mean codec encode?`,
		"conv1d-transpose":                  `unknown command "conv1d-transpose" for "tailwave": did you mean op conv1d-transpose?`,
		"bash":                              `unknown command "bash" for "tailwave": did you mean completion bash?`,
		"upsample -bad.wav o.wav":           "unknown flag -bad.wav: for a file of that name, write ./-bad.wav; see tailwave upsample --help",
		"upsample a.wav --out.wav -r 48000": "unknown flag --out.wav: for a file of that name, write ./--out.wav; see tailwave upsample --help",
		"upsample a.wav o.wav -r 44.1k":     `--rate "44.1k": must be a whole number: output sample rate in Hz, 1000 to 768000; see tailwave upsample --help`,
		"hlep":                              `unknown command "hlep" for "tailwave": did you mean help?`,
		"__complet":                         `unknown command "__complet" for "tailwave"; see tailwave --help`,
		"codec enocde a b":                  `unknown command "enocde" for "tailwave codec": did you mean encode?`,
		"codec enocde a b --bitrate 3200":   `unknown command "enocde" for "tailwave codec": did you mean encode?`,
		"op conv1d-transposed --stream":     `unknown command "conv1d-transposed" for "tailwave op": did you mean conv1d-transpose?`,
		"help upsampel":                     `unknown command "upsampel" for "tailwave": did you mean upsample?`,
		"help codec enocde":                 `unknown command "enocde" for "tailwave codec": did you mean encode?`,
		"help upsample a":                   `unknown command "a" for "tailwave upsample"`,
		"bogus --rate 48000":                `unknown command "bogus" for "tailwave"; see tailwave --help`,
		"upsample a b --filter k.npy --rat": "unknown flag --rat: did you mean --rate?",
	} {
		t.Run(args, func(t *testing.T) {
			o := tailwave(nil, strings.Fields(args)...)
			o.wantError(t, exitUsage)
			if want := "tailwave: " + want + "\n"; o.err != want || o.out != "" {
				t.Errorf("got %q and output %q, want %q and no output", o.err, o.out, want)
			}
		})
	}
}

// TestMissingValue: a flag without its value is one line that says what the value is.
func TestMissingValue(t *testing.T) {
	o := tailwave(nil, "upsample", "a", "b", "--rate")
	o.wantError(t, exitUsage, "tailwave: --rate needs a value: output sample rate in ", "1000 to 768000; see tailwave upsample --help")
}

// TestHelpCommand: help prints what --help prints.
func TestHelpCommand(t *testing.T) {
	for _, path := range []string{"", "upsample", "codec", "codec encode", "completion bash"} {
		t.Run(path, func(t *testing.T) {
			o := must(t, nil, append([]string{"help"}, strings.Fields(path)...)...)
			o.wantDone(t)
			wantBytes(t, "output", o.out, must(t, nil, append(strings.Fields(path), "--help")...).out)
		})
	}
}

// TestSingleDashValues: a word with a dash that is no flag is not mistaken for one.
func TestSingleDashValues(t *testing.T) {
	for args, want := range map[string]string{
		"upsample a b --rate 48000 --filter -rate": "--rate does not go with --filter",
		"upsample --rate 48000 -- -rate b":         "tailwave: -rate: ",
		"upsample a b --rate 48000 --gain -x":      `--gain "-x"`,
		"upsample - b --rate 999":                  "--rate 999: must be from 1000 to 768000",
	} {
		t.Run(args, func(t *testing.T) {
			if o := tailwave(nil, strings.Fields(args)...); o.code == exitDone || !strings.Contains(o.err, want) {
				t.Errorf("got exit %d and %q, want %q", o.code, o.err, want)
			}
		})
	}
}
