package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/tailwave/tailwave/stream"
)

// Sample rates that the commands read and write, Hz.
const (
	MinRate = 1000
	MaxRate = 768000
)

// RateAllowed reports whether a sample rate is from MinRate to MaxRate.
func RateAllowed(rate int64) bool { return rate >= MinRate && rate <= MaxRate }

// CheckRate checks the value of --rate if it is set.
func CheckRate(cmd *cobra.Command, rate int64) error {
	if cmd.Flags().Changed("rate") && !RateAllowed(rate) {
		return Usagef("--rate %d: must be from %d to %d Hz", rate, MinRate, MaxRate)
	}
	return nil
}

// CheckSoundRate checks the sample rate of an input.
func CheckSoundRate(f stream.Format) error {
	if hz, err := f.SampleRate(); err != nil || !RateAllowed(int64(hz)) {
		return fmt.Errorf("sample rate %v: must be from %d to %d Hz: convert it with another program, such as sox", f.Rate, MinRate, MaxRate)
	}
	return nil
}

// CheckRange checks the value of a flag of whole numbers.
func CheckRange(flag string, value, low, high int) error {
	if value < low || value > high {
		return Usagef("--%s %d: must be from %d to %d", flag, value, low, high)
	}
	return nil
}

const maxThreads = 1024

// Threads is the flag --threads.
type Threads int

// AddFlag defines the flag.
func (t *Threads) AddFlag(cmd *cobra.Command) {
	cmd.Flags().IntVar((*int)(t), "threads", 0, "number of threads; 0 means one per processor (default 0)")
}

// Check checks the value.
func (t Threads) Check() error { return CheckRange("threads", int(t), 0, maxThreads) }

// NewPool returns a pool of t threads; for 0, one per processor.
func (t Threads) NewPool() *stream.Pool {
	if t == 0 {
		return stream.NewPool(runtime.GOMAXPROCS(0))
	}
	return stream.NewPool(int(t))
}
