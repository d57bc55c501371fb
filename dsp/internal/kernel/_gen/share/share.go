// Package share is what the generators of tiles have in common.
package share

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

// Arguments are the fields of the struct that a function's only parameter points to.
type Arguments struct{ fields gotypes.Component }

// NewArguments loads the pointer in the parameter t.
func NewArguments() Arguments { return Arguments{Dereference(Param("t"))} }

// Load returns a field in a register.
func (a Arguments) Load(name string) GPVirtual { return Load(a.fields.Field(name), GP64()).(GPVirtual) }

// Memory returns the place of a field.
func (a Arguments) Memory(name string) Mem {
	b, err := a.fields.Field(name).Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// Vectors returns vector registers with the given number of float32 lanes: acc has rows of columns registers, and free
// has the others. The largest tiles need every one, so they are given by number rather than allocated.
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

// Clear zeroes vector registers.
func Clear(registers ...Register) {
	for _, r := range registers {
		if r.Size() == 64 {
			VPXORD(r, r, r)
		} else {
			VXORPS(r, r, r)
		}
	}
}
