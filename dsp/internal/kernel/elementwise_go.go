package kernel

// The definitions of the elementwise functions. The assembly computes the same operations in the same order.

func expGo(dst, src []float32) {
	for i, x := range src {
		dst[i] = exp32(x)
	}
}

func expm1Go(dst, src []float32) {
	for i, x := range src {
		dst[i] = expm132(x)
	}
}

func tanhGo(dst, src []float32) {
	for i, x := range src {
		dst[i] = tanh32(x)
	}
}

func sigmoidGo(dst, src []float32) {
	for i, x := range src {
		dst[i] = sigmoid32(x)
	}
}

func sinGo(dst, src []float32) {
	for i, x := range src {
		dst[i] = sin32(x)
	}
}

func reluGo(dst, src []float32) {
	for i, x := range src {
		if x <= 0 {
			x = 0
		}
		dst[i] = x
	}
}

func leakyReLUGo(dst, src []float32, slope float32) {
	for i, x := range src {
		if x < 0 {
			x = float32(slope * x)
		}
		dst[i] = x
	}
}

func eluGo(dst, src []float32, alpha float32) {
	for i, x := range src {
		dst[i] = elu32(x, alpha)
	}
}

func snakeGo(dst, src, a, b []float32) {
	for t := 0; t < len(src); t += len(a) {
		out := dst[t:]
		for c, x := range src[t:min(t+len(a), len(src))] {
			out[c] = snake32(x, a[c], b[c])
		}
	}
}

func addGo(dst, x, y []float32) {
	for i, v := range x {
		dst[i] = v + y[i]
	}
}

func scaleGo(dst, src []float32, s float32) {
	for i, x := range src {
		dst[i] = float32(x * s)
	}
}

func addFramesGo(dst, src, row []float32) {
	for t := 0; t < len(src); t += len(row) {
		out := dst[t:]
		for c, x := range src[t:min(t+len(row), len(src))] {
			out[c] = x + row[c]
		}
	}
}
