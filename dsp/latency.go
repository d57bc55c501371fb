package dsp

import "github.com/tailwave/tailwave/dsp/internal/ratio"

// MaxPeriod is the longest period, in input frames, over which a composition compares the frame counts of its parts.
// For a longer period [NewSum] fails, and the Latency of a [Chain] is only a bound.
const MaxPeriod = 1 << 20

// never is a number of input frames after which every legal processor has emitted a frame.
const never = 1 << 40

// latency returns the largest number of output frames that a processor holds: the maximum over all n of
// floor(n*up/down) - emitted(n). The counts must repeat after period input frames, as [Shape] describes.
func latency(up, down int, period int64, emitted func(n int64) int64) int {
	return mostAhead(period, func(n int64) int64 { return ratio.FloorMul(n, int64(up), int64(down)) }, emitted)
}

// mostAhead returns the maximum over all n of ahead(n) - emitted(n). Neither function may decrease. From the first n
// with emitted(n) > 0 on, both must grow by the same number over every period input frames.
//
// Before the first output frame, emitted is 0, so the difference is largest at the last input frame before it. After
// that, searching one period is enough, and only at the values of n just before emitted grows.
func mostAhead(period int64, ahead, emitted func(n int64) int64) int {
	first := nextGrowth(0, 0, never, emitted)
	most := ahead(first - 1)
	for n := first; n < first+period; {
		count := emitted(n)
		next := nextGrowth(n, count, first+period, emitted)
		most = max(most, ahead(next-1)-count)
		n = next
	}
	return int(most)
}

// nextGrowth returns the smallest m > n with emitted(m) > count, where count is emitted(n), or end if that is smaller.
func nextGrowth(n, count, end int64, emitted func(n int64) int64) int64 {
	step := int64(1)
	for n+step < end && emitted(n+step) == count {
		n += step
		step *= 2
	}
	// Invariant: emitted(n) is count, and emitted(n+step) is larger or n+step has reached end.
	high := min(n+step, end)
	for n+1 < high {
		if mid := n + (high-n)/2; emitted(mid) == count {
			n = mid
		} else {
			high = mid
		}
	}
	return high
}
