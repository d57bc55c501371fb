package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

// compareCreation prints a line for each case. create returns the durations of the
// first creation in a new process, and of later ones.
func compareCreation(out io.Writer, theirs *soxr, cases []benchCase, rounds int,
	create func(benchCase) (first, again float64, err error)) error {
	for _, c := range cases {
		var firsts, later []float64
		for range rounds {
			first, again, err := create(c)
			if err != nil {
				return err
			}
			firsts, later = append(firsts, first), append(later, again)
		}
		soxr, err := theirs.ask("create", c)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, creationLine(c, median(firsts), median(later), soxr)); err != nil {
			return err
		}
	}
	return nil
}

// creationLine formats a line of -create. Durations are in microseconds.
func creationLine(c benchCase, first, again, soxr float64) string {
	return fmt.Sprintf("%d %d %s first %.0f again %.0f soxr %.0f", c.in, c.out, c.quality, first, again, soxr)
}

// inProcess starts this program with -once, and returns the two times that it prints, in microseconds.
func inProcess(c benchCase) (first, again float64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	cmd := exec.Command(self, "-once", "-rates", strconv.Itoa(c.in)+"-"+strconv.Itoa(c.out), "-qualities", c.quality)
	cmd.Stderr = os.Stderr
	answer, err := cmd.Output()
	if err != nil {
		return 0, 0, fmt.Errorf("creation in a new process: %w", err)
	}
	return parseTimes(string(answer))
}

// parseTimes parses the output of -once.
func parseTimes(answer string) (first, again float64, err error) {
	a, b, _ := strings.Cut(strings.TrimSpace(answer), " ")
	first, e1 := strconv.ParseFloat(a, 64)
	again, e2 := strconv.ParseFloat(b, 64)
	if e1 != nil || e2 != nil {
		return 0, 0, fmt.Errorf("creation in a new process: got the answer %q, want two numbers", answer)
	}
	return first, again, nil
}

// createOften creates converters with the same arguments. It returns the duration of the first creation, and the median
// of the last 25 of many, whose memory has been used before, as that of the 25 converters of libsoxr has.
func createOften(c benchCase) (first, again float64, err error) {
	const before, timed = 200, 25
	debug.SetGCPercent(100) // main turns the collector off
	var times []float64
	for range 1 + before + timed {
		start := time.Now()
		if _, err := c.converter(); err != nil {
			return 0, 0, err
		}
		times = append(times, micros(time.Since(start)))
	}
	return times[0], median(times[1+before:]), nil
}

// micros returns d in microseconds.
func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
