package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tailwave/tailwave/dsp/resample"
)

// allRates is the default of -rates.
const allRates = "44100-96000 44100-88200 44100-176400 44100-48000 44100-192000 16000-48000 16000-24000 24000-48000 " +
	"8000-16000 8000-48000 22050-44100 48000-192000 48000-96000 48000-44100 96000-44100 192000-44100 88200-44100 " +
	"96000-48000 192000-48000 192000-96000 176400-44100 48000-24000 48000-16000 48000-8000 24000-8000 16000-8000 " +
	"44100-16000"

// A benchCase is one conversion.
type benchCase struct {
	in, out  int // Hz
	channels int
	quality  string
}

// filters holds our filter of each quality. testdata/bench-soxr.c has those of libsoxr.
var filters = map[string]resample.Filter{
	"best":  {Quality: resample.Best},
	"high":  {Quality: resample.High},
	"steep": {Bandwidth: 0.99},
}

// parseCases returns all combinations of the words of three lists, ordered by channels, then by rates.
func parseCases(rates, channels, qualities string) ([]benchCase, error) {
	var cases []benchCase
	for _, ch := range strings.Fields(channels) {
		n, err := strconv.Atoi(ch)
		if err != nil || n < 1 || n > 64 {
			return nil, fmt.Errorf("channels %q: want numbers from 1 to 64, such as \"1 2 8\"", ch)
		}
		for _, pair := range strings.Fields(rates) {
			c := benchCase{channels: n}
			in, out, _ := strings.Cut(pair, "-")
			var e1, e2 error
			c.in, e1 = strconv.Atoi(in)
			c.out, e2 = strconv.Atoi(out)
			if e1 != nil || e2 != nil || c.in < 1 || c.out < 1 {
				return nil, fmt.Errorf("rates %q: want pairs in Hz, such as \"44100-96000 48000-16000\"", pair)
			}
			for _, c.quality = range strings.Fields(qualities) {
				if _, known := filters[c.quality]; !known {
					return nil, fmt.Errorf("quality %q: want best, high or steep", c.quality)
				}
				cases = append(cases, c)
			}
		}
	}
	if len(cases) == 0 {
		return nil, fmt.Errorf("no case: name at least one pair of rates, number of channels and quality")
	}
	return cases, nil
}

func (c benchCase) converter() (*resample.Converter, error) {
	return resample.New(c.in, c.out, c.channels, filters[c.quality])
}
