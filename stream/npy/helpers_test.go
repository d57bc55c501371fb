package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"testing/iotest"

	"github.com/tailwave/tailwave/stream"
)

// file returns a .npy file of a version with a dictionary and elements.
func file(version byte, dict string, elements any, order binary.ByteOrder) []byte {
	var b bytes.Buffer
	b.WriteString(Magic)
	b.Write([]byte{version, 0})
	dict += "\n"
	if version == 1 {
		binary.Write(&b, binary.LittleEndian, uint16(len(dict)))
	} else {
		binary.Write(&b, binary.LittleEndian, uint32(len(dict)))
	}
	b.WriteString(dict)
	binary.Write(&b, order, elements)
	return b.Bytes()
}

// dict returns the dictionary of a header as NumPy writes it.
func dict(descr string, fortran bool, shape string) string {
	order := map[bool]string{true: "True", false: "False"}[fortran]
	return fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, order, shape)
}

// headerOnly returns a .npy file without elements.
func headerOnly(dict string) []byte { return file(1, dict, []byte{}, binary.LittleEndian) }

// pipe hides that a reader can seek.
type pipe struct{ io.Reader }

// hz is the rate of the arrays of these tests, a mel rate.
var hz = stream.Rate{Num: 11025, Den: 128}

// An order is an order of elements in a file.
type order struct {
	layout  Layout
	fortran bool
}

var orders = []order{{ChannelsFirst, false}, {ChannelsFirst, true}, {FramesFirst, false}, {FramesFirst, true}}

// together reports whether the elements of a frame are adjacent in the file.
func (o order) together() bool { return o.fortran == (o.layout == ChannelsFirst) }

// shape returns the shape of an array after its leading dimensions.
func (o order) shape(leading string, channels, frames int) string {
	if o.layout == ChannelsFirst {
		return fmt.Sprintf("(%s%d, %d)", leading, channels, frames)
	}
	return fmt.Sprintf("(%s%d, %d)", leading, frames, channels)
}

// elements returns values of frames in the order of the file.
func (o order) elements(channels, frames int, value func(frame, channel int) float64) []float64 {
	all := make([]float64, 0, channels*frames)
	for a := range frames * channels {
		if o.together() {
			all = append(all, value(a/channels, a%channels))
		} else {
			all = append(all, value(a%frames, a/frames))
		}
	}
	return all
}

// array returns a file of little-endian float64, or of big-endian float32.
func array(double, fortran bool, shape string, elements []float64) []byte {
	if double {
		return file(1, dict("<f8", fortran, shape), elements, binary.LittleEndian)
	}
	single := make([]float32, len(elements))
	for i, v := range elements {
		single[i] = float32(v)
	}
	return file(1, dict(">f4", fortran, shape), single, binary.BigEndian)
}

// readers are readers of b that can seek or cannot, and cut it in different ways.
func readers(b []byte) map[string]io.Reader {
	return map[string]io.Reader{
		"file":              bytes.NewReader(b),
		"pipe":              pipe{bytes.NewReader(b)},
		"single bytes":      iotest.OneByteReader(bytes.NewReader(b)),
		"halves":            iotest.HalfReader(bytes.NewReader(b)),
		"data with the end": iotest.DataErrReader(bytes.NewReader(b)),
	}
}

// A counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// memory is an io.WriteSeeker. If room is set, a write that would make it longer fails.
type memory struct {
	b      []byte
	pos    int64
	room   int
	append bool // writes go to the end, as in a file opened for appending
}

var errFull = errors.New("disk full")

func (m *memory) Write(p []byte) (int, error) {
	if m.append {
		m.pos = int64(len(m.b))
	}
	if need := int(m.pos) + len(p); m.room > 0 && need > m.room {
		return 0, errFull
	} else if need > len(m.b) {
		m.b = append(m.b, make([]byte, need-len(m.b))...)
	}
	copy(m.b[m.pos:], p)
	m.pos += int64(len(p))
	return len(p), nil
}

func (m *memory) Seek(off int64, whence int) (int64, error) {
	if whence == io.SeekCurrent {
		off += m.pos
	}
	m.pos = off
	return off, nil
}

// onlyWriter hides every method but Write.
type onlyWriter struct{ io.Writer }

// device has a Seek that does nothing.
type device struct{ io.Writer }

func (device) Seek(int64, int) (int64, error) { return 0, nil }

// noSeek has a Seek that fails, as a pipe has.
type noSeek struct{ io.Writer }

func (noSeek) Seek(int64, int) (int64, error) { return 0, errors.New("illegal seek") }

func format(channels int) stream.Format { return stream.Format{Rate: hz, Channels: channels} }

// ramp returns n values.
func ramp(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(i) / 8
	}
	return x
}
