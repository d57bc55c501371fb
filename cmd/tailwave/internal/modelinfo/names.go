package modelinfo

import (
	"cmp"
	"strings"
)

// compareNames orders names of tensors part by part, numbers in them by their value: ups.2 comes before ups.10.
func compareNames(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		if c := compareParts(x[i], y[i]); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a, b))
}

// compareParts orders numbers by their value, and before words.
func compareParts(a, b string) int {
	na, nb := number(a), number(b)
	switch {
	case na && nb:
		a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	case na != nb:
		if na {
			return -1
		}
		return 1
	}
	return cmp.Compare(a, b)
}

// number reports whether a part consists of digits.
func number(part string) bool {
	return part != "" && strings.Trim(part, "0123456789") == ""
}
