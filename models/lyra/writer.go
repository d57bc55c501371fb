package lyra

import (
	"encoding/binary"
	"fmt"
	"io"
)

// A Writer writes a container. It passes each second of codes to the io.Writer in one Write.
type Writer struct {
	w         io.Writer
	header    Header
	codebooks int
	block     []byte // of the current second; the first byte is set to the number of hops by flush
	part      int    // hops in block
	hops      int64  // hops in all blocks
}

// NewWriter writes the header and returns a Writer for the codes. It fails if a field of h is out of range.
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

// Write writes codes from 0 to 15, [n, codebooks], where codebooks is [CodebooksFor] the bitrate.
func (w *Writer) Write(codes []byte) error {
	if len(codes)%w.codebooks != 0 {
		return fmt.Errorf("writing Lyra codes: %d codes are not a whole number of hops of %d", len(codes), w.codebooks)
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

// flush writes the current block.
func (w *Writer) flush() error {
	w.block[0] = byte(w.part)
	_, err := w.w.Write(seal(w.block, 0))
	w.block, w.part = w.block[:1], 0
	return err
}

// Close writes the last codes and the trailer. samples is the number of samples that were encoded, at the rate in the
// header. Close fails if they do not make the number of hops that were written. It does not close the io.Writer.
func (w *Writer) Close(samples int64) error {
	if samples < 0 || samples > MaxSamples || w.header.Hops(samples) != w.hops {
		return fmt.Errorf("writing Lyra codes: %d samples at %d Hz do not make the %d hops written",
			samples, w.header.Rate, w.hops)
	}
	if w.part > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	_, err := w.w.Write(seal(binary.LittleEndian.AppendUint64([]byte{0}, uint64(samples)), 0))
	return err
}
