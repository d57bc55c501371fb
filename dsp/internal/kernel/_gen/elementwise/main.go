// Command elementwise writes the AVX2 assembly of the elementwise functions of package kernel:
//
//	go run ./elementwise -out _out/elementwise_amd64.s -stubs _out/elementwise_amd64.go -pkg kernel
//
// Each function computes the operations of its Go definition in the same order. What the definition computes in float64
// takes two registers for 8 values.
package main

import . "github.com/mmcloughlin/avo/build"

func main() {
	ConstraintExpr("!purego")

	flat("expAVX2", "func(dst, src []float32)", 2, exp)
	flat("expm1AVX2", "func(dst, src []float32)", 2, expm1)
	flat("tanhAVX2", "func(dst, src []float32)", 2, tanh)
	flat("sigmoidAVX2", "func(dst, src []float32)", 2, sigmoid)
	flat("sinAVX2", "func(dst, src []float32)", 2, sin)
	flat("reluAVX2", "func(dst, src []float32)", 4, relu)
	flat("leakyReLUAVX2", "func(dst, src []float32, slope float32)", 4, leakyReLU)
	flat("eluAVX2", "func(dst, src []float32, alpha float32)", 2, elu)
	flat("addAVX2", "func(dst, x, y []float32)", 4, add)
	flat("scaleAVX2", "func(dst, src []float32, s float32)", 4, scale)

	frames("snakeAVX2", "func(dst, src, a, b []float32)", 2, snake)
	frames("addFramesAVX2", "func(dst, src, row []float32)", 4, add)

	Generate()
}
