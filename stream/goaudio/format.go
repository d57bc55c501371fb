package goaudio

import (
	"fmt"
	"math"

	"github.com/go-audio/audio"

	"github.com/tailwave/tailwave/stream"
)

// Format returns the go-audio format with the rate and channels of f. The error is a *RefusedError if f is not valid,
// or if its rate is not a whole number of Hz or does not fit in an int.
func Format(f stream.Format) (*audio.Format, error) {
	if err := f.Validate(); err != nil {
		return nil, &RefusedError{"format", err.Error()}
	}
	hz, whole := f.Rate.Whole()
	if !whole {
		return nil, &RefusedError{"format", fmt.Sprintf("frame rate %v: must be a whole number of Hz", f.Rate)}
	}
	if hz > math.MaxInt {
		return nil, &RefusedError{"format", fmt.Sprintf("frame rate %v: must be at most %d Hz", f.Rate, math.MaxInt)}
	}
	return &audio.Format{NumChannels: f.Channels, SampleRate: int(hz)}, nil
}

// StreamFormat returns the stream format with the rate and channels of f. The error is a *RefusedError if f is nil, or
// if its rate in Hz or its number of channels is below 1.
func StreamFormat(f *audio.Format) (stream.Format, error) {
	if f == nil {
		return stream.Format{}, &RefusedError{"format", "is nil"}
	}
	s := stream.Format{Rate: stream.Hz(f.SampleRate), Channels: f.NumChannels}
	if err := s.Validate(); err != nil {
		return stream.Format{}, &RefusedError{"format", err.Error()}
	}
	return s, nil
}
