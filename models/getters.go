package models

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// whole returns a whole number, which may be written as 8.0; missing if the key has no value.
func (s *settings) whole(key string, missing int) int {
	v := s.take(key)
	if v == nil {
		return missing
	}
	n, fault := wholeNumber(v)
	if fault != "" {
		s.fail("%s%s is %s, must be %s", s.prefix, key, shownValue(v), fault)
	}
	return n
}

// wholeNumber returns the whole number of a value. If it is not one, fault says what it must be.
func wholeNumber(v json.RawMessage) (n int, fault string) {
	x, err := strconv.ParseFloat(string(v), 64)
	switch {
	case kind(v) != "a number" || err == nil && x != math.Trunc(x):
		return 0, "a whole number"
	case err != nil || math.Abs(x) > math.MaxInt32:
		return 0, "a whole number below 2^31"
	}
	return int(x), ""
}

// number returns a number; missing if the key has no value.
func (s *settings) number(key string, missing float64) float64 {
	v := s.take(key)
	if v == nil {
		return missing
	}
	x, err := strconv.ParseFloat(string(v), 64)
	if kind(v) != "a number" || err != nil {
		s.fail("%s%s is %s, must be a number", s.prefix, key, shownValue(v))
	}
	return x
}

// text returns a string; missing if the key has no value.
func (s *settings) text(key, missing string) string {
	v := s.take(key)
	if v == nil {
		return missing
	}
	var t string
	if json.Unmarshal(v, &t) != nil {
		s.fail("%s%s is %s, must be a string", s.prefix, key, shownValue(v))
	}
	return t
}

// wholes returns an array of whole numbers; nil if the key has no value.
func (s *settings) wholes(key string) []int {
	const want = "an array of whole numbers"
	v := s.take(key)
	if v == nil {
		return nil
	}
	numbers := []int{}
	for _, element := range s.elements(key, v, want) {
		n, fault := wholeNumber(element)
		if fault != "" {
			s.fail("%s%s holds %s, must be %s", s.prefix, key, shownValue(element), want)
		}
		numbers = append(numbers, n)
	}
	return numbers
}

// rows returns an array of arrays of whole numbers; nil if the key has no value.
func (s *settings) rows(key string) [][]int {
	const want = "an array of arrays of whole numbers"
	v := s.take(key)
	if v == nil {
		return nil
	}
	rows := [][]int{}
	for _, element := range s.elements(key, v, want) {
		row := []int{}
		if kind(element) != "an array" {
			s.fail("%s%s holds %s, must be %s", s.prefix, key, shownValue(element), want)
			break
		}
		for _, e := range s.elements(key, element, want) {
			n, fault := wholeNumber(e)
			if fault != "" {
				s.fail("%s%s holds %s, must be %s", s.prefix, key, shownValue(e), want)
			}
			row = append(row, n)
		}
		rows = append(rows, row)
	}
	return rows
}

// maxElements bounds the arrays that are read. No generator has longer ones.
const maxElements = 1 << 10

// elements returns the elements of an array. It fails if v is not an array, which must be want.
func (s *settings) elements(key string, v json.RawMessage, want string) []json.RawMessage {
	if kind(v) != "an array" {
		s.fail("%s%s is %s, must be %s", s.prefix, key, shownValue(v), want)
		return nil
	}
	if n := bytes.Count(v, []byte(",")) + 1; n > maxElements {
		s.fail("%s%s has %d elements, must have at most %d", s.prefix, key, n, maxElements)
		return nil
	}
	var all []json.RawMessage
	json.Unmarshal(v, &all) // cannot fail: the whole text is valid
	return all
}
