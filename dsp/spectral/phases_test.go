package spectral

import (
	"math"
	"path/filepath"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// resynthesize returns the magnitudes of src, and the samples reconstructed from these alone.
func resynthesize(t testing.TB, size, hop int, src []float32) (magnitudes, out []float32) {
	t.Helper()
	stft, err := NewSTFT(FrameLayout{Size: size, Hop: hop})
	if err != nil {
		t.Fatal(err)
	}
	phases, err := NewPhaseReconstructor(size, hop)
	if err != nil {
		t.Fatal(err)
	}
	synthesis, err := NewSynthesis(size, hop, size-hop, size-hop)
	if err != nil {
		t.Fatal(err)
	}
	chain, err := dsp.NewChain(16, phases, synthesis.NewStream())
	if err != nil {
		t.Fatal(err)
	}
	magnitudes = stft.Flush(stft.Process(nil, src))
	return magnitudes, chain.Flush(chain.Process(nil, magnitudes))
}

// convergence returns the spectral convergence of out, 20*log10(|| |STFT(out)| - target || / ||target||), in decibels.
func convergence(t testing.TB, size, hop int, target, out []float32) float64 {
	t.Helper()
	stft, err := NewSTFT(FrameLayout{Size: size, Hop: hop})
	if err != nil {
		t.Fatal(err)
	}
	got := stft.Flush(stft.Process(nil, out))
	if len(got) != len(target) {
		t.Fatalf("%d magnitudes, want %d", len(got), len(target))
	}
	d, s := 0.0, 0.0
	for i, v := range target {
		d += (float64(got[i]) - float64(v)) * (float64(got[i]) - float64(v))
		s += float64(v) * float64(v)
	}
	return 10 * math.Log10(d/s)
}

// TestConvergence reconstructs every recording from its magnitudes and logs the spectral convergence.
func TestConvergence(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(reference.File(t, "audio"), "*.wav"))
	if err != nil || len(files) < 5 {
		t.Fatalf("recordings %v, %v, want at least 5", files, err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			rate, src := readMono16(t, path)
			src = src[:min(len(src), 8*rate)]
			sizes := []int{SizeFor(rate), 1024}
			if testing.Short() {
				src, sizes = src[:min(len(src), rate)], sizes[:1]
			}
			for _, size := range sizes {
				target, out := resynthesize(t, size, size/4, src)
				d := convergence(t, size, size/4, target, out)
				t.Logf("%d / %d: %.2f dB", size, size/4, d)
				if !(d <= -25) {
					t.Errorf("%d / %d: spectral convergence %.2f dB, want -25 or less", size, size/4, d)
				}
			}
		})
	}
}

// TestConvergenceOfTones reconstructs a rising chord with a rest in it. It needs no recordings.
func TestConvergenceOfTones(t *testing.T) {
	src := make([]float32, 12000)
	for i := range src {
		if i < 5000 || i > 6000 {
			r := float64(i) / float64(len(src))
			for h := 1.0; h < 9; h++ {
				src[i] += float32(0.1 / h * math.Sin(2*math.Pi*h*(0.01+0.004*r)*float64(i)))
			}
		}
	}
	target, out := resynthesize(t, 512, 128, src)
	if d := convergence(t, 512, 128, target, out); !(d <= -28) {
		t.Errorf("spectral convergence %.2f dB, want -28 or less", d)
	} else {
		t.Logf("%.2f dB", d)
	}
}

func TestPhasesContract(t *testing.T) {
	mels := HiFiGAN(8000, 64, 64, 16, 7, 0, 3500)
	mels.Mean, mels.Scale = dsptest.Noise[float32](8, 7), dsptest.Noise[float32](9, 7)
	for name, fresh := range map[string]func() (*PhaseReconstructor, error){
		"16/4": func() (*PhaseReconstructor, error) { return NewPhaseReconstructor(16, 4) },
		"8/1":  func() (*PhaseReconstructor, error) { return NewPhaseReconstructor(8, 1) },
		"mels": func() (*PhaseReconstructor, error) { return NewMelReconstructor(mels) },
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := fresh(); err != nil {
				t.Fatal(err)
			}
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] { p, _ := fresh(); return p },
				Reference: func(src []float32) []float32 {
					return wholeSignal(func() *PhaseReconstructor { p, _ := fresh(); return p }, src)
				},
				Frames: 60,
				Blocks: []int{4},
				Waits:  true, // a NaN counts as silence in the frames before it
			})
		})
	}
}

// TestPhasesSpecials has NaN, infinity and a negative value among the magnitudes. They change only the value of their
// own frequency in their own spectrum.
func TestPhasesSpecials(t *testing.T) {
	const size, hop, n, bad = 32, 8, 30, 12
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	src := make([]float32, n*(size/2+1))
	for i, v := range dsptest.Noise[float32](7, len(src)) {
		src[i] = 1 + v
	}
	frame := src[bad*(size/2+1):]
	frame[3], frame[5], frame[size/2] = nan, inf, -1
	p, err := NewPhaseReconstructor(size, hop)
	if err != nil {
		t.Fatal(err)
	}
	out := p.Flush(p.Process(nil, src))
	for i, v := range out {
		m, c := i/size, i%size
		k := c
		if c > size/2 {
			k = c - size/2
		}
		want := m == bad && (k == 3 || k == 5)
		if got := v-v != 0; got != want {
			t.Errorf("frame %d, channel %d is %v, want not finite: %v", m, c, v, want)
		}
	}
	if out[bad*size+size/2] != -1 {
		t.Errorf("a magnitude of -1 becomes %v, want -1", out[bad*size+size/2])
	}
}

func BenchmarkPhaseReconstructor(b *testing.B) {
	src := sweep(1 << 16)
	stft, err := NewSTFT(FrameLayout{Size: 1024, Hop: 256})
	if err != nil {
		b.Fatal(err)
	}
	magnitudes := stft.Flush(stft.Process(nil, src))
	p, err := NewPhaseReconstructor(1024, 256)
	if err != nil {
		b.Fatal(err)
	}
	var dst []float32
	for b.Loop() {
		dst = p.Process(dst[:0], magnitudes)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(len(magnitudes)/513), "µs/frame")
}
