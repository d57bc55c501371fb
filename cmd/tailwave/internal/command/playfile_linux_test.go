//go:build portaudio

package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/testdata/reference"
)

// capturing returns the environment of a program for which every ALSA device writes its bytes to the file captured in
// dir, at once.
func capturing(t *testing.T, dir string) (env []string, captured string) {
	t.Helper()
	captured = filepath.Join(dir, "captured")
	config := writeFile(t, filepath.Join(t.TempDir(), "asound.conf"), fmt.Appendf(nil, `
pcm.cap { type file slave.pcm "nul" file "%s" format "raw" }
pcm.nul { type null }
pcm.!default { type plug slave.pcm "cap" }
ctl.!default { type hw card 0 }
`, captured))
	return append(os.Environ(), "ALSA_CONFIG_PATH="+config, asProgram+"=1"), captured
}

// TestCaptured: through PortAudio and ALSA the device gets the bytes of the file that upsample or vocode writes.
// Standard error has only the program's own line.
func TestCaptured(t *testing.T) {
	dir := t.TempDir()
	env, captured := capturing(t, dir)
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 22050, 2, pcm.F32, tones(30011, 2)))
	play := func(t *testing.T, args ...string) []byte {
		t.Helper()
		os.Remove(captured)
		cmd := program(t, dir, args...)
		cmd.Env = env
		b, err := cmd.CombinedOutput()
		said := string(b)
		if err != nil || strings.Count(said, "\n") != 1 {
			t.Errorf("got %q and error %v, want one line and none", said, err)
		}
		wantParts(t, "summary", said, " -> default: ", ", 0 underruns, ")
		return readFile(t, captured)
	}
	out := filepath.Join(dir, "out.wav")
	for format, encoding := range map[string]string{"s16": "pcm16", "f32": "f32"} {
		for _, rate := range []string{"22050", "44100", "48000"} {
			must(t, nil, "upsample", in, out, "--rate", rate, "--format", encoding, "--quiet", "--force")
			want := parse(t, readFile(t, out)).raw
			for _, latency := range []string{"low", "high", "3", "93.5"} {
				t.Run(fmt.Sprintf("%s/%s Hz/latency %s", format, rate, latency), func(t *testing.T) {
					got := play(t, "play", in, "--rate", rate, "--format", format, "--latency", latency)
					wantBytes(t, "captured", got, want)
				})
			}
		}
	}
	vocode := func(t *testing.T, model, mel string) {
		for _, format := range []string{"pcm16", "f32"} {
			must(t, nil, "vocode", mel, out, "--model", model, "--format", format, "--gain", "-1", "--quiet", "--force")
			want := parse(t, readFile(t, out)).raw
			for _, chunk := range []string{"1", "7", "32"} {
				t.Run(fmt.Sprintf("%s/chunk %s", format, chunk), func(t *testing.T) {
					got := play(t, "vocode", mel, "--model", model, "--format", format, "--chunk", chunk, "--gain", "-1", "--play")
					wantBytes(t, "captured", got, want)
				})
			}
		}
	}
	array, _ := melFile()
	mel := writeFile(t, filepath.Join(dir, "mel.npy"), array)
	t.Run("tiny", func(t *testing.T) { vocode(t, tinyModel(t), mel) })
	t.Run("HiFi-GAN V3", func(t *testing.T) {
		if cpu, err := dsp.CPU(); err != nil || cpu == "generic" || raceDetector {
			t.Skip("skipped, no assembly or the race detector: it would take minutes")
		}
		mel := reference.File(t, "golden", "vocoders", "hifigan-v3_LJ050-0264_mel.npy")
		vocode(t, reference.File(t, "weights", "hifigan-v3-ljspeech"), mel)
	})
}

// TestNoDevice: a device that does not work is one line of error. With --verbose the lines of the sound libraries come
// too.
func TestNoDevice(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 22050, 1, pcm.S16, tones(3000, 1)))
	for name, c := range map[string]struct {
		config, part string
		listed       bool
	}{
		"missing": {
			"pcm.!default { type hw card 7 }\nctl.!default { type hw card 7 }",
			"no sound device that plays", false,
		},
		"failing": {
			`pcm.!default { type file slave.pcm { type null } file "/nowhere/at/all" format "raw" }`,
			`device "default": was lost while playing: `, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := writeFile(t, filepath.Join(t.TempDir(), "asound.conf"), []byte(c.config+"\n"))
			run := func(args ...string) outcome {
				cmd := program(t, dir, args...)
				cmd.Env = append(os.Environ(), "ALSA_CONFIG_PATH="+path, asProgram+"=1")
				var diag bytes.Buffer
				cmd.Stderr = &diag
				cmd.Run()
				return outcome{code: cmd.ProcessState.ExitCode(), err: diag.String()}
			}
			run("play", in, "--quiet").wantError(t, exitFailed, c.part)
			if o := run("devices"); (o.code == exitDone) != c.listed {
				t.Errorf("devices: got exit %d and %q, want exit %d: %v", o.code, o.err, exitDone, c.listed)
			}
			o := run("play", in, "--quiet", "--verbose")
			if n := strings.Count(o.err, "\n"); n < 3 {
				t.Errorf("standard error with --verbose: got %d lines %q, want at least 3", n, o.err)
			}
			wantParts(t, "standard error with --verbose", o.err, c.part)
		})
	}
}
