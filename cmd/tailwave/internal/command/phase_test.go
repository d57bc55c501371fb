package command

import (
	"bytes"
	"fmt"
	"math"
	"os/exec"
	"strconv"
	"testing"

	"github.com/tailwave/tailwave/dsp/pcm"
)

// impulseFile returns a WAV file of n frames, which are silent except for an impulse at frame p.
func impulseFile(t *testing.T, rate, n, p int) []byte {
	t.Helper()
	x := make([]float32, n)
	x[p] = 0.5
	return soundBytes(t, rate, 1, pcm.F32, x)
}

// peakFrame returns the first frame with the largest absolute value.
func peakFrame(x []float32) int {
	peak := 0
	for k, v := range x {
		if max(v, -v) > max(x[peak], -x[peak]) {
			peak = k
		}
	}
	return peak
}

var phaseRates = [][2]int{
	{44100, 96000}, {44100, 48000}, {48000, 44100}, {96000, 44100}, {8000, 48000}, {48000, 8000}, {16000, 24000},
}

// TestMinimumPhasePeak: the peak of an impulse is within half an output frame of it, also in a file of one frame.
func TestMinimumPhasePeak(t *testing.T) {
	t.Parallel()
	for _, rates := range phaseRates {
		for _, c := range []struct{ n, p int }{{1, 0}, {300, 0}, {300, 1}, {300, 150}, {300, 151}, {300, 152}, {300, 293}} {
			t.Run(fmt.Sprintf("%d to %d, frame %d of %d", rates[0], rates[1], c.p, c.n), func(t *testing.T) {
				in := bytes.NewReader(impulseFile(t, rates[0], c.n, c.p))
				o := must(t, in, "upsample", "-", "-", "--rate", strconv.Itoa(rates[1]), "--phase", "minimum", "--quiet")
				got := parse(t, []byte(o.out)).samples
				if want := (c.n*rates[1] + rates[0] - 1) / rates[0]; len(got) != want {
					t.Fatalf("frames: got %d, want %d", len(got), want)
				}
				at := float64(c.p*rates[1]) / float64(rates[0])
				if peak := peakFrame(got); math.Abs(float64(peak)-at) > 0.5 {
					t.Errorf("impulse at %.3f output frames: got the peak in frame %d, want it within 0.5 frames", at, peak)
				}
			})
		}
	}
}

// TestMinimumPhaseAgainstSox compares the position of the peak with that of sox rate -M, which is up to one frame of
// the lower rate early.
func TestMinimumPhaseAgainstSox(t *testing.T) {
	t.Parallel()
	need(t, "sox")
	for _, rates := range phaseRates {
		most := max(1, (rates[1]+rates[0]-1)/rates[0])
		for p := 900; p < 910; p++ {
			t.Run(fmt.Sprintf("%d to %d, frame %d", rates[0], rates[1], p), func(t *testing.T) {
				in, rate := impulseFile(t, rates[0], 2000, p), strconv.Itoa(rates[1])
				o := must(t, bytes.NewReader(in), "upsample", "-", "-", "--rate", rate, "--phase", "minimum", "--quiet")
				got := parse(t, []byte(o.out)).samples

				cmd := exec.Command("sox", "-D", "-t", "wav", "-", "-t", "f32", "-", "rate", "-v", "-M", rate)
				cmd.Stdin = bytes.NewReader(in)
				b, err := cmd.Output()
				if err != nil {
					t.Fatal(err)
				}
				want := make([]float32, len(b)/4)
				pcm.Decode(want, b, pcm.F32)
				if d := peakFrame(got) - peakFrame(want); d < -1 || d > most {
					t.Errorf("peak: got frame %d, %d after that of sox, want -1 to %d", peakFrame(got), d, most)
				}
			})
		}
	}
}
