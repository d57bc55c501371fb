package spectral

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

func run(p dsp.Processor, src []float32) []float32 { return p.Flush(p.Process(nil, src)) }

// vocode returns what a Vocoder at that rate makes of src.
func vocode(t testing.TB, rate int, e Effects, src []float32) []float32 {
	t.Helper()
	v, err := NewVocoder(rate, e, nil)
	if err != nil {
		t.Fatal(err)
	}
	out := run(v, src)
	up, down, err := e.Ratio()
	if err != nil {
		t.Fatal(err)
	}
	if want := (len(src)*up + down - 1) / down; len(out) != want || v.Frames(int64(len(src))) != int64(want) {
		t.Fatalf("%+v: %d samples of %d, want %d", e, len(out), len(src), want)
	}
	return out
}

// definition is a Vocoder without change of pitch: magnitudes of every frame, phases of every frame, and the one-shot operator.
func definition(t testing.TB, rate int, e Effects, src []float32) []float32 {
	t.Helper()
	stretch, _, err := e.ratios()
	if err != nil {
		t.Fatal(err)
	}
	size := SizeFor(rate)
	hop := size / 4
	l := FrameLayout{Size: size, Hop: hop, Up: int(stretch[0]), Down: int(stretch[1])}
	magnitudes := oneShot(l, src)
	var spectra []float32
	if e.ConstantPhase {
		for i := range len(magnitudes) / (size/2 + 1) {
			frame := make([]float32, size)
			for k, m := range magnitudes[i*(size/2+1):][:size/2+1] {
				re := m * float32(1-2*(k%2))
				im := 0 * re
				if !(m >= 0 && m <= math.MaxFloat32) {
					re, im = m, m
				}
				frame[k] = re
				if k > 0 && k < size/2 {
					frame[size/2+k] = im
				}
			}
			spectra = append(spectra, frame...)
		}
	} else {
		spectra = wholeSignal(func() *PhaseReconstructor { p, _ := NewPhaseReconstructor(size, hop); return p }, magnitudes)
	}
	filters, err := SynthesisFilters(size, hop)
	if err != nil {
		t.Fatal(err)
	}
	g := dsp.Geometry{In: size, Out: 1, Groups: 1, Kernel: size, Stride: hop, Dilation: 1, Left: size - hop, Right: size - hop}
	out, err := dsp.ConvTranspose(g, spectra, filters, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out[:(len(src)*int(stretch[0])+int(stretch[1])-1)/int(stretch[1])]
}

func TestVocoderContract(t *testing.T) {
	for _, e := range []Effects{{}, {Stretch: 1.5}, {Stretch: 0.4}, {Stretch: 3}, {ConstantPhase: true}, {ConstantPhase: true, Stretch: 1.25}} {
		t.Run(fmt.Sprintf("%+v", e), func(t *testing.T) {
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] {
					v, err := NewVocoder(1000, e, nil)
					if err != nil {
						t.Fatal(err)
					}
					return v
				},
				OneShot: func(src []float32) []float32 { return definition(t, 1000, e, src) },
				Frames:  600,
				Blocks:  []int{16, 64},
				Waits:   true,
			})
		})
	}
}

// TestVocoderChunks: with a change of pitch too, cuts move no bit, and no more is held back than Lag.
func TestVocoderChunks(t *testing.T) {
	mels := HiFiGAN(8000, 64, 64, 16, 7, 0, 3500)
	for _, e := range []Effects{{Pitch: 3}, {Pitch: -7.3, Stretch: 3.001}, {Pitch: 12, ConstantPhase: true}, {Stretch: 1.3}, {Stretch: 0.31}, {}, {ConstantPhase: true}} {
		for name, fresh := range map[string]func() (*Vocoder, error){
			"samples": func() (*Vocoder, error) { return NewVocoder(1000, e, nil) },
			"mels":    func() (*Vocoder, error) { return NewMelVocoder(mels, e, nil) },
		} {
			v, err := fresh()
			if err != nil {
				t.Fatal(err)
			}
			in, _ := v.Channels()
			up, down := v.Ratio()
			for _, n := range []int{0, 1, 2, 3, 50, 700} {
				src := dsptest.Noise[float32](10, n*in)
				w, _ := fresh()
				want := run(w, src)
				if int64(len(want)) != v.Frames(int64(n)) {
					t.Fatalf("%s, %+v: %d frames become %d samples, want %d", name, e, n, len(want), v.Frames(int64(n)))
				}
				var got []float32
				for i := range n {
					got = v.Process(got, src[i*in:][:in])
					if held := (i+1)*up/down - len(got); held > v.Lag() {
						t.Fatalf("%s, %+v: %d held back after %d frames, Lag is %d", name, e, held, i+1, v.Lag())
					}
				}
				got = v.Flush(got)
				if i := dsptest.FirstDifference(got, want); i >= 0 {
					t.Fatalf("%s, %+v, %d frames one by one: sample %d differs", name, e, n, i)
				}
				further, err := v.NewStream(nil)
				if err != nil {
					t.Fatal(err)
				}
				if i := dsptest.FirstDifference(run(further, src), want); i >= 0 {
					t.Fatalf("%s, %+v, %d frames: sample %d of a further stream differs", name, e, n, i)
				}
				v.Reset()
			}
		}
	}
}

// TestMelVocoderContract: frames one by one, against the mirrored whole.
func TestMelVocoderContract(t *testing.T) {
	m := HiFiGAN(8000, 64, 64, 16, 7, 0, 3500)
	dsptest.Check(t, dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] {
			v, err := NewMelVocoder(m, Effects{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			return v
		},
		OneShot: func(src []float32) []float32 {
			n := len(src) / m.Bands
			var all []float32
			for i := -2; i < n+2; i++ { // frames -2, -1 and n, n+1 lie over samples too
				at := ((i % (2 * n)) + 2*n) % (2 * n)
				at = min(at, 2*n-1-at)
				all = append(all, src[at*m.Bands:][:m.Bands]...)
			}
			spectra := wholeSignal(func() *PhaseReconstructor { p, _ := NewMelReconstructor(m); return p }, all)
			filters, _ := SynthesisFilters(64, 16)
			g := dsp.Geometry{In: 64, Out: 1, Groups: 1, Kernel: 64, Stride: 16, Dilation: 1, Left: 24 + 32, Right: 24 + 32}
			out, err := dsp.ConvTranspose(g, spectra, filters, nil)
			if err != nil || len(out) != n*16 {
				t.Fatalf("%d samples of %d frames, %v", len(out), n, err)
			}
			return out
		},
		Frames: 60,
		Blocks: []int{4},
		Waits:  true,
	})
}

// tone returns a sine of so many cycles per second.
func tone(rate, n int, hz float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(0.5 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return x
}

// frequency returns that of a tone, by its zero crossings upwards.
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

// level returns the root of the mean square.
func level(x []float32) float64 {
	s := 0.0
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	return math.Sqrt(s / float64(len(x)))
}

// TestPitch: a tone of 440 Hz gets the pitch asked for, at its level and of its length.
func TestPitch(t *testing.T) {
	const rate, n = 16000, 32000
	src := tone(rate, n, 440)
	list := []float64{7, -12, 12, 0, -5, 0.5, 24}
	if testing.Short() {
		list = list[:2]
	}
	for _, semitones := range list {
		out := vocode(t, rate, Effects{Pitch: semitones}, src)
		middle := out[4000 : n-4000]
		want := 440 * math.Pow(2, semitones/12)
		if got := frequency(rate, middle); math.Abs(got/want-1) > 1e-3 {
			t.Errorf("%g semitones: %.2f Hz, want %.2f", semitones, got, want)
		}
		if l := 20 * math.Log10(level(middle)/level(src)); math.Abs(l) > 0.5 {
			t.Errorf("%g semitones: %.2f dB louder", semitones, l)
		}
	}
}

// TestStretch: a tone keeps its frequency, and what happened at a time happens at the stretched time.
func TestStretch(t *testing.T) {
	const rate, n, onset = 16000, 32000, 12000
	src := tone(rate, n, 440)
	clear(src[:onset])
	list := []float64{1.5, 0.731, 0.5, 1, 3, 10, 0.1}
	if testing.Short() {
		list = list[:2]
	}
	for _, factor := range list {
		out := vocode(t, rate, Effects{Stretch: factor}, src)
		at := int(onset * factor)
		if got := frequency(rate, out[at+max(100, len(out)/10):len(out)-max(100, len(out)/10)]); math.Abs(got/440-1) > 5e-3 {
			t.Errorf("%g times as long: %.2f Hz", factor, got)
		}
		loud := 0
		for loud < len(out) && math.Abs(float64(out[loud])) < 0.25 {
			loud++
		}
		// The window of 1024 samples, stretched, blurs when that was; and it is 1024 samples long again.
		if d := math.Abs(float64(loud - at)); d > 512+200*factor {
			t.Errorf("%g times as long: the tone begins at sample %d, want %d", factor, loud, at)
		}
	}
}

// TestRobot: whatever the voice, each frame is a pulse, the same for the same magnitudes, so that the pitch is that of the
// frames.
func TestRobot(t *testing.T) {
	const rate, hop = 16000, 256
	src := tone(rate, 32000, 5*rate/hop) // the same in every frame
	out := vocode(t, rate, Effects{ConstantPhase: true}, src)
	for i := 4 * hop; i < len(out)-5*hop; i++ {
		if d := math.Abs(float64(out[i] - out[i+hop])); d > 2e-6 {
			t.Fatalf("sample %d is %v, a frame later %v", i, out[i], out[i+hop])
		}
	}
	// The pulse is a cosine with its peak in the middle of a frame: sample hop - size/2 = -hop, so multiples of hop.
	for _, at := range []int{40 * hop, 41 * hop} {
		for i := range hop / 2 {
			if d := math.Abs(float64(out[at-i] - out[at+i])); d > 2e-6 {
				t.Fatalf("%d samples from the middle of a frame: %v and %v", i, out[at-i], out[at+i])
			}
		}
	}
	if out[40*hop] < 0.1 {
		t.Errorf("peak %v", out[40*hop])
	}
	mels, err := NewMelVocoder(HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000), Effects{ConstantPhase: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	frames := make([]float32, 80*20)
	for i := range frames {
		frames[i] = -2 - float32(i%80)/20
	}
	out = run(mels, frames)
	for i := range len(out) - hop {
		if d := math.Abs(float64(out[i] - out[i+hop])); d > 1e-6 {
			t.Fatalf("mel frames: sample %d is %v, a frame later %v", i, out[i], out[i+hop])
		}
	}
	if level(out) < 1e-3 {
		t.Errorf("mel frames: level %g", level(out))
	}
}

// melError returns the root of the mean square error of the logarithms of the bands of out.
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

// TestMelVocoder: the frames of what is made of frames are close to them.
func TestMelVocoder(t *testing.T) {
	m := HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
	check := func(name, path string, most float64) {
		t.Run(name, func(t *testing.T) {
			p, err := NewMelSpectrogram(m)
			if err != nil {
				t.Fatal(err)
			}
			v, err := NewMelVocoder(m, Effects{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			rate, src := readMono16(t, path)
			if rate != 22050 {
				t.Fatalf("%d Hz", rate)
			}
			frames := run(p, src)
			out := run(v, frames)
			if len(out) != len(frames)/80*256 {
				t.Fatalf("%d samples of %d frames", len(out), len(frames)/80)
			}
			d := melError(t, m, frames, out)
			t.Logf("log-mel error %.4f", d)
			if !(d <= most) {
				t.Errorf("log-mel error %.4f, must be at most %g", d, most)
			}
		})
	}
	check("speech", filepath.Join("..", "..", "testdata", "speech.wav"), 0.1)
	check("LJ050-0264", dsptest.Reference(t, "audio", "LJ050-0264.wav"), 0.11)
}

func TestVocoderRefuses(t *testing.T) {
	m := HiFiGAN(22050, 1024, 1024, 256, 80, 0, 8000)
	covering, short, wide := m, m, m
	covering.FrameLayout = FrameLayout{Size: 1024, Hop: 256}
	short.Window = 1000
	wide.FrameLayout = FrameLayout{Size: 1024, Hop: 300, Reflect: true}
	for want, err := range map[string]error{
		"stretch is 0.09":      second(NewVocoder(8000, Effects{Stretch: 0.09}, nil)),
		"stretch is 11":        second(NewMelVocoder(m, Effects{Stretch: 11}, nil)),
		"stretch is NaN":       second(NewVocoder(8000, Effects{Stretch: math.NaN()}, nil)),
		"pitch is 25":          second(NewVocoder(8000, Effects{Pitch: 25}, nil)),
		"pitch is NaN":         second(NewMelVocoder(m, Effects{Pitch: math.NaN()}, nil)),
		"sample rate is 0":     second(NewVocoder(0, Effects{}, nil)),
		"layout is covering":   second(NewMelVocoder(covering, Effects{}, nil)),
		"window is 1000, must": second(NewMelVocoder(short, Effects{}, nil)),
		"hop is 300":           second(NewMelVocoder(wide, Effects{}, nil)),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func BenchmarkVocoder(b *testing.B) {
	for _, rate := range []int{8000, 22050, 48000} {
		b.Run(fmt.Sprintf("%d Hz", rate), func(b *testing.B) {
			src := sweep(3 * rate)
			v, err := NewVocoder(rate, Effects{}, nil)
			if err != nil {
				b.Fatal(err)
			}
			var dst []float32
			for b.Loop() {
				dst = v.Flush(v.Process(dst[:0], src))
				v.Reset()
			}
			b.ReportMetric(3*float64(b.N)/b.Elapsed().Seconds(), "x-real-time")
		})
	}
}
