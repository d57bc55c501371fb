//go:build !purego

package kernel

// The functions below compute a multiple of 8 or 4 values of Unzip, Zip, ZipRound and ZipWide, from the first on, and
// return their number: 0 if there is no assembly for the level or for the number of signals.

func unzipFast(l Level, dst, src []float32, stride int) int {
	eights := min(len(dst)/8, len(src)/(8*stride))
	if l < AVX2 || eights == 0 || stride > maxZipped {
		return 0
	}
	d, s := &dst[0], &src[0]
	switch stride {
	case 2:
		unzip2AVX2(d, s, eights)
	case 3:
		unzip3AVX2(d, s, eights)
	case 4:
		unzip4AVX2(d, s, eights)
	case 5:
		unzip5AVX2(d, s, eights)
	case 6:
		unzip6AVX2(d, s, eights)
	case 7:
		unzip7AVX2(d, s, eights)
	case 8:
		unzip8AVX2(d, s, eights)
	}
	return 8 * eights
}

func zipFast(l Level, dst []float32, x [][]float32, n int) int {
	if l < AVX2 || n < 8 || len(x) < 2 || len(x) > maxZipped {
		return 0
	}
	var p [maxZipped]*float32
	for i, s := range x {
		p[i] = &s[0]
	}
	d, eights := &dst[0], n/8
	switch len(x) {
	case 2:
		zip2AVX2(d, &p, eights)
	case 3:
		zip3AVX2(d, &p, eights)
	case 4:
		zip4AVX2(d, &p, eights)
	case 5:
		zip5AVX2(d, &p, eights)
	case 6:
		zip6AVX2(d, &p, eights)
	case 7:
		zip7AVX2(d, &p, eights)
	case 8:
		zip8AVX2(d, &p, eights)
	}
	return 8 * eights
}

func zipRoundFast(l Level, dst []float32, x [][]float64, n int) int {
	if l < AVX2 || n < 8 || len(x) > maxZipped {
		return 0
	}
	var p [maxZipped]*float64
	for i, s := range x {
		p[i] = &s[0]
	}
	d, eights := &dst[0], n/8
	switch len(x) {
	case 1:
		zipRound1AVX2(d, &p, eights)
	case 2:
		zipRound2AVX2(d, &p, eights)
	case 3:
		zipRound3AVX2(d, &p, eights)
	case 4:
		zipRound4AVX2(d, &p, eights)
	case 5:
		zipRound5AVX2(d, &p, eights)
	case 6:
		zipRound6AVX2(d, &p, eights)
	case 7:
		zipRound7AVX2(d, &p, eights)
	case 8:
		zipRound8AVX2(d, &p, eights)
	}
	return 8 * eights
}

func zipWideFast(l Level, dst []float64, x [][]float64, n int) int {
	if l < AVX2 || n < 4 || len(x) != 2 {
		return 0
	}
	zipWide2AVX2(&dst[0], &x[0][0], &x[1][0], n/4)
	return n / 4 * 4
}
