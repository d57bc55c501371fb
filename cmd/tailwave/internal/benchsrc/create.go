package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// compareCreation prints a line for each case. create returns the durations of two creations in a new process.
func compareCreation(out io.Writer, theirs *soxr, cases []benchCase, rounds int,
	create func(benchCase) (first, second float64, err error)) error {
	for _, c := range cases {
		var firsts, seconds []float64
		for range rounds {
			first, second, err := create(c)
			if err != nil {
				return err
			}
			firsts, seconds = append(firsts, first), append(seconds, second)
		}
		soxr, err := theirs.ask("create", c)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintln(out, creationLine(c, median(firsts), median(seconds), soxr)); err != nil {
			return err
		}
	}
	return nil
}

// creationLine formats a line of -create. Durations are in microseconds.
func creationLine(c benchCase, first, second, soxr float64) string {
	return fmt.Sprintf("%d %d %s first %.0f second %.0f soxr %.0f", c.in, c.out, c.quality, first, second, soxr)
}

// inProcess starts this program with -once, and returns the two times that it prints, in microseconds.
func inProcess(c benchCase) (first, second float64, err error) {
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
func parseTimes(answer string) (first, second float64, err error) {
	a, b, _ := strings.Cut(strings.TrimSpace(answer), " ")
	first, e1 := strconv.ParseFloat(a, 64)
	second, e2 := strconv.ParseFloat(b, 64)
	if e1 != nil || e2 != nil {
		return 0, 0, fmt.Errorf("creation in a new process: got the answer %q, want two numbers", answer)
	}
	return first, second, nil
}

// newTwice creates two converters with the same arguments. It keeps the first until the second is created, so that the
// second reuses no memory of it.
func newTwice(c benchCase) (first, second time.Duration, err error) {
	start := time.Now()
	a, err := c.converter()
	if err != nil {
		return 0, 0, err
	}
	first = time.Since(start)
	start = time.Now()
	_, err = c.converter()
	second = time.Since(start)
	runtime.KeepAlive(a)
	return first, second, err
}

// micros returns d in microseconds.
func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
