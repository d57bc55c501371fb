package live

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// ErrNotBuilt is the error of [PortAudio] in a build without the tag portaudio. Its text says how to build with it.
var ErrNotBuilt = errors.New("this build cannot play: install PortAudio (portaudio19-dev of Debian and Ubuntu, " +
	"portaudio of Homebrew) and build with \"make build\", or with \"go build -tags portaudio\"")

// A Host is a sound system with its devices. Its methods are called one at a time.
type Host interface {
	// Devices returns the devices that can play, by ascending index.
	Devices() ([]Device, error)

	// Supports returns nil if the device can be opened for the format. The error is ErrRate or ErrChannels if the rate
	// or the number of channels prevents that, and otherwise an error of the sound system.
	Supports(d Device, f Format) error

	// Open prepares the device to play, with a buffer of about the length latency.
	Open(d Device, f Format, latency time.Duration) (Output, error)

	// Close releases the host. While an Output is open, Close does nothing and returns nil: an Output that hangs stays
	// open until the process ends.
	Close() error
}

// Errors of Host.Supports.
var (
	ErrRate     = errors.New("does not support this sample rate")
	ErrChannels = errors.New("does not support this number of channels")
)

// An Output is a device that [Host.Open] has prepared. One goroutine calls its methods.
type Output interface {
	// Start begins to play the frames that are written from then on.
	Start() error

	// Room returns the number of frames that Write could pass to the device without waiting. After Start and before the
	// first Write that is the size of the device's buffer.
	Room() (frames int, err error)

	// Write waits until the frames p are in the device's buffer. p holds whole frames, with channels adjacent and
	// samples little-endian. underrun reports whether the device has run empty since the last call; the frames are
	// written in either case.
	Write(p []byte) (underrun bool, err error)

	// Close stops the device at once, without playing the frames in its buffer, and releases it.
	Close() error
}

// A Format describes the frames that a device plays.
type Format struct {
	Rate     int // in Hz
	Channels int
	Samples  pcm.Format // S16 or F32
}

// lasts returns the duration of a number of frames.
func (f Format) lasts(frames int64) time.Duration {
	return time.Duration(float64(frames) / float64(f.Rate) * float64(time.Second))
}

// A Device is a sound device that can play.
type Device struct {
	Index     int           // number for Find; the indices of a list may have gaps
	Name      string        // full name, as the sound system reports it
	API       string        // sound system of the device, such as "ALSA"
	Channels  int           // the most channels that it plays
	Rate      int           // the rate that the device prefers, in Hz
	Low, High time.Duration // recommended buffer lengths: for a short delay, and for few underruns
	Default   bool          // the sound system's default device
}

// Find returns the device that a user names. An empty name means the default device, or the first one if there is no
// default. A number is an index. Any other name is the full name of a device, or a part of the name of exactly one
// device, in upper or lower case. The error lists up to 8 devices to choose from.
func Find(devices []Device, name string) (Device, error) {
	if len(devices) == 0 {
		return Device{}, errors.New("no sound device that plays: connect one, or start the sound server")
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
		return Device{}, fmt.Errorf("device %q: the name matches several: choose one of %s", name, list(found))
	}
	return Device{}, fmt.Errorf("device %q: not found: choose one of %s", name, list(devices))
}

// list returns index and name of up to 8 devices, for an error.
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

// MaxLatency is the longest buffer that [Device.ParseLatency] accepts.
const MaxLatency = 2 * time.Second

// ParseLatency returns the buffer length that text means: "low" or "high" for those of the device, or a number of
// milliseconds from 1 to 2000, such as "20" or "20ms".
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

// ChooseFormat returns the format in which to play sound of the format want on the device. It prefers want itself. If
// the device does not support that, it chooses two channels for one, and the rate that the device prefers, or a common
// one from 8 to 192 kHz. A [Sink] plays one channel on two; the caller converts the rate. If exact is set, the rate is
// that of want. The error is a *DeviceError; it wraps ErrRate if the device supports no rate tried.
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
		return Format{}, named(d, fmt.Errorf("does not support %d channels, at most %d: choose another "+
			"device, or mix the channels down", want.Channels, d.Channels))
	}
	if exact {
		return Format{}, named(d, fmt.Errorf("%w, %d Hz: convert the sound to another rate, such as %d Hz", ErrRate,
			want.Rate, d.Rate))
	}
	return Format{}, named(d, fmt.Errorf("%w, %d Hz, nor another common one: choose another device", ErrRate,
		want.Rate))
}

// A DeviceError is an error of one device.
type DeviceError struct {
	Name string // Device.Name
	Err  error
}

// Error returns "device <name>: <error>", with the name in quotes.
func (e *DeviceError) Error() string { return fmt.Sprintf("device %q: %v", e.Name, e.Err) }

// Unwrap returns Err.
func (e *DeviceError) Unwrap() error { return e.Err }

// named returns err as a DeviceError of d.
func named(d Device, err error) error { return &DeviceError{d.Name, err} }
