package models

import (
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp/spectral"
)

// sampleRateWords are the keys for the sample rate.
const sampleRateWords = "sampling_rate sample_rate audio_sample_rate sr fs"

// analysis is the description of the mel spectrogram in a config.json.
type analysis struct {
	Size    int      // n_fft
	Window  int      // win_size; 0 means n_fft
	HopSize int      // hop_size; 0 means that of the generator
	Low     float64  // fmin, Hz
	High    *float64 // fmax, Hz; nil means half the sample rate
	zero    bool     // n_fft is present and 0
	fault   error    // a setting that this module cannot compute; the generator plays such frames nevertheless
}

// analysis reads the description under any of its keys. rules are about the spectrogram only: a setting that breaks
// them is not an error of the network.
func (s *settings) analysis(rules []rule) analysis {
	size := s.one("n_fft fft_size filter_length")
	a := analysis{
		Size:    s.whole(size, 0),
		Window:  s.whole(s.one("win_size win_length"), 0),
		HopSize: s.whole(s.one("hop_size hop_length hop_samples hop hop_len"), 0),
		Low:     s.number(s.one("fmin mel_fmin"), 0),
	}
	if key := s.one("fmax mel_fmax"); s.has(key) {
		high := s.number(key, 0)
		a.High = &high
	}
	a.zero = s.has(size) && a.Size == 0
	a.fault = s.broken(rules)
	return a
}

// checkHop requires hop_size, if present, to be the samples per frame of the generator. settings names the keys that
// determine hop.
func (a *analysis) checkHop(settings string, hop int) error {
	if a.HopSize != 0 && a.HopSize != hop {
		return fmt.Errorf("hop_size is %d, but %.80s make %d samples per frame: correct one of them",
			a.HopSize, settings, hop)
	}
	return nil
}

// frame returns the length of the window in samples and the highest frequency in Hz, 0 for half the sample rate.
func (a *analysis) frame() (window int, high float64, err error) {
	if a.fault != nil {
		return 0, 0, a.fault
	}
	if a.zero {
		return 0, 0, fmt.Errorf("n_fft is 0, must be a power of two")
	}
	if a.Size == 0 {
		return 0, 0, fmt.Errorf("n_fft is missing: add n_fft, win_size, fmin and fmax with the values of training")
	}
	window = a.Window
	if window == 0 {
		window = a.Size
	}
	if a.High != nil {
		high = *a.High
	}
	return window, high, nil
}

// checkFrames returns an error for the first setting that [spectral.NewMelSpectrogram] would refuse, under its name in
// config.json.
func checkFrames(m spectral.Mel) error {
	half := float64(m.SampleRate) / 2
	switch {
	case m.Size < 4 || m.Size > 1<<16 || m.Size&(m.Size-1) != 0:
		return fmt.Errorf("n_fft is %d, must be a power of two from 4 to 65536", m.Size)
	case m.Window < 1:
		return fmt.Errorf("win_size is %d, must be at least 1", m.Window)
	case m.Window > m.Size:
		return fmt.Errorf("win_size is %d, must be at most n_fft, %d", m.Window, m.Size)
	case m.Hop > m.Size:
		return fmt.Errorf("n_fft is %d, must be at least the hop of %d samples", m.Size, m.Hop)
	case m.Bands > 1024:
		return fmt.Errorf("num_mels is %d, must be at most 1024", m.Bands)
	case !(m.Low >= 0):
		return fmt.Errorf("fmin is %v Hz, must be at least 0 Hz", m.Low)
	case m.High == 0 && m.Low >= half:
		return fmt.Errorf("fmin is %v Hz, must be below half the sampling rate, %v Hz", m.Low, half)
	case m.High != 0 && !(m.High > m.Low):
		return fmt.Errorf("fmax is %v Hz, must be above fmin, %v Hz", m.High, m.Low)
	case m.High > half:
		return fmt.Errorf("fmax is %v Hz, must be at most half the sampling rate, %v Hz", m.High, half)
	case !(m.Floor > 0):
		return fmt.Errorf("mel_floor is %v, must be above 0", m.Floor)
	}
	return nil
}

// frameRules are about the frames of all generators: magnitudes in bands of Slaney's mel scale, of a Hann window with
// reflected ends, without a filter before or decibels after.
var frameRules = []rule{
	{"window win_type window_type window_fn", values("hann", "hanning", "hann_window", "torch.hann_window", "Hann")},
	{"power mel_power magnitude_power", values(1)},
	{"htk use_htk", absent},
	{"mel_scale mel_type", values("slaney")},
	{"norm mel_norm fb_norm", values("slaney", "weight_norm")},
	{"pad_mode stft_pad_mode", values("reflect")},
	{"preemphasis preemph pre_emphasis preemphasis_coef", absent},
	{"signal_norm mel_normalized normalized normalize_mel do_sound_norm", absent},
	{"global_gain_scale", values(1)},
}

// hifiGANFrames are about the frames of meldataset.py, the authors' code of HiFi-GAN.
var hifiGANFrames = append([]rule{
	{"log log_type log_func mel_log", values("natural", "ln", "log", "np.log", "torch.log", "loge", "e")},
	{"log_base", values("e", "natural")},
	{"center center_reflect_pad centered", absent},
	{"mel_floor clip_val log_floor log_zero_guard_value", values(1e-5)},
	{"dynamic_range_compression", values(true)},
}, frameRules...)

// melGANFrames are about the frames of ParallelWaveGAN. The logarithm and its floor are settings there.
var melGANFrames = append([]rule{
	{"log_base", values(10)},
	{"center center_reflect_pad centered", values(true)},
}, frameRules...)

// frontEnd returns the front end of meldataset.py.
func (h *hifiGAN) frontEnd() (spectral.Mel, error) {
	hop := h.info().Hop
	window, high, err := h.frame()
	if err != nil {
		return spectral.Mel{}, err
	}
	if (h.Size-hop)%2 != 0 {
		return spectral.Mel{}, unsupportedf("n_fft is %d, must differ from the hop of %d by an even number",
			h.Size, hop)
	}
	return spectral.HiFiGAN(h.SamplingRate, h.Size, window, hop, h.Mels, h.Low, high), nil
}

// frontEnd returns the front end of ParallelWaveGAN, with the statistics from the weights.
func (m *melGAN) frontEnd() (spectral.Mel, error) {
	window, high, err := m.frame()
	if err != nil {
		return spectral.Mel{}, err
	}
	mel := spectral.ParallelWaveGAN(m.SamplingRate, m.Size, window, m.info().Hop, m.Mels, m.Low, high)
	if !slices.Contains([]string{"log10", "natural"}, m.Log) {
		return mel, unsupportedf("log is %.80q, must be log10 or natural", m.Log)
	}
	if m.mean == nil {
		return mel, fmt.Errorf("frames must be normalised as in training, but the weights have no statistics: "+
			"add tensors mel.mean and mel.scale of shape [%d], from stats.h5 or stats.npy of ParallelWaveGAN, "+
			"or zeros and ones for a model trained without", m.Mels)
	}
	mel.Log10, mel.Floor = m.Log == "log10", m.Floor
	mel.Mean, mel.Scale = m.mean, m.scale
	return mel, nil
}
