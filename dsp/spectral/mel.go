package spectral

import (
	"math"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
)

// Mel describes how the mel frames of a model are computed from sound.
//
// A band is a weighted sum of the magnitudes sqrt(|X|^2 + Offset). Its weights are a triangle on the mel scale of M.
// Slaney ("Auditory Toolbox", 1998) with Slaney's normalisation, the defaults of librosa.filters.mel. A frame holds one
// value for each band:
//
//	(log(max(band, Floor)) - Mean[band]) / Scale[band]
type Mel struct {
	FrameLayout
	SampleRate int       // Hz, at least 1
	Bands      int       // values of a frame, from 1 to 1024
	Low, High  float64   // Hz, 0 <= Low < High <= SampleRate/2: ends of the bank; a High of 0 means SampleRate/2
	Offset     float64   // at least 0
	Floor      float64   // the smallest value of a band, above 0
	Log10      bool      // the logarithm is decimal instead of natural
	Mean       []float32 // one value for each band; nil means 0
	Scale      []float32 // one value for each band, finite and not 0; nil means 1
}

// HiFiGAN describes the mel frames of HiFi-GAN generators (J. Kong, J. Kim and J. Bae, "HiFi-GAN", 2020,
// meldataset.py). They are natural logarithms with an Offset of 1e-9 and a Floor of 1e-5. Both ends are reflected by
// (size-hop)/2 samples, so n samples have floor(n/hop) frames. rate, low and high are in Hz; size, window and hop are
// in samples. HiFiGAN does not check its arguments; [NewMelSpectrogram] does.
func HiFiGAN(rate, size, window, hop, bands int, low, high float64) Mel {
	pad := (size - hop) / 2
	return Mel{
		FrameLayout: FrameLayout{Size: size, Window: window, Hop: hop, Reflect: true, Left: pad, Right: pad},
		SampleRate:  rate, Bands: bands, Low: low, High: high, Offset: 1e-9, Floor: 1e-5,
	}
}

// ParallelWaveGAN describes the mel frames of the MelGAN generators of the ParallelWaveGAN project. They are decimal
// logarithms with a Floor of 1e-10. Mean and Scale are nil: set them to those of the model. Frame m has its middle at
// sample m*hop, and n samples have floor(n/hop)+1 frames. The arguments are those of [HiFiGAN].
func ParallelWaveGAN(rate, size, window, hop, bands int, low, high float64) Mel {
	return Mel{
		FrameLayout: FrameLayout{Size: size, Window: window, Hop: hop, Reflect: true, Left: size / 2, Right: size / 2},
		SampleRate:  rate, Bands: bands, Low: low, High: high, Floor: 1e-10, Log10: true,
	}
}

// check returns the description with defaults filled in, or an error for the first field out of range.
func (m Mel) check() (Mel, error) {
	var err error
	if m.FrameLayout, err = m.FrameLayout.check(); err != nil {
		return m, err
	}
	if m.High == 0 {
		m.High = float64(m.SampleRate) / 2
	}
	switch {
	case m.SampleRate < 1:
		return m, dsp.NewArgError("sample rate", m.SampleRate, "at least 1")
	case m.Bands < 1 || m.Bands > 1024:
		return m, dsp.NewArgError("mel bands", m.Bands, "from 1 to 1024")
	case !(m.Low >= 0 && m.Low < m.High):
		return m, dsp.NewArgError("lowest frequency", m.Low, "at least 0 and below the highest frequency, %v Hz", m.High)
	case !(m.High <= float64(m.SampleRate)/2):
		return m, dsp.NewArgError("highest frequency", m.High, "at most half the sample rate of %d Hz", m.SampleRate)
	case !(m.Offset >= 0 && m.Offset <= math.MaxFloat64):
		return m, dsp.NewArgError("offset", m.Offset, "at least 0")
	case !(m.Floor > 0 && m.Floor <= math.MaxFloat64):
		return m, dsp.NewArgError("floor", m.Floor, "above 0")
	case m.Mean != nil && len(m.Mean) != m.Bands:
		return m, dsp.NewArgError("means", len(m.Mean), "%d, one for each band", m.Bands)
	case m.Scale != nil && len(m.Scale) != m.Bands:
		return m, dsp.NewArgError("scales", len(m.Scale), "%d, one for each band", m.Bands)
	}
	for _, s := range m.Scale {
		if s == 0 || s-s != 0 {
			return m, dsp.NewArgError("scale", s, "finite and not 0")
		}
	}
	return m, nil
}

// triangles returns one filter for each band.
func (m Mel) triangles() []triangle {
	return newTriangles(m.Bands, m.Size, m.SampleRate, m.Low, m.High)
}

// A MelSpectrogram is a [dsp.Processor] that computes mel frames: it consumes samples of one channel and emits frames
// of Bands values.
type MelSpectrogram struct {
	*analysis
	mel        Mel
	bank       []triangle
	unit       float64   // natural logarithm of the base of the logarithms
	magnitudes []float64 // scratch: Size/2+1 values
}

// NewMelSpectrogram returns a MelSpectrogram for frames as m describes them. The error is a *dsp.ArgError for a field
// of m out of range.
func NewMelSpectrogram(m Mel) (*MelSpectrogram, error) {
	m, err := m.check()
	if err != nil {
		return nil, err
	}
	s := &MelSpectrogram{mel: m, bank: m.triangles(), unit: m.base(), magnitudes: make([]float64, m.Size/2+1)}
	s.analysis = newAnalysis("spectral.NewMelSpectrogram", m.FrameLayout, m.Bands, s.writeFrame)
	return s, nil
}

// writeFrame computes the Bands values of a frame from its spectrum.
func (s *MelSpectrogram) writeFrame(dst []float32, spectrum []complex128) {
	for k, v := range spectrum {
		s.magnitudes[k] = magnitude(v, s.mel.Offset)
	}
	for b, t := range s.bank {
		dst[b] = s.mel.value(b, t.apply(s.magnitudes), s.unit)
	}
}

// Memory returns the bytes that the stream holds, all of them state. It implements [dsp.Sizer].
func (s *MelSpectrogram) Memory() (weights, state int64) {
	_, state = s.analysis.Memory()
	return 0, state + bankBytes(s.bank) + 8*int64(len(s.magnitudes))
}

// value returns the value of a band in a frame. sum is the weighted sum of magnitudes, unit as in MelSpectrogram.
func (m *Mel) value(band int, sum, unit float64) float32 {
	if sum < m.Floor { // false for NaN, which stays NaN
		sum = m.Floor
	}
	return float32(m.normalise(band, elementary.Log(sum)/unit))
}
