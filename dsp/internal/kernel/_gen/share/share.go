// Package share has the parts that the generators have in common: arguments, constants and vector registers.
package share

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Arguments are the fields of a struct to which the only parameter of a function, t, points.
type Arguments struct{ fields gotypes.Component }

// NewArguments loads the parameter t.
func NewArguments() Arguments { return Arguments{Dereference(Param("t"))} }

// Load loads a field into a new register.
func (a Arguments) Load(name string) GPVirtual { return Load(a.fields.Field(name), GP64()).(GPVirtual) }

// Memory returns the address of a field.
func (a Arguments) Memory(name string) Mem {
	b, err := a.fields.Field(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// Vectors divides the vector registers with the given number of float32 lanes: acc is a matrix of rows by columns
// registers, and free are the others. The largest tiles need every register, so the registers are named here instead of
// being left to the allocator.
func Vectors(lanes, rows, columns int) (acc [][]Register, free []Register) {
	free = []Register{Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11, Y12, Y13, Y14, Y15}
	if lanes == 16 {
		free = []Register{
			Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11, Z12, Z13, Z14, Z15,
			Z16, Z17, Z18, Z19, Z20, Z21, Z22, Z23, Z24, Z25, Z26, Z27, Z28, Z29, Z30, Z31,
		}
	}
	for range rows {
		acc = append(acc, free[:columns])
		free = free[columns:]
	}
	return acc, free
}

// Clear sets vector registers to zeros.
func Clear(registers ...Register) {
	for _, r := range registers {
		if r.Size() == 64 {
			VPXORD(r, r, r)
		} else {
			VXORPS(r, r, r)
		}
	}
}

// Count returns a number with a noun in the singular or the plural, as in "1 row" or "2 rows".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
