package dsptest_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
)

// A delay is a custom Processor of one channel: output frame k is input frame k-3, and the first three are silence. The
// last three input frames are dropped.
type delay struct {
	dsp.Guard
	last [3]float32
}

func (d *delay) Shape() dsp.Shape        { return dsp.Shape{In: 1, Out: 1, Up: 1, Down: 1} }
func (d *delay) OutFrames(n int64) int64 { return n }
func (d *delay) Emitted(n int64) int64   { return n }
func (d *delay) MaxOutFrames(n int) int  { return n }

func (d *delay) Process(dst, src []float32) []float32 {
	d.BeginProcess(len(src), 1)
	for _, v := range src {
		dst = append(dst, d.last[0])
		d.last = [3]float32{d.last[1], d.last[2], v}
	}
	return dst
}

func (d *delay) Flush(dst []float32) []float32 {
	d.BeginFlush() // a delay holds no frames
	return dst
}

func (d *delay) Reset() {
	d.last = [3]float32{}
	d.Guard.Reset()
}

// Verify compares a custom Processor with a function that computes the output for a whole input. The second delay has a
// fault: its Reset does not restore the state that its constructor set.
func ExampleVerify() {
	contract := dsptest.Contract[float32]{
		New: func() dsptest.Streamer[float32] { return &delay{} },
		Reference: func(src []float32) []float32 {
			return slices.Concat(make([]float32, 3), src)[:len(src)]
		},
		Frames: 50,
		Waits:  true, // output frame k is known with input frame k-3, but emitted with input frame k
	}
	fmt.Println("delay:", dsptest.Verify(contract))

	contract.New = func() dsptest.Streamer[float32] { return &delay{last: [3]float32{0, 0, 1}} }
	fault, _, _ := strings.Cut(dsptest.Verify(contract).Error(), ":")
	fmt.Println("other delay:", fault)
	// Output:
	// delay: <nil>
	// other delay: after Reset the processor is not as new
}
