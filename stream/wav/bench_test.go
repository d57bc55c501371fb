package wav

import (
	"bytes"
	"io"
	"testing"
)

const benchFrames = 1 << 18

// The benchmarks count bytes of the file format.

func BenchmarkRead(b *testing.B) {
	for _, f := range allFormats {
		b.Run(f.String(), func(b *testing.B) {
			var m memory
			write(b, &m, Options{Encoding: f}, format(48000, 2), -1, signal(2*benchFrames, false))
			dst := make([]float32, 2*4096)
			b.SetBytes(int64(len(m.b)))
			for b.Loop() {
				r, err := NewReader(bytes.NewReader(m.b))
				for err == nil {
					_, err = r.Read(dst)
				}
				if err != io.EOF {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, f := range allFormats {
		b.Run(f.String(), func(b *testing.B) {
			x := signal(2*4096, false)
			w := NewWriter(&sink{}, Options{Encoding: f})
			if err := w.Open(format(48000, 2), -1); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(x) * f.Bytes()))
			for b.Loop() {
				if err := w.Write(x); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
