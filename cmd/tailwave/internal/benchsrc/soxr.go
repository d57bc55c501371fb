package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// A soxr measures libsoxr. It is the running program of testdata/bench-soxr.c, whose head describes the requests.
type soxr struct {
	requests io.WriteCloser
	answers  *bufio.Reader
	wait     func() error
}

// start starts the compiled program at path.
func start(path string) (*soxr, error) {
	cmd := exec.Command(path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &soxr{requests: in, answers: bufio.NewReader(out), wait: cmd.Wait}, nil
}

// ask requests a measurement of what, "speed" or "create", and returns the number of the answer.
func (s *soxr) ask(what string, c benchCase) (float64, error) {
	request := fmt.Sprintf("%s %d %d %d %s", what, c.in, c.out, c.channels, c.quality)
	if _, err := fmt.Fprintln(s.requests, request); err != nil {
		return 0, fmt.Errorf("libsoxr, %s: %w", request, err)
	}
	answer, err := s.answers.ReadString('\n')
	if err != nil {
		return 0, fmt.Errorf("libsoxr, %s: no answer: %w", request, err)
	}
	answer = strings.TrimSpace(answer)
	v, err := strconv.ParseFloat(answer, 64)
	if err != nil || !(v > 0) {
		return 0, fmt.Errorf("libsoxr, %s: got the answer %q, want a positive number", request, answer)
	}
	return v, nil
}

// stop ends the program, and returns its error.
func (s *soxr) stop() error {
	s.requests.Close()
	return s.wait()
}
