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

// ErrLost is the error of a device that failed, or stopped taking frames, while it played.
var ErrLost = errors.New("was lost while playing")

// Options say how a Sink plays.
type Options struct {
	Device  Device
	Format  Format        // as returned by ChooseFormat
	Latency time.Duration // length of the device's buffer; also of the sound that is queued before playing starts
	Dither  bool          // before rounding to S16

	// StallTimeout is how long the device may take no frames before it counts as lost. 5 s if it is not positive. After
	// a run that has failed or was interrupted it is at most 1 s plus the latency.
	StallTimeout time.Duration
}

const (
	// ringTime is the least length of the ring. When the ring is full, the pipeline may stall for this time, plus the
	// sound in the device's buffer, without a gap.
	ringTime = 250 * time.Millisecond

	fadeTime  = 10 * time.Millisecond // of the fade-out after an interrupt
	chunkTime = 10 * time.Millisecond // most sound per write to the device: an interrupt waits for one write

	stallTimeout = 5 * time.Second // Options.StallTimeout if that is 0
	endTimeout   = time.Second     // with the latency added, the bound on the stall timeout after a failure or interrupt

	// stallChecks is how often progress is checked within the stall timeout. A device stalls only if that many checks
	// in a row see no progress. A single check would take a process that was suspended for a stalled device.
	stallChecks = 10
)

// A Sink is a stream.Sink that plays. It takes frames of its format's rate. One channel is played by the first two of
// the device, others by those of the same number.
//
// If its context ends, or the run fails, the device plays the frames that are in its buffer already, and then 10 ms
// that fade out.
type Sink struct {
	ctx  context.Context
	host Host
	o    Options

	channels int // of the stream
	encoder  *pcm.Encoder
	samples  []float32 // of the device's channels
	bytes    []byte
	ring     *ring
	player   *player
	watch    *time.Ticker
	state    state
}

// NewSink returns a Sink that plays on a device of the host until ctx ends.
func NewSink(ctx context.Context, h Host, o Options) *Sink {
	if o.StallTimeout <= 0 {
		o.StallTimeout = stallTimeout
	}
	return &Sink{ctx: ctx, host: h, o: o}
}

// Open opens the device. The rate of f must be that of the options, the channels no more than those. Errors name the
// device, as do all errors of a Sink.
func (s *Sink) Open(f stream.Format, _ int64) error {
	o := s.o.Format
	if hz, ok := f.Rate.Whole(); !ok || hz != int64(o.Rate) {
		return named(s.o.Device, fmt.Errorf("opened for %d Hz, but the stream has %v", o.Rate, f.Rate))
	}
	if f.Channels > o.Channels {
		return named(s.o.Device, fmt.Errorf("opened for %d channels, but the stream has %d", o.Channels, f.Channels))
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

// Write queues frames, and waits while the queue is full.
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

// spread copies frames of the stream into frames of the device. NaN becomes silence.
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

// await waits for news or the end of the context; if news is nil, it waits for the end of the player instead. The error
// is that of the player, the cause of the context, or ErrLost if the device made no progress within the stall timeout.
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
				return named(s.o.Device, fmt.Errorf("%w: it took no frames for %.1f s", ErrLost,
					s.o.StallTimeout.Seconds()))
			}
		}
	}
}

// failure returns why the player ended before the end of the stream.
func (s *Sink) failure() error {
	if err := s.player.err; err != nil {
		return named(s.o.Device, err)
	}
	return context.Cause(s.ctx)
}

// Close waits until everything has been heard, if cause is nil, and releases the device. A device that hangs is not
// waited for, and not released.
func (s *Sink) Close(cause error) error {
	defer s.watch.Stop()
	defer s.player.cancel()
	if s.state.hangs.Load() {
		return nil // Write has returned the error
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
