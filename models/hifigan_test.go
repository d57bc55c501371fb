package models

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/testdata/reference"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/npy"
	"github.com/tailwave/tailwave/models/weights"
	"github.com/tailwave/tailwave/stream"
)

// small is a generator of each kind of residual block, with every shape that the real ones have.
var small = map[string]hifiGAN{
	"resblock 1": {Resblock: "1", UpsampleRates: []int{4, 2}, UpsampleKernelSizes: []int{8, 4}, UpsampleInitial: 16, ResblockKernelSizes: []int{3, 7}, ResblockDilationSize: [][]int{{1, 3}, {1, 2}}, Mels: 5, SamplingRate: 8000},
	"resblock 2": {Resblock: "2", UpsampleRates: []int{3, 2}, UpsampleKernelSizes: []int{5, 6}, UpsampleInitial: 12, ResblockKernelSizes: []int{3, 5, 1}, ResblockDilationSize: [][]int{{1, 2}, {4}, {1}}, Mels: 4, SamplingRate: 8000},
}

// randomHiFiGAN returns seeded tensors for a generator, weight-normalised ones among them.
func randomHiFiGAN(h hifiGAN) weights.Set {
	set := weights.Set{}
	seed := uint64(1)
	tensor := func(name string, shape ...int) {
		n := 1
		for _, d := range shape {
			n *= d
		}
		set[name] = weights.Tensor{Shape: shape, Data: dsptest.Noise[float32](seed, n)}
		seed++
	}
	layer := func(name string, first, second, taps, out int) {
		if seed%3 == 0 {
			tensor(name+".weight_v", first, second, taps)
			tensor(name+".weight_g", first, 1, 1)
		} else {
			tensor(name+".weight", first, second, taps)
		}
		tensor(name+".bias", out)
	}
	channels := h.UpsampleInitial
	layer("conv_pre", channels, h.Mels, 7, channels)
	for i, k := range h.UpsampleKernelSizes {
		layer(fmt.Sprintf("ups.%d", i), channels, channels/2, k, channels/2)
		channels /= 2
		for j, k := range h.ResblockKernelSizes {
			for d := range h.ResblockDilationSize[j] {
				for _, kind := range map[string][]string{"1": {"convs1", "convs2"}, "2": {"convs"}}[string(h.Resblock)] {
					layer(fmt.Sprintf("resblocks.%d.%s.%d", i*len(h.ResblockKernelSizes)+j, kind, d), channels, channels, k, channels)
				}
			}
		}
	}
	layer("conv_post", 1, channels, 7, 1)
	return set
}

// definition returns the reference of a layer.
func definition(t *testing.T, l dsp.Referencer, x []float32) []float32 {
	t.Helper()
	y, err := l.Reference(x)
	if err != nil {
		t.Fatal(err)
	}
	return y
}

// plainHiFiGAN is the generator as its authors' forward function has it, on whole arrays with the one-shot operators.
func plainHiFiGAN(t *testing.T, h hifiGAN, set weights.Set, mel []float32) []float32 {
	set = maps.Clone(set)
	same := func(name string, x []float32, in, out, taps, dilation int) []float32 {
		filters, bias, err := set.Conv(name, out, in, taps)
		if err != nil {
			t.Fatal(err)
		}
		pad := (taps - 1) * dilation / 2
		l, err := layer.NewConv1D(layer.ConvGeometry{In: in, Out: out, Kernel: taps, Dilation: dilation, Left: pad, Right: pad}, filters, bias)
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

// sameReference compares the one-shot form of a network with what its authors' functions give, and returns it.
func sameReference(t *testing.T, network network.Node, src, want []float32) []float32 {
	t.Helper()
	got, err := network.Reference(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	if i := dsptest.FirstDifference(got, want); i >= 0 {
		t.Fatalf("one-shot: sample %d of %d differs", i, len(want))
	}
	return got
}

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

// golden returns the mel frames, frames first, and the samples of a reference run.
func golden(t testing.TB, name string, mels int) (src, want []float32) {
	t.Helper()
	read := func(what string) *npy.Array {
		f, err := os.Open(reference.File(t, "golden", "vocoders", name+"_"+what+".npy"))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		a, err := npy.Read(f)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	mel := read("mel").Float32
	src = make([]float32, len(mel))
	frames := len(mel) / mels
	for m := range mels {
		for f := range frames {
			src[f*mels+m] = mel[m*frames+f]
		}
	}
	return src, read("wav").Float32
}

// TestHiFiGANGolden compares a trained generator with PyTorch's output, and its chunks with the whole.
func TestHiFiGANGolden(t *testing.T) {
	src, want := golden(t, "hifigan-v3_LJ050-0264", 80)
	if cpu, err := dsp.CPU(); err != nil || cpu == "generic" || testing.Short() {
		// The beginning alone: the first samples do not depend on frames so far behind.
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
	if m.Info.Parameters != 1462273 || m.Info.Latency != 2582 || m.Info.Receptive != 22 || m.Info.MACs != 1936519200 || m.Info.Unused != 0 || m.Info.Hop != 256 || m.Info.SampleRate != 22050 || m.Info.Mels != 80 {
		t.Errorf("info %+v", m.Info)
	}
	whole := sameAsReference(t, m, src)
	for name, got := range map[string][]float32{".safetensors": whole, ".pth": synthesize(t, checkpoint, src)} {
		if len(got) != len(src)/80*256 {
			t.Fatalf("%s: %d samples of %d frames", name, len(got), len(src)/80)
		}
		for i, v := range want {
			if d := math.Abs(float64(got[i] - v)); !(d <= 1e-5) {
				t.Fatalf("%s: sample %d is %g, PyTorch has %g", name, i, got[i], v)
			}
		}
	}
}

// oneShotFrames are more than a sample of a trained model depends on, and those that wait; few, for they take 0.1 s each.
const oneShotFrames = 40

// sameAsReference compares what new streams of a model of 80 mels make of the beginning of src, as a whole input, with what the
// one-shot operators make of it, and of all of src with each other: in one piece and in chunks, those with even chunks on two
// threads. It returns what is made of all.
func sameAsReference(t *testing.T, m *Model, src []float32) []float32 {
	t.Helper()
	pool := stream.NewPool(2)
	defer pool.Close()
	frames := oneShotFrames
	if testing.Short() {
		frames = 8
	}
	head := src[:min(frames*80, len(src))]
	defined, err := m.Reference(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	whole := defined
	type run struct{ src, want []float32 }
	inputs := []run{{head, defined}}
	if len(head) < len(src) {
		whole = synthesize(t, m, src)
		inputs = append(inputs, run{src, whole})
	}
	for _, chunk := range []int{1, 8, 37, 170, len(src)} {
		for _, x := range inputs {
			var workers dsp.Workers
			if chunk%2 == 0 {
				workers = pool
			}
			p, err := m.NewStream(dsp.WithWorkers(workers))
			if err != nil {
				t.Fatal(err)
			}
			var got []float32
			for rest := x.src; len(rest) > 0; rest = rest[min(chunk*80, len(rest)):] {
				got = p.Process(got, rest[:min(chunk*80, len(rest))])
			}
			if i := dsptest.FirstDifference(p.Flush(got), x.want); i >= 0 {
				t.Errorf("%d frames in chunks of %d: sample %d differs", len(x.src)/80, chunk, i)
			}
		}
	}
	return whole
}

// TestHiFiGANRefuses: each fault of a configuration or file is named.
func TestHiFiGANRefuses(t *testing.T) {
	for want, spoil := range map[string]func(h *hifiGAN, set weights.Set){
		"must give from 1 to 65536 samples":  func(h *hifiGAN, _ weights.Set) { h.UpsampleRates = []int{1024, 1024} },
		`resblock is "3"`:                    func(h *hifiGAN, _ weights.Set) { h.Resblock = "3" },
		"2 upsample_rates and 1":             func(h *hifiGAN, _ weights.Set) { h.UpsampleKernelSizes = []int{8} },
		"0 resblock_kernel_sizes":            func(h *hifiGAN, _ weights.Set) { h.ResblockKernelSizes = nil },
		"num_mels is 0":                      func(h *hifiGAN, _ weights.Set) { h.Mels = 0 },
		"sampling_rate is 7":                 func(h *hifiGAN, _ weights.Set) { h.SamplingRate = 7 },
		"upsample_initial_channel is 6":      func(h *hifiGAN, _ weights.Set) { h.UpsampleInitial = 6 },
		"upsample rate 4 with kernel size 7": func(h *hifiGAN, _ weights.Set) { h.UpsampleKernelSizes = []int{7, 4} },
		"17 resblock_kernel_sizes": func(h *hifiGAN, _ weights.Set) {
			h.ResblockKernelSizes, h.ResblockDilationSize = make([]int, 17), make([][]int, 17)
		},
		"0 dilations in a residual block":     func(h *hifiGAN, _ weights.Set) { h.ResblockDilationSize = [][]int{{}, {1}} },
		"span at most 1024 frames":            func(h *hifiGAN, _ weights.Set) { h.ResblockDilationSize = [][]int{{513}, {1}} },
		"kernel size 2 and dilation 1":        func(h *hifiGAN, _ weights.Set) { h.ResblockKernelSizes = []int{2, 3} },
		"no tensor conv_pre.weight":           func(_ *hifiGAN, set weights.Set) { delete(set, "conv_pre.weight") },
		"no tensor resblocks.0.convs1.0.bias": func(_ *hifiGAN, set weights.Set) { delete(set, "resblocks.0.convs1.0.bias") },
		"conv_post.bias has shape [2], must be": func(_ *hifiGAN, set weights.Set) {
			set["conv_post.bias"] = weights.Tensor{Shape: []int{2}, Data: make([]float32, 2)}
		},
		"ups.1.bias holds NaN, element 3": func(_ *hifiGAN, set weights.Set) { set["ups.1.bias"].Data[3] = float32(math.NaN()) },
	} {
		h := small["resblock 1"]
		set := randomHiFiGAN(h)
		spoil(&h, set)
		config, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parseHiFiGAN(config)
		if err == nil {
			_, err = parsed.build(set)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	dir := t.TempDir()
	for want, content := range map[string]string{"config.json: invalid character": "x", "describes no known model": "{}", "config.json: no such file": ""} {
		os.WriteFile(filepath.Join(dir, "m.safetensors"), nil, 0o666)
		config := filepath.Join(dir, "config.json")
		os.WriteFile(config, []byte(content), 0o666)
		if content == "" {
			os.Remove(config)
		}
		if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
