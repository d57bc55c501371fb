package dsptest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tailwave/tailwave/dsp"
)

// identity returns the contract of a processor that returns its input.
func identity(create func() Streamer[float32]) Contract[float32] {
	return Contract[float32]{
		New:       create,
		Reference: func(src []float32) []float32 { return src },
		Frames:    20,
	}
}

func newPadder() (*dsp.Padder, error) { return dsp.NewPadder(1, 2) }

// TestNew makes the New of a Contract from constructors of different types.
func TestNew(t *testing.T) {
	for name, c := range map[string]struct {
		create func() Streamer[float32]
		want   string
	}{
		"a type":      {New(newPadder), ""},
		"a Processor": {New(func() (dsp.Processor, error) { return newPadder() }), ""},
		"a parameter": {New(func() (*dsp.Padder, error) { return dsp.NewPadder(1, 2) }), ""},
		"an error": {New(func() (*dsp.Padder, error) { return dsp.NewPadder(0, 2) }),
			"New failed: multiple is 0, must be from 1 to 1048576"},
		"an error later": {New(failing(4)), "New failed: worn out"},
		"nil":            {func() Streamer[float32] { return nil }, "New returned nil, want a processor"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := judge(t, identity(c.create)); got != c.want {
				t.Errorf("Check reports %q, want %q", got, c.want)
			}
		})
	}
}

// failing returns a constructor that fails after some calls.
func failing(calls int) func() (*dsp.Padder, error) {
	return func() (*dsp.Padder, error) {
		if calls--; calls < 0 {
			return nil, errors.New("worn out")
		}
		return newPadder()
	}
}

func TestContractFindsFaultsOfNew(t *testing.T) {
	one, err := newPadder()
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	for name, c := range map[string]struct {
		create func() Streamer[float32]
		want   string
	}{
		"one processor": {func() Streamer[float32] { return one },
			"New returned the same processor twice: it must create a new one at every call"},
		"one processor in two": {func() Streamer[float32] { return unowned{one} },
			"New returned the same processor twice, or two that share a Guard: Flush of the first ends the second"},
		"different ones": {func() Streamer[float32] {
			calls++
			value := float32(calls)
			return dsp.Map(1, 1, func(dst, src []float32) { dst[0] = value })
		}, "New returned two processors that differ: frame 0, channel 0 (value 0 of 20) is 3, want 2"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := judge(t, identity(c.create)); !strings.HasPrefix(got, c.want) {
				t.Errorf("Check reports %q, want %q in front", got, c.want)
			}
		})
	}
}

func TestContractWithoutFields(t *testing.T) {
	whole := identity(func() Streamer[float32] { return &unguarded{1} })
	for name, c := range map[string]struct {
		change func(c *Contract[float32])
		want   string
	}{
		"nothing":      {func(c *Contract[float32]) { *c = Contract[float32]{} }, "no New, no Reference, no Frames"},
		"no New":       {func(c *Contract[float32]) { c.New = nil }, "no New"},
		"no Reference": {func(c *Contract[float32]) { c.Reference = nil }, "no Reference"},
		"no Frames":    {func(c *Contract[float32]) { c.Frames = 0 }, "no Frames"},
	} {
		t.Run(name, func(t *testing.T) {
			contract := whole
			c.change(&contract)
			want := "the Contract has " + c.want + ": New, Reference and Frames are required"
			if err := Verify(contract); err == nil || err.Error() != want {
				t.Errorf("error %v, want %q", err, want)
			}
		})
	}
}

// TestContractReportsGuardOnce: a missing call of the Guard breaks several rules, but is reported once.
func TestContractReportsGuardOnce(t *testing.T) {
	for _, channels := range []int{1, 2, 3} {
		for name, c := range map[string]struct {
			p    func() Streamer[float32]
			cure string
		}{
			"no Guard":       {func() Streamer[float32] { return &unguarded{channels} }, "embed a dsp.Guard, call BeginProcess"},
			"no call of its": {func() Streamer[float32] { return &unchecked{unguarded: unguarded{channels}} }, "call BeginProcess"},
		} {
			t.Run(fmt.Sprintf("%s, %d channels", name, channels), func(t *testing.T) {
				want := fmt.Sprintf("Process of 1 value, with %d per frame, does not panic: %s", channels, c.cure)
				if channels == 1 {
					want = "Process of 0 frames after Flush does not panic: " + c.cure
				}
				got := judge(t, identity(c.p))
				if !strings.HasPrefix(got, want) || strings.Contains(got, ";") {
					t.Errorf("Check reports %q, want one message that begins with %q", got, want)
				}
			})
		}
	}
}

// A late processor emits each frame one frame later than it could, and the first as silence.
type late struct {
	dsp.Guard
	last float32
}

func (*late) Shape() dsp.Shape                { return dsp.Shape{In: 1, Out: 1, Up: 1, Down: 1} }
func (*late) OutFrames(n int64) int64         { return n }
func (*late) Emitted(n int64) int64           { return n }
func (*late) MaxOutFrames(n int) int          { return n }
func (l *late) Flush(dst []float32) []float32 { l.BeginFlush(); return dst }
func (l *late) Reset()                        { l.last = 0; l.Guard.Reset() }

func (l *late) Process(dst, src []float32) []float32 {
	l.BeginProcess(len(src), 1)
	for _, v := range src {
		dst = append(dst, l.last)
		l.last = v
	}
	return dst
}

func TestContractWaits(t *testing.T) {
	for waits, want := range map[bool]string{
		true:  "",
		false: "Emitted(5) is 5, but 6 output frames of the Reference do not depend on later input: emit them, or set Waits",
	} {
		t.Run(fmt.Sprint(waits), func(t *testing.T) {
			c := identity(func() Streamer[float32] { return &late{} })
			c.Reference = func(src []float32) []float32 {
				copy(src[1:], src) // Reference may change src
				src[0] = 0
				return src
			}
			c.Waits = waits
			if got := judge(t, c); got != want {
				t.Errorf("Check reports %q, want %q", got, want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		chunks []int
		want   string
	}{
		{[]int{7}, "1 chunk"},
		{[]int{1, 1}, "2 chunks of 1 frame"},
		{[]int{3, 3, 1}, "3 chunks of 3 frames"},
		{[]int{3, 3, 4}, "3 chunks of 3, 3, 4 frames"},
		{[]int{3, 3, 0}, "3 chunks of 3, 3, 0 frames"},
		{[]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14}, "14 chunks of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, ... frames"},
	} {
		t.Run(c.want, func(t *testing.T) {
			if got := cut(c.chunks); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
