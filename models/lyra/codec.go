package lyra

import (
	"fmt"
	"io/fs"
	"path"
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

// maxFile bounds the length of a file, which is read whole. The longest that there is has 2.8 MB.
const maxFile = 1 << 23

// A Codec is the weights of a model, which any number of streams share.
type Codec struct {
	encoder, decoder network.Node
	quantizer        *Quantizer
	Parameters       int64 // numbers in the tensors that the decoder uses
}

// Open reads the model in a folder, named by its path or by that of one of its three files. Errors begin with the path
// of the file that they are about.
func Open(path string) (*Codec, error) { return open(file.OS(), path) }

// OpenFS is Open for the files of fsys. Name is a folder or a file by the rules of [fs.ValidPath]; "." is the root.
func OpenFS(fsys fs.FS, name string) (*Codec, error) { return open(file.In(fsys), name) }

func open(files file.System, folder string) (*Codec, error) {
	st, err := files.Stat(folder)
	if err != nil {
		return nil, err
	}
	if !st.IsDir() && strings.EqualFold(path.Ext(folder), ".tflite") {
		folder = files.Dir(folder)
	}
	c := &Codec{}
	for _, part := range []struct {
		file string
		read func(*tflite.Model) error
	}{
		{EncoderFile, func(m *tflite.Model) (err error) { c.encoder, err = readEncoder(m); return err }},
		{QuantizerFile, func(m *tflite.Model) (err error) { c.quantizer, err = readQuantizer(m); return err }},
		{DecoderFile, func(m *tflite.Model) (err error) { c.decoder, c.Parameters, err = readDecoder(m); return err }},
	} {
		path := files.Join(folder, part.file)
		b, err := files.Read(path, maxFile)
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
