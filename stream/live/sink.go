package live

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
)

// ErrLost is the error of a device that failed while it played, or accepted no frames for Options.StallTimeout.
var ErrLost = errors.New("was lost while playing")

// Options configure a [Sink].
type Options struct {
	Device  Device
	Format  Format        // as ChooseFormat returns it
	Latency time.Duration // length of the device's buffer, and of the sound that is gathered before playing begins
	Dither  bool          // before rounding to S16

	// StallTimeout is how long the device may accept no frames before the Sink fails with ErrLost. 5 s if it is not
	// positive. In Close after a failure or an interrupt it is at most 1 s plus the latency.
	StallTimeout time.Duration
}

const (
	// ringTime is the shortest length of the ring. While the ring is full, the pipeline may stall for this time plus
	// the length of the sound in the device's buffer without causing a gap.
	ringTime = 250 * time.Millisecond

	fadeTime  = 10 * time.Millisecond // length of the fade-out after an interrupt
	chunkTime = 10 * time.Millisecond // most sound per write to the device, which an interrupt has to wait for

	stallTimeout = 5 * time.Second // Options.StallTimeout if that is not positive
	endTimeout   = time.Second     // plus the latency, the longest stall timeout after a failure or an interrupt

	// stallChecks is the number of checks for progress within the stall timeout. A device has stalled if that many
	// checks in a row see no progress. A single check after the whole timeout would also fail when the process has been
	// suspended.
	stallChecks = 10
)

// A Sink is a [stream.Sink] that plays on a device. The stream must have the rate of Options.Format. A stream of one
// channel is played on the first two channels of the device. Otherwise channel c of the stream is channel c of the
// device, and further channels of the device are silent. NaN is played as silence.
//
// If the context passed to [NewSink] ends, or the run fails, the device plays the frames that are in its buffer, and
// then 10 ms that fade out.
type Sink struct {
	ctx  context.Context
	host Host
	o    Options

	channels int // of the stream
	encoder  *pcm.Encoder
	samples  []float32 // one chunk, with the channels of the device
	bytes    []byte
	ring     *ring
	player   *player
	watch    *time.Ticker
	state    state
}

// NewSink returns a Sink that plays on o.Device, a device of the host h, until ctx ends. Open opens the device.
func NewSink(ctx context.Context, h Host, o Options) *Sink {
	if o.StallTimeout <= 0 {
		o.StallTimeout = stallTimeout
	}
	return &Sink{ctx: ctx, host: h, o: o}
}

// Open opens the device. It fails if the rate of f is not that of Options.Format, or if f has more channels. The errors
// of a Sink are of type *DeviceError, except for the cause of its context.
func (s *Sink) Open(f stream.Format, _ int64) error {
	o := s.o.Format
	if hz, ok := f.Rate.Whole(); !ok || hz != int64(o.Rate) {
		return named(s.o.Device, fmt.Errorf("opened for %d Hz, but the stream has %v: convert it to that rate", o.Rate,
			f.Rate))
	}
	if f.Channels > o.Channels {
		return named(s.o.Device, fmt.Errorf("opened for %d channels, but the stream has %d: mix them down", o.Channels,
			f.Channels))
	}
	var err error
	if s.encoder, err = pcm.NewEncoder(o.Samples, o.Channels, s.o.Dither); err != nil {
		return named(s.o.Device, err)
	}
	s.channels, s.state.opened = f.Channels, time.Now()
	frames := func(d time.Duration) int { return max(1, int(d.Seconds()*float64(o.Rate))) }
	size := o.Samples.Bytes() * o.Channels
	chunk := frames(chunkTime)
	prefill := frames(s.o.Latency)
	s.samples = make([]float32, chunk*o.Channels)
	s.bytes = make([]byte, 0, chunk*size)
	s.ring = newRing(max(prefill+chunk, frames(ringTime)) * size)
	open := func() (Output, error) { return s.host.Open(s.o.Device, o, s.o.Latency) }
	s.player = newPlayer(s.ctx, open, s.ring, &s.state, o, chunk, prefill, frames(fadeTime))
	go s.player.run()
	if err := <-s.player.opened; err != nil {
		<-s.player.ended
		return named(s.o.Device, err)
	}
	s.watch = time.NewTicker(s.o.StallTimeout / stallChecks)
	return nil
}

// Write encodes frames into the ring, and waits while the ring is full. The error is the cause of the Sink's context if
// that has ended, or a *DeviceError.
func (s *Sink) Write(frames []float32) error {
	size := s.o.Format.Samples.Bytes() * s.o.Format.Channels
	for len(frames) > 0 {
		if err := s.ctx.Err(); err != nil {
			return context.Cause(s.ctx)
		}
		select {
		case <-s.player.ended:
			return s.failure()
		default:
		}
		n := min(len(frames)/s.channels, len(s.samples)/s.o.Format.Channels, s.ring.free()/size)
		if n == 0 {
			if err := s.await(s.ring.room); err != nil {
				return err
			}
			continue
		}
		s.spread(frames[:n*s.channels])
		s.bytes = s.encoder.Encode(s.bytes[:0], s.samples[:n*s.o.Format.Channels])
		encoded := s.encoder.Stats()
		s.state.clipped.Store(encoded.Clipped)
		s.state.peak.Store(math.Float32bits(encoded.Peak))
		s.ring.append(s.bytes)
		frames = frames[n*s.channels:]
	}
	return nil
}

// spread copies frames of the stream to s.samples, with the channels of the device. NaN becomes silence.
func (s *Sink) spread(frames []float32) {
	to := s.o.Format.Channels
	for i := range len(frames) / s.channels {
		dst := s.samples[i*to:][:to]
		clear(dst)
		for c := range min(to, max(s.channels, 2)) {
			if v := frames[i*s.channels+min(c, s.channels-1)]; v == v {
				dst[c] = v
			} else {
				s.state.nans.Add(1)
			}
		}
	}
}

// await waits until news has a token, or, if news is nil, until the player has ended. The error is that of the player,
// ErrLost if the device makes no progress within the stall timeout, or, if news is not nil and the context ends, the
// cause of the context.
func (s *Sink) await(news <-chan struct{}) error {
	var interrupt <-chan struct{}
	if news != nil {
		interrupt = s.ctx.Done()
	}
	for idle, before := 0, s.state.progress.Load(); ; {
		select {
		case <-news:
			return nil
		case <-interrupt:
			return context.Cause(s.ctx)
		case <-s.player.ended:
			return s.failure()
		case <-s.watch.C:
			idle++
			if now := s.state.progress.Load(); now != before {
				idle, before = 0, now
			}
			if idle > stallChecks {
				s.state.hangs.Store(true)
				return named(s.o.Device, fmt.Errorf("%w: it accepted no frames for %.1f s: check the device and the "+
					"sound server", ErrLost, s.o.StallTimeout.Seconds()))
			}
		}
	}
}

// failure returns why the player ended before the end of the stream: its error, or the cause of the context.
func (s *Sink) failure() error {
	if err := s.player.err; err != nil {
		return named(s.o.Device, err)
	}
	return context.Cause(s.ctx)
}

// Close ends playing and releases the device. If cause is nil, it first waits until the whole stream has been heard;
// otherwise it waits for the sound in the device's buffer and the fade-out. If the device hangs, Close does not wait
// for it, and does not release it. The error is the failure of the device, if Write has not returned it.
func (s *Sink) Close(cause error) error {
	defer s.watch.Stop()
	defer s.player.cancel()
	if s.state.hangs.Load() {
		return nil // Write has returned ErrLost
	}
	if cause != nil {
		s.player.cancel()
		s.o.StallTimeout = min(s.o.StallTimeout, endTimeout+s.o.Latency)
		s.watch.Reset(s.o.StallTimeout / stallChecks)
	}
	s.ring.end()
	err := s.await(nil)
	if cause != nil && err == context.Cause(s.ctx) {
		return nil
	}
	return err
}
