package cli

import (
	"fmt"
	"math"
	"strings"
	"unicode"
)

// Printable replaces control characters in s by spaces. A file name may have some, which would break the line or
// control the terminal.
func Printable(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, s)
}

// Count returns a number of things: "1 frame", "2 frames".
func Count(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Thousands returns a number in groups of three digits.
func Thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// Duration returns the length of frames at a rate in Hz as hours, minutes and seconds.
func Duration(frames, rate int64) string {
	ms := (frames%rate*1000 + rate/2) / rate
	s := frames/rate + ms/1000
	ms %= 1000
	return fmt.Sprintf("%d:%02d:%02d.%03d", s/3600, s/60%60, s%60, ms)
}

// decibels returns a level relative to full scale.
func decibels(peak float32) string {
	if peak == 0 {
		return "-inf dBFS"
	}
	return fmt.Sprintf("%.2f dBFS", 20*math.Log10(float64(peak)))
}
