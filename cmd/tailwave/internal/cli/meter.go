package cli

import (
	"errors"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// A Meter is a [stream.Sink] that measures whether samples would be clipped, and stores nothing. It ignores NaN and
// infinities: no gain prevents them.
type Meter struct {
	encoding Encoding
	encoder  *pcm.Encoder
	finite   []float32
	bytes    []byte
}

// NewMeter returns a Meter for samples of the encoding.
func NewMeter(e Encoding) *Meter { return &Meter{encoding: e} }

// Open is [stream.Sink.Open].
func (m *Meter) Open(f stream.Format, _ int64) (err error) {
	if m.encoder != nil {
		return errors.New("measuring: opened twice")
	}
	m.encoder, err = pcm.NewEncoder(m.encoding.Samples, f.Channels, m.encoding.Dither)
	return err
}

// Write measures frames.
func (m *Meter) Write(frames []float32) error {
	m.finite = append(m.finite[:0], frames...)
	for i, v := range m.finite {
		if v-v != 0 {
			m.finite[i] = 0
		}
	}
	m.bytes = m.encoder.Encode(m.bytes[:0], m.finite)
	return nil
}

// Close is [stream.Sink.Close].
func (m *Meter) Close(error) error { return nil }

func (m *Meter) stats() pcm.Stats {
	if m.encoder == nil {
		return pcm.Stats{}
	}
	return m.encoder.Stats()
}

// clips reports whether a sample would be clipped, or in a float format is above full scale: whatever plays or converts
// it later would clip it.
func (m *Meter) clips() bool {
	s := m.stats()
	return s.Clipped > 0 || m.encoding.Samples.Float() && s.Peak > m.encoding.limit()
}
