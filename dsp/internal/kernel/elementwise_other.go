//go:build !amd64 || purego

package kernel

// Levels has only Generic in a build without assembly. The functions of other levels compute the same bits in Go.

func expAVX2(dst, src []float32)                      { expGo(dst, src) }
func expm1AVX2(dst, src []float32)                    { expm1Go(dst, src) }
func tanhAVX2(dst, src []float32)                     { tanhGo(dst, src) }
func sigmoidAVX2(dst, src []float32)                  { sigmoidGo(dst, src) }
func sinAVX2(dst, src []float32)                      { sinGo(dst, src) }
func reluAVX2(dst, src []float32)                     { reluGo(dst, src) }
func leakyReLUAVX2(dst, src []float32, slope float32) { leakyReLUGo(dst, src, slope) }
func eluAVX2(dst, src []float32, alpha float32)       { eluGo(dst, src, alpha) }
func snakeAVX2(dst, src, a, b []float32)              { snakeGo(dst, src, a, b) }
func addAVX2(dst, x, y []float32)                     { addGo(dst, x, y) }
func scaleAVX2(dst, src []float32, s float32)         { scaleGo(dst, src, s) }
func addFramesAVX2(dst, src, row []float32)           { addFramesGo(dst, src, row) }
