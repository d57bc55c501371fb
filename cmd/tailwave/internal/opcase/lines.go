package opcase

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
)

// maxLine bounds the bytes of a line, and so the memory for reading it.
const maxLine = 1 << 28

// An inputLine is a line of a file, or the error that ended it.
type inputLine struct {
	text    []byte // without spaces at its ends
	number  int    // from 1
	tooLong bool   // over maxLine; text is empty
	err     error  // never io.EOF
}

// readLines sends the lines of in that are not blank. It closes the channel after the last line, after an error, or
// when ctx ends. A blocked read, as from a terminal, cannot be interrupted: its goroutine lasts until the program ends.
func readLines(ctx context.Context, in io.Reader) <-chan inputLine {
	lines := make(chan inputLine)
	go func() {
		defer close(lines)
		scanLines(in, maxLine, func(l inputLine) bool {
			select {
			case lines <- l:
				return true
			case <-ctx.Done():
				return false
			}
		})
	}()
	return lines
}

// scanLines calls yield for each line that is not blank, until it returns false.
func scanLines(in io.Reader, limit int, yield func(inputLine) bool) {
	r := bufio.NewReaderSize(in, 1<<16)
	for number := 1; ; number++ {
		text, tooLong, err := readLine(r, limit)
		text = bytes.TrimSpace(text)
		if (len(text) > 0 || tooLong) && !yield(inputLine{text: text, number: number, tooLong: tooLong}) {
			return
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				yield(inputLine{number: number, err: err})
			}
			return
		}
	}
}

// readLine returns the next line, which is empty if it is longer than limit, and the error that ended it.
func readLine(r *bufio.Reader, limit int) (text []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if tooLong = tooLong || len(text)+len(part) > limit; tooLong {
			text = nil
		} else {
			text = append(text, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, tooLong, err
		}
	}
}
