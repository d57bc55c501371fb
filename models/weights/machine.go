package weights

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Bounds on the program of a checkpoint: its bytes, about 200 for a tensor, and the values on its stack, up to 2000 for
// a dictionary.
const (
	maxProgram = 1 << 22
	maxStack   = 1 << 16
)

// A truncated error is about a file that ends too soon. Its text says what is cut off.
type truncated string

func (t truncated) Error() string { return "is truncated: " + string(t) + ": " + again }

// A shortError is about a program that ends before the bytes that an operation needs.
type shortError struct{ needed, left uint64 }

func (s shortError) Error() string {
	switch {
	case s.needed > 1<<32:
		return "a length above 4 GiB cannot be right"
	case s.left == 0:
		return "it ends too soon"
	}
	return fmt.Sprintf("%d bytes needed, %d left", s.needed, s.left)
}

// A machine runs a pickle, the program that makes the values of a checkpoint. It keeps its first error. After that,
// reads return zero values, so that callers check err once per operation.
type machine struct {
	*checkpoint
	in          *bufio.Reader
	read, limit int64 // bytes of the program: read so far, and at most
	stack       []any
	marks       []int // heights of the stack
	memo        []any
	err         error
}

// unpickle runs the program at the start of in, where size bytes are left. It returns the value that the program makes
// and the length of the program in bytes.
func (c *checkpoint) unpickle(in *bufio.Reader, size int64) (any, int64, error) {
	m := &machine{checkpoint: c, in: in, limit: min(size, maxProgram)}
	for m.err == nil {
		at := m.read
		op := byte(m.number(1))
		if op == '.' && m.err == nil {
			v := m.pop()
			if m.err == nil {
				return v, m.read, nil
			}
		}
		if m.err == nil {
			m.do(op)
		}
		if _, refused := errors.AsType[Unsupported](m.err); m.err != nil && !refused {
			return nil, m.read, fmt.Errorf("damaged checkpoint: at byte %d of its pickle: %w: "+again,
				at, m.err)
		}
	}
	return nil, m.read, m.err
}

func (m *machine) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

// charge spends n bytes of the budget of the checkpoint.
func (m *machine) charge(n int) {
	if err := m.spend(n); err != nil {
		m.fail(err)
	}
}

// extend appends values to s and charges the allocation; bytes is the size of an element. It doubles the capacity:
// append grows long slices by a quarter, which would leave four times as much garbage as elements.
func extend[T any](m *machine, bytes int, s []T, values ...T) []T {
	if need := len(s) + len(values); need > cap(s) {
		room := max(need, 2*cap(s))
		if m.charge(bytes * room); m.err != nil {
			return s
		}
		s = append(make([]T, 0, room), s...)
	}
	return append(s, values...)
}

// left returns the number of bytes that the program may still have.
func (m *machine) left() uint64 { return uint64(m.limit - m.read) }

// bytes returns the next n bytes of the program. They are valid until the next read.
func (m *machine) bytes(n uint64) []byte {
	if n > m.left() {
		m.fail(shortError{n, m.left()})
	}
	if m.err != nil {
		return nil
	}
	var b []byte
	var got int
	var err error
	if n <= uint64(m.in.Size()) {
		b, err = m.in.Peek(int(n))
		got, _ = m.in.Discard(len(b))
	} else if m.charge(int(n)); m.err == nil {
		b = make([]byte, n)
		got, err = io.ReadFull(m.in, b)
	}
	switch {
	case err == io.EOF || err == io.ErrUnexpectedEOF:
		m.fail(shortError{n, uint64(got)}) // the file was cut while it was read
	case err != nil:
		m.fail(err)
	}
	if m.err != nil {
		return nil
	}
	m.read += int64(n)
	return b
}

// number returns the next size bytes of the program as a little-endian number.
func (m *machine) number(size int) uint64 {
	var n uint64
	for i, b := range m.bytes(uint64(size)) {
		n |= uint64(b) << (8 * i)
	}
	return n
}

// line returns the next line of the program, without the line feed.
func (m *machine) line() string {
	var line []byte
	for m.err == nil {
		b, err := m.in.ReadSlice('\n')
		if uint64(len(b)) > m.left() || err != nil && err != bufio.ErrBufferFull {
			m.fail(errors.New("a line has no end"))
			break
		}
		m.read += int64(len(b))
		line = extend(m, 1, line, b...)
		if err == nil {
			m.charge(stringCost + len(line))
		}
		if err == nil && m.err == nil {
			return string(line[:len(line)-1])
		}
	}
	return ""
}

func (m *machine) push(v any) {
	if len(m.stack) == maxStack {
		m.fail(fmt.Errorf("the stack has more than %d values", maxStack))
		return
	}
	m.stack = extend(m, wordCost, m.stack, v)
}

// popMany removes the top n values and returns them. They must be above the last mark, and are valid until the next
// push.
func (m *machine) popMany(n int) []any {
	floor := 0
	if len(m.marks) > 0 {
		floor = m.marks[len(m.marks)-1]
	}
	if len(m.stack)-floor < n {
		m.fail(errors.New("a value is needed, but the stack has none"))
	}
	if m.err != nil {
		return nil
	}
	values := m.stack[len(m.stack)-n:]
	m.stack = m.stack[:len(m.stack)-n]
	return values
}

func (m *machine) pop() any {
	if v := m.popMany(1); v != nil {
		return v[0]
	}
	return nil
}

// top returns the top value without removing it.
func (m *machine) top() any {
	v := m.pop()
	if m.err == nil {
		m.stack = m.stack[:len(m.stack)+1]
	}
	return v
}

// popMarked removes the last mark and the values above it, and returns the values. They are valid until the next push.
func (m *machine) popMarked() []any {
	if len(m.marks) == 0 {
		m.fail(errors.New("a mark is needed, but the stack has none"))
		return nil
	}
	values := m.popMany(len(m.stack) - m.marks[len(m.marks)-1])
	m.marks = m.marks[:len(m.marks)-1]
	return values
}
