package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
)

// fakeSoxr answers the requests with the answers in turn, and then ends. requests returns what it has been asked.
func fakeSoxr(t *testing.T, answers ...string) (s *soxr, requests func() []string) {
	var got []string
	in, w := io.Pipe()
	r, out := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer out.Close()
		lines := bufio.NewScanner(in)
		for _, a := range answers {
			if !lines.Scan() {
				return
			}
			got = append(got, lines.Text())
			fmt.Fprintln(out, a)
		}
	}()
	t.Cleanup(func() { w.Close() })
	wait := func() error { <-done; return nil }
	return &soxr{requests: w, answers: bufio.NewReader(r), wait: wait}, func() []string { <-done; return got }
}

func TestCompareSpeed(t *testing.T) {
	s, requests := fakeSoxr(t, "0.001", "1e9", "0.002", "1e9", "1e9", "3e9")
	var out strings.Builder
	cases := []benchCase{{48000, 16000, 1, "high"}, {16000, 48000, 2, "steep"}}
	if err := compareSpeed(&out, s, cases, 3); err != nil {
		t.Fatal(err)
	}
	want := regexp.MustCompile(`^48000 16000 1 high [1-9]\d* 0 [1-9]\d+\.\d\d\n` +
		`16000 48000 2 steep [1-9]\d* 1000000000 0\.00\nsmallest 0\.00\n$`)
	if !want.MatchString(out.String()) {
		t.Errorf("got %q, want a match of %s", out.String(), want)
	}
	asked := strings.Repeat("speed 48000 16000 1 high\n", 3) + strings.Repeat("speed 16000 48000 2 steep\n", 3)
	if got := strings.Join(requests(), "\n") + "\n"; got != asked {
		t.Errorf("got the requests %q, want %q", got, asked)
	}
}

func TestCompareCreation(t *testing.T) {
	s, requests := fakeSoxr(t, "85.4")
	firsts := []float64{2300, 2100, 1900}
	create := func(c benchCase) (first, second float64, err error) {
		first, firsts = firsts[0], firsts[1:]
		return first, first / 100, nil
	}
	var out strings.Builder
	if err := compareCreation(&out, s, []benchCase{{44100, 48000, 1, "best"}}, 3, create); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "44100 48000 best first 2100 again 21 soxr 85\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := strings.Join(requests(), "\n"), "create 44100 48000 1 best"; got != want {
		t.Errorf("got the requests %q, want %q", got, want)
	}
}

// TestOnce: parseTimes reads the output of -once.
func TestOnce(t *testing.T) {
	var out strings.Builder
	if err := run([]string{"-once", "-rates", "16000-48000", "-qualities", "high"}, &out); err != nil {
		t.Fatal(err)
	}
	if first, second, err := parseTimes(out.String()); err != nil || !(first > 0) || !(second > 0) {
		t.Errorf("got %q, error %v, want two positive numbers", out.String(), err)
	}
	for _, answer := range []string{"", "1", "1 2 3", "1 2ms"} {
		if first, second, err := parseTimes(answer); err == nil {
			t.Errorf("%q: got %v and %v, want an error", answer, first, second)
		}
	}
}

func TestSpeedLine(t *testing.T) {
	got := speedLine(benchCase{44100, 96000, 2, "steep"}, 1233.6, 1100.4, 1.1249)
	if want := "44100 96000 2 steep 1234 1100 1.12"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{3}, 3},
		{[]float64{9, 1, 4}, 4},
		{[]float64{9, 1, 4, 2}, 3},
		{[]float64{5, 1, 4, 2, 3}, 3},
	} {
		before := fmt.Sprint(test.values)
		if got := median(test.values); got != test.want || fmt.Sprint(test.values) != before {
			t.Errorf("%v: got %v and values %v, want %v and values unchanged", before, got, test.values, test.want)
		}
	}
}

func TestAnswersRejected(t *testing.T) {
	c := benchCase{44100, 48000, 1, "best"}
	for _, answer := range []string{"", "fast", "0", "-1", "NaN", "1 2"} {
		s, _ := fakeSoxr(t, answer)
		want := fmt.Sprintf("libsoxr, speed 44100 48000 1 best: got the answer %q, want a positive number", answer)
		if got, err := s.ask("speed", c); err == nil || err.Error() != want {
			t.Errorf("answer %q: got %v, error %v, want error %s", answer, got, err, want)
		}
	}
	s, _ := fakeSoxr(t, "5")
	if got, err := s.ask("speed", c); got != 5 || err != nil {
		t.Errorf("got %v, error %v, want 5", got, err)
	}
}

// TestEnded: a program that has ended is an error, not a hang.
func TestEnded(t *testing.T) {
	s := &soxr{requests: discard{}, answers: bufio.NewReader(strings.NewReader(""))}
	if _, err := s.ask("create", benchCase{44100, 48000, 1, "best"}); !errors.Is(err, io.EOF) {
		t.Errorf("got error %v, want io.EOF", err)
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }

func TestRunRejects(t *testing.T) {
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "0 arguments: want the path of the compiled testdata/bench-soxr.c"},
		{[]string{"-rounds", "0", "x"}, "rounds 0: must be at least 1"},
		{[]string{"-rates", "5", "x"}, `rates "5"`},
	} {
		err := run(test.args, io.Discard)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got error %v, want one with %q", test.args, err, test.want)
		}
	}
}

// TestSameLoad: the C program has the same length of calls and runs, and the same noise.
func TestSameLoad(t *testing.T) {
	text, err := os.ReadFile("../../../../testdata/bench-soxr.c")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		fmt.Sprintf("chunk = %d,", chunk),
		fmt.Sprintf("double least = %v;", least.Seconds()),
		"unsigned state = 1;",
		"state = state * 1664525 + 1013904223;",
		"x[i] = (int)state / 4294967296.0f;",
	} {
		if !strings.Contains(string(text), line) {
			t.Errorf("testdata/bench-soxr.c: got no %q, want it", line)
		}
	}
	// The first states are 1015568748 and 1586005467.
	if got := noise(2); got[0] != float32(1015568748)/(1<<32) || got[1] != float32(1586005467)/(1<<32) {
		t.Errorf("got noise %v, want %v and %v", got, float32(1015568748)/(1<<32), float32(1586005467)/(1<<32))
	}
}
