package models

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/spectral"
	"github.com/tailwave/tailwave/models/internal/file"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/models/weights"
)

// Info describes a model.
type Info struct {
	Architecture string // such as HiFi-GAN
	Path         string // the weights file, or the folder of a codec
	WeightsKey   string // the key of the weights in the file, such as "generator"; "" if they are the whole file
	Parameters   int64  // numbers in the tensors that the model uses
	SampleRate   int    // of the output, Hz
	Mels         int    // values of an input frame
	Latents      bool   // frames hold the latents of a codec, not mels; arrays of latents usually have frames first
	Hop          int    // output samples per input frame
	Latency      int    // samples that a stream holds, at most
	MinFrames    int    // shortest input
	Receptive    int    // frames that one sample depends on, at most
	MACs         int64  // multiply-adds per second of sound
	WeightBytes  int64  // memory of the weights, which streams share
	StateBytes   int64  // memory of one stream without workers
}

// Unused lists the parts of a model's files that the model does not use. The lists are sorted.
type Unused struct {
	Tensors     []string // known not to matter; with [WithUnused] also others
	Keys        []string // of config.json, known not to matter, such as those for training
	UnknownKeys []string // of config.json, not known to this package
}

// A Model is a network with its weights. It is immutable and safe for concurrent use, and makes any number of streams.
type Model struct {
	info    Info
	unused  Unused
	network network.Node

	frontEnd    spectral.Mel
	frontEndErr error
}

// Info describes the model.
func (m *Model) Info() Info { return m.info }

// Unused returns the parts of the model's files that it does not use.
func (m *Model) Unused() Unused { return m.unused }

// FrontEnd returns the mel spectrogram that the model was trained with: how its frames are computed from sound. It
// fails if config.json does not describe the spectrogram. It fails with an [UnsupportedError] if config.json describes
// one that this module does not compute, or if the frames are latents of a codec.
func (m *Model) FrontEnd() (spectral.Mel, error) { return m.frontEnd, m.frontEndErr }

// Open opens the model at path. The path is one of:
//   - a weights file, .safetensors or a PyTorch checkpoint of any name, with its configuration next to it;
//   - a folder with a weights file and its configuration;
//   - a folder with the TensorFlow Lite files of Lyra, or one of these files: the decoder of that codec.
//
// The configuration is config.json. Without one, it is the only JSON file whose name begins with config, or else the
// only JSON file that describes a model. If several files of a folder hold the same weights, they count as one model,
// and Info.Path says which file was read: .safetensors is preferred to .pth, .pth to .pt, and .pt to other names. A
// folder that also has different weights is refused.
//
// Open compares names and shapes in the header of the weights file with the configuration. Then it reads the tensors
// that the model uses, one at a time. It refuses files that may describe another network than the one it would build.
//
// Errors begin with the path of the file that they are about:
//   - a missing file, or one that cannot be read: the error wraps that of the file system, such as [fs.ErrNotExist];
//   - a file that is recognized but not supported: an [UnsupportedError], which wraps [errors.ErrUnsupported];
//   - tensors that the model does not use, and that may change its sound: an [UnusedError];
//   - several dictionaries of tensors that fit: an [AmbiguousError];
//   - a file that is damaged, or does not match its configuration: an error of no particular type.
func Open(path string, options ...Option) (*Model, error) {
	return open(file.OS(), path, lyra.Open, options)
}

// OpenFS is [Open] for the files of fsys. The name of the file or folder follows the rules of [fs.ValidPath]; "." is
// the root. A weights file that implements [io.ReaderAt] is read tensor by tensor. One that does not is read into
// memory first, up to 2 GiB. No file is open when OpenFS returns.
func OpenFS(fsys fs.FS, name string, options ...Option) (*Model, error) {
	codec := func(folder string) (*lyra.Codec, error) { return lyra.OpenFS(fsys, folder) }
	return open(file.In(fsys), name, codec, options)
}

// open opens a model in files. codec opens a codec in the same files.
func open(
	files file.System, path string, codec func(folder string) (*lyra.Codec, error), choices []Option,
) (*Model, error) {
	var o options
	for _, choose := range choices {
		choose(&o)
	}
	p, err := find(files, path)
	if err != nil {
		return nil, err
	}
	if p.codec != "" {
		c, err := codec(p.codec)
		if err != nil {
			return nil, err
		}
		return codecModel(c, p.codec)
	}
	a, configPath, err := p.config()
	if err != nil {
		return nil, p.blame(err)
	}
	m := &Model{info: a.info()}
	m.unused.Keys, m.unused.UnknownKeys = a.unused()
	if m.info.Path, err = p.choose(a, o); err != nil {
		return nil, err
	}
	if err := p.withWeights(m.info.Path, func(f *weights.File) error { return m.build(a, f, o) }); err != nil {
		return nil, err
	}
	if m.frontEnd, err = a.frontEnd(); err == nil {
		err = checkFrames(m.frontEnd)
	}
	if err == nil {
		_, err = spectral.NewMelSpectrogram(m.frontEnd)
	}
	if err != nil {
		m.frontEndErr = inFile(configPath, fmt.Errorf("the frames cannot be computed from sound: %w", err))
	}
	return m, m.measure()
}

// build makes the network from the tensors of a file. It builds from the shapes first, so that a file that does not fit
// is refused before any numbers are read.
func (m *Model) build(a config, file *weights.File, o options) error {
	c, copies, err := pick(file, a, o.weightsKey)
	if err != nil {
		return err
	}
	left := c
	left.set = c.set.Shapes()
	if _, err := a.build(left.set); err != nil {
		return explain(err, file, c)
	}
	inside, outside, harmless := leftovers(file, left, copies)
	if names := slices.Concat(left.full(inside), outside); len(names) > 0 {
		slices.Sort(names)
		e := &UnusedError{Architecture: m.info.Architecture, Names: names, Owner: owner(inside, outside, a)}
		if e.Owner != "" || !o.allowUnused {
			return e
		}
		m.unused.Tensors = names
	}
	m.unused.Tensors = slices.Sorted(slices.Values(slices.Concat(m.unused.Tensors, harmless)))
	m.info.WeightsKey = c.name()
	all := c.set.Elements()
	if m.network, err = a.build(c.set); err != nil {
		return c.within(err)
	}
	m.info.Parameters = all - c.set.Elements()
	return nil
}

// measure fills the fields of Info that depend on the network: latency, cost, memory.
func (m *Model) measure() error {
	p, err := m.network.NewStream()
	if err != nil {
		return fmt.Errorf("%s: %w", m.info.Path, err)
	}
	shape := p.Shape()
	m.info.Latency, m.info.MinFrames = shape.Latency, shape.MinFrames
	m.info.MACs = int64(m.network.MACs() * float64(m.info.SampleRate) / float64(m.info.Hop))
	for t := range m.info.Hop {
		first, last := m.network.Reach(t, t)
		m.info.Receptive = max(m.info.Receptive, last-first+1)
	}
	m.info.WeightBytes = m.network.WeightBytes()
	_, m.info.StateBytes = p.(dsp.Sizer).Memory()
	return nil
}

// Bounds on the files, in bytes.
const (
	maxConfig  = 1 << 20
	maxWeights = 1 << 32
)

// A config is the parsed content of a config.json.
type config interface {
	info() Info
	// first returns the name of the first layer and the shape of its weights, by which weights files are recognized.
	first() (name string, shape []int)
	// build takes the tensors of the network from the set. With a set of shapes it takes the same tensors, but its
	// result must not be used.
	build(weights.Set) (network.Node, error)
	// modules returns the first parts of the names of the network's tensors, up to the dot.
	modules() []string
	// frontEnd must be called after build, which takes the statistics of frames from the set.
	frontEnd() (spectral.Mel, error)
	// unused returns the keys that are known not to change the network, and the unknown keys, sorted.
	unused() (harmless, unknown []string)
}
