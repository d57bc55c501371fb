package cli

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable replaces control characters in s by spaces, those for the direction of text included. A file name may have
// some: they would break the line, control the terminal, or show the name in another order.
func Printable(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) {
			return ' '
		}
		return c
	}, s)
}

// maxLine bounds the characters of a line of a message, maxWord those of a word in a line that would be longer.
const (
	maxLine = 400
	maxWord = 100
)

// ErrorLine returns a message that the program's name precedes in a line: "tailwave: message" has at most 400
// characters. It is otherwise like [Line].
func ErrorLine(message string) string {
	return shortenLine(Printable(message), maxLine-len("tailwave: "))
}

// Warn writes a warning, in a line like those of errors.
func Warn(w io.Writer, message string) { fmt.Fprintf(w, "tailwave: %s\n", ErrorLine(message)) }

// Line returns a line of at most 400 characters, printable. A longer one loses characters from the middle of its long
// words, which are names of files and the like, and from its own middle if that is not enough. "…" is in their place.
func Line(line string) string { return shortenLine(Printable(line), maxLine) }

func shortenLine(line string, most int) string {
	if utf8.RuneCountInString(line) <= most {
		return line
	}
	words := strings.Split(line, " ")
	for i, w := range words {
		words[i] = shorten(w, maxWord)
	}
	return shorten(strings.Join(words, " "), most)
}

// shorten removes characters from the middle of s if it has more than most.
func shorten(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	r := []rune(s)
	end := most / 2
	return string(r[:most-1-end]) + "…" + string(r[len(r)-end:])
}

// LineWriter returns a writer that writes whole lines to w as [Line] returns them. It holds an unfinished line until
// its newline is written.
func LineWriter(w io.Writer) io.Writer { return &lineWriter{w: w} }

type lineWriter struct {
	w    io.Writer
	rest []byte // of a line
}

func (l *lineWriter) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		line, rest, ok := bytes.Cut(l.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		if _, err := io.WriteString(l.w, Line(string(line))+"\n"); err != nil {
			return 0, err
		}
		l.rest = rest
	}
}

// maxNames is how many names of a list are in a message.
const maxNames = 5

// List returns names for a message: "a, b, c". A longer list ends with the number of the names that are left out.
func List(names []string) string {
	if more := len(names) - maxNames; more > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNames], ", "), more)
	}
	return strings.Join(names, ", ")
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
	switch {
	case peak == 0:
		return "-inf dBFS"
	case math.IsInf(float64(peak), 1):
		return "+inf dBFS"
	}
	level := fmt.Sprintf("%.2f", 20*math.Log10(float64(peak)))
	if level == "-0.00" {
		level = "0.00"
	}
	return level + " dBFS"
}
