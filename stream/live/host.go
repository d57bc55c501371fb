package live

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// ErrNotBuilt is the error of PortAudio in a build without the tag portaudio. It says how to get one.
var ErrNotBuilt = errors.New("this build cannot play: install PortAudio (portaudio19-dev of Debian and Ubuntu, " +
	"portaudio of Homebrew) and build with \"make build\", or with \"go build -tags portaudio\"")

// A Host has sound devices. Its methods are called one at a time.
type Host interface {
	// Devices returns the devices that can play, by ascending index.
	Devices() ([]Device, error)

	// Supports returns nil if the device can be opened for the format, ErrRate or ErrChannels if it is because of the
	// rate or the channels that it cannot, and otherwise what the sound system says.
	Supports(d Device, f Format) error

	// Open prepares the device, with a buffer for about so much sound.
	Open(d Device, f Format, latency time.Duration) (Output, error)

	// Close releases the host, but not while an Output is open: one that hangs is left to the end of the process.
	Close() error
}

// Errors of Host.Supports.
var (
	ErrRate     = errors.New("does not take this sample rate")
	ErrChannels = errors.New("does not take this number of channels")
)

// An Output is a device prepared to play. One goroutine calls its methods.
type Output interface {
	// Start begins to play what is written.
	Start() error

	// Room returns the frames that Write would take without waiting: of a device that has started, and not been written
	// to, the size of its buffer.
	Room() (frames int, err error)

	// Write waits until the device has taken the whole frames p, little-endian. It reports whether the device had run
	// empty since the last call; the frames are taken all the same.
	Write(p []byte) (underrun bool, err error)

	// Close stops at once, without playing what is in the buffer, and releases the device.
	Close() error
}

// A Format says how frames are handed to a device.
type Format struct {
	Rate     int // in Hz
	Channels int
	Samples  pcm.Format // S16 or F32
}

// lasts returns how long frames are heard.
func (f Format) lasts(frames int64) time.Duration {
	return time.Duration(float64(frames) / float64(f.Rate) * float64(time.Second))
}

// A Device is a sound device that can play.
type Device struct {
	Index     int
	Name      string
	API       string // of the sound system it belongs to, such as ALSA
	Channels  int    // at most
	Rate      int    // the usual one, in Hz
	Low, High time.Duration
	Default   bool
}

// Find returns the device that a user means: the default one if name is empty, the one with that index if it is a
// number, otherwise the one with that name, or, with letters of either case, the only one whose name contains it. The
// error tells what there is.
func Find(devices []Device, name string) (Device, error) {
	if len(devices) == 0 {
		return Device{}, errors.New("no sound device that plays")
	}
	index, err := strconv.Atoi(name)
	numbered := err == nil
	var found []Device
	for _, d := range devices {
		switch {
		case name == "" && d.Default, numbered && d.Index == index, !numbered && name != "" && d.Name == name:
			return d, nil
		case !numbered && strings.Contains(strings.ToLower(d.Name), strings.ToLower(name)):
			found = append(found, d)
		}
	}
	switch {
	case name == "":
		return devices[0], nil
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return Device{}, fmt.Errorf("device %q: may be any of %s", name, list(found))
	}
	return Device{}, fmt.Errorf("device %q: there is none; there are %s", name, list(devices))
}

// list names devices in a line.
func list(devices []Device) string {
	const most = 8
	var names []string
	for _, d := range devices[:min(len(devices), most)] {
		names = append(names, fmt.Sprintf("%d %q", d.Index, d.Name))
	}
	if len(devices) > most {
		names = append(names, fmt.Sprintf("%d more", len(devices)-most))
	}
	return strings.Join(names, ", ")
}

// MaxLatency bounds the buffer of a device.
const MaxLatency = 2 * time.Second

// ParseLatency returns the latency that a user asks of a device: low, high, or a number of milliseconds from 1 to 2000.
func (d Device) ParseLatency(text string) (time.Duration, error) {
	switch text {
	case "low":
		return d.Low, nil
	case "high":
		return d.High, nil
	}
	ms, err := strconv.ParseFloat(strings.TrimSuffix(text, "ms"), 64)
	if most := MaxLatency.Milliseconds(); err != nil || !(ms >= 1 && ms <= float64(most)) {
		return 0, fmt.Errorf("must be low, high, or 1 to %d milliseconds", most)
	}
	return time.Duration(ms * float64(time.Millisecond)), nil
}

// ChooseFormat returns the format in which the device plays frames of the given rate and channels: as they are if it
// takes that, otherwise at the device's usual rate or another common one, and one channel as two. A Sink does what the
// channels need; the rate is left to a resampler. With exact the rate must not change.
func ChooseFormat(h Host, d Device, want Format, exact bool) (Format, error) {
	var err error
	for _, channels := range []int{want.Channels, 2} {
		if channels != want.Channels && (want.Channels != 1 || channels > d.Channels) {
			break
		}
		rates := []int{want.Rate}
		if !exact {
			rates = append(rates, d.Rate, 48000, 44100, 96000, 192000, 32000, 16000, 8000)
		}
		for _, rate := range rates {
			f := Format{Rate: rate, Channels: channels, Samples: want.Samples}
			if err = h.Supports(d, f); err == nil {
				return f, nil
			}
			if !errors.Is(err, ErrRate) && !errors.Is(err, ErrChannels) {
				return Format{}, named(d, err)
			}
		}
	}
	if errors.Is(err, ErrChannels) || want.Channels > d.Channels {
		return Format{}, named(d, fmt.Errorf("takes up to %d channels, not %d", d.Channels, want.Channels))
	}
	return Format{}, named(d, fmt.Errorf("%w, %d Hz", ErrRate, want.Rate))
}

// A DeviceError is an error with the device it concerns.
type DeviceError struct {
	Name string
	Err  error
}

func (e *DeviceError) Error() string { return fmt.Sprintf("device %q: %v", e.Name, e.Err) }
func (e *DeviceError) Unwrap() error { return e.Err }

// named adds the device to an error.
func named(d Device, err error) error { return &DeviceError{d.Name, err} }
