package codec_test

import (
	"context"
	"log"
	"os"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/models/codec"
	"github.com/tailwave/tailwave/models/lyra"
	"github.com/tailwave/tailwave/stream/wav"
)

// ExampleEncode converts a WAV file to a .lyra file. The folder holds the three files of Lyra 1.2.0.
func ExampleEncode() {
	weights, err := lyra.Open("lyra-1.2.0")
	if err != nil {
		log.Fatal(err)
	}
	in, err := os.Open("speech.wav")
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	source, err := wav.NewReader(in)
	if err != nil {
		log.Fatal(err)
	}
	out, err := os.Create("speech.lyra")
	if err != nil {
		log.Fatal(err)
	}
	e, err := codec.Encode(weights, source, codec.EncodeOptions{Bitrate: 9200})
	if err != nil {
		log.Fatal(err)
	}
	e.Sink = e.NewWriter(out)
	if _, err := e.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
	log.Println(e.Hops(), "hops,", e.Bytes(), "bytes")
}

// The decoded WAV file has the sample rate and the length of the sound that was encoded.
func ExampleReader_Decode() {
	weights, err := lyra.Open("lyra-1.2.0")
	if err != nil {
		log.Fatal(err)
	}
	in, err := os.Open("speech.lyra")
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	r, err := codec.NewReader(in, weights)
	if err != nil {
		log.Fatal(err)
	}
	out, err := os.Create("decoded.wav")
	if err != nil {
		log.Fatal(err)
	}
	p, err := r.Decode(codec.DecodeOptions{Rate: r.Header().Rate})
	if err != nil {
		log.Fatal(err)
	}
	p.Sink = wav.NewWriter(out, wav.Options{Encoding: pcm.S16, Dither: true})
	if _, err := p.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	if err := out.Close(); err != nil {
		log.Fatal(err)
	}
	if err := r.Err(); err != nil {
		log.Println("the file is damaged:", err) // everything else has been decoded
	}
}
