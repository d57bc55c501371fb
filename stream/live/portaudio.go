//go:build portaudio

package live

import (
	"errors"
	"fmt"
	"math"
	"sync/atomic"
	"time"

	"github.com/gordonklaus/portaudio"
)

// PortAudio returns the sound system of PortAudio. In a build without the tag portaudio the error is [ErrNotBuilt].
// Messages that the sound libraries write to standard error are hidden unless verbose is set.
func PortAudio(verbose bool) (Host, error) {
	if !verbose {
		silenceLibraries()
	}
	if err := portaudio.Initialize(); err != nil {
		return nil, fmt.Errorf("PortAudio: %w", paError(err))
	}
	infos, err := portaudio.Devices()
	if err != nil {
		portaudio.Terminate()
		return nil, fmt.Errorf("PortAudio: %w", paError(err))
	}
	return &paHost{infos: infos}, nil
}

type paHost struct {
	infos []*portaudio.DeviceInfo
	open  atomic.Int64 // number of open outputs
}

func (h *paHost) Devices() ([]Device, error) {
	usual, _ := portaudio.DefaultOutputDevice() // an error means that there is no default device
	var list []Device
	for _, d := range h.infos {
		if d.MaxOutputChannels < 1 {
			continue
		}
		list = append(list, Device{
			Index: d.Index, Name: d.Name, API: d.HostApi.Name,
			Channels: d.MaxOutputChannels, Rate: int(math.Round(d.DefaultSampleRate)),
			Low: d.DefaultLowOutputLatency, High: d.DefaultHighOutputLatency,
			Default: usual != nil && d.Index == usual.Index,
		})
	}
	return list, nil
}

// parameters returns the parameters of a PortAudio stream, and the pointer into buf whose type is the sample format.
func (h *paHost) parameters(
	d Device, f Format, latency time.Duration, buf *paBuffer,
) (portaudio.StreamParameters, any) {
	p := portaudio.StreamParameters{
		Output: portaudio.StreamDeviceParameters{
			Device: h.infos[d.Index], Channels: f.Channels, Latency: latency,
		},
		SampleRate:      float64(f.Rate),
		FramesPerBuffer: portaudio.FramesPerBufferUnspecified,
		Flags:           portaudio.ClipOff | portaudio.DitherOff, // if PortAudio converts samples, it only rounds them
	}
	return p, buf.start(f)
}

func (h *paHost) Supports(d Device, f Format) error {
	p, buf := h.parameters(d, f, d.High, new(paBuffer))
	err := portaudio.IsFormatSupported(p, buf)
	switch {
	case errors.Is(err, portaudio.InvalidSampleRate):
		return ErrRate
	case errors.Is(err, portaudio.InvalidChannelCount):
		return ErrChannels
	}
	return paError(err)
}

func (h *paHost) Open(d Device, f Format, latency time.Duration) (Output, error) {
	o := &paOutput{host: h}
	p, buf := h.parameters(d, f, latency, &o.paBuffer)
	var err error
	if o.stream, err = portaudio.OpenStream(p, buf); err != nil {
		return nil, paError(err)
	}
	h.open.Add(1)
	return o, nil
}

func (h *paHost) Close() error {
	if h.open.Load() > 0 {
		return nil
	}
	return paError(portaudio.Terminate())
}

type paOutput struct {
	paBuffer
	host   *paHost
	stream *portaudio.Stream
}

func (o *paOutput) Start() error { return paError(o.stream.Start()) }

func (o *paOutput) Room() (int, error) {
	n, err := o.stream.AvailableToWrite()
	return n, paError(err)
}

func (o *paOutput) Write(p []byte) (underrun bool, err error) {
	for len(p) > 0 && err == nil {
		p = p[o.load(p):]
		if err = o.stream.Write(); err == portaudio.OutputUnderflowed {
			underrun, err = true, nil
		}
	}
	return underrun, paError(err)
}

func (o *paOutput) Close() error {
	err := o.stream.Abort()
	o.host.open.Add(-1)
	return paError(errors.Join(err, o.stream.Close()))
}

// paError returns an error of PortAudio with a text that can follow the name of a device.
func paError(err error) error {
	if err == nil {
		return nil
	}
	switch err {
	case portaudio.DeviceUnavailable:
		return errors.New("is busy or disconnected: close the program that uses it, or choose another device")
	case portaudio.InvalidDevice, portaudio.BadIODeviceCombination: // reported for a device that was unplugged
		return errors.New("is disconnected: connect it, or choose another device")
	}
	if host, ok := errors.AsType[portaudio.UnanticipatedHostError](err); ok && (host.Text == "" || host.Text == " ") {
		return fmt.Errorf("the sound system reports error %d", host.Code)
	}
	return err
}
