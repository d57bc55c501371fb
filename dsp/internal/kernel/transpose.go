package kernel

// A Transpose is the shape of a transposed convolution as the kernel sees it. All fields are positive.
type Transpose struct {
	In, Out, Groups          int // channels of a frame in and out; groups divide both
	Kernel, Stride, Dilation int // taps, and their distances in output samples
}

// ScatterAdd adds the contributions of the frames x, [n, In], to the accumulators acc, [>= (n-1)*Stride+span, Out], with
// weights w, [Kernel, Out, In/Groups]:
//
//	for i, j, o { for c { acc[i*Stride+j*Dilation, o] = fma(x[i, g(o)*In/Groups+c], w[j, o, c], acc[...]) } }
//
// For every accumulator the frames i come in ascending order, and inside a frame the channels c.
func ScatterAdd[T Float](acc, x, w []T, s Transpose) {
	cin, cout := s.In/s.Groups, s.Out/s.Groups
	for i := 0; i < len(x)/s.In; i++ {
		frame := x[i*s.In : (i+1)*s.In]
		for j := 0; j < s.Kernel; j++ {
			a := acc[(i*s.Stride+j*s.Dilation)*s.Out:][:s.Out]
			wj := w[j*s.Out*cin:][:s.Out*cin]
			for g := 0; g < s.Groups; g++ {
				xg := frame[g*cin:][:cin]
				for o := g * cout; o < (g+1)*cout; o++ {
					a[o] = Dot(a[o], xg, wj[o*cin:][:cin])
				}
			}
		}
	}
}
