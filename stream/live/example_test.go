package live_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/live"
)

// A memory is a Host with one device, which keeps the bytes that it plays.
type memory struct{ played []byte }

func (m *memory) Devices() ([]live.Device, error) {
	return []live.Device{{Name: "memory", Channels: 2, Rate: 48000, Default: true}}, nil
}

func (m *memory) Supports(_ live.Device, f live.Format) error {
	if f.Rate != 48000 {
		return live.ErrRate
	}
	if f.Channels != 2 {
		return live.ErrChannels
	}
	return nil
}

func (m *memory) Open(_ live.Device, f live.Format, latency time.Duration) (live.Output, error) {
	return &output{memory: m, room: int(latency.Seconds() * float64(f.Rate))}, nil
}

func (m *memory) Close() error { return nil }

// An output plays frames at once, so its buffer is always empty.
type output struct {
	memory *memory
	room   int // frames
}

func (o *output) Start() error       { return nil }
func (o *output) Room() (int, error) { return o.room, nil }
func (o *output) Close() error       { return nil }

func (o *output) Write(p []byte) (underrun bool, err error) {
	o.memory.played = append(o.memory.played, p...)
	return false, nil
}

// A Sink plays on a device of a Host. This Host is in memory; that of live.PortAudio needs a build with the tag
// portaudio.
func ExampleSink() {
	host := &memory{}
	devices, err := host.Devices()
	if err != nil {
		log.Fatal(err)
	}
	device, err := live.Find(devices, "") // the default one
	if err != nil {
		log.Fatal(err)
	}
	want := live.Format{Rate: 48000, Channels: 1, Samples: pcm.S16}
	format, err := live.ChooseFormat(host, device, want, true)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background() // playing stops when it ends
	sink := live.NewSink(ctx, host, live.Options{Device: device, Format: format, Latency: 20 * time.Millisecond})
	p := stream.Pipeline{
		Source: stream.FromSlice(stream.Format{Rate: stream.Hz(48000), Channels: 1}, []float32{0, 0.5, -0.5}),
		Sink:   sink,
	}
	if _, err := p.Run(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(device.Name, "played", sink.Stats().Frames, "frames of", format.Channels, "channels")
	fmt.Printf("% x\n", host.played)
	// Output:
	// memory played 3 frames of 2 channels
	// 00 00 00 00 00 40 00 40 00 c0 00 c0
}

// Play finds the device, and converts the sound to a sample rate that the device supports.
func ExamplePlay() {
	host := &memory{}
	second := make([]float32, 44100)
	source := stream.FromSlice(stream.Format{Rate: stream.Hz(44100), Channels: 1}, second)
	stats, err := live.Play(context.Background(), host, "", stream.Pipeline{Source: source})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stats.Frames, "frames played at 48000 Hz,", stats.Underruns, "underruns")
	// Output:
	// 48000 frames played at 48000 Hz, 0 underruns
}
