package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/spectral"
)

// TestVocodeBuiltin: the README's newcomer hears the sound that went in, as long and as loud, and with its magnitudes.
func TestVocodeBuiltin(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.wav")
	o := must(t, nil, "vocode", speech, out)
	if !strings.Contains(o.err, "44753 samples, 2.030 s") {
		t.Errorf("%q", o.err)
	}
	info, got := readSound(t, readFile(t, out))
	_, src := readSound(t, readFile(t, speech))
	if info.Rate != 22050 || info.Channels != 1 || len(got) != len(src) {
		t.Fatalf("%+v, %d samples of %d", info, len(got), len(src))
	}
	magnitudes := func(x []float32) []float32 {
		p, err := spectral.NewSTFT(spectral.FrameLayout{Size: 1024, Hop: 256})
		if err != nil {
			t.Fatal(err)
		}
		return p.Flush(p.Process(nil, x))
	}
	a, b := magnitudes(got), magnitudes(src)
	d, s := 0.0, 0.0
	for i, v := range b {
		d += float64(a[i]-v) * float64(a[i]-v)
		s += float64(v) * float64(v)
	}
	if c := 10 * math.Log10(d/s); !(c <= -25) {
		t.Errorf("spectral convergence %.2f dB", c)
	}
}

// TestVocodeBuiltinChunks: chunks, threads, pipes, and the name of the model move no bit.
func TestVocodeBuiltinChunks(t *testing.T) {
	sound := readFile(t, speech)[:44+2*9000]
	binary.LittleEndian.PutUint32(sound[4:], uint32(len(sound)-8))
	binary.LittleEndian.PutUint32(sound[40:], 2*9000)
	for _, effects := range [][]string{{}, {"--pitch", "-3.5"}, {"--stretch", "1.25", "--pitch", "2"}, {"--robot"}} {
		var want string
		for i, args := range [][]string{{}, {"--chunk", "1"}, {"--chunk", "7", "--threads", "3"}, {"--model", "builtin"}} {
			args = append(append([]string{"vocode", "-", "-", "--raw", "f32", "--quiet"}, effects...), args...)
			got := must(t, bytes.NewReader(sound), args...).out
			if i == 0 {
				want = got
			} else if got != want {
				t.Errorf("%v: other samples", args)
			}
		}
		if n := map[bool]int{false: 9000, true: 11250}[len(effects) == 4]; len(want) != 4*n {
			t.Errorf("%v: %d bytes, want %d samples", effects, len(want), n)
		}
	}
}

// TestVocodeStretchRate: stretched sound has as many more samples at the same rate, also after conversion to another.
func TestVocodeStretchRate(t *testing.T) {
	mel := filepath.Join(t.TempDir(), "mel.npy")
	must(t, nil, "mel", speech, mel, "--quiet")
	for _, c := range []struct {
		args  []string
		rate  int64
		count int
	}{
		{[]string{speech, "-", "--stretch", "1.3"}, 22050, 58179},
		{[]string{speech, "-", "--stretch", "0.7", "--pitch", "-1"}, 22050, 31328},
		{[]string{speech, "-", "--stretch", "1.3", "--rate", "44100"}, 44100, 2 * 58179},
		{[]string{mel, "-", "--stretch", "1.3"}, 22050, 57908},
		{[]string{mel, "-", "--pitch", "2.5"}, 22050, 44544},
	} {
		info, got := readSound(t, []byte(must(t, nil, append([]string{"vocode", "--quiet"}, c.args...)...).out))
		if info.Rate != c.rate || len(got) != c.count {
			t.Errorf("%v: %d samples at %d Hz, want %d at %d", c.args, len(got), info.Rate, c.count, c.rate)
		}
	}
}

// TestVocodeChannels: channels are vocoded one by one; for a model they are mixed to one.
func TestVocodeChannels(t *testing.T) {
	_, voice := readSound(t, readFile(t, speech))
	voice = voice[6000:14000]
	stereo, left := make([]byte, 0, 8*len(voice)), make([]byte, 0, 4*len(voice))
	for i, v := range voice {
		stereo = binary.LittleEndian.AppendUint32(stereo, math.Float32bits(v))
		stereo = binary.LittleEndian.AppendUint32(stereo, math.Float32bits(voice[len(voice)-1-i]))
		left = binary.LittleEndian.AppendUint32(left, math.Float32bits(v))
	}
	args := []string{"vocode", "-", "-", "--format", "f32", "--quiet", "--rate", "24000"}
	info, both := readSound(t, []byte(must(t, bytes.NewReader(wavBytes(t, 16000, 2, pcm.F32, stereo)), args...).out))
	_, one := readSound(t, []byte(must(t, bytes.NewReader(wavBytes(t, 16000, 1, pcm.F32, left)), args...).out))
	if info.Channels != 2 || info.Rate != 24000 || len(one) != 12000 || len(both) != 24000 {
		t.Fatalf("%+v, %d and %d values", info, len(one), len(both))
	}
	for i, v := range one {
		if both[2*i] != v {
			t.Fatalf("frame %d: the left channel is %v, alone it is %v", i, both[2*i], v)
		}
	}
	o := tailwave(bytes.NewReader(wavBytes(t, 16000, 33, pcm.S16, make([]byte, 66*100))), "vocode", "-", "-")
	o.wantError(t, exitFailed, "standard input: 33 channels: the built-in vocoder takes at most 32")
	o = tailwave(bytes.NewReader(wavBytes(t, 999, 1, pcm.S16, make([]byte, 200))), "vocode", "-", "-")
	o.wantError(t, exitFailed, "standard input: sample rate 999 Hz: must be from 1000 to 768000")
}

// TestVocodeSoundAsItComes: sound leaves before the input has ended.
func TestVocodeSoundAsItComes(t *testing.T) {
	cmd := program(t, t.TempDir(), "vocode", "-", "-", "--raw", "f32", "--quiet")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	sound := readFile(t, speech)
	stdin.Write(sound[:44+2*10000])
	first := make([]byte, 4*8000) // of 10000 samples 1535 are held back, and some that are not read yet
	if _, err := io.ReadFull(stdout, first); err != nil {
		t.Fatal(err)
	}
	stdin.Write(sound[44+2*10000:])
	stdin.Close()
	rest, err := io.ReadAll(stdout)
	if err != nil || len(first)+len(rest) != 4*44753 {
		t.Errorf("%d bytes more, %v", len(rest), err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}
