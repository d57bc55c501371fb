package lyra

import (
	"encoding/binary"
	"fmt"
	"io"
)

// A Writer writes a container. Each second of codes is one Write of the io.Writer.
type Writer struct {
	w         io.Writer
	header    Header
	codebooks int
	block     []byte // of the second under way, packed, with room for the number of hops
	part      int    // hops in it
	hops      int64
}

// NewWriter writes the header.
func NewWriter(w io.Writer, h Header) (*Writer, error) {
	if err := h.check(); err != nil {
		return nil, err
	}
	codebooks, err := CodebooksFor(h.Bitrate)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(h.append(nil)); err != nil {
		return nil, err
	}
	return &Writer{w: w, header: h, codebooks: codebooks, block: []byte{0}}, nil
}

// Write takes codes from 0 to 15 of whole hops, [n, codebooks].
func (w *Writer) Write(codes []byte) error {
	if len(codes)%w.codebooks != 0 {
		return fmt.Errorf("lyra: %d codes are no whole number of hops of %d", len(codes), w.codebooks)
	}
	for ; len(codes) > 0; codes = codes[w.codebooks:] {
		w.block = pack(w.block, codes[:w.codebooks])
		w.hops++
		if w.part++; w.part == blockHops {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *Writer) flush() error {
	w.block[0] = byte(w.part)
	_, err := w.w.Write(seal(w.block, 0))
	w.block, w.part = w.block[:1], 0
	return err
}

// Close writes what is left and the trailer, for the given number of samples at the rate in the header. It fails if
// they make another number of hops than have been written. The io.Writer stays open.
func (w *Writer) Close(samples int64) error {
	if samples < 0 || samples > MaxSamples || w.header.Hops(samples) != w.hops {
		return fmt.Errorf("lyra: %d samples at %d Hz are not the %d hops written", samples, w.header.Rate, w.hops)
	}
	if w.part > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	_, err := w.w.Write(seal(binary.LittleEndian.AppendUint64([]byte{0}, uint64(samples)), 0))
	return err
}
