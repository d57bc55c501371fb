package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strings"

	"github.com/nlpodyssey/safetensors"
)

// hifiGANFolder holds a HiFi-GAN generator for trying the library. It has a few hundred random weights: it outputs
// noise, but it opens and streams like a trained one.
const hifiGANFolder = "testdata/hifigan-tiny"

// hifiGANConfig is in the form of the config.json of HiFi-GAN's authors.
const hifiGANConfig = `{
  "resblock": "2",
  "upsample_rates": [8, 8],
  "upsample_kernel_sizes": [16, 16],
  "upsample_initial_channel": 8,
  "resblock_kernel_sizes": [3],
  "resblock_dilation_sizes": [[1, 3]],
  "num_mels": 8,
  "n_fft": 256,
  "hop_size": 64,
  "win_size": 256,
  "sampling_rate": 16000,
  "fmin": 0,
  "fmax": 8000
}
`

// hifiGANLayers are the layers of that generator: the shape of the weights, and the length of the bias.
var hifiGANLayers = []struct {
	name  string
	shape []uint64
	bias  uint64
}{
	{"conv_pre", []uint64{8, 8, 7}, 8},
	{"ups.0", []uint64{8, 4, 16}, 4},
	{"resblocks.0.convs.0", []uint64{4, 4, 3}, 4},
	{"resblocks.0.convs.1", []uint64{4, 4, 3}, 4},
	{"ups.1", []uint64{4, 2, 16}, 2},
	{"resblocks.1.convs.0", []uint64{2, 2, 3}, 2},
	{"resblocks.1.convs.1", []uint64{2, 2, 3}, 2},
	{"conv_post", []uint64{1, 2, 7}, 1},
}

// hifiGAN returns the files of the generator by path.
func hifiGAN() (map[string][]byte, error) {
	rng := rand.New(rand.NewPCG(seed, 0))
	tensors := map[string]safetensors.TensorView{}
	var failure error
	add := func(name string, scale float64, shape ...uint64) {
		n := uint64(1)
		for _, d := range shape {
			n *= d
		}
		var raw []byte
		for range n {
			v := float32(scale * (2*rng.Float64() - 1))
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
		}
		v, err := safetensors.NewTensorView(safetensors.F32, shape, raw)
		if err != nil && failure == nil {
			failure = err
		}
		tensors[name] = v
	}
	for _, l := range hifiGANLayers {
		terms := l.shape[1] * l.shape[2] // of each output sample
		if strings.HasPrefix(l.name, "ups.") {
			terms = l.shape[0] * 2
		}
		add(l.name+".weight", 1/math.Sqrt(float64(terms)), l.shape...)
		add(l.name+".bias", 0.1, l.bias)
	}
	if failure != nil {
		return nil, failure
	}
	weights, err := safetensors.Serialize(tensors, nil)
	return map[string][]byte{
		hifiGANFolder + "/config.json":           []byte(hifiGANConfig),
		hifiGANFolder + "/generator.safetensors": weights,
	}, err
}
