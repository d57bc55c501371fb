package live

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// A fakeHost has one device, which supports some rates and numbers of channels. It plays in real time, or in the time
// of a synctest bubble.
type fakeHost struct {
	rates    []int
	channels []int
	openErr  error
	capacity int // frames of the buffer; 0 for the length of the latency
	paced    bool
	mute     bool    // reports no underrun
	late     bool    // reports an underrun one write later
	slower   float64 // fraction by which it plays more slowly than its rate
	step     int     // frames that it takes from its buffer at a time; 0 for any number
	period   int     // during the first 10 s it begins only with this many frames

	format Format
	out    *fakeOutput
	onCall func(call string, n int) error // n counts the calls of that name from 0
}

var fakeDevice = Device{Index: 3, Name: "fake", API: "none", Channels: 2, Rate: 48000,
	Low: 10 * time.Millisecond, High: 100 * time.Millisecond, Default: true}

func (h *fakeHost) Devices() ([]Device, error) { return []Device{fakeDevice}, nil }

func (h *fakeHost) Supports(_ Device, f Format) error {
	switch {
	case h.openErr != nil:
		return h.openErr
	case !slices.Contains(h.channels, f.Channels):
		return ErrChannels
	case !slices.Contains(h.rates, f.Rate):
		return ErrRate
	}
	return nil
}

func (h *fakeHost) Open(_ Device, f Format, latency time.Duration) (Output, error) {
	if h.openErr != nil {
		return nil, h.openErr
	}
	n := h.capacity
	if n == 0 {
		n = int(latency.Seconds() * float64(f.Rate))
	}
	h.format = f
	h.out = &fakeOutput{h: h, capacity: n, size: f.Channels * f.Samples.Bytes(), rate: f.Rate, opened: time.Now(),
		calls: map[string]int{}}
	return h.out, nil
}

func (h *fakeHost) Close() error { return nil }

// A fakeOutput keeps the bytes written. If it is paced, it plays at its rate and can run empty; otherwise it plays at
// once.
type fakeOutput struct {
	h        *fakeHost
	capacity int
	size     int
	rate     int
	calls    map[string]int

	opened  time.Time
	heard   []byte
	started time.Time // when the device last began to play
	since   int       // frames written since then
	empty   bool      // an underrun not yet reported
	pending bool      // an underrun to be reported by the next write
	running bool
	closed  bool
	left    int // frames not heard when it was closed
}

func (o *fakeOutput) call(name string) error {
	if o.closed {
		return errors.New(name + " after Close")
	}
	n := o.calls[name]
	o.calls[name]++
	if o.h.onCall != nil {
		return o.h.onCall(name, n)
	}
	return nil
}

// fill returns the frames in the buffer now.
func (o *fakeOutput) fill() int {
	if !o.h.paced || !o.running {
		return 0
	}
	if o.since == 0 {
		return 0
	}
	if o.since < o.h.period && time.Since(o.opened) < 10*time.Second {
		o.started = time.Now()
		return o.since
	}
	played := int(time.Since(o.started).Seconds() * float64(o.rate) * (1 - o.h.slower))
	if o.h.step > 0 {
		played -= played % o.h.step
	}
	left := o.since - played
	if left <= 0 {
		o.since, o.empty = 0, true
		return 0
	}
	return left
}

func (o *fakeOutput) Start() error { o.running = true; return o.call("Start") }

func (o *fakeOutput) Room() (int, error) { return o.capacity - o.fill(), o.call("Room") }

func (o *fakeOutput) Write(p []byte) (bool, error) {
	if err := o.call("Write"); err != nil {
		return false, err
	}
	if !o.running || len(p) == 0 || len(p)%o.size != 0 {
		return false, errors.New("written before the start, or not whole frames")
	}
	o.fill()
	underrun := o.empty && !o.h.mute
	o.empty = false
	if o.h.late {
		underrun, o.pending = o.pending, underrun
	}
	for len(p) > 0 {
		room := o.capacity - o.fill()
		if room == 0 {
			// Play a quarter of the buffer at a time, like the periods of a sound card.
			frames := max(1, min(len(p)/o.size, o.capacity/4))
			time.Sleep(time.Duration(frames)*time.Second/time.Duration(o.rate) + 1)
			continue
		}
		n := min(room*o.size, len(p))
		if o.since == 0 {
			o.started = time.Now()
		}
		if o.h.paced {
			o.since += n / o.size
		}
		o.heard = append(o.heard, p[:n]...)
		p = p[n:]
	}
	return underrun, nil
}

func (o *fakeOutput) Close() error {
	o.left, o.closed = o.fill(), true
	return nil
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A noise is a source of noise. before may wait or fail before each Read.
type noise struct {
	format stream.Format
	data   []float32
	pos    int
	before func(frame int) error
}

func (n *noise) Format() stream.Format { return n.format }

func (n *noise) Read(dst []float32) (int, error) {
	if n.before != nil {
		if err := n.before(n.pos / n.format.Channels); err != nil {
			return 0, err
		}
	}
	k := copy(dst, n.data[n.pos:])
	n.pos += k
	if k == 0 {
		return 0, io.EOF
	}
	return k / n.format.Channels, nil
}

func newNoise(rate, channels, frames int) *noise {
	data := dsptest.Noise[float32](uint64(frames), frames*channels)
	return &noise{format: stream.Format{Rate: stream.Hz(rate), Channels: channels}, data: data}
}

// encoded returns the samples as a WAV file would hold them.
func encoded(t *testing.T, f pcm.Format, channels int, dither bool, x []float32) []byte {
	t.Helper()
	e, err := pcm.NewEncoder(f, channels, dither)
	if err != nil {
		t.Fatal(err)
	}
	return e.Encode(nil, x)
}

// wantHeard compares the bytes that the device played and shows the first that differ.
func wantHeard(t *testing.T, got, want []byte) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("heard: got %d bytes, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("heard: byte %d: got % x, want % x", i, got[i:min(i+16, len(got))], want[i:min(i+16, len(want))])
			return
		}
	}
}

// wantClosed checks that the device is closed and had played all its frames.
func (h *fakeHost) wantClosed(t *testing.T) {
	t.Helper()
	if h.out.left != 0 || !h.out.closed {
		t.Errorf("device: got %d frames cut off, closed %v, want 0, true", h.out.left, h.out.closed)
	}
}

// wantText checks that an error contains text.
func wantText(t *testing.T, err error, text string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got error %v, want %q in it", err, text)
	}
}

func options(samples pcm.Format, channels int, latency time.Duration) Options {
	return Options{Device: fakeDevice, Format: Format{Rate: 8000, Channels: channels, Samples: samples}, Latency: latency}
}

// A file is a sink that keeps its frames and the causes of Close.
type file struct {
	data   []float32
	closed []error
}

// wantWhole checks that a file has all frames of a stream and was closed without a cause.
func (f *file) wantWhole(t *testing.T, frames int) {
	t.Helper()
	if len(f.data) != frames || len(f.closed) != 1 || f.closed[0] != nil {
		t.Errorf("file: got %d frames, closed with %v, want %d, once with <nil>", len(f.data), f.closed, frames)
	}
}

func (f *file) Open(stream.Format, int64) error { return nil }
func (f *file) Write(x []float32) error         { f.data = append(f.data, x...); return nil }
func (f *file) Close(cause error) error         { f.closed = append(f.closed, cause); return nil }
