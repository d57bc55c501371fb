// Command peak writes the loops of package peak:
//
//	go run ./peak -out _out/peak_amd64.s -stubs _out/peak_amd64.go -pkg peak
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"

	"github.com/tailwave/tailwave/dsp/internal/kernel/_gen/share"
)

func main() {
	ConstraintExpr("!purego")
	write("loopAVX2", []Register{Y0, Y1, Y2, Y3, Y4, Y5, Y6, Y7, Y8, Y9, Y10, Y11})
	write("loopAVX512", []Register{Z0, Z1, Z2, Z3, Z4, Z5, Z6, Z7, Z8, Z9, Z10, Z11})
	Generate()
}

// write emits a loop over 4 fused multiply-adds into each of 12 accumulators. 12 independent chains hide the latency of
// an operation.
func write(name string, acc []Register) {
	TEXT(name, NOSPLIT, "func(n int)")
	Doc(name + " computes n*48 fused multiply-adds of whole vectors, on registers alone. n is at least 1.")
	share.Clear(acc...)
	n := Load(Param("n"), GP64())
	Label("loop")
	for range 4 {
		for _, a := range acc {
			VFMADD231PS(a, a, a)
		}
	}
	DECQ(n)
	JNZ(LabelRef("loop"))
	VZEROUPPER()
	RET()
}
