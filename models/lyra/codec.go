package lyra

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/internal/file"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/tflite"
)

// What the codec works on.
const (
	SampleRate = 16000 // Hz, one channel
	Hop        = 320   // samples for each frame of latents, 50 of which are a second
	Latents    = 64    // numbers in a frame
)

// The files of a model.
const (
	EncoderFile   = "soundstream_encoder.tflite"
	QuantizerFile = "quantizer.tflite"
	DecoderFile   = "lyragan.tflite"
)

// maxFile bounds the length of a file.
const maxFile = 1 << 26

// A Codec is the weights of a model, which any number of streams share.
type Codec struct {
	encoder, decoder network.Node
	quantizer        *Quantizer
	Parameters       int64 // numbers in the tensors that the decoder uses
}

// Open reads the model in a folder, named by its path or by that of one of its three files.
func Open(path string) (*Codec, error) {
	c, folder := &Codec{}, path
	if strings.EqualFold(filepath.Ext(path), ".tflite") {
		folder = filepath.Dir(path)
	}
	for _, part := range []struct {
		file string
		read func(*tflite.Model) error
	}{
		{EncoderFile, func(m *tflite.Model) (err error) { c.encoder, err = readEncoder(m); return err }},
		{QuantizerFile, func(m *tflite.Model) (err error) { c.quantizer, err = readQuantizer(m); return err }},
		{DecoderFile, func(m *tflite.Model) (err error) { c.decoder, c.Parameters, err = readDecoder(m); return err }},
	} {
		path := filepath.Join(folder, part.file)
		b, err := file.Read(path, maxFile)
		if err != nil {
			return nil, err
		}
		m, err := tflite.Read(b)
		if err == nil {
			err = part.read(m)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return c, nil
}

// Silence returns latents of a hop amid silence.
func (c *Codec) Silence() ([]float32, error) {
	e, err := c.NewEncoder(nil)
	if err != nil {
		return nil, err
	}
	const long = 40 // more than the network looks back
	return e.Process(nil, make([]float32, long*Hop))[(long-1)*Latents:], nil
}

// Decoder returns the network from latents to samples.
func (c *Codec) Decoder() network.Node { return c.decoder }

// NewDecoder returns a processor from frames of latents to samples, for one stream, which workers help with; nil for none.
func (c *Codec) NewDecoder(workers dsp.Workers) (dsp.Processor, error) {
	return c.decoder.Stream(workers)
}

// NewQuantizer returns a quantiser for one goroutine.
func (c *Codec) NewQuantizer() (*Quantizer, error) { return c.quantizer.Clone() }
