package npy

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"github.com/tailwave/tailwave/dsp"
)

// saveAgain ends the error for a header that NumPy does not write.
const saveAgain = "save the array again with numpy.save"

// A header holds the values of the dictionary.
type header struct {
	size    int // bytes of an element
	order   binary.ByteOrder
	fortran bool
	shape   []int
}

// parseHeader parses a Python dictionary of strings, booleans and a tuple of integers, as NumPy writes it.
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
			return h, fmt.Errorf("npy: header has %.40q twice: %s", key, saveAgain)
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
			err = fmt.Errorf("npy: unknown header key %.40q: %s", key, saveAgain)
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
			return h, fmt.Errorf("npy: header without %q: %s", key, saveAgain)
		}
	}
	return h, nil
}

// elements returns the number of elements, or an error if it is more than maxElements.
func (h header) elements() (int, error) {
	n := 1
	for _, d := range h.shape {
		if d != 0 && n > maxElements/d {
			return 0, fmt.Errorf("npy: shape %s: more than %d elements: split the array into smaller ones", dsp.ListText(h.shape), maxElements)
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
	if strings.HasPrefix(p.rest, "[") {
		return p.wrong("a plain type such as '<f4', not records,", "save one field of the array")
	}
	s, ok := p.quoted()
	if !ok {
		return p.fail("a plain type such as '<f4'")
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

// meaning explains the element types that are not read, "" for those that it does not know.
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
			return ends("unfinished: the program that wrote it did not complete it: run that program again")
		}
		if err != nil || d > maxElements {
			return p.fail(fmt.Sprintf("a dimension from 0 to %d", maxElements))
		}
		if len(h.shape) == maxRank {
			return fmt.Errorf("npy: header: a shape of more than %d dimensions: %s", maxRank, saveAgain)
		}
		h.shape = append(h.shape, d)
		p.rest = p.rest[n:]
		if !p.accept(",") && !strings.HasPrefix(p.rest, ")") {
			return p.fail("a comma")
		}
	}
	return nil
}

// fail returns the error for a header that does not go on with what is wanted.
func (p *parser) fail(want string) error { return p.wrong(want, saveAgain) }

func (p *parser) wrong(want, cure string) error {
	at := "the end"
	if p.rest != "" {
		at = fmt.Sprintf("%q", p.rest[:min(len(p.rest), 20)])
	}
	return fmt.Errorf("npy: header: expected %s at %s: %s", want, at, cure)
}
