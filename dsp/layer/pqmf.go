package layer

import (
	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/elementary"
	"github.com/tailwave/tailwave/dsp/internal/window"
)

// PQMFSynthesis returns the filters with which a transposed convolution joins the sub-bands of a pseudo-QMF bank into
// one signal (T. Q. Nguyen, "Near-perfect-reconstruction pseudo-QMF banks", IEEE Transactions on Signal Processing 42,
// 1994). Their shape is [taps+1, 1, subbands], for a [TransposeGeometry] with In subbands, Out 1, Kernel taps+1 and
// Stride subbands. With Left taps/2 and Right taps/2+1-subbands, n frames make n*subbands samples, and frame i is
// centred at sample i*subbands.
//
// A sample of band k, counted from 0, contributes to the output n samples after its frame (before it for a negative n)
// with the factor
//
//	2*subbands * p(n) * cos(pi*(2k+1)*n/(2*subbands) - (-1)^k*pi/4),  |n| <= taps/2
//
// where p is the low-pass filter sin(pi*cutoff*n)/(pi*n) in a Kaiser window of shape beta (J. F. Kaiser and R. W.
// Schafer, "On the use of the I0-sinh window for spectrum analysis", IEEE Transactions on Acoustics, Speech, and Signal
// Processing 28, 1980). Banks with + in front of (-1)^k have the same filters reversed in time.
//
// subbands is from 1 to 1024. taps is even, from 2 to 65536. cutoff is the -6 dB point in units of the Nyquist
// frequency, between 0 and 1; a good bank has a cutoff somewhat above 1/(2*subbands). beta is from 0 to 99. Otherwise
// PQMFSynthesis fails with a *dsp.ArgError. Each coefficient is computed in float64, with the same bits on every CPU,
// and rounded to float32.
func PQMFSynthesis(subbands, taps int, cutoff, beta float64) ([]float32, error) {
	switch {
	case subbands < 1 || subbands > 1024:
		return nil, dsp.NewArgError("subbands", subbands, "from 1 to 1024")
	case taps < 2 || taps > 1<<16 || taps%2 != 0:
		return nil, dsp.NewArgError("taps", taps, "even, from 2 to %d", 1<<16)
	case !(cutoff > 0 && cutoff < 1):
		return nil, dsp.NewArgError("cutoff ratio", cutoff, "between 0 and 1")
	case !(beta >= 0 && beta <= 99):
		return nil, dsp.NewArgError("beta", beta, "from 0 to 99")
	}
	filters := make([]float32, (taps+1)*subbands)
	low := window.Sinc{Half: taps / 2, Cutoff: cutoff, Beta: beta}
	gain := float64(2*subbands) / elementary.BesselI0(float64(beta*beta)/4) // the window is 1 in the middle
	for j := range taps + 1 {
		n := j - taps/2
		p := float64(gain * low.At(n, 1))
		for k := range subbands {
			// The angle of the sine in units of pi/(4*subbands): an integer, so reducing it modulo 2*pi is exact.
			angle := 2*(2*k+1)*n + subbands
			if k%2 == 1 {
				angle += 2 * subbands
			}
			angle %= 8 * subbands
			filters[j*subbands+k] = float32(p * elementary.SinPi(float64(angle)/float64(4*subbands)))
		}
	}
	return filters, nil
}
