// Package models opens trained neural vocoders and runs them as streams: mel frames, or the latents of a codec, go in,
// and samples come out, piece by piece with the bits of the whole.
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
	Path         string // the weights file, or a codec's folder
	WeightsKey   string // where in the file the weights are, such as "generator"; "" if the file holds nothing else
	Parameters   int64  // numbers in the tensors that the model uses
	SampleRate   int    // of the output, Hz
	Mels         int    // channels of an input frame
	Latents      bool   // frames hold the latents of a codec, not mels; arrays of latents usually have frames first
	Hop          int    // samples per frame
	Latency      int    // samples that wait for frames to come
	MinFrames    int    // shortest input
	Receptive    int    // most frames that a sample depends on
	MACs         int64  // multiply-adds per second of sound
	WeightBytes  int64  // memory of the weights, which streams share
	StateBytes   int64  // memory of a stream without workers
}

// Unused is what the files of a model have that the model does not use. Lists are sorted.
type Unused struct {
	Tensors     []string // names of tensors that are known not to matter, and with [WithUnused] of others
	Keys        []string // of config.json: those for training and the like
	UnknownKeys []string // of config.json: those that this package does not know
}

// A Model is a network with its weights. It never changes, so it is safe for concurrent use, and makes any number of
// streams.
type Model struct {
	info    Info
	unused  Unused
	network network.Node

	frontEnd    spectral.Mel
	frontEndErr error
}

// Info describes the model.
func (m *Model) Info() Info { return m.info }

// Unused returns what the files of the model have that it does not use.
func (m *Model) Unused() Unused { return m.unused }

// FrontEnd returns the mel spectrogram that the model takes: how its frames are computed from sound. It fails if
// config.json does not say so, and with an [UnsupportedError] if it asks for another kind of spectrogram, or if the
// frames are those of a codec.
func (m *Model) FrontEnd() (spectral.Mel, error) { return m.frontEnd, m.frontEndErr }

// Open reads the model at path: a weights file, .safetensors or a PyTorch checkpoint, whatever its name, with its
// configuration next to it, or a folder that has both. The configuration is config.json, or else the only JSON file
// whose name begins with config, or else the only JSON file that describes a model. If several files in a folder hold
// the same weights of what config.json describes, they count as one model: .safetensors is preferred to .pth, .pth to
// .pt, and these to other names, then the first by name, and Info.Path says which it was. A folder that also has other
// weights is refused. A folder with the TensorFlow Lite files of Lyra instead, or one of these files, is the decoder of
// that codec.
//
// Open compares names and shapes in the header of the weights file with config.json before it reads any weights, and
// then reads only those that the model uses, one tensor at a time. A file that may describe another network than the
// one that would be played is refused: by a key of config.json, by tensors that the model would not use, or because
// several dictionaries of a checkpoint fit.
//
// Errors begin with the path of the file that they are about:
//   - a file that is missing or cannot be opened: an error that wraps the file system's, such as [fs.ErrNotExist];
//   - a file that is recognised, and that this package cannot open: an [UnsupportedError], for which errors.Is reports
//     [errors.ErrUnsupported];
//   - tensors that the model does not use, and that may change its sound: an [UnusedError];
//   - several dictionaries of tensors that fit: an [AmbiguousError];
//   - a file that is damaged, hostile, or at odds with config.json: an error of no particular type.
//
// An error that the reading of an open file returns is wrapped.
func Open(path string, options ...Option) (*Model, error) {
	return open(file.OS(), path, lyra.Open, options)
}

// OpenFS is Open for the files of fsys. Name is a folder or a file by the rules of [fs.ValidPath]; "." is the root. A
// file that implements [io.ReaderAt] is read piece by piece. A weights file that does not is read whole, up to 2 GiB,
// before its header is looked at. No file is open when OpenFS returns.
func OpenFS(fsys fs.FS, name string, options ...Option) (*Model, error) {
	codec := func(folder string) (*lyra.Codec, error) { return lyra.OpenFS(fsys, folder) }
	return open(file.In(fsys), name, codec, options)
}

// open opens a model in files, and a codec by a function that knows the same files.
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
		_, err = spectral.NewMelSpectrogram(m.frontEnd)
	}
	if err != nil {
		m.frontEndErr = inFile(configPath, fmt.Errorf("how frames are made of sound: %w", err))
	}
	return m, m.measure()
}

// build makes the network of the tensors of a file, first of their shapes alone: what does not fit is refused before
// any numbers are read.
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

// measure completes Info with what a stream shows, and what follows from the layers.
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

// Bounds on the files read.
const (
	maxConfig  = 1 << 20
	maxWeights = 1 << 32
)

// A config is the content of a config.json: the description from which build makes the network.
type config interface {
	info() Info
	// first returns the name of the first layer and the dimensions of its weights, by which its files are recognised.
	first() (name string, shape []int)
	// build takes the tensors of the network from the set. From a set of shapes alone it takes the same, and what it
	// then returns is no network.
	build(weights.Set) (network.Node, error)
	// modules returns the first parts of the names of the network's tensors, up to a dot.
	modules() []string
	frontEnd() (spectral.Mel, error) // after build
	// unused returns the keys that do not change what is played, as far as it is known, sorted.
	unused() (harmless, unknown []string)
}
