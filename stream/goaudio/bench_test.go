package goaudio

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-audio/audio"
	gowav "github.com/go-audio/wav"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream/wav"
)

const benchFrames = 1 << 18

// BenchmarkRead compares a Source with the decoder's own ways, in bytes of the file.
func BenchmarkRead(b *testing.B) {
	file := []byte(wavFile(b, wav.Options{Encoding: pcm.S16}, 2, noise(2*benchFrames)))
	run := func(name string, body func(d *gowav.Decoder) error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(4 * benchFrames)
			b.ReportAllocs()
			for b.Loop() {
				if err := body(gowav.NewDecoder(bytes.NewReader(file))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	p := make([]float32, 2*4096)
	run("Source", func(d *gowav.Decoder) error {
		s, err := NewSource(d)
		for err == nil {
			_, err = s.Read(p)
		}
		if err == io.EOF {
			err = nil
		}
		return err
	})
	buf := &audio.IntBuffer{Data: make([]int, 2*4096)}
	run("PCMBuffer", func(d *gowav.Decoder) error {
		for {
			if n, err := d.PCMBuffer(buf); n == 0 || err != nil {
				return err
			}
		}
	})
	run("FullPCMBuffer", func(d *gowav.Decoder) error {
		_, err := d.FullPCMBuffer()
		return err
	})
}

// BenchmarkWrite compares a Sink with the encoder's own ways, which begin with integers, in bytes of the file.
func BenchmarkWrite(b *testing.B) {
	x := noise(2 * 4096)
	buf, _, err := NewIntBuffer(format(22050, 2), 16, x)
	if err != nil {
		b.Fatal(err)
	}
	for _, to := range []string{"nowhere", "file"} {
		run := func(name string, body func(e *gowav.Encoder) (func() error, error)) {
			b.Run(name+"/"+to, func(b *testing.B) {
				w := io.WriteSeeker(nowhere{})
				if to == "file" {
					f, err := os.Create(filepath.Join(b.TempDir(), "a.wav"))
					if err != nil {
						b.Fatal(err)
					}
					defer f.Close()
					w = f
				}
				block, err := body(gowav.NewEncoder(w, 22050, 16, 2, 1))
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(2 * len(x)))
				b.ReportAllocs()
				for b.Loop() {
					if err := block(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("Sink", func(e *gowav.Encoder) (func() error, error) {
			s, err := NewSink(e)
			if err != nil {
				return nil, err
			}
			s.limit = 1 << 60
			return func() error { return s.Write(x) }, s.Open(format(22050, 2), -1)
		})
		run("Write", func(e *gowav.Encoder) (func() error, error) {
			return func() error { return e.Write(buf) }, nil
		})
		run("WriteFrame", func(e *gowav.Encoder) (func() error, error) {
			return func() error {
				for i := 0; i < len(buf.Data); i += 2 {
					if err := e.WriteFrame([]int16{int16(buf.Data[i]), int16(buf.Data[i+1])}); err != nil {
						return err
					}
				}
				return nil
			}, nil
		})
	}
}
