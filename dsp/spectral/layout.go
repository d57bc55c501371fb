package spectral

import (
	"fmt"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/internal/ratio"
)

// A FrameLayout defines which samples each frame of a signal consists of. A frame has Size samples. A Hann window of
// Window samples is centred in it, and samples outside of the window count as 0.
//
// By default the frames cover the signal: frames that extend beyond the start or the end are included. Size/Hop frames
// then overlap at every sample, and overlap-add restores the signal up to both ends. Outside of its ends the signal
// counts as 0. Up and Down stretch time by the ratio r = Up/Down: the middle of frame m is the sample nearest to (Hop*m
// + Hop - Size/2)/r. A synthesis that adds Hop samples for each frame then makes ceil(n*r) samples from n.
//
// With Reflect, frame m begins at sample Hop*m - Left. The signal is extended by its mirror image, by Left samples
// before the start and Right samples after the end, without repeating the first and the last sample. The frames are
// those of torch.stft(center=False) after this padding. A signal must be longer than Left and than Right samples.
type FrameLayout struct {
	Size   int // samples of a frame: a power of two from 4 to 2^16
	Window int // samples, from 1 to Size; 0 means Size
	Hop    int // samples between frames after the stretch, from 1 to Size; a divisor of Size without Reflect

	Up, Down int // ratio of a stretch, reduced or not; 1 with Reflect; if both are 0, the ratio is 1

	Reflect     bool // extend the signal by its mirror image, and align frames to its beginning
	Left, Right int  // samples of the mirror image, from 0 to Size; 0 without Reflect
}

// Bounds on a FrameLayout.
const (
	minSize = 4
	maxSize = 1 << 16
	// Bounds on the reduced terms of a stretch. 2*Down*n must fit into 63 bits for every sample number n. Up is not
	// multiplied by sample numbers. The largest Up that Effects need is 10000*16384.
	maxUp   = 1 << 28
	maxDown = 1 << 24
)

// check returns the layout with defaults filled in and the stretch in lowest terms, or an error for the first field out
// of range.
func (l FrameLayout) check() (FrameLayout, error) {
	if l.Window == 0 {
		l.Window = l.Size
	}
	if l.Up == 0 && l.Down == 0 {
		l.Up, l.Down = 1, 1
	}
	switch {
	case l.Size < minSize || l.Size > maxSize || l.Size&(l.Size-1) != 0:
		return l, dsp.NewArgError("transform size", l.Size, "a power of two from %d to %d", minSize, maxSize)
	case l.Window < 1 || l.Window > l.Size:
		return l, dsp.NewArgError("window", l.Window, "from 1 to the transform size %d", l.Size)
	case l.Hop < 1 || l.Hop > l.Size:
		return l, dsp.NewArgError("hop", l.Hop, "from 1 to the transform size %d", l.Size)
	case l.Up < 1 || l.Down < 1:
		return l, dsp.NewArgError("stretch", min(l.Up, l.Down), "a ratio of two positive numbers")
	case l.Left < 0 || l.Left > l.Size:
		return l, dsp.NewArgError("left padding", l.Left, "from 0 to the transform size %d", l.Size)
	case l.Right < 0 || l.Right > l.Size:
		return l, dsp.NewArgError("right padding", l.Right, "from 0 to the transform size %d", l.Size)
	case l.Reflect && l.Up != l.Down:
		return l, dsp.NewArgError("stretch", float64(l.Up)/float64(l.Down), "1 with reflected ends")
	case !l.Reflect && l.Left+l.Right > 0:
		return l, dsp.NewArgError("padding", l.Left+l.Right, "0 unless the ends are reflected")
	case !l.Reflect && l.Size%l.Hop != 0:
		return l, dsp.NewArgError("hop", l.Hop, "a divisor of the transform size %d, or the ends reflected", l.Size)
	}
	g := int(ratio.GCD(int64(l.Up), int64(l.Down)))
	l.Up, l.Down = l.Up/g, l.Down/g
	if l.Up > maxUp || l.Down > maxDown {
		stretch := fmt.Sprintf("%d/%d", l.Up, l.Down)
		return l, dsp.NewArgError("stretch", stretch, "a ratio with terms up to %d/%d", maxUp, maxDown)
	}
	return l, nil
}

// middle returns the sample in the middle of frame 0, counted in the stretched signal. It may be negative.
func (l FrameLayout) middle() int64 {
	if l.Reflect {
		return int64(l.Size/2 - l.Left)
	}
	return int64(l.Hop - l.Size/2)
}

// start returns the number of the first sample of frame m. It is negative for frames that begin before the signal.
func (l FrameLayout) start(m int64) int64 {
	up, down := int64(l.Up), int64(l.Down)
	return ratio.FloorDiv(2*(m*int64(l.Hop)+l.middle())*down+up, 2*up) - int64(l.Size/2)
}

// frames returns how many frames a signal of n samples has.
func (l FrameLayout) frames(n int64) int64 {
	switch {
	case n <= 0:
		return 0
	case l.Reflect:
		return max(0, ratio.FloorDiv(n+int64(l.Left+l.Right-l.Size), int64(l.Hop))+1)
	}
	return ratio.CeilDiv(l.samples(n), int64(l.Hop)) + int64(l.Size/l.Hop) - 1
}

// samples returns ceil(n*Up/Down), the length of the stretched signal, without overflow.
func (l FrameLayout) samples(n int64) int64 {
	return n/int64(l.Down)*int64(l.Up) + ratio.CeilDiv(n%int64(l.Down)*int64(l.Up), int64(l.Down))
}

// minSamples returns the length of the shortest signal that has a frame and, with Reflect, a complete mirror image.
func (l FrameLayout) minSamples() int {
	if !l.Reflect {
		return 1
	}
	return max(1, l.Left+1, l.Right+1, l.Size-l.Left-l.Right)
}

// surplus returns the constant K such that the first n samples complete frame m if and only if
//
//	2*Up*n + K >= 2*Down*Hop*m
//
// The condition is 2*Down*(Hop*m + middle) + Up < 2*Up*(n - Size/2 + 1), solved for m. Both sides are whole numbers.
func (l FrameLayout) surplus() int64 {
	up, down := int64(l.Up), int64(l.Down)
	return 2*up*int64(1-l.Size/2) - up - 2*down*l.middle() - 1
}

// complete returns how many frames the first n samples complete. With Reflect it is 0 up to n = Left, because the
// mirror image at the start needs sample Left.
func (l FrameLayout) complete(n int64) int64 {
	if n <= 0 || l.Reflect && n <= int64(l.Left) {
		return 0
	}
	return max(0, ratio.FloorDiv(2*int64(l.Up)*n+l.surplus(), 2*int64(l.Down)*int64(l.Hop))+1)
}

// latency returns the largest number of frames ever held back. After n samples, x = n*Up/(Down*Hop) frames are due, and
// floor(x) - floor(x + K/(2*Down*Hop)) - 1 of them are held, with the K of surplus. This is largest for a whole x.
func (l FrameLayout) latency() int {
	held := -ratio.FloorDiv(l.surplus(), 2*int64(l.Down)*int64(l.Hop)) - 1
	if l.Reflect { // all frames wait for sample Left
		held = max(held, int64(l.Left/l.Hop))
	}
	return int(max(0, held))
}

// window returns Size values: the Hann window of Window values, centred between zeros.
func (l FrameLayout) window() []float64 {
	w := make([]float64, l.Size)
	copy(w[(l.Size-l.Window)/2:], Hann(l.Window))
	return w
}

// maxFrames returns a bound on frames(m+n) - complete(m) over all m, the frames that n further samples and the end of
// the signal can complete. complete(m) is at least floor(m*Up/(Down*Hop)) - latency.
func (l FrameLayout) maxFrames(n int) int {
	if l.Reflect {
		return max(0, ratio.CeilDiv(n+l.Left+l.Right-l.Size, l.Hop)+1+l.latency())
	}
	return int(ratio.CeilDiv(l.samples(int64(n)), int64(l.Hop))) + l.Size/l.Hop + l.latency()
}

// SizeFor returns a transform size in samples for speech at a sample rate in Hz: the power of two from 64 to 4096 whose
// ratio to 46.4 ms (1024 samples at 22050 Hz) is nearest to 1. The usual hop is a quarter of the size.
func SizeFor(rate int) int {
	size := 64
	for size < maxSynthesis && int64(size)*int64(size)*2*22050*22050 <= int64(rate)*int64(rate)*1024*1024 {
		size *= 2
	}
	return size
}
