//go:build portaudio

package main

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

// capturing returns the environment of a program for which every device of ALSA's is one that writes what it is given to
// the file captured in dir, at once.
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

// TestCaptured: through PortAudio and ALSA the device gets the bytes of the file that upsample or vocode writes, and
// standard error is the program's own.
func TestCaptured(t *testing.T) {
	dir := t.TempDir()
	env, captured := capturing(t, dir)
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 22050, 2, pcm.F32, tones(30011, 2)))
	play := func(args ...string) []byte {
		t.Helper()
		os.Remove(captured)
		cmd := program(t, dir, args...)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if err != nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), " -> default: ") || !strings.Contains(string(out), ", 0 underruns, ") {
			t.Errorf("%v: %v, %q", args, err, out)
		}
		return readFile(t, captured)
	}
	out := filepath.Join(dir, "out.wav")
	for format, encoding := range map[string]string{"s16": "pcm16", "f32": "f32"} {
		for _, rate := range []string{"22050", "44100", "48000"} {
			must(t, nil, "upsample", in, out, "--rate", rate, "--format", encoding, "--quiet", "--force")
			want := parse(t, readFile(t, out)).raw
			for _, latency := range []string{"low", "high", "3", "93.5"} {
				if got := play("play", in, "--rate", rate, "--format", format, "--latency", latency); !bytes.Equal(got, want) {
					t.Errorf("%s at %s Hz, latency %s: %d bytes captured, not the %d of the file", format, rate, latency, len(got), len(want))
				}
			}
		}
	}
	vocode := func(t *testing.T, model, mel string) {
		for _, format := range []string{"pcm16", "f32"} {
			must(t, nil, "vocode", mel, out, "--model", model, "--format", format, "--quiet", "--force")
			want := parse(t, readFile(t, out)).raw
			for _, chunk := range []string{"1", "7", "32"} {
				if got := play("vocode", mel, "--model", model, "--format", format, "--chunk", chunk, "--play"); !bytes.Equal(got, want) {
					t.Errorf("%s, %s, chunks of %s: %d bytes captured, not the %d of the file", model, format, chunk, len(got), len(want))
				}
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
		vocode(t, reference.File(t, "weights", "hifigan-v3-ljspeech"), reference.File(t, "golden", "vocoders", "hifigan-v3_LJ050-0264_mel.npy"))
	})
}

// TestNoDevice: what does not work is told in one line, which the sound libraries' own do not surround, unless they are let
// through.
func TestNoDevice(t *testing.T) {
	dir := t.TempDir()
	in := writeFile(t, filepath.Join(dir, "in.wav"), soundBytes(t, 22050, 1, pcm.S16, tones(3000, 1)))
	for _, c := range []struct {
		config, part string
		listed       bool
	}{
		{"pcm.!default { type hw card 7 }\nctl.!default { type hw card 7 }", "no sound device that plays", false},
		{`pcm.!default { type file slave.pcm { type null } file "/nowhere/at/all" format "raw" }`, `device "default": was lost while playing: `, true},
	} {
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
			t.Errorf("devices: %d, %s", o.code, o.err)
		}
		if o := run("play", in, "--quiet", "--verbose"); strings.Count(o.err, "\n") < 3 || !strings.Contains(o.err, c.part) {
			t.Errorf("verbose: %q", o.err)
		}
	}
}
