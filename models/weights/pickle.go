package weights

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Bounds on the program of a checkpoint; a tensor takes some 130 bytes of it, and the stack of a dictionary 2000
// values.
const (
	maxProgram = 1 << 22
	maxStack   = 1 << 16
)

// A refusal says what a checkpoint would call.
type refusal string

func (r refusal) Error() string {
	name := string(r)
	if len(name) > 80 || strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) }) {
		name = fmt.Sprintf("%.80q", name)
	}
	return "checkpoint calls " + name + ", which is refused"
}

// A machine runs a pickle. After the first error it gives zeros.
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
	for {
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
		if _, refused := errors.AsType[refusal](m.err); refused {
			return nil, m.read, m.err
		}
		if m.err != nil {
			return nil, m.read, fmt.Errorf("damaged checkpoint: before byte %d of a pickle: %w", m.read, m.err)
		}
	}
}

// do runs one operation. They are those of protocols 2 to 5 that numbers, strings, containers and calls need.
func (m *machine) do(op byte) {
	switch op {
	case 0x80: // protocol
		if v := m.number(1); v > 5 {
			m.fail(fmt.Errorf("protocol %d, must be up to 5", v))
		}
	case 0x95: // frame
		if n := m.number(8); n > m.left() {
			m.fail(fmt.Errorf("%d bytes in a frame, %d left", n, m.left()))
		}
	case 'N':
		m.push(nil)
	case 0x88, 0x89:
		m.push(op == 0x88)
	case 'K':
		m.push(int64(m.number(1)))
	case 'M':
		m.push(int64(m.number(2)))
	case 'J':
		m.push(int64(int32(m.number(4))))
	case 'G':
		m.push(math.Float64frombits(binary.BigEndian.Uint64(binary.LittleEndian.AppendUint64(nil, m.number(8)))))
	case 0x8a: // integer of any length
		b := m.bytes(m.number(1))
		if len(b) > 8 {
			m.push(long(b))
			break
		}
		v := int64(0)
		for i, x := range b {
			v |= int64(x) << (8 * i)
		}
		shift := 64 - 8*len(b)
		m.push(v << shift >> shift)
	case 'U', 'C', 0x8c: // strings and bytes, by the size of their lengths
		m.push(string(m.bytes(m.number(1))))
	case 'T', 'B', 'X':
		m.push(string(m.bytes(m.number(4))))
	case 0x8d, 0x8e:
		m.push(string(m.bytes(m.number(8))))
	case '(':
		if m.marks = append(m.marks, len(m.stack)); len(m.marks) > maxStack {
			m.fail(errors.New("too deep"))
		}
	case ')':
		m.push(tuple(nil))
	case '}':
		m.push(&dict{})
	case ']':
		m.push(&list{})
	case 't':
		m.push(tuple(slices.Clone(m.popMarked())))
	case 0x85, 0x86, 0x87:
		m.push(tuple(slices.Clone(m.popMany(int(op) - 0x84))))
	case 's', 'u':
		pairs := m.pairs(op)
		if d, ok := m.top().(*dict); ok && len(pairs)%2 == 0 {
			for ; len(pairs) > 0; pairs = pairs[2:] {
				*d = append(*d, struct{ key, value any }{pairs[0], pairs[1]})
			}
		} else {
			m.fail(errors.New("sets an item of what is no dictionary"))
		}
	case 'a', 'e':
		values := m.pairs(op)
		if l, ok := m.top().(*list); ok {
			*l = append(*l, values...)
		} else {
			m.fail(errors.New("appends to what is no list"))
		}
	case 'q', 'r', 0x94:
		i := uint64(len(m.memo))
		switch op {
		case 'q':
			i = m.number(1)
		case 'r':
			i = m.number(4)
		}
		switch v := m.top(); {
		case i < uint64(len(m.memo)):
			m.memo[i] = v
		case i == uint64(len(m.memo)):
			m.memo = append(m.memo, v)
		default:
			m.fail(fmt.Errorf("memo %d, has %d", i, len(m.memo)))
		}
	case 'h', 'j':
		size := 1
		if op == 'j' {
			size = 4
		}
		i := m.number(size)
		if i >= uint64(len(m.memo)) {
			m.fail(fmt.Errorf("memo %d, has %d", i, len(m.memo)))
			return
		}
		m.push(m.memo[i])
	case 'c':
		module, attribute := m.line(), m.line()
		m.load(module, attribute)
	case 0x93:
		names := m.popMany(2)
		if names == nil {
			return
		}
		module, ok := names[0].(string)
		attribute, alsoString := names[1].(string)
		if !ok || !alsoString {
			m.fail(errors.New("imports what is no string"))
		}
		m.load(module, attribute)
	case 'R':
		if pair := m.popMany(2); pair != nil {
			v, err := m.call(pair[0], pair[1])
			m.fail(err)
			m.push(v)
		}
	case 'Q':
		v, err := m.persistent(m.pop())
		m.fail(err)
		m.push(v)
	case 'b': // the attributes of a dictionary, such as _metadata, are no tensors
		m.pop()
		if _, ok := m.top().(*dict); !ok {
			m.fail(errors.New("sets attributes of what is no dictionary"))
		}
	default:
		m.fail(fmt.Errorf("operation %#02x, which state dicts do not need, is refused", op))
	}
}

// load pushes an imported name, if it is one that state dicts need.
func (m *machine) load(module, attribute string) {
	if m.err != nil {
		return
	}
	name := class(module + "." + attribute)
	switch _, ok := kinds[name]; {
	case ok, name == "collections.OrderedDict", name == "collections.Counter", name == "torch._utils._rebuild_tensor",
		name == "torch._utils._rebuild_tensor_v2", name == "torch._utils._rebuild_parameter":
		m.push(name)
	default:
		m.fail(refusal(name))
	}
}

func (m *machine) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

// left returns how many bytes of the program may follow.
func (m *machine) left() uint64 { return uint64(m.limit - m.read) }

// bytes returns the next n bytes of the program, until the next reading.
func (m *machine) bytes(n uint64) []byte {
	if n > m.left() {
		m.fail(fmt.Errorf("%d bytes needed, %d left", n, m.left()))
	}
	if m.err != nil {
		return nil
	}
	var b []byte
	var err error
	if n <= uint64(m.in.Size()) {
		b, err = m.in.Peek(int(n))
		m.in.Discard(len(b))
	} else {
		b = make([]byte, n)
		_, err = io.ReadFull(m.in, b)
	}
	if err != nil {
		m.fail(err)
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

// line returns the next line of the program, which is a name and short.
func (m *machine) line() string {
	if m.err != nil {
		return ""
	}
	b, err := m.in.ReadSlice('\n')
	if err != nil || uint64(len(b)) > m.left() {
		m.fail(fmt.Errorf("a name without end within %d bytes", m.in.Size()))
		return ""
	}
	m.read += int64(len(b))
	return string(b[:len(b)-1])
}

func (m *machine) push(v any) {
	if len(m.stack) == maxStack {
		m.fail(errors.New("too many values at once"))
		return
	}
	m.stack = append(m.stack, v)
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

// pairs returns what goes into a container: a value, a key and a value, or all since the mark.
func (m *machine) pairs(op byte) []any {
	switch op {
	case 'a':
		return m.popMany(1)
	case 's':
		return m.popMany(2)
	}
	return m.popMarked()
}
