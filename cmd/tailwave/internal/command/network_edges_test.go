package command

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nlpodyssey/safetensors"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/testdata/reference"
)

// A variant is the generator of testdata/hifigan-tiny with changes, as another network has them, or as a file has
// them that other programs wrote.
type variant struct {
	name   string
	edit   func(m *modelFile)
	config map[string]any // fields to set; nil removes one
	thing  string         // what the error has to name; "" if the generator plays as without the changes
	allow  bool           // whether --allow-unused plays it as without the changes
}

// extra returns an edit that adds tensors, each as "NAME SIZE SIZE...".
func extra(tensors ...string) func(m *modelFile) {
	return func(m *modelFile) {
		m.t.Helper()
		for _, text := range tensors {
			fields := strings.Fields(text)
			var shape []uint64
			if err := json.Unmarshal([]byte("["+strings.Join(fields[1:], ",")+"]"), &shape); err != nil {
				m.t.Fatal(err)
			}
			m.add(fields[0], shape...)
		}
	}
}

// renamed returns an edit that renames a tensor, or drops it if that is empty.
func renamed(from, to string) func(m *modelFile) {
	return func(m *modelFile) {
		view, ok := m.tensors[from]
		if !ok {
			m.t.Fatalf("got no tensor %s to rename", from)
		}
		delete(m.tensors, from)
		if to != "" {
			m.tensors[to] = view
		}
	}
}

// prefixed returns an edit that puts each prefix before all names, once for each prefix.
func prefixed(prefixes ...string) func(m *modelFile) {
	return func(m *modelFile) {
		plain := m.tensors
		m.tensors = map[string]safetensors.TensorView{}
		for _, prefix := range prefixes {
			for name, view := range plain {
				m.tensors[prefix+name] = view
			}
		}
	}
}

// count adds a number of 64 bits, as batch norm keeps one.
func count(name string) func(m *modelFile) {
	return func(m *modelFile) {
		view, err := safetensors.NewTensorView(safetensors.I64, []uint64{1}, make([]byte, 8))
		if err != nil {
			m.t.Fatal(err)
		}
		m.tensors[name] = view
	}
}

// tensorVariants change the tensors.
var tensorVariants = []variant{
	{name: "as it is"},
	{name: "NSF", edit: extra("m_source.l_linear.weight 1 9", "m_source.l_linear.bias 1",
		"noise_convs.0.weight 4 1 16", "noise_convs.0.bias 4"), thing: `NSF`},
	{name: "NSF source alone", edit: extra("m_source.l_linear.weight 1 9"), thing: `NSF`},
	{name: "NSF convolutions alone", edit: extra("noise_convs.0.weight 4 1 16"), thing: `NSF`},
	{name: "NSF source of one sine", edit: extra("source_conv.weight 2 1 1"), thing: `NSF`},
	{name: "condition", edit: extra("cond.weight 8 16 1", "cond.bias 8"), thing: `(?i)speaker|\bcond\b`},
	{name: "conditions of stages", edit: extra("conds.0.weight 4 16 1", "conds.1.weight 2 16 1"),
		thing: `(?i)speaker|\bconds?\b`},
	{name: "speakers", edit: extra("emb_g.weight 10 16"), thing: `(?i)speaker|\bemb_g\b`},
	{name: "another stage", edit: extra("ups.2.weight 2 1 16", "ups.2.bias 1"), thing: `ups\.2|layers`},
	{name: "another block", edit: extra("resblocks.2.convs.0.weight 2 2 3"), thing: `resblocks\.2|layers`},
	{name: "another dilation", edit: extra("resblocks.0.convs.2.weight 4 4 3"), thing: `resblocks\.0\.convs\.2|layers`},
	{name: "resblock 1", edit: extra("resblocks.0.convs1.0.weight 4 4 3", "resblocks.0.convs2.0.weight 4 4 3"),
		thing: `resblocks\.0\.convs[12]|layers`},
	{name: "snake", edit: extra("resblocks.0.activations.0.act.alpha 4", "resblocks.0.activations.1.act.alpha 4"),
		thing: `(?i)snake|BigVGAN`},
	{name: "snake at the end", edit: extra("activation_post.act.alpha 2"), thing: `(?i)snake|BigVGAN`},
	{name: "unknown", edit: extra("mystery.weight 3"), thing: `mystery\.weight`, allow: true},
	{name: "unknown, of many", edit: extra("mystery.weight 3", "enigma.weight 4", "riddle.weight 5"),
		thing: `mystery\.weight|enigma\.weight|riddle\.weight`, allow: true},
	{name: "unknown, with a long name", edit: extra(strings.Repeat("m", 1000) + ".weight 3"),
		thing: `m{60}`, allow: true},
	{name: "batch count", edit: count("norm.num_batches_tracked")},
	{name: "discriminators", edit: extra("mpd.discriminators.0.convs.0.weight 8 1 5 1",
		"msd.discriminators.0.convs.0.bias 8")},
	{name: "misspelt", edit: renamed("ups.1.weight", "ups.1.weights"), thing: `ups\.1\.weight\b`},
	{name: "missing bias", edit: renamed("conv_pre.bias", ""), thing: `conv_pre\.bias\b`},
	{name: "missing block", edit: renamed("resblocks.1.convs.1.weight", ""), thing: `resblocks\.1\.convs\.1\.weight\b`},
	{name: "prefix", edit: prefixed("generator.")},
}

// configVariants change config.json.
var configVariants = []variant{
	{name: "training", config: map[string]any{"num_gpus": 0, "batch_size": 16, "learning_rate": 0.0002, "adam_b1": 0.8,
		"adam_b2": 0.99, "lr_decay": 0.999, "seed": 1234, "segment_size": 8192, "num_freq": 1025, "fmax_for_loss": nil,
		"num_workers": 4, "dist_config": map[string]any{"dist_backend": "nccl", "world_size": 1}}},
	{name: "causal", config: map[string]any{"use_causal_conv": true}, thing: `use_causal_conv|causal`},
	{name: "not causal", config: map[string]any{"use_causal_conv": false}},
	{name: "snake", config: map[string]any{"activation": "snake"}, thing: `(?i)\bsnake\b`},
	{name: "snakebeta", config: map[string]any{"activation": "snakebeta", "snake_logscale": true},
		thing: `(?i)snakebeta`},
	{name: "speakers", config: map[string]any{"gin_channels": 256}, thing: `gin_channels`},
	{name: "no speakers", config: map[string]any{"gin_channels": 0}},
	{name: "no tanh", config: map[string]any{"use_tanh_at_final": false}, thing: `use_tanh_at_final`},
	{name: "tanh", config: map[string]any{"use_tanh_at_final": true}},
	{name: "no last bias", config: map[string]any{"use_bias_at_final": false}, thing: `use_bias_at_final`},
	{name: "last bias", config: map[string]any{"use_bias_at_final": true}},
	{name: "hop", config: map[string]any{"hop_size": 128}, thing: `hop_size`},
	{name: "hop as text", config: map[string]any{"hop_size": "64 samples"}, thing: `hop_size`},
	{name: "pc_aug", config: map[string]any{"pc_aug": true, "mini_nsf": true}, thing: `NSF|pc_aug|mini_nsf`},
	{name: "inverse STFT", config: map[string]any{"gen_istft_n_fft": 16, "gen_istft_hop_size": 4},
		thing: `iSTFTNet|gen_istft`},
	{name: "fewer stages", config: map[string]any{"upsample_rates": []int{64}, "upsample_kernel_sizes": []int{128}},
		thing: `ups\.0|ups\.1|resblocks|conv_post|layers`},
	{name: "fewer dilations", config: map[string]any{"resblock_dilation_sizes": [][]int{{1}}},
		thing: `resblocks\.0\.convs\.1|layers`},
}

// tinyVariant writes the changed generator to a folder.
func tinyVariant(t *testing.T, v variant) string {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "..", "testdata", "hifigan-tiny")
	file, err := safetensors.Deserialize(readFile(t, filepath.Join(folder, "generator.safetensors")))
	if err != nil {
		t.Fatal(err)
	}
	m := &modelFile{t, map[string]safetensors.TensorView{}}
	for _, named := range file.Tensors() {
		m.tensors[named.Name] = named.TensorView
	}
	if v.edit != nil {
		v.edit(m)
	}
	var config map[string]any
	if err := json.Unmarshal(readFile(t, filepath.Join(folder, "config.json")), &config); err != nil {
		t.Fatal(err)
	}
	maps.Copy(config, v.config)
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return m.write(string(text))
}

// tinyFrames writes 20 frames of 8 mels, and returns their path.
func tinyFrames(t *testing.T) string {
	t.Helper()
	return npyFile(t, filepath.Join(t.TempDir(), "mel.npy"), "(8, 20)", dsptest.Noise[float32](5, 160))
}

// TestNetworkVariants: a generator that another network's file or configuration was made of is refused by every
// command, and by name. What does not matter changes no bit.
func TestNetworkVariants(t *testing.T) {
	frames := tinyFrames(t)
	plain := vocoded(t, tinyVariant(t, variant{}), frames)
	if plain.code != exitDone || len(plain.samples) != 20*64 {
		t.Fatalf("got exit %d, %q and %d samples, want %d samples", plain.code, plain.err, len(plain.samples), 20*64)
	}
	for kind, table := range map[string][]variant{"tensors": tensorVariants, "config": configVariants} {
		for _, c := range table {
			t.Run(kind+"/"+c.name, func(t *testing.T) {
				dir := tinyVariant(t, c)
				v := vocoded(t, dir, frames)
				if c.thing == "" {
					v.wantDone(t)
					wantSamples(t, "samples", v.samples, plain.samples)
					return
				}
				thing := regexp.MustCompile(c.thing)
				v.wantRefused(t, dir, thing)
				wantInfo(t, filepath.Join(dir, "generator.safetensors"), dir, thing)
				tailwave(nil, "verify", frames, "--model", dir, "--runs", "1").wantReason(t, dir, thing)
				allowed := vocoded(t, dir, frames, "--allow-unused")
				if !c.allow {
					allowed.wantRefused(t, dir, thing)
					return
				}
				if allowed.code != exitDone {
					t.Errorf("with --allow-unused: got exit %d and %q, want sound", allowed.code, allowed.err)
				}
				wantSamples(t, "samples with --allow-unused", allowed.samples, plain.samples)
				must(t, nil, "verify", frames, "--model", dir, "--runs", "1", "--allow-unused")
				must(t, nil, "info", dir, "--allow-unused")
			})
		}
	}
}

// TestUnknownConfigField: a field of config.json that nobody knows is named, by an error or by a warning: it may
// describe another network.
func TestUnknownConfigField(t *testing.T) {
	frames := tinyFrames(t)
	dir := tinyVariant(t, variant{config: map[string]any{"mystery_layers": 3}})
	v := vocoded(t, dir, frames)
	if v.code != exitDone {
		v.wantRefused(t, dir, regexp.MustCompile(`mystery_layers`))
	}
	wantParts(t, "standard error", v.err, "mystery_layers")
}

// TestTwoGenerators: two sets of tensors that both fit are an error unless --weights-key names one.
func TestTwoGenerators(t *testing.T) {
	frames := tinyFrames(t)
	dir := tinyVariant(t, variant{edit: func(m *modelFile) {
		prefixed("first.", "second.")(m)
		m.add("second.conv_post.weight", 1, 2, 7)
	}})
	vocoded(t, dir, frames).wantRefused(t, dir, regexp.MustCompile(`\bfirst\b.*\bsecond\b.*--weights-key`))
	wantDifferentKeys(t, dir, frames, "first", "second")
	plain := vocoded(t, tinyVariant(t, variant{}), frames)
	wantSamples(t, "with --weights-key first",
		vocoded(t, dir, frames, "--weights-key", "first").samples, plain.samples)
}

// TestTwoDictionaries is TestTwoGenerators for checkpoints of PyTorch.
func TestTwoDictionaries(t *testing.T) {
	for name, keys := range map[string][]string{"ema_first": {"ema", "net_g"}, "ema_beside": {"generator", "ema"}} {
		t.Run(name, func(t *testing.T) {
			dir := reference.File(t, "cases", "checkpoints", name)
			wantDifferentKeys(t, dir, filepath.Join(dir, "mel.npy"), keys...)
		})
	}
}

// wantDifferentKeys checks that --weights-key plays each of the sets of tensors of a model, that they differ, and that
// the error about another key lists them.
func wantDifferentKeys(t *testing.T, dir, frames string, keys ...string) {
	t.Helper()
	var sounds [][]float32
	for _, key := range keys {
		v := vocoded(t, dir, frames, "--weights-key", key)
		if v.code != exitDone {
			t.Errorf("--weights-key %s: got exit %d and %q, want sound", key, v.code, v.err)
		}
		sounds = append(sounds, v.samples)
	}
	if slices.Equal(sounds[0], sounds[1]) {
		t.Errorf("got the same sound with --weights-key %s and %s, want two", keys[0], keys[1])
	}
	v := vocoded(t, dir, frames, "--weights-key", "nonesuch")
	v.wantRefused(t, dir, regexp.MustCompile("nonesuch"))
	wantParts(t, "standard error", v.err, keys...)
}

// TestHeaderLikePickle: the length of a header, with which a .safetensors file begins, can be the first two bytes of a
// pickle.
func TestHeaderLikePickle(t *testing.T) {
	frames := tinyFrames(t)
	dir := tinyVariant(t, variant{})
	path := filepath.Join(dir, "generator.safetensors")
	plain, file := vocoded(t, dir, frames), readFile(t, path)
	length := binary.LittleEndian.Uint64(file)
	header, data := string(file[8:8+length]), string(file[8+length:])
	for _, padded := range []int{0x580, 0x10280, 0x10380, 0x10480} {
		t.Run(fmt.Sprintf("%#x", padded), func(t *testing.T) {
			text := header + strings.Repeat(" ", padded-len(header)) + data
			writeFile(t, path, append(binary.LittleEndian.AppendUint64(nil, uint64(padded)), text...))
			v := vocoded(t, dir, frames)
			v.wantDone(t)
			wantSamples(t, "samples", v.samples, plain.samples)
			must(t, nil, "info", path)
		})
	}
}
