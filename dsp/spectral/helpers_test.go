package spectral

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/internal/fft"
)

// readMono16 returns the rate and the first channel of a 16-bit WAV file with a plain header.
func readMono16(t testing.TB, path string) (rate int, samples []float32) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	channels := 1
	for at := 12; at+8 <= len(b); {
		id, size := string(b[at:at+4]), int(binary.LittleEndian.Uint32(b[at+4:]))
		body := b[at+8:]
		body = body[:min(size, len(body))]
		switch id {
		case "fmt ":
			channels, rate = int(binary.LittleEndian.Uint16(body[2:])), int(binary.LittleEndian.Uint32(body[4:]))
			if bits := binary.LittleEndian.Uint16(body[14:]); bits != 16 {
				t.Fatalf("%s: %d bits", path, bits)
			}
		case "data":
			for ; len(body) >= 2*channels; body = body[2*channels:] {
				samples = append(samples, float32(int16(binary.LittleEndian.Uint16(body)))/32768)
			}
		}
		at += 8 + size + size%2
	}
	return rate, samples
}

// run returns the output of p for a whole input.
func run(p dsp.Processor, src []float32) []float32 { return p.Flush(p.Process(nil, src)) }

// difference describes value i, at which got and want differ.
func difference(got, want []float32, i int) string {
	if i >= len(got) || i >= len(want) {
		return fmt.Sprintf("%d values, want %d", len(got), len(want))
	}
	return fmt.Sprintf("value %d is %x, want %x", i, got[i], want[i])
}

// second returns the error of a call.
func second[T any](_ T, err error) error { return err }

// signal returns sample i of src. Beyond the ends of src, it returns the sample by which a FrameLayout extends src.
func signal(l FrameLayout, src []float32, i int64) float64 {
	n := int64(len(src))
	if l.Reflect && i < 0 {
		i = -i
	}
	if l.Reflect && i >= n {
		i = 2*(n-1) - i
	}
	if i < 0 || i >= n {
		return 0
	}
	return float64(src[i])
}

// direct returns the spectra of src by definition, with package math.
func direct(t testing.TB, l FrameLayout, src []float32) [][]complex128 {
	t.Helper()
	l, err := l.check()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]complex128
	for m := range l.frames(int64(len(src))) {
		start := l.start(m)
		spectrum := make([]complex128, l.Size/2+1)
		for k := range spectrum {
			for i := range l.Size {
				at := i - (l.Size-l.Window)/2
				if at < 0 || at >= l.Window {
					continue
				}
				w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(at)/float64(l.Window))
				x := signal(l, src, start+int64(i)) * w
				spectrum[k] += complex(x, 0) * cmplx.Rect(1, -2*math.Pi*float64(i*k%l.Size)/float64(l.Size))
			}
		}
		out = append(out, spectrum)
	}
	return out
}

// oneShot returns the magnitudes of a whole signal, each frame on its own.
func oneShot(l FrameLayout, src []float32) []float32 {
	l, _ = l.check()
	fourier, window := fft.NewReal(l.Size), l.window()
	frame, spectrum := make([]float64, l.Size), make([]complex128, l.Size/2+1)
	var out []float32
	for m := range l.frames(int64(len(src))) {
		for i := range frame {
			frame[i] = 0
			if window[i] != 0 {
				frame[i] = float64(signal(l, src, l.start(m)+int64(i)) * window[i])
			}
		}
		fourier.Forward(spectrum, frame)
		for _, v := range spectrum {
			out = append(out, float32(math.Sqrt(float64(real(v)*real(v))+float64(imag(v)*imag(v)))))
		}
	}
	return out
}

// wholeSignal is the definition of a PhaseReconstructor: the spectra of all frames of src, from a slot for each frame.
func wholeSignal(fresh func() *PhaseReconstructor, src []float32) []float32 {
	p := fresh()
	size, hop, bins := p.size, p.hop, p.in
	n := len(src) / bins
	slots := map[int]*slot{}
	gradients, overlap := newGradients(size, hop), newOverlap(size, hop)
	for m := -1; m <= n; m++ {
		slots[m] = fresh().slots[0] // the state before the first frame of a stream
		if m >= 0 && m < n {
			slots[m].take(src[m*bins:][:bins])
		}
	}
	var out []float32
	begun := 0
	for m := range n {
		under := []*slot{}
		for j := m; j < min(m+3, n); j++ {
			if j == begun {
				slots[j-1].updatePhase()
				gradients.integrate(&slots[j-1].frame, &slots[j].frame, &slots[j+1].frame)
				slots[j].setSpectrum()
				begun++
			}
			under = append(under, slots[j])
		}
		clear(overlap.left)
		for j := max(0, m-size/hop); j < m; j++ { // the frames already emitted
			wide := make([]float64, len(overlap.left)+(size/hop)*hop)
			copy(wide[size/hop*hop:], overlap.left)
			overlap.add(wide[(j-m+size/hop)*hop:], slots[j])
			copy(overlap.left, wide[size/hop*hop:])
		}
		overlap.refine(under)
		frame := make([]float32, size)
		slots[m].write(frame)
		out = append(out, frame...)
	}
	return out
}

// tone returns a sine of hz cycles per second.
func tone(rate, n int, hz float64) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(0.5 * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return x
}

// sweep is a tone that rises through silence, noise and more silence, in which bands are at the floor.
func sweep(n int) []float32 {
	x := make([]float32, n)
	noise := dsptest.Noise[float32](4, n)
	for i := n / 5; i < n*4/5; i++ {
		r := float64(i) / float64(n)
		x[i] = float32(0.5*math.Sin(2*math.Pi*float64(n)*r*r/5)) + noise[i]*float32(math.Pow(10, -8*r))
	}
	return x
}

// stream returns a stream of v.
func stream(t testing.TB, v *Vocoder, options ...dsp.Option) *VocoderStream {
	t.Helper()
	s, err := v.NewStream(options...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// constantPhases returns spectra of phase 0 at the middle of their frames, with the given magnitudes.
func constantPhases(size int, magnitudes []float32) (spectra []float32) {
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
	return spectra
}
