package models

import (
	"fmt"
	"slices"

	"github.com/tailwave/tailwave/dsp/spectral"
)

// sampleRateWords are the words for the sample rate.
const sampleRateWords = "sampling_rate sample_rate audio_sample_rate sr fs"

// analysis is the part of a config.json that says how frames are made of sound.
type analysis struct {
	Size    int      // n_fft
	Window  int      // win_size, n_fft without it
	HopSize int      // hop_size, the generator's without it
	Low     float64  // fmin, Hz
	High    *float64 // fmax, Hz; half the sample rate without it
	fault   error    // another kind of frames, of which the generator can make sound all the same
}

// analysis reads the front end in its various words. rules are about the frames alone: what breaks them is no fault of
// the network.
func (s *settings) analysis(rules []rule) analysis {
	a := analysis{
		Size:    s.whole(s.one("n_fft fft_size filter_length"), 0),
		Window:  s.whole(s.one("win_size win_length"), 0),
		HopSize: s.whole(s.one("hop_size hop_length hop_samples hop hop_len"), 0),
		Low:     s.number(s.one("fmin mel_fmin"), 0),
	}
	if key := s.one("fmax mel_fmax"); s.has(key) {
		high := s.number(key, 0)
		a.High = &high
	}
	a.fault = s.broken(rules)
	return a
}

// checkHop requires that a hop_size is what the generator makes of a frame, by the settings that are named.
func (a *analysis) checkHop(settings string, hop int) error {
	if a.HopSize != 0 && a.HopSize != hop {
		return fmt.Errorf("hop_size is %d, but %.80s make %d samples per frame: one of them is wrong",
			a.HopSize, settings, hop)
	}
	return nil
}

// frame returns the length of the window and the highest frequency, 0 for half the sample rate.
func (a *analysis) frame() (window int, high float64, err error) {
	if a.fault != nil {
		return 0, 0, a.fault
	}
	if a.Size == 0 {
		return 0, 0, fmt.Errorf("n_fft is missing: add it, and win_size, fmin and fmax")
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

// frameRules are about the frames of all generators: magnitudes in bands of Slaney's scale, of windows with reflected
// ends, without filters or decibels before or after.
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

// hifiGANFrames are about the frames of meldataset.py.
var hifiGANFrames = append([]rule{
	{"log log_type log_func mel_log", values("natural", "ln", "log", "np.log", "torch.log", "loge", "e")},
	{"log_base", values("e", "natural")},
	{"center center_reflect_pad centered", absent},
	{"mel_floor clip_val log_floor log_zero_guard_value", values(1e-5)},
	{"dynamic_range_compression", values(true)},
}, frameRules...)

// melGANFrames are about the frames of ParallelWaveGAN. Which logarithm and which floor is read.
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
		return spectral.Mel{}, unsupportedf("n_fft is %d, must differ from the hop of %d by an even number", h.Size, hop)
	}
	return spectral.HiFiGAN(h.SamplingRate, h.Size, window, hop, h.Mels, h.Low, high), nil
}

// frontEnd returns the front end of ParallelWaveGAN, with the normalisation that came with the weights.
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
		return mel, fmt.Errorf("frames must be normalised as in training, and the weights have no statistics for that: "+
			"add tensors mel.mean and mel.scale of shape [%d], from stats.h5 or stats.npy of ParallelWaveGAN, "+
			"or zeros and ones if the model was trained without", m.Mels)
	}
	mel.Log10, mel.Floor = m.Log == "log10", m.Floor
	mel.Mean, mel.Scale = m.mean, m.scale
	return mel, nil
}
