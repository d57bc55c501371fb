//go:build portaudio

package command

import (
	"bytes"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A standstill is a time in which a processor did not even run the thread of the highest priority, because the
// hypervisor had taken it away or the kernel kept it.
type standstill struct {
	end    time.Duration // on the system's monotonic clock
	lasted time.Duration
}

func (s standstill) String() string { return s.lasted.Round(time.Millisecond).String() }

// monotonic returns the time on the system's monotonic clock.
func monotonic(t *testing.T) time.Duration {
	t.Helper()
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		t.Fatal(err)
	}
	return time.Duration(now.Nano())
}

// watchMachine starts to look for standstills of at least a duration, with cyclictest. The function that it returns
// ends that, logs the standstills and returns them. They are not known if cyclictest is missing or may not run.
func watchMachine(t *testing.T, least time.Duration) func() (still []standstill, known bool) {
	t.Helper()
	var said, diag bytes.Buffer
	cmd := exec.Command("cyclictest", "--default-system", "--mlockall", "--smp", "--quiet", "--priority=99",
		"--interval=1000", "--spike="+strconv.FormatInt(least.Microseconds(), 10))
	cmd.Stdout, cmd.Stderr = &said, &diag
	ended := make(chan struct{})
	err := cmd.Start()
	if err == nil {
		go func() { cmd.Wait(); close(ended) }()
		t.Cleanup(func() { cmd.Process.Kill(); <-ended })
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil || closed(ended) {
		t.Logf("standstills are not known: cyclictest (Debian: rt-tests) does not run: %v %s", err, &diag)
		return func() ([]standstill, bool) { return nil, false }
	}
	return func() ([]standstill, bool) {
		cmd.Process.Signal(syscall.SIGINT)
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Fatal("cyclictest: got no end within 10 s of its interrupt, want one")
		}
		still := standstills(said.String())
		t.Logf("processors stood still for %v", still)
		return still, true
	}
}

// standstills reads lines like "T: 1 Spike:   28512: TS:  14732363000", both numbers in microseconds.
func standstills(said string) (list []standstill) {
	for line := range strings.Lines(said) {
		f := strings.Fields(strings.ReplaceAll(line, ":", " "))
		if len(f) != 6 || f[0] != "T" || f[2] != "Spike" || f[4] != "TS" {
			continue
		}
		lasted, err := strconv.ParseInt(f[3], 10, 64)
		end, err2 := strconv.ParseInt(f[5], 10, 64)
		if err == nil && err2 == nil {
			const unit = time.Microsecond
			list = append(list, standstill{time.Duration(end) * unit, time.Duration(lasted) * unit})
		}
	}
	return list
}

// TestStandstills: the spikes in the output of cyclictest 2.4 are read, and nothing else is.
func TestStandstills(t *testing.T) {
	got := standstills(`T: 0 (10477) P:99 I:1000 C:   5000 Min:     13 Act:   20 Avg:   28 Max:   28512
T: 1 (10478) P:99 I:1500 C:   3332 Min:     14 Act:   19 Avg:   24 Max:     275

T: 0 Spike:   28512: TS:  15231733235
T: 1 Spike:   10001: TS:  15231733900
spikes = 2
`)
	ms := func(v float64) time.Duration { return time.Duration(v * float64(time.Millisecond)) }
	want := []standstill{{ms(15231733.235), ms(28.512)}, {ms(15231733.9), ms(10.001)}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
