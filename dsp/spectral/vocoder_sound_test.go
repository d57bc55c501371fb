package spectral

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/testdata/reference"
)

// vocode returns the output of a Vocoder for src.
func vocode(t testing.TB, rate int, e Effects, src []float32) []float32 {
	t.Helper()
	v, err := NewVocoder(rate, e)
	if err != nil {
		t.Fatal(err)
	}
	s := stream(t, v)
	out := run(s, src)
	up, down, err := e.Ratio()
	if err != nil {
		t.Fatal(err)
	}
	want := (len(src)*up + down - 1) / down
	if got := s.OutFrames(int64(len(src))); len(out) != want || got != int64(want) {
		t.Fatalf("%+v: %d samples of %d, OutFrames %d, want %d", e, len(out), len(src), got, want)
	}
	return out
}

// frequency returns the frequency of a tone, by its zero crossings upwards.
func frequency(rate int, x []float32) float64 {
	first, last, n := -1.0, 0.0, 0
	for i := 1; i < len(x); i++ {
		if x[i-1] < 0 && x[i] >= 0 {
			last = float64(i) - float64(x[i])/float64(x[i]-x[i-1])
			if first < 0 {
				first = last
			} else {
				n++
			}
		}
	}
	return float64(n) * float64(rate) / (last - first)
}

// level returns the root mean square.
func level(x []float32) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return math.Sqrt(s / float64(len(x)))
}

// TestVocoderPitch changes the pitch of a tone of 440 Hz, which keeps its level and its length.
func TestVocoderPitch(t *testing.T) {
	const rate, n = 16000, 32000
	src := tone(rate, n, 440)
	list := []float64{7, -12, 12, 0, -5, 0.5, 24}
	if testing.Short() {
		list = list[:2]
	}
	for _, semitones := range list {
		t.Run(fmt.Sprintf("%g semitones", semitones), func(t *testing.T) {
			out := vocode(t, rate, Effects{Pitch: semitones}, src)
			middle := out[4000 : n-4000]
			want := 440 * math.Pow(2, semitones/12)
			if got := frequency(rate, middle); math.Abs(got/want-1) > 1e-3 {
				t.Errorf("%.2f Hz, want %.2f within a thousandth", got, want)
			}
			if l := 20 * math.Log10(level(middle)/level(src)); math.Abs(l) > 0.5 {
				t.Errorf("%.2f dB louder, want 0 within 0.5", l)
			}
		})
	}
}

// TestVocoderStretch stretches a tone, which keeps its frequency and begins at the stretched time.
func TestVocoderStretch(t *testing.T) {
	const rate, n, onset = 16000, 32000, 12000
	src := tone(rate, n, 440)
	clear(src[:onset])
	list := []float64{1.5, 0.731, 0.5, 1, 3, 10, 0.1}
	if testing.Short() {
		list = list[:2]
	}
	for _, factor := range list {
		t.Run(fmt.Sprintf("%g times as long", factor), func(t *testing.T) {
			out := vocode(t, rate, Effects{Stretch: factor}, src)
			at := int(onset * factor)
			edge := max(100, len(out)/10)
			if got := frequency(rate, out[at+edge:len(out)-edge]); math.Abs(got/440-1) > 5e-3 {
				t.Errorf("%.2f Hz, want 440 within 5 thousandths", got)
			}
			loud := 0
			for loud < len(out) && math.Abs(float64(out[loud])) < 0.25 {
				loud++
			}
			// The window of 1024 samples blurs the beginning twice: stretched, and at its own length.
			if d := math.Abs(float64(loud - at)); d > 512+200*factor {
				t.Errorf("the tone begins at sample %d, want %d within %v", loud, at, 512+200*factor)
			}
		})
	}
}

// TestVocoderConstantPhase makes a pulse of each frame, the same for the same magnitudes, so that the pitch is the rate
// of the frames.
func TestVocoderConstantPhase(t *testing.T) {
	const rate, hop = 16000, 256
	src := tone(rate, 32000, 5*rate/hop) // the same in every frame
	out := vocode(t, rate, Effects{ConstantPhase: true}, src)
	for i := 4 * hop; i < len(out)-5*hop; i++ {
		if d := math.Abs(float64(out[i] - out[i+hop])); d > 2e-6 {
			t.Fatalf("sample %d is %v, want %v as a frame later", i, out[i], out[i+hop])
		}
	}
	// The pulse is a cosine with its peak in the middle of a frame: sample hop - size/2 = -hop, so multiples of hop.
	for _, at := range []int{40 * hop, 41 * hop} {
		for i := range hop / 2 {
			if d := math.Abs(float64(out[at-i] - out[at+i])); d > 2e-6 {
				t.Fatalf("%d samples before the middle of a frame: %v, want %v as after it", i, out[at-i], out[at+i])
			}
		}
	}
	if out[40*hop] < 0.1 {
		t.Errorf("peak %v, want at least 0.1", out[40*hop])
	}
}

// TestMelVocoderConstantPhase makes a pulse of each mel frame.
func TestMelVocoderConstantPhase(t *testing.T) {
	const hop = 256
	mels, err := NewMelVocoder(HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000), Effects{ConstantPhase: true})
	if err != nil {
		t.Fatal(err)
	}
	frames := make([]float32, 80*20)
	for i := range frames {
		frames[i] = -2 - float32(i%80)/20
	}
	out := run(stream(t, mels), frames)
	for i := range len(out) - hop {
		if d := math.Abs(float64(out[i] - out[i+hop])); d > 1e-6 {
			t.Fatalf("sample %d is %v, want %v as a frame later", i, out[i], out[i+hop])
		}
	}
	if level(out) < 1e-3 {
		t.Errorf("level %g, want at least 1e-3", level(out))
	}
}

// melError returns the root mean square difference between the mel frames of out and want.
func melError(t testing.TB, m Mel, want, out []float32) float64 {
	t.Helper()
	p, err := NewMelSpectrogram(m)
	if err != nil {
		t.Fatal(err)
	}
	got := run(p, out)
	if len(got) != len(want) {
		t.Fatalf("%d values, want %d", len(got), len(want))
	}
	s := 0.0
	for i, v := range want {
		s += float64(got[i]-v) * float64(got[i]-v)
	}
	return math.Sqrt(s / float64(len(want)))
}

// TestMelVocoder compares the mel frames of recordings, at 22050 Hz, with those of the sound reconstructed from them.
func TestMelVocoder(t *testing.T) {
	m := HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
	check := func(name, path string, most float64) {
		t.Run(name, func(t *testing.T) {
			p, err := NewMelSpectrogram(m)
			if err != nil {
				t.Fatal(err)
			}
			v, err := NewMelVocoder(m, Effects{})
			if err != nil {
				t.Fatal(err)
			}
			rate, src := readMono16(t, path)
			if src, err = resample.Slice(src, rate, m.SampleRate, 1); err != nil {
				t.Fatal(err)
			}
			frames := run(p, src)
			out := run(stream(t, v), frames)
			if want := len(frames) / 80 * 256; len(out) != want {
				t.Fatalf("%d samples of %d frames, want %d", len(out), len(frames)/80, want)
			}
			d := melError(t, m, frames, out)
			t.Logf("log-mel error %.4f", d)
			if !(d <= most) {
				t.Errorf("log-mel error %.4f, want at most %g", d, most)
			}
		})
	}
	check("speech", filepath.Join("..", "..", "testdata", "speech.wav"), 0.1)
	for _, c := range []struct {
		file string
		most float64
	}{
		{"LJ050-0264", 0.11},
		{"sense_and_sensibility_01_austen_64kb-0870", 0.1}, {"sense_and_sensibility_01_austen_64kb-0880", 0.1},
		{"sample1_8kHz", 0.18}, {"sample1_16kHz", 0.17}, {"sample1_32kHz", 0.17}, {"sample1_48kHz", 0.17},
	} {
		check(c.file, reference.File(t, "audio", c.file+".wav"), c.most)
	}
}

func BenchmarkVocoder(b *testing.B) {
	for _, rate := range []int{8000, 22050, 48000} {
		b.Run(fmt.Sprintf("%d Hz", rate), func(b *testing.B) {
			src := sweep(3 * rate)
			v, err := NewVocoder(rate, Effects{})
			if err != nil {
				b.Fatal(err)
			}
			s := stream(b, v)
			var dst []float32
			for b.Loop() {
				dst = s.Flush(s.Process(dst[:0], src))
				s.Reset()
			}
			b.ReportMetric(3*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
		})
	}
}
