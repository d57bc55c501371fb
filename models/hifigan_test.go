package models

import (
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/weights"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/testdata/reference"
)

// plainHiFiGAN computes the forward function of the authors on whole arrays with the one-shot operators.
func plainHiFiGAN(t *testing.T, h hifiGAN, set weights.Set, mel []float32) []float32 {
	set = maps.Clone(set)
	same := func(name string, x []float32, in, out, taps, dilation int) []float32 {
		filters, bias, err := set.Conv(name, out, in, taps)
		if err != nil {
			t.Fatal(err)
		}
		pad := (taps - 1) * dilation / 2
		g := layer.ConvGeometry{In: in, Out: out, Kernel: taps, Dilation: dilation, Left: pad, Right: pad}
		l, err := layer.NewConv1D(g, filters, bias)
		if err != nil {
			t.Fatal(err)
		}
		return definition(t, l, x)
	}
	add := func(x, y []float32) []float32 {
		z := make([]float32, len(x))
		for i := range z {
			z[i] = x[i] + y[i]
		}
		return z
	}
	leaky := layer.LeakyReLU(0.1)
	channels := h.UpsampleInitial
	x := same("conv_pre", mel, h.Mels, channels, 7, 1)
	for i, rate := range h.UpsampleRates {
		k := h.UpsampleKernelSizes[i]
		filters, bias, err := set.ConvTranspose(fmt.Sprintf("ups.%d", i), channels, channels/2, k)
		if err != nil {
			t.Fatal(err)
		}
		g, err := layer.TransposeGeometry{In: channels, Out: channels / 2, Kernel: k, Stride: rate}.Torch((k-rate)/2, 0)
		if err != nil {
			t.Fatal(err)
		}
		l, err := layer.NewConvTranspose1D(g, filters, bias)
		if err != nil {
			t.Fatal(err)
		}
		x = definition(t, l, leaky.Apply(x))
		channels /= 2
		var total []float32
		for j, k := range h.ResblockKernelSizes {
			name := fmt.Sprintf("resblocks.%d", i*len(h.ResblockKernelSizes)+j)
			y := x
			for d, dilation := range h.ResblockDilationSize[j] {
				if h.Resblock == "1" {
					z := same(fmt.Sprintf("%s.convs1.%d", name, d), leaky.Apply(y), channels, channels, k, dilation)
					y = add(y, same(fmt.Sprintf("%s.convs2.%d", name, d), leaky.Apply(z), channels, channels, k, 1))
				} else {
					y = add(y, same(fmt.Sprintf("%s.convs.%d", name, d), leaky.Apply(y), channels, channels, k, dilation))
				}
			}
			if total == nil {
				total = y
			} else {
				total = add(total, y)
			}
		}
		x = layer.Scale(1 / float32(len(h.ResblockKernelSizes))).Apply(total)
	}
	return layer.Tanh().Apply(same("conv_post", layer.LeakyReLU(0.01).Apply(x), channels, 1, 7, 1))
}

// TestHiFiGANContract checks the contract of streams against plainHiFiGAN.
func TestHiFiGANContract(t *testing.T) {
	pool := stream.NewPool(3)
	t.Cleanup(pool.Close)
	for name, h := range small {
		t.Run(name, func(t *testing.T) {
			set := randomHiFiGAN(h)
			network, err := h.build(maps.Clone(set))
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
					return sameReference(t, network, src, plainHiFiGAN(t, h, set, src))
				},
				Frames: 40,
				Blocks: []int{32},
			})
		})
	}
}

// TestHiFiGANGolden requires the samples of PyTorch from a trained generator, read from either file.
func TestHiFiGANGolden(t *testing.T) {
	src, want := golden(t, "hifigan-v3_LJ050-0264", 80)
	if cpu, err := dsp.CPU(); err != nil || cpu == "generic" || testing.Short() {
		// The beginning alone: the first 8 frames of samples do not depend on frames after the 24th.
		src, want = src[:24*80], want[:8*256]
	}
	folder := reference.File(t, "weights", "hifigan-v3-ljspeech")
	checkpoint, err := Open(filepath.Join(folder, "g_v3.pth"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	wantInfo := m.Info()
	wantInfo.Parameters, wantInfo.Latency, wantInfo.Receptive, wantInfo.MACs = 1462273, 2582, 22, 1936519200
	wantInfo.Hop, wantInfo.SampleRate, wantInfo.Mels = 256, 22050, 80
	if m.Info() != wantInfo {
		t.Errorf("info: got %+v, want %+v", m.Info(), wantInfo)
	}
	whole := sameAsReference(t, m, src)
	for name, got := range map[string][]float32{".safetensors": whole, ".pth": synthesize(t, checkpoint, src)} {
		t.Run(name, func(t *testing.T) {
			if samples := len(src) / 80 * 256; len(got) != samples {
				t.Fatalf("%d frames: got %d samples, want %d", len(src)/80, len(got), samples)
			}
			within(t, got, want, 1e-5)
		})
	}
}

// TestHiFiGANRefuses requires that the error names the fault of a configuration or of weights.
func TestHiFiGANRefuses(t *testing.T) {
	for want, spoil := range map[string]func(h *hifiGAN, set weights.Set){
		"must make from 1 to 65536 samples":           func(h *hifiGAN, _ weights.Set) { h.UpsampleRates = []int{1024, 1024} },
		`resblock is "3"`:                             func(h *hifiGAN, _ weights.Set) { h.Resblock = "3" },
		"has 2 elements and upsample_kernel_sizes 1,": func(h *hifiGAN, _ weights.Set) { h.UpsampleKernelSizes = []int{8} },
		"resblock_kernel_sizes has 0 elements":        func(h *hifiGAN, _ weights.Set) { h.ResblockKernelSizes = nil },
		"num_mels is 0":                               func(h *hifiGAN, _ weights.Set) { h.Mels = 0 },
		"sampling_rate is 7":                          func(h *hifiGAN, _ weights.Set) { h.SamplingRate = 7 },
		"upsample_initial_channel is 6":               func(h *hifiGAN, _ weights.Set) { h.UpsampleInitial = 6 },
		" makes n+1 samples from n frames": func(h *hifiGAN, _ weights.Set) {
			h.UpsampleRates, h.UpsampleKernelSizes = []int{1, 4}, []int{2, 4}
		},
		"upsample rate 4 with kernel size 7": func(h *hifiGAN, _ weights.Set) { h.UpsampleKernelSizes = []int{7, 4} },
		"resblock_kernel_sizes has 17 elements": func(h *hifiGAN, _ weights.Set) {
			h.ResblockKernelSizes, h.ResblockDilationSize = slices.Repeat([]int{3}, 17), slices.Repeat([][]int{{1}}, 17)
		},
		"holds an array of 0 dilations": func(h *hifiGAN, _ weights.Set) { h.ResblockDilationSize = [][]int{{}, {1}} },
		"(kernel size - 1) * dilation at most 1024": func(h *hifiGAN, _ weights.Set) {
			h.ResblockDilationSize = [][]int{{513}, {1}}
		},
		"kernel size 2 and dilation 1":        func(h *hifiGAN, _ weights.Set) { h.ResblockKernelSizes = []int{2, 3} },
		"no tensor conv_pre.weight":           func(_ *hifiGAN, set weights.Set) { delete(set, "conv_pre.weight") },
		"no tensor resblocks.0.convs1.0.bias": func(_ *hifiGAN, set weights.Set) { delete(set, "resblocks.0.convs1.0.bias") },
		"conv_post.bias has shape [2], must be": func(_ *hifiGAN, set weights.Set) {
			set["conv_post.bias"] = weights.Tensor{Shape: []int{2}, Data: make([]float32, 2)}
		},
		"ups.1.bias holds NaN at element 3": func(_ *hifiGAN, set weights.Set) {
			set["ups.1.bias"].Data[3] = float32(math.NaN())
		},
	} {
		t.Run(want, func(t *testing.T) {
			h := small["resblock 1"]
			set := randomHiFiGAN(h)
			spoil(&h, set)
			parsed, err := architecture(configFile(t, h))
			if err == nil {
				_, err = parsed.build(set)
			}
			wantError(t, err, want)
		})
	}
	dir := t.TempDir()
	writeSafetensors(t, filepath.Join(dir, "m.safetensors"), named("x"))
	for want, content := range map[string]string{
		"config.json: is not JSON: it begins with": "x", "describes no known model": "{}", "config.json: no such file": "",
	} {
		t.Run(want, func(t *testing.T) {
			config := filepath.Join(dir, "config.json")
			writeFile(t, config, []byte(content))
			if content == "" {
				os.Remove(config)
			}
			_, err := Open(dir)
			wantError(t, err, want)
		})
	}
}

// TestReach requires that NaN in a frame reaches exactly the samples whose Reach contains the frame.
func TestReach(t *testing.T) {
	for name, h := range small {
		t.Run(name, func(t *testing.T) {
			network, err := h.build(randomHiFiGAN(h))
			if err != nil {
				t.Fatal(err)
			}
			p, err := network.NewStream()
			if err != nil {
				t.Fatal(err)
			}
			const frames = 60
			hop := h.info().Hop
			from, to := slices.Repeat([]int{frames}, frames*hop), slices.Repeat([]int{-1}, frames*hop)
			for f := range frames {
				src := dsptest.Noise[float32](1, frames*h.Mels)
				src[f*h.Mels] = float32(math.NaN())
				p.Reset()
				for i, v := range p.Flush(p.Process(nil, src)) {
					if v != v {
						from[i], to[i] = min(from[i], f), max(to[i], f)
					}
				}
			}
			for i := range from {
				first, last := network.Reach(i, i)
				if first, last = max(first, 0), min(last, frames-1); from[i] != first || to[i] != last {
					t.Fatalf("sample %d: got reach from %d to %d, want frames %d to %d, where NaN shows",
						i, first, last, from[i], to[i])
				}
			}
		})
	}
}

// TestMACs requires the multiply-adds of a generator that were counted by hand.
func TestMACs(t *testing.T) {
	h := small["resblock 2"]
	network, err := h.build(randomHiFiGAN(h))
	if err != nil {
		t.Fatal(err)
	}
	want := 4*12*7 + 12*6*5 + 3*(6*6*(3+3+5+1)) + 3*6*3*6 + 6*(3*3*(3+3+5+1)) + 6*3*7
	if got := network.MACs(); got != float64(want) {
		t.Errorf("multiply-adds per frame: got %v, want %d", got, want)
	}
}
