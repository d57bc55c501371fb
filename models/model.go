// Package models opens trained neural vocoders and runs them as streams: mel frames, or the latents of a codec, go in,
// and samples come out, piece by piece with the bits of the whole.
package models

import (
	"fmt"
	"io/fs"

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
	Parameters   int64  // numbers in the tensors that the model uses
	SampleRate   int    // of the output, Hz
	Mels         int    // channels of an input frame
	Latents      bool   // frames hold the latents of a codec, not mels; arrays of latents usually have frames first
	Hop          int    // samples per frame
	Latency      int    // samples that wait for frames to come
	MinFrames    int    // shortest input
	Unused       int    // tensors in the file that the model does not use
	Receptive    int    // most frames that a sample depends on
	MACs         int64  // multiply-adds per second of sound
	WeightBytes  int64  // memory of the weights, which streams share
	StateBytes   int64  // memory of a stream without workers
}

// A Model is a network with its weights. It never changes, so it is safe for concurrent use, and makes any number of
// streams.
type Model struct {
	info    Info
	network network.Node

	frontEnd    spectral.Mel
	frontEndErr error
}

// Info describes the model.
func (m *Model) Info() Info { return m.info }

// FrontEnd returns the mel spectrogram that the model takes: how its frames are computed from sound. It fails if
// config.json does not say so, and with an [UnsupportedError] if it asks for another kind of spectrogram, or if the
// frames are those of a codec.
func (m *Model) FrontEnd() (spectral.Mel, error) { return m.frontEnd, m.frontEndErr }

// Open reads the model at path: a weights file, .safetensors or a PyTorch checkpoint (.pth, .pt), with config.json next
// to it, or a folder that has both. If several files in a folder hold what config.json describes, they count as one
// model: .safetensors is preferred to .pth, and .pth to .pt, then the first by name, and Info.Path says which it was. A
// folder that also has files of another model is refused. A folder with the TensorFlow Lite files of Lyra instead, or
// one of these files, is the decoder of that codec.
//
// Open compares names and shapes in the header of the weights file with config.json before it reads any weights, and
// then reads only those that the model uses, one tensor at a time.
//
// Errors begin with the path of the file that they are about:
//   - a file that is missing or cannot be opened: an error that wraps the file system's, such as [fs.ErrNotExist];
//   - a file that is recognised, and that this package cannot open: an [UnsupportedError], for which errors.Is reports
//     [errors.ErrUnsupported];
//   - a file that is damaged, hostile, or at odds with config.json: an error of no particular type.
//
// An error that the reading of an open file returns is wrapped.
func Open(path string) (*Model, error) {
	return open(file.OS(), path, lyra.Open)
}

// OpenFS is Open for the files of fsys. Name is a folder or a file by the rules of [fs.ValidPath]; "." is the root. A
// file that implements [io.ReaderAt] is read piece by piece. A weights file that does not is read whole, up to 2 GiB,
// before its header is looked at. No file is open when OpenFS returns.
func OpenFS(fsys fs.FS, name string) (*Model, error) {
	codec := func(folder string) (*lyra.Codec, error) { return lyra.OpenFS(fsys, folder) }
	return open(file.In(fsys), name, codec)
}

// open opens a model in files, and a codec by a function that knows the same files.
func open(files file.System, path string, codec func(folder string) (*lyra.Codec, error)) (*Model, error) {
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
	configPath := files.Join(files.Dir(p.weights[0]), "config.json")
	a, err := readConfig(files, configPath)
	if err != nil {
		return nil, err
	}
	m := &Model{info: a.info()}
	if m.info.Path, err = p.choose(a); err != nil {
		return nil, err
	}
	if err := p.withWeights(m.info.Path, func(f *weights.File) error { return m.build(a, f.Dictionaries[0].Tensors) }); err != nil {
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

// build makes the network of the tensors of a set, first of their shapes alone: what does not fit is refused before any
// numbers are read.
func (m *Model) build(a config, set weights.Set) error {
	if _, err := a.build(set.Shapes()); err != nil {
		return err
	}
	all := set.Elements()
	network, err := a.build(set)
	if err != nil {
		return err
	}
	m.network, m.info.Parameters, m.info.Unused = network, all-set.Elements(), len(set)
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
	frontEnd() (spectral.Mel, error) // after build
}
