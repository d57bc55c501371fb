package models

import (
	"fmt"
	"maps"
	"math"
	"os"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/weights"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
)

// plainMelGAN computes the layers of the authors' generator on whole arrays with the one-shot operators.
func plainMelGAN(t *testing.T, m melGAN, set weights.Set, mel []float32) []float32 {
	set = maps.Clone(set)
	leaky := layer.LeakyReLU(float32(m.Slope))
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	reflected := func(name string, x []float32, in, out, taps, dilation int) []float32 {
		filters, bias, err := set.Conv(name, out, in, taps)
		check(err)
		pad := (taps - 1) / 2 * dilation
		l, err := layer.NewConv1D(layer.ConvGeometry{
			In: in, Out: out, Kernel: taps, Dilation: dilation, Left: pad, Right: pad, Padding: layer.Reflect,
		}, filters, bias)
		check(err)
		return definition(t, l, x)
	}
	channels := m.Channels
	x := reflected("melgan.1", mel, m.Mels, channels, m.KernelSize, 1)
	index := 3
	for _, s := range m.UpsampleScales {
		filters, bias, err := set.ConvTranspose(fmt.Sprintf("melgan.%d", index), channels, channels/2, 2*s)
		check(err)
		g, err := layer.TransposeGeometry{
			In: channels, Out: channels / 2, Kernel: 2 * s, Stride: s,
		}.Torch(s/2+s%2, s%2)
		check(err)
		up, err := layer.NewConvTranspose1D(g, filters, bias)
		check(err)
		x = definition(t, up, leaky.Apply(x))
		channels /= 2
		dilation := 1
		for j := range m.Stacks {
			name := fmt.Sprintf("melgan.%d", index+1+j)
			skip := reflected(name+".skip_layer", x, channels, channels, 1, 1)
			y := reflected(name+".stack.2", leaky.Apply(x), channels, channels, m.StackKernelSize, dilation)
			y = reflected(name+".stack.4", leaky.Apply(y), channels, channels, 1, 1)
			for i := range y {
				y[i] += skip[i]
			}
			x = y
			dilation *= m.StackKernelSize
		}
		index += m.Stacks + 2
	}
	last := fmt.Sprintf("melgan.%d", index+1)
	x = layer.Tanh().Apply(reflected(last, leaky.Apply(x), channels, m.OutChannels, m.KernelSize, 1))
	if m.PQMF == nil {
		return x
	}
	filters, err := layer.PQMFSynthesis(m.PQMF.Subbands, m.PQMF.Taps, m.PQMF.CutoffRatio, m.PQMF.Beta)
	check(err)
	bank, err := layer.NewConvTranspose1D(m.PQMF.geometry(), filters, nil)
	check(err)
	return definition(t, bank, x)
}

// TestMelGANContract checks the contract of streams against plainMelGAN.
func TestMelGANContract(t *testing.T) {
	pool := stream.NewPool(3)
	t.Cleanup(pool.Close)
	for _, bands := range []int{1, 4, 2} {
		t.Run(fmt.Sprintf("%d bands", bands), func(t *testing.T) {
			m := smallMelGAN(bands)
			set := randomMelGAN(m)
			network, err := m.build(maps.Clone(set))
			if err != nil {
				t.Fatal(err)
			}
			dsptest.Check(t, dsptest.Contract[float32]{
				New: func() dsptest.Streamer[float32] {
					p, err := network.NewStream(dsp.WithWorkers(pool))
					if err != nil {
						t.Fatal(err)
					}
					return p
				},
				Reference: func(src []float32) []float32 {
					return sameReference(t, network, src, plainMelGAN(t, m, set, src))
				},
				Frames: 60,
				Blocks: []int{32},
				Waits:  true, // for the end, from which there might be reflection
			})
		})
	}
}

// TestMelGANGolden requires the samples of PyTorch from a trained generator.
func TestMelGANGolden(t *testing.T) {
	src, want := golden(t, "mb-melgan_LJ050-0264", 80)
	if cpu, err := dsp.CPU(); err != nil || cpu == "generic" || testing.Short() {
		// The beginning alone: the first 8 frames of samples do not depend on frames after the 24th.
		src, want = src[:24*80], want[:8*256]
	}
	m, err := Open(reference.File(t, "weights", "mb-melgan-ljspeech"))
	if err != nil {
		t.Fatal(err)
	}
	wantInfo := m.Info()
	wantInfo.Parameters, wantInfo.Hop = 2534516, 256
	wantInfo.SampleRate, wantInfo.Mels, wantInfo.MinFrames = 22050, 80, 4
	if m.Info() != wantInfo {
		t.Errorf("info: got %+v, want %+v", m.Info(), wantInfo)
	}
	whole := sameAsReference(t, m, src)
	if samples := len(src) / 80 * 256; len(whole) != samples {
		t.Fatalf("%d frames: got %d samples, want %d", len(src)/80, len(whole), samples)
	}
	within(t, whole, want, 1e-5)
}

// TestMelGANSubbands requires the sub-bands of PyTorch from a trained network, before their synthesis.
func TestMelGANSubbands(t *testing.T) {
	src, _ := golden(t, "mb-melgan_LJ050-0264", 80)
	f, err := os.Open(reference.File(t, "golden", "vocoders", "mb-melgan_LJ050-0264_subbands.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	bands, err := npy.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	each := len(bands.Float32) / 4
	frames := each
	if cpu, err := dsp.CPU(); err != nil || cpu == "generic" || testing.Short() {
		src, frames = src[:24*80], 8*64
	}
	var want []float32
	for n := range frames {
		for k := range 4 {
			want = append(want, bands.Float32[k*each+n])
		}
	}
	m, err := Open(reference.File(t, "weights", "mb-melgan-ljspeech"))
	if err != nil {
		t.Fatal(err)
	}
	network := m.network.(network.Chain)
	network.Nodes = network.Nodes[:len(network.Nodes)-1]
	p, err := network.NewStream()
	if err != nil {
		t.Fatal(err)
	}
	within(t, p.Flush(p.Process(nil, src)), want, 1e-5)
}

// TestMelGANRefuses requires that the error names the fault of a configuration or of weights.
func TestMelGANRefuses(t *testing.T) {
	for want, spoil := range map[string]func(m *melGAN, set weights.Set){
		`model_type is "gan"`:                     func(m *melGAN, _ weights.Set) { m.ModelType = "gan" },
		"num_mels is 0":                           func(m *melGAN, _ weights.Set) { m.Mels = 0 },
		"sampling_rate is 7":                      func(m *melGAN, _ weights.Set) { m.SamplingRate = 7 },
		"upsample_scales has 0 elements":          func(m *melGAN, _ weights.Set) { m.UpsampleScales = nil },
		"upsample_scales holds 1, must hold":      func(m *melGAN, _ weights.Set) { m.UpsampleScales = []int{3, 1} },
		"upsample_scales is [1024, 1024]":         func(m *melGAN, _ weights.Set) { m.UpsampleScales = []int{1024, 1024} },
		"channels is 6":                           func(m *melGAN, _ weights.Set) { m.Channels = 6 },
		"kernel_size is 4":                        func(m *melGAN, _ weights.Set) { m.KernelSize = 4 },
		"stack_kernel_size is -1":                 func(m *melGAN, _ weights.Set) { m.StackKernelSize = -1 },
		"stacks is 33":                            func(m *melGAN, _ weights.Set) { m.Stacks = 33 },
		"stacks is 30 and stack_kernel_size is 3": func(m *melGAN, _ weights.Set) { m.Stacks = 30 },
		"leaky_relu_slope is 2":                   func(m *melGAN, _ weights.Set) { m.Slope = 2 },
		`padding is "zeros"`:                      func(m *melGAN, _ weights.Set) { m.Padding = "zeros" },
		`final_activation is ""`:                  func(m *melGAN, _ weights.Set) { m.FinalActivation = "" },
		"hop_size is 25":                          func(m *melGAN, _ weights.Set) { m.HopSize = 25 },
		"model_type is melgan, must":              func(m *melGAN, _ weights.Set) { m.ModelType = "melgan" },
		"pqmf is missing":                         func(m *melGAN, _ weights.Set) { m.PQMF = nil },
		"out_channels is 3":                       func(m *melGAN, _ weights.Set) { m.OutChannels = 3 },
		"pqmf: taps is 63":                        func(m *melGAN, _ weights.Set) { m.PQMF.Taps = 63 },
		"pqmf: beta is 1000":                      func(m *melGAN, _ weights.Set) { m.PQMF.Beta = 1000 },
		"no tensor melgan.1.bias":                 func(_ *melGAN, set weights.Set) { delete(set, "melgan.1.bias") },
		"no tensor melgan.4.stack.2.bias":         func(_ *melGAN, set weights.Set) { delete(set, "melgan.4.stack.2.bias") },
		"no tensor mel.scale":                     func(_ *melGAN, set weights.Set) { delete(set, "mel.scale") },
		"no tensor mel.mean":                      func(_ *melGAN, set weights.Set) { delete(set, "mel.mean") },
		"mel.scale is 0 at element 2":             func(_ *melGAN, set weights.Set) { set["mel.scale"].Data[2] = 0 },
		"melgan.8.bias holds NaN at element": func(_ *melGAN, set weights.Set) {
			set["melgan.8.bias"].Data[3] = float32(math.NaN())
		},
		"melgan.14.bias has shape [2], must be": func(_ *melGAN, set weights.Set) {
			set["melgan.14.bias"] = weights.Tensor{Shape: []int{2}, Data: make([]float32, 2)}
		},
	} {
		t.Run(want, func(t *testing.T) {
			m := smallMelGAN(4)
			set := randomMelGAN(m)
			spoil(&m, set)
			parsed, err := architecture(configFile(t, m))
			if err == nil {
				_, err = parsed.build(set)
			}
			wantError(t, err, want)
		})
	}
}

// TestMelGANUsesAll requires that a generator uses all its tensors, and that the statistics of the frames may be
// missing.
func TestMelGANUsesAll(t *testing.T) {
	for bands, hop := range map[int]int{1: 8, 4: 24} {
		t.Run(fmt.Sprintf("%d bands", bands), func(t *testing.T) {
			m := smallMelGAN(bands)
			set := randomMelGAN(m)
			if _, err := m.build(set); err != nil || len(set) != 0 {
				t.Errorf("got error %v and %d tensors left, want neither", err, len(set))
			}
			set = randomMelGAN(m)
			delete(set, "mel.mean")
			delete(set, "mel.scale")
			if _, err := m.build(set); err != nil {
				t.Errorf("without statistics: got error %v, want none", err)
			}
			a, err := architecture(configFile(t, m))
			if err != nil {
				t.Fatal(err)
			}
			if got := a.info().Hop; got != hop {
				t.Errorf("hop: got %d, want %d", got, hop)
			}
		})
	}
}
