package models

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/weights"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/npy"
	"github.com/tailwave/tailwave/testdata/reference"
)

// wantError requires an error whose text contains want.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want one that contains %q", err, want)
	}
}

// writeSafetensors writes the tensors of a set to a file.
func writeSafetensors(t *testing.T, path string, set weights.Set) {
	t.Helper()
	writeFile(t, path, safetensorsFile(t, set))
}

// safetensorsFile returns a file with the tensors of a set.
func safetensorsFile(t testing.TB, set weights.Set) []byte {
	t.Helper()
	views := map[string]safetensors.TensorView{}
	for name, x := range set {
		var raw bytes.Buffer
		binary.Write(&raw, binary.LittleEndian, x.Data)
		shape := []uint64{}
		for _, d := range x.Shape {
			shape = append(shape, uint64(d))
		}
		v, err := safetensors.NewTensorView(safetensors.F32, shape, raw.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		views[name] = v
	}
	b, err := safetensors.Serialize(views, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// configFile returns the config.json that describes a generator. Settings of the front end that are 0 are left out.
func configFile(t testing.TB, a any) []byte {
	t.Helper()
	words := map[string]any{}
	var front analysis
	switch c := a.(type) {
	case hifiGAN:
		front = c.analysis
		words = map[string]any{
			"resblock": c.Resblock, "upsample_rates": append([]int{}, c.UpsampleRates...),
			"upsample_kernel_sizes":    append([]int{}, c.UpsampleKernelSizes...),
			"upsample_initial_channel": c.UpsampleInitial,
			"resblock_kernel_sizes":    append([]int{}, c.ResblockKernelSizes...),
			"resblock_dilation_sizes":  append([][]int{}, c.ResblockDilationSize...),
			"num_mels":                 c.Mels, "sampling_rate": c.SamplingRate,
		}
	case melGAN:
		front = c.analysis
		words = map[string]any{
			"model_type": c.ModelType, "sampling_rate": c.SamplingRate, "num_mels": c.Mels, "channels": c.Channels,
			"kernel_size": c.KernelSize, "stack_kernel_size": c.StackKernelSize, "stacks": c.Stacks,
			"upsample_scales": append([]int{}, c.UpsampleScales...), "leaky_relu_slope": c.Slope, "padding": c.Padding,
			"out_channels": c.OutChannels, "final_activation": c.FinalActivation, "log": c.Log, "mel_floor": c.Floor,
		}
		if p := c.PQMF; p != nil {
			words["pqmf"] = map[string]any{"subbands": p.Subbands, "taps": p.Taps, "cutoff_ratio": p.CutoffRatio,
				"beta": p.Beta}
		}
	default:
		t.Fatalf("%T is no generator", a)
	}
	for key, value := range map[string]int{"n_fft": front.Size, "win_size": front.Window, "hop_size": front.HopSize} {
		if value != 0 {
			words[key] = value
		}
	}
	if front.Low != 0 {
		words["fmin"] = front.Low
	}
	if front.High != nil {
		words["fmax"] = *front.High
	}
	config, err := json.Marshal(words)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func writeFile(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// small is a generator with each kind of residual block and every kind of layer of the published ones.
var small = map[string]hifiGAN{
	"resblock 1": {
		Resblock: "1", UpsampleRates: []int{4, 2}, UpsampleKernelSizes: []int{8, 4},
		UpsampleInitial:     16,
		ResblockKernelSizes: []int{3, 7}, ResblockDilationSize: [][]int{{1, 3}, {1, 2}}, Mels: 5, SamplingRate: 8000,
	},
	"resblock 2": {
		Resblock: "2", UpsampleRates: []int{3, 2}, UpsampleKernelSizes: []int{5, 6},
		UpsampleInitial:     12,
		ResblockKernelSizes: []int{3, 5, 1}, ResblockDilationSize: [][]int{{1, 2}, {4}, {1}}, Mels: 4,
		SamplingRate: 8000,
	},
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
				for _, kind := range map[string][]string{"1": {"convs1", "convs2"},
					"2": {"convs"}}[string(h.Resblock)] {
					layer(fmt.Sprintf("resblocks.%d.%s.%d", i*len(h.ResblockKernelSizes)+j, kind, d), channels,
						channels, k, channels)
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

// sameReference requires that the reference of a network is want, and returns it.
func sameReference(t *testing.T, network network.Node, src, want []float32) []float32 {
	t.Helper()
	got, err := network.Reference(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	if dsptest.FirstDifference(got, want) >= 0 {
		t.Fatalf("reference: %s", difference(got, want))
	}
	return got
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

// oneShotFrames is more than the receptive field and the latency of a trained model in frames. The reference takes 0.1
// s for each frame.
const oneShotFrames = 40

// sameAsReference requires that new streams of a model of 80 mels turn the beginning of src into the samples of the
// reference, and all of src into the samples of Synthesize, in one piece and in chunks. Even chunks run on two threads.
// It returns the samples of all of src.
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
			got = p.Flush(got)
			if dsptest.FirstDifference(got, x.want) >= 0 {
				t.Errorf("%d frames in chunks of %d: %s", len(x.src)/80, chunk, difference(got, x.want))
			}
		}
	}
	return whole
}

// smallMelGAN returns a generator with one band or several, with every kind of layer of the published ones, and an odd
// scale.
func smallMelGAN(bands int) melGAN {
	m := melGAN{
		ModelType: "melgan", SamplingRate: 8000, Mels: 5, Channels: 16, KernelSize: 7, StackKernelSize: 3, Stacks: 3,
		UpsampleScales: []int{3, 2}, Slope: 0.2, Padding: "reflect", OutChannels: bands, FinalActivation: "tanh",
		Log: "log10", Floor: 1e-10,
	}
	if bands > 1 {
		m.ModelType, m.PQMF = "multiband_melgan", &pqmf{Subbands: bands, Taps: 22, CutoffRatio: 0.15, Beta: 9}
	} else {
		m.UpsampleScales, m.KernelSize, m.StackKernelSize, m.Stacks = []int{2, 4}, 5, 5, 2
	}
	return m
}

// layers calls f with the name and shape of every layer, up for the transposed ones.
func (m *melGAN) layers(f func(name string, in, out, taps int, up bool)) {
	f("melgan.1", m.Mels, m.Channels, m.KernelSize, false)
	layer, channels := 3, m.Channels
	for _, s := range m.UpsampleScales {
		f(fmt.Sprintf("melgan.%d", layer), channels, channels/2, 2*s, true)
		channels /= 2
		for j := range m.Stacks {
			name := fmt.Sprintf("melgan.%d", layer+1+j)
			f(name+".skip_layer", channels, channels, 1, false)
			f(name+".stack.2", channels, channels, m.StackKernelSize, false)
			f(name+".stack.4", channels, channels, 1, false)
		}
		layer += m.Stacks + 2
	}
	f(fmt.Sprintf("melgan.%d", layer+1), channels, m.OutChannels, m.KernelSize, false)
}

// randomMelGAN returns seeded tensors for a generator, weight-normalised ones among them.
func randomMelGAN(m melGAN) weights.Set {
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
	tensor("mel.mean", m.Mels)
	tensor("mel.scale", m.Mels)
	m.layers(func(name string, in, out, taps int, up bool) {
		first, second := out, in
		if up {
			first, second = in, out
		}
		if seed%3 == 0 {
			tensor(name+".weight_v", first, second, taps)
			tensor(name+".weight_g", first, 1, 1)
		} else {
			tensor(name+".weight", first, second, taps)
		}
		tensor(name+".bias", out)
	})
	return set
}

// difference describes where two signals differ first.
func difference(got, want []float32) string {
	i := dsptest.FirstDifference(got, want)
	switch {
	case i < 0:
		return "got NaN, want numbers"
	case i == min(len(got), len(want)):
		return fmt.Sprintf("got %d samples, want %d", len(got), len(want))
	}
	return fmt.Sprintf("sample %d: got %g, want %g", i, got[i], want[i])
}

// within requires that the beginning of got is want, PyTorch's samples, within a tolerance.
func within(t *testing.T, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) < len(want) {
		t.Fatalf("got %d samples, want at least %d", len(got), len(want))
	}
	worst := 0.0
	for i, v := range want {
		d := math.Abs(float64(got[i] - v))
		if !(d <= tolerance) {
			t.Fatalf("sample %d: got %g, want %g within %g", i, got[i], v, tolerance)
		}
		worst = max(worst, d)
	}
	t.Logf("largest difference %.2g", worst)
}

// synthesize is Model.Synthesize, which must not fail.
func synthesize(t *testing.T, m *Model, frames []float32) []float32 {
	t.Helper()
	samples, err := m.Synthesize(frames)
	if err != nil {
		t.Fatal(err)
	}
	return samples
}
