package stream_test

import (
	"fmt"
	"io"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
)

// A device that asks for samples draws them through stages, without a goroutine.
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
