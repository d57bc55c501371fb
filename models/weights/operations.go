package weights

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
)

// do runs one operation. Lib/pickletools.py of CPython describes the operations of protocols 0 to 5.
func (m *machine) do(op byte) {
	switch op {
	case 0x80: // PROTO
		if v := m.number(1); v > 5 {
			m.fail(fmt.Errorf("the protocol is %d, must be at most 5", v))
		}
	case 0x95: // FRAME
		if n := m.number(8); n > m.left() {
			m.fail(shortError{n, m.left()})
		}
	case '0': // POP, which removes a mark if no value is above the mark
		if n := len(m.marks); n > 0 && m.marks[n-1] == len(m.stack) {
			m.marks = m.marks[:n-1]
		} else {
			m.pop()
		}
	case '1': // POP_MARK
		m.popMarked()
	case '2': // DUP
		m.push(m.top())
	case '(': // MARK
		if m.marks = extend(m, wordCost/2, m.marks, len(m.stack)); len(m.marks) > maxStack {
			m.fail(fmt.Errorf("the stack has more than %d marks", maxStack))
		}
	case 0x97, 0x98: // NEXT_BUFFER, READONLY_BUFFER
		m.fail(Unsupported("checkpoint needs buffers that are not in the file: save it again with torch.save"))
	default:
		if !m.literal(op) && !m.container(op) && !m.memorize(op) && !m.construct(op) {
			m.fail(fmt.Errorf("the operation %#02x is unknown", op))
		}
	}
}

// literal pushes a constant of the program.
func (m *machine) literal(op byte) bool {
	switch op {
	case 'N':
		m.push(nil)
	case 0x88, 0x89:
		m.push(op == 0x88)
	case 'K':
		m.pushInt(int64(m.number(1)))
	case 'M':
		m.pushInt(int64(m.number(2)))
	case 'J':
		m.pushInt(int64(int32(m.number(4))))
	case 0x8a: // LONG1
		m.pushLong(m.bytes(m.number(1)))
	case 0x8b: // LONG4
		m.pushLong(m.bytes(m.number(4)))
	case 'I', 'L':
		m.pushDecimal(m.line())
	case 'G':
		m.charge(wordCost)
		m.push(math.Float64frombits(bits.ReverseBytes64(m.number(8))))
	case 'F':
		line := m.line()
		v, err := strconv.ParseFloat(line, 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			m.fail(fmt.Errorf("%.20q is not a number", line))
		}
		m.push(v)
	case 'U', 'C', 0x8c: // strings and bytes, with a length of 1, 4 or 8 bytes
		m.pushString(m.bytes(m.number(1)))
	case 'T', 'B', 'X':
		m.pushString(m.bytes(m.number(4)))
	case 0x8d, 0x8e, 0x96:
		m.pushString(m.bytes(m.number(8)))
	case 'S': // STRING, as Python prints it
		m.push(unquote(m.line()))
	case 'V': // UNICODE, with \u escapes for characters that are not in Latin 1
		m.push(unescape(m.line()))
	default:
		return false
	}
	return true
}

func (m *machine) pushInt(v int64) {
	m.charge(wordCost)
	m.push(v)
}

// pushLong pushes a little-endian integer in two's complement.
func (m *machine) pushLong(b []byte) {
	if len(b) > 8 {
		m.charge(stringCost + len(b))
		m.push(long(b))
		return
	}
	v := int64(0)
	for i, x := range b {
		v |= int64(x) << (8 * i)
	}
	shift := 64 - 8*len(b)
	m.pushInt(v << shift >> shift)
}

func (m *machine) pushString(b []byte) {
	m.charge(stringCost + len(b))
	m.push(string(b))
}

// container makes tuples, lists, dictionaries and sets, and puts values into them.
func (m *machine) container(op byte) bool {
	switch op {
	case ')':
		m.push(tuple(nil))
	case 't':
		m.pushTuple(m.popMarked())
	case 0x85, 0x86, 0x87:
		m.pushTuple(m.popMany(int(op) - 0x84))
	case ']':
		m.charge(stringCost)
		m.push(&list{})
	case 'l': // LIST
		l := list(extend(m, wordCost, []any(nil), m.popMarked()...))
		m.charge(stringCost)
		m.push(&l)
	case '}':
		m.pushObject(&object{})
	case 'd': // DICT
		d := &object{}
		m.setItems(d, m.popMarked())
		m.pushObject(d)
	case 0x8f: // EMPTY_SET
		m.pushObject(&object{maker: "builtins.set"})
	case 0x91: // FROZENSET
		o := &object{maker: "builtins.frozenset"}
		m.add(o, m.popMarked())
		m.pushObject(o)
	case 's':
		pair := m.popMany(2)
		m.setItems(m.top(), pair)
	case 'u':
		pairs := m.popMarked()
		m.setItems(m.top(), pairs)
	case 'a':
		values := m.popMany(1)
		m.add(m.top(), values)
	case 'e', 0x90: // APPENDS, ADDITEMS
		values := m.popMarked()
		m.add(m.top(), values)
	default:
		return false
	}
	return true
}

func (m *machine) pushTuple(values []any) {
	m.charge(stringCost + wordCost*len(values))
	m.push(tuple(slices.Clone(values)))
}

func (m *machine) pushObject(o *object) {
	m.charge(objectCost)
	m.push(o)
}

// setItems adds items to a dictionary from alternating keys and values.
func (m *machine) setItems(to any, pairs []any) {
	o, ok := to.(*object)
	if !ok || len(pairs)%2 != 0 {
		m.fail(errors.New("an item is set in a value that is not a dictionary"))
		return
	}
	for ; len(pairs) > 0; pairs = pairs[2:] {
		o.items = extend(m, itemCost, o.items, item{pairs[0], pairs[1]})
	}
}

// add appends values to a list. In a set, or in an object of a class derived from list, they become items with the keys
// 0, 1, 2 and so on.
func (m *machine) add(to any, values []any) {
	switch to := to.(type) {
	case *list:
		*to = extend(m, wordCost, *to, values...)
	case *object:
		for _, v := range values {
			m.charge(wordCost)
			to.items = extend(m, itemCost, to.items, item{int64(len(to.items)), v})
		}
	default:
		m.fail(errors.New("a value is appended to something that is not a list"))
	}
}

// memorize stores the top value in the memo, or pushes a stored value.
func (m *machine) memorize(op byte) bool {
	switch op {
	case 'p':
		m.put(m.index(m.line()))
	case 'q':
		m.put(m.number(1))
	case 'r':
		m.put(m.number(4))
	case 0x94: // MEMOIZE
		m.put(uint64(len(m.memo)))
	case 'g':
		m.get(m.index(m.line()))
	case 'h':
		m.get(m.number(1))
	case 'j':
		m.get(m.number(4))
	default:
		return false
	}
	return true
}

// index parses a memo number in decimal.
func (m *machine) index(line string) uint64 {
	i, err := strconv.ParseUint(line, 10, 32)
	if err != nil {
		m.fail(fmt.Errorf("%.20q is not a memo number", line))
	}
	return i
}

// put stores the top value in the memo under the number i. Python counts from 0, the module cPickle of Python 2 from 1.
func (m *machine) put(i uint64) {
	v := m.top()
	if i > uint64(len(m.memo))+1 {
		m.fail(fmt.Errorf("memo %d is stored, but the memo has %d values", i, len(m.memo)))
	}
	for m.err == nil && i >= uint64(len(m.memo)) {
		m.memo = extend(m, wordCost, m.memo, nil)
	}
	if m.err == nil {
		m.memo[i] = v
	}
}

func (m *machine) get(i uint64) {
	if i >= uint64(len(m.memo)) {
		m.fail(fmt.Errorf("memo %d is read, but the memo has %d values", i, len(m.memo)))
		return
	}
	m.push(m.memo[i])
}
