package weights

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Bounds on the program of a checkpoint: its bytes, of which a tensor takes some 200, and the values on its stack, of
// which a dictionary takes 2000.
const (
	maxProgram = 1 << 22
	maxStack   = 1 << 16
)

// A truncated error says what a file lacks that ends too soon.
type truncated string

func (t truncated) Error() string { return "is truncated: " + string(t) + ": download it again" }

// A shortError is about a program that ends too soon.
type shortError struct{ needed, left uint64 }

func (s shortError) Error() string { return fmt.Sprintf("%d bytes needed, %d left", s.needed, s.left) }

// A machine runs a pickle, the program that makes the values of a checkpoint. After the first error it gives zeros.
type machine struct {
	*checkpoint
	in          *bufio.Reader
	read, limit int64 // bytes of the program: those read, and the most that it may have
	stack       []any
	marks       []int // heights of the stack
	memo        []any
	err         error
}

// unpickle returns the value that the program at the start of in makes, and how many bytes the program has. There are
// size bytes left to read.
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
			return nil, m.read, fmt.Errorf("damaged checkpoint: at byte %d of a pickle: %w: download it again",
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

// charge takes n bytes from the budget of the checkpoint.
func (m *machine) charge(n int) {
	if err := m.spend(n); err != nil {
		m.fail(err)
	}
}

// extend appends to a slice of elements of so many bytes, and charges what that allocates. It doubles the capacity:
// append raises that of long slices by a quarter, which leaves four times as much garbage as there are elements.
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

// left returns how many bytes of the program may follow.
func (m *machine) left() uint64 { return uint64(m.limit - m.read) }

// bytes returns the next n bytes of the program, until the next reading.
func (m *machine) bytes(n uint64) []byte {
	if n > m.left() {
		m.fail(shortError{n, m.left()})
	}
	if m.err != nil {
		return nil
	}
	var b []byte
	var err error
	if n <= uint64(m.in.Size()) {
		b, err = m.in.Peek(int(n))
		m.in.Discard(len(b))
	} else if m.charge(int(n)); m.err == nil {
		b = make([]byte, n)
		_, err = io.ReadFull(m.in, b)
	}
	if err != nil {
		m.fail(err)
	}
	if m.err != nil {
		return nil
	}
	m.read += int64(n)
	return b
}

// number returns the next size bytes of the program, little end first.
func (m *machine) number(size int) uint64 {
	var n uint64
	for i, b := range m.bytes(uint64(size)) {
		n |= uint64(b) << (8 * i)
	}
	return n
}

// line returns the next line of the program.
func (m *machine) line() string {
	var line []byte
	for m.err == nil {
		b, err := m.in.ReadSlice('\n')
		if uint64(len(b)) > m.left() || err != nil && err != bufio.ErrBufferFull {
			m.fail(errors.New("a line without end"))
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
		m.fail(errors.New("too many values at once"))
		return
	}
	m.stack = extend(m, wordCost, m.stack, v)
}

// popMany returns the n values on top, until the next push. They must all be above the last mark.
func (m *machine) popMany(n int) []any {
	floor := 0
	if len(m.marks) > 0 {
		floor = m.marks[len(m.marks)-1]
	}
	if len(m.stack)-floor < n {
		m.fail(errors.New("takes a value that is not there"))
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

// top returns the value on top and leaves it there.
func (m *machine) top() any {
	v := m.pop()
	if m.err == nil {
		m.stack = m.stack[:len(m.stack)+1]
	}
	return v
}

// popMarked returns the values since the last mark, until the next push, and takes the mark away.
func (m *machine) popMarked() []any {
	if len(m.marks) == 0 {
		m.fail(errors.New("there is no mark"))
		return nil
	}
	values := m.popMany(len(m.stack) - m.marks[len(m.marks)-1])
	m.marks = m.marks[:len(m.marks)-1]
	return values
}
