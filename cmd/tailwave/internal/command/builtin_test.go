package command

import (
	"bytes"
	"encoding/binary"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/spectral"
)

// TestVocodeBuiltin: the sound that comes out is as long as the one that goes in, and has its magnitudes.
func TestVocodeBuiltin(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out.wav")
	o := must(t, nil, "vocode", speech, out)
	wantParts(t, "summary", o.err, "44753 samples, 2.030 s")
	info, got := readSound(t, readFile(t, out))
	_, src := readSound(t, readFile(t, speech))
	if info.Rate != 22050 || info.Channels != 1 || len(got) != len(src) {
		t.Fatalf("got %+v, %d samples, want 22050 Hz, 1 channel, %d samples", info, len(got), len(src))
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
		t.Errorf("spectral convergence: got %.2f dB, want at most -25 dB", c)
	}
}

// TestVocodeBuiltinChunks: chunks, threads, pipes and the name of the model change no bit.
func TestVocodeBuiltinChunks(t *testing.T) {
	sound := readFile(t, speech)[:44+2*9000]
	binary.LittleEndian.PutUint32(sound[4:], uint32(len(sound)-8))
	binary.LittleEndian.PutUint32(sound[40:], 2*9000)
	for _, effects := range [][]string{{}, {"--pitch", "-3.5"}, {"--stretch", "1.25", "--pitch", "2"}, {"--robot"}} {
		t.Run(strings.Join(append([]string{"effects"}, effects...), " "), func(t *testing.T) {
			vocode := func(args ...string) string {
				args = slices.Concat([]string{"vocode", "-", "-", "--raw", "f32", "--quiet"}, effects, args)
				return must(t, bytes.NewReader(sound), args...).out
			}
			want := vocode()
			for _, args := range []string{"--chunk 1", "--chunk 7 --threads 3", "--model builtin"} {
				wantBytes(t, args, vocode(strings.Fields(args)...), want)
			}
			samples := 9000
			if slices.Contains(effects, "--stretch") {
				samples = 11250
			}
			if len(want) != 4*samples {
				t.Errorf("got %d bytes, want %d", len(want), 4*samples)
			}
		})
	}
}

// TestVocodeStretchRate: a stretch multiplies the number of samples and keeps the rate, also before a conversion to
// another rate.
func TestVocodeStretchRate(t *testing.T) {
	mel := filepath.Join(t.TempDir(), "mel.npy")
	must(t, nil, "mel", speech, mel, "--quiet")
	for name, c := range map[string]struct {
		args  []string
		rate  int64
		count int
	}{
		"longer":                    {[]string{speech, "-", "--stretch", "1.3"}, 22050, 58179},
		"shorter and lower":         {[]string{speech, "-", "--stretch", "0.7", "--pitch", "-1"}, 22050, 31328},
		"longer, at twice the rate": {[]string{speech, "-", "--stretch", "1.3", "--rate", "44100"}, 44100, 2 * 58179},
		"mels, longer":              {[]string{mel, "-", "--stretch", "1.3"}, 22050, 57908},
		"mels, higher":              {[]string{mel, "-", "--pitch", "2.5"}, 22050, 44544},
	} {
		t.Run(name, func(t *testing.T) {
			info, got := readSound(t, []byte(must(t, nil, append([]string{"vocode", "--quiet"}, c.args...)...).out))
			if info.Rate != c.rate || len(got) != c.count {
				t.Errorf("got %d samples at %d Hz, want %d at %d Hz", len(got), info.Rate, c.count, c.rate)
			}
		})
	}
}

// TestVocodeChannels: the built-in vocoder treats each channel as if it were alone. Too many channels and rates out of
// range are errors.
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
		t.Fatalf("got %+v with %d samples and %d of one channel, want 2 channels, 24000 Hz, 24000 and 12000 samples",
			info, len(both), len(one))
	}
	for i, want := range one {
		if got := both[2*i]; got != want {
			t.Fatalf("frame %d of the left channel: got %v, want %v, as alone", i, got, want)
		}
	}
	o := tailwave(bytes.NewReader(wavBytes(t, 16000, 33, pcm.S16, make([]byte, 66*100))), "vocode", "-", "-")
	o.wantError(t, exitFailed, "standard input: 33 channels, must be at most 32 for the built-in vocoder")
	o = tailwave(bytes.NewReader(wavBytes(t, 999, 1, pcm.S16, make([]byte, 200))), "vocode", "-", "-")
	o.wantError(t, exitFailed, "standard input: sample rate 999 Hz: must be from 1000 to 768000")
}

// TestVocodeSoundAsItComes: the program writes samples before its input has ended.
func TestVocodeSoundAsItComes(t *testing.T) {
	sound := readFile(t, speech)
	begin, rest := sound[:44+2*10000], sound[44+2*10000:]
	const early = 8000 // of 10000: 1535 are held back and some are not read yet
	wantAsItComes(t, begin, rest, 4*early, 4*44753, "vocode", "-", "-", "--raw", "f32", "--quiet")
}
