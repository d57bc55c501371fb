package lyra

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/models/internal/file"
	"github.com/tailwave/tailwave/models/internal/network"
	"github.com/tailwave/tailwave/models/tflite"
)

// Dimensions of the codec.
const (
	SampleRate = 16000 // Hz, one channel
	Hop        = 320   // samples per frame of latents; 50 hops are a second
	Latents    = 64    // values in a frame
)

// Names of the files of a model.
const (
	EncoderFile   = "soundstream_encoder.tflite"
	QuantizerFile = "quantizer.tflite"
	DecoderFile   = "lyragan.tflite"
)

// maxFile bounds the length in bytes of a file, because files are read whole. The longest of Lyra 1.2.0 has 2.8 MB.
const maxFile = 1 << 23

// A Codec holds the weights of a model. It never changes, so any number of streams may share it, in any goroutine.
type Codec struct {
	encoder, decoder network.Node
	codebooks        []*codebook
	Parameters       int64 // number of weights in the decoder
}

// Open reads the model in a folder. path is the folder or one of its three files. Every error begins with the path of
// the file that it is about.
func Open(path string) (*Codec, error) { return open(file.OS(), path) }

// OpenFS is Open for the files of fsys. name is a folder or a file by the rules of [fs.ValidPath]; "." is the root.
func OpenFS(fsys fs.FS, name string) (*Codec, error) { return open(file.In(fsys), name) }

func open(files file.System, folder string) (*Codec, error) {
	st, err := files.Stat(folder)
	if err != nil {
		return nil, whichFolder(err)
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
		{QuantizerFile, func(m *tflite.Model) (err error) { c.codebooks, err = readCodebooks(m); return err }},
		{DecoderFile, func(m *tflite.Model) (err error) { c.decoder, c.Parameters, err = readDecoder(m); return err }},
	} {
		path := files.Join(folder, part.file)
		b, err := files.Read(path, maxFile)
		if err != nil {
			return nil, whichFolder(err)
		}
		m, err := tflite.Read(b)
		if err == nil {
			err = part.read(m)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w: use the unchanged %s of Lyra 1.2.0", path, err, part.file)
		}
	}
	return c, nil
}

// whichFolder adds what to do to an error about a missing file.
func whichFolder(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: name the folder of the three .tflite files of Lyra 1.2.0", err)
	}
	return err
}

// Silence returns a frame of latents from the middle of silence, [Latents] values.
func (c *Codec) Silence() ([]float32, error) {
	e, err := c.NewEncoder()
	if err != nil {
		return nil, err
	}
	const long = 40 // hops, more than the receptive field of the network
	return e.Process(nil, make([]float32, long*Hop))[(long-1)*Latents:], nil
}

// NewEncoder returns a new stream from samples at SampleRate to frames of latents. Flush completes the last hop with
// zeros, so that n samples become ceil(n/Hop) frames. The options are those of dsp, such as [dsp.WithWorkers].
func (c *Codec) NewEncoder(options ...dsp.Option) (dsp.Processor, error) {
	whole, err := dsp.NewPadder(Hop, 1)
	if err != nil {
		return nil, err
	}
	p, err := c.encoder.NewStream(options...)
	if err != nil {
		return nil, err
	}
	chain, err := dsp.NewChain(hops*Hop, whole, p)
	if err != nil {
		return nil, err
	}
	chain.Origin = "Codec.NewEncoder"
	return chain, nil
}

// NewDecoder returns a new stream from frames of latents to samples at SampleRate, Hop samples for each frame.
func (c *Codec) NewDecoder(options ...dsp.Option) (dsp.Processor, error) {
	return c.Decoder().NewStream(options...)
}

// Decoder returns the network from latents to samples.
func (c *Codec) Decoder() *Decoder { return &Decoder{c.decoder} }

// A Decoder is the network from frames of latents to samples. It holds weights and makes any number of streams. It
// never changes, so it is safe for concurrent use.
type Decoder struct{ node network.Node }

// NewStream returns a new stream from frames of latents to samples.
func (d *Decoder) NewStream(options ...dsp.Option) (dsp.Processor, error) {
	p, err := d.node.NewStream(options...)
	if chain, ok := p.(*dsp.Chain); ok {
		chain.Origin = "Decoder.NewStream"
	}
	return p, err
}

// WeightBytes returns the memory of the weights in bytes.
func (d *Decoder) WeightBytes() int64 { return d.node.WeightBytes() }

// MACs returns the number of multiply-adds for each frame of latents.
func (d *Decoder) MACs() float64 { return d.node.MACs() }

// Reach returns the first and the last frame of latents that samples first to last depend on. It can return frames
// before the first one of a stream.
func (d *Decoder) Reach(first, last int) (int, int) { return d.node.Reach(first, last) }

// Reference returns the samples for the latents of a whole input, [n, Latents]. It computes one layer after the other
// over whole arrays, by the definitions of the layers. Tests compare streams with it. It returns the error of ctx if
// that ends, which it checks between layers.
func (d *Decoder) Reference(ctx context.Context, latents []float32) ([]float32, error) {
	return d.node.Reference(ctx, latents)
}
