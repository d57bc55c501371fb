package stream_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"slices"
	"sync"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/pcm"
	"github.com/tailwave/tailwave/dsp/resample"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/stream/raw"
)

// A pipeline carries stereo frames in memory through one stage, which mixes them to mono, into a Buffer.
func ExamplePipeline() {
	mono, err := dsp.NewMixdown(2)
	if err != nil {
		log.Fatal(err)
	}
	stereo := []float32{1, 3, 4, 6, -2, 2} // 3 frames
	var out stream.Buffer
	p := stream.Pipeline{
		Source: stream.FromSlice(stream.Format{Rate: stream.Hz(48000), Channels: 2}, stereo),
		Stages: []stream.Stage{{Name: "mono", Processor: mono}},
		Sink:   &out,
	}
	stats, err := p.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stats.FramesIn, "frames in,", stats.FramesOut, "frames out at", out.Format.Rate)
	fmt.Println(out.Samples)
	// Output:
	// 3 frames in, 3 frames out at 48000 Hz
	// [2 5 0]
}

// Two sinks receive the same frames: one keeps them in memory, the other writes them as bytes.
func ExampleTee() {
	var kept stream.Buffer
	var file bytes.Buffer
	p := stream.Pipeline{
		Source: stream.FromSlice(stream.Format{Rate: stream.Hz(8000), Channels: 1}, []float32{0, 0.5, -0.5, -1}),
		Sink:   stream.Tee(raw.NewWriter(&file, raw.Options{Encoding: pcm.S16}), &kept),
	}
	if _, err := p.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("% x\n", file.Bytes())
	fmt.Println(kept.Samples)
	// Output:
	// 00 00 00 40 00 c0 00 80
	// [0 0.5 -0.5 -1]
}

// One of two sinks receives all frames, the other only every third.
func ExampleThrough() {
	third, err := dsp.NewDecimator(3, 1)
	if err != nil {
		log.Fatal(err)
	}
	var all, few stream.Buffer
	p := stream.Pipeline{
		Source: stream.FromSlice(stream.Format{Rate: stream.Hz(48000), Channels: 1}, []float32{0, 1, 2, 3, 4, 5, 6, 7}),
		Sink:   stream.Tee(&all, stream.Through(stream.Stage{Name: "third", Processor: third}, &few)),
	}
	if _, err := p.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(all.Format.Rate, all.Samples)
	fmt.Println(few.Format.Rate, few.Samples)
	// Output:
	// 48000 Hz [0 1 2 3 4 5 6 7]
	// 16000 Hz [0 3 6]
}

// Two pipelines that run at the same time share the workers of one Pool, which do not change a bit of the result.
func ExamplePool() {
	pool := stream.NewPool(4)
	defer pool.Close()
	second := make([]float32, 2*44100)
	second[0] = 1 // a click, then silence
	var outs [2]stream.Buffer
	var wg sync.WaitGroup
	for i := range outs {
		converter, err := resample.New(44100, 48000, 2, resample.Filter{}, dsp.WithWorkers(pool))
		if err != nil {
			log.Fatal(err)
		}
		p := stream.Pipeline{
			Source: stream.FromSlice(stream.Format{Rate: stream.Hz(44100), Channels: 2}, second),
			Stages: []stream.Stage{{Name: "resample", Processor: converter}},
			Sink:   &outs[i],
		}
		wg.Go(func() {
			if _, err := p.Run(context.Background()); err != nil {
				log.Fatal(err)
			}
		})
	}
	wg.Wait()
	fmt.Println(len(outs[0].Samples)/2, "frames, both streams equal:", slices.Equal(outs[0].Samples, outs[1].Samples))
	// Output:
	// 48000 frames, both streams equal: true
}

// A caller reads frames through a stage. No goroutine is started.
func ExamplePull() {
	format := stream.Format{Rate: stream.Hz(48000), Channels: 1}
	third, err := dsp.NewDecimator(3, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	source := stream.FromSlice(format, []float32{0, 1, 2, 3, 4, 5, 6, 7})
	p, err := stream.Pull(source, stream.Stage{Name: "third", Processor: third})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	fmt.Println(p.Frames(), "frames at", p.Format().Rate)
	for dst := make([]float32, 2); ; {
		n, err := p.Read(dst)
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(dst[:n])
	}
	// Output:
	// 3 frames at 16000 Hz
	// [0 3]
	// [6]
}

// ReadAll reads a source into memory. OutFormat returns the format after the stages before anything runs.
func ExampleReadAll() {
	source := stream.FromSlice(stream.Format{Rate: stream.Hz(8000), Channels: 2}, []float32{1, 3, -1, 0})
	mixdown, err := dsp.NewMixdown(2)
	if err != nil {
		log.Fatal(err)
	}
	stages := []stream.Stage{{Name: "mixdown", Processor: mixdown}}
	format, err := stream.Pipeline{Source: source, Stages: stages}.OutFormat()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(format.Channels, "channel at", format.Rate)

	mono, err := stream.Pull(source, stages...)
	if err != nil {
		log.Fatal(err)
	}
	sound, err := stream.ReadAll(context.Background(), mono)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(sound.Samples)
	// Output:
	// 1 channel at 8000 Hz
	// [2 -0.5]
}
