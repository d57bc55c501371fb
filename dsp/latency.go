package dsp

import "github.com/tailwave/tailwave/dsp/internal/ratio"

// MaxPeriod is the longest period, in input frames, over which the counts of frames of a composition are searched.
// Above it NewSum fails, and the Latency of a Chain is a bound.
const MaxPeriod = 1 << 20

// never is a number of input frames after which every processor has emitted something.
const never = 1 << 40

// latency returns the largest number of output frames that a processor holds back, the maximum over all n of
// floor(n*up/down) - emitted(n), for counts that repeat after period input frames, as described at [Shape].
func latency(up, down int, period int64, emitted func(n int64) int64) int {
	return mostAhead(period, func(n int64) int64 { return ratio.FloorMul(n, int64(up), int64(down)) }, emitted)
}

// mostAhead returns the maximum over all n of ahead(n) - emitted(n). Both never decrease, and both grow by the same
// number with every period input frames from the first n with emitted(n) > 0 on.
//
// Until the first frame is out the maximum is at the last input frame before it. From there on one period is searched,
// and only where emitted is about to grow.
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

// nextGrowth returns the smallest m above n for which emitted(m) is above count, which is emitted(n), or end if that is
// smaller.
func nextGrowth(n, count, end int64, emitted func(n int64) int64) int64 {
	step := int64(1)
	for n+step < end && emitted(n+step) == count {
		n += step
		step *= 2
	}
	// emitted(n) is count; at n+step it is more, or n+step has reached end.
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
