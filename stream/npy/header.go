package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// header is what the dictionary says.
type header struct {
	size    int // bytes of an element
	order   binary.ByteOrder
	fortran bool
	shape   []int
}

// parseHeader reads a Python dictionary of strings, booleans and a tuple of integers, as NumPy writes it.
func parseHeader(text []byte) (header, error) {
	var h header
	p := parser{string(text)}
	seen := map[string]bool{}
	if !p.accept("{") {
		return h, p.fail("a dictionary")
	}
	for !p.accept("}") {
		key, ok := p.quoted()
		if !ok || !p.accept(":") {
			return h, p.fail("a key")
		}
		if seen[key] {
			return h, fmt.Errorf("npy: header has %.40q twice", key)
		}
		var err error
		switch key {
		case "descr":
			err = p.descr(&h)
		case "fortran_order":
			h.fortran = p.accept("True")
			if !h.fortran && !p.accept("False") {
				err = p.fail("True or False")
			}
		case "shape":
			err = p.tuple(&h)
		default:
			err = fmt.Errorf("npy: unknown header key %.40q", key)
		}
		if err != nil {
			return h, err
		}
		seen[key] = true
		if !p.accept(",") && !strings.HasPrefix(p.rest, "}") {
			return h, p.fail("a comma")
		}
	}
	if p.rest != "" {
		return h, p.fail("the end")
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return h, fmt.Errorf("npy: header without %q", key)
		}
	}
	return h, nil
}

// elements returns the number of elements, or an error if it is absurd.
func (h header) elements() (int, error) {
	n := 1
	for _, d := range h.shape {
		if d != 0 && n > maxElements/d {
			return 0, fmt.Errorf("npy: shape %v: more than %d elements", h.shape, maxElements)
		}
		n *= d
	}
	return n, nil
}

// A parser consumes tokens from the front of rest.
type parser struct{ rest string }

func (p *parser) accept(token string) bool {
	p.rest = strings.TrimLeft(p.rest, " \t\n")
	after, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = strings.TrimLeft(after, " \t\n")
	}
	return ok
}

func (p *parser) quoted() (string, bool) {
	for _, quote := range []string{"'", `"`} {
		if p.accept(quote) {
			s, after, ok := strings.Cut(p.rest, quote)
			p.rest = after
			return s, ok
		}
	}
	return "", false
}

func (p *parser) descr(h *header) error {
	s, ok := p.quoted()
	if !ok {
		return p.fail("a plain type")
	}
	switch s {
	case "<f2", ">f2":
		h.size = 2
	case "<f4", ">f4":
		h.size = 4
	case "<f8", ">f8":
		h.size = 8
	default:
		return fmt.Errorf("npy: element type %.40q%s: must be float16, float32 or float64: save the array with "+
			`.astype("float32")`, s, meaning(s))
	}
	h.order = binary.LittleEndian
	if s[0] == '>' {
		h.order = binary.BigEndian
	}
	return nil
}

// meaning explains an element type.
func meaning(descr string) string {
	kind := strings.TrimLeft(descr, "<>|=")
	if kind == "" {
		return ""
	}
	switch kind[0] {
	case 'i', 'u':
		return " (integers)"
	case 'b', '?':
		return " (booleans)"
	case 'c':
		return " (complex numbers)"
	case 'f':
		return " (float of another size)"
	case 'O':
		return " (Python objects)"
	case 'V':
		return " (records, or bfloat16)"
	}
	return ""
}

func (p *parser) tuple(h *header) error {
	if !p.accept("(") {
		return p.fail("a shape")
	}
	for !p.accept(")") {
		n := len(p.rest) - len(strings.TrimLeft(p.rest, "0123456789"))
		d, err := strconv.Atoi(p.rest[:n])
		if err == nil && int64(d) == unfinished {
			return fmt.Errorf("npy: unfinished: the program that wrote it did not come to its end: %w", io.ErrUnexpectedEOF)
		}
		if err != nil || d > maxElements || len(h.shape) == 32 {
			return p.fail("a dimension")
		}
		h.shape = append(h.shape, d)
		p.rest = p.rest[n:]
		if !p.accept(",") && !strings.HasPrefix(p.rest, ")") {
			return p.fail("a comma")
		}
	}
	return nil
}

func (p *parser) fail(want string) error {
	return fmt.Errorf("npy: header: expected %s at %q", want, p.rest[:min(len(p.rest), 20)])
}
