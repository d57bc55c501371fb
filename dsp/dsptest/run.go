package dsptest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/tailwave/tailwave/dsp"
)

// checkLengths compares the output with Reference for many lengths of the input and many ways to cut it.
func checkLengths[T dsp.Float](t reporter, c Contract[T], src []T, rng *rand.Rand) {
	t.Helper()
	p := c.create(t)
	cin, cout := p.Shape().In, p.Shape().Out
	lengths := []int{0, 1, 2, 3, minFrames(p) - 1, minFrames(p), c.Frames / 3, c.Frames}
	for _, b := range c.Blocks {
		lengths = append(lengths, b-1, b)
	}
	for n := range c.AllLengths {
		lengths = append(lengths, n+1)
	}
	slices.Sort(lengths)
	for _, n := range slices.Compact(lengths) {
		if n < 0 || n > c.Frames || n > 0 && n < minFrames(p) {
			continue
		}
		x := src[:n*cin]
		var want []T
		if n > 0 {
			want = c.reference(x)
		}
		for _, chunks := range splits(n, c.Blocks, rng) {
			p.Reset()
			got := run(t, p, x, chunks)
			if i := FirstDifference(got, want); i >= 0 {
				t.Fatalf("%s in %s: %s%s",
					count(n, "frame"), cut(chunks), describe(got, want, cout, i), kept(got, want, i))
			}
		}
		if got := run(t, c.create(t), x, []int{n}); FirstDifference(got, want) >= 0 {
			t.Fatalf("%s: the output of a new processor differs from that after Reset", count(n, "frame"))
		}
	}
}

// checkSpecial compares the output with Reference for special values.
func checkSpecial[T dsp.Float](t reporter, c Contract[T], rng *rand.Rand) {
	t.Helper()
	p := c.create(t)
	cin, cout := p.Shape().In, p.Shape().Out
	for seed := range uint64(3) {
		x := Special[T](seed, c.Frames*cin)
		want := c.reference(x)
		short, long := RandomSplit(rng, c.Frames, 5), RandomSplit(rng, c.Frames, 1+c.Frames/4)
		for _, chunks := range [][]int{{c.Frames}, short, long} {
			p.Reset()
			got := run(t, p, x, chunks)
			if i := FirstDifference(got, want); i >= 0 {
				t.Fatalf("special values of seed %d, %s in %s: %s", seed, count(c.Frames, "frame"), cut(chunks),
					describe(got, want, cout, i))
			}
		}
	}
}

// run passes x to p in chunks and returns the output. It checks the counts of frames at every call.
func run[T dsp.Float](t reporter, p Streamer[T], x []T, chunks []int) []T {
	t.Helper()
	cin, cout := p.Shape().In, p.Shape().Out
	got := prefix[T]()
	start := len(got)
	taken, most := 0, 0
	for _, n := range chunks {
		before := len(got)
		most = before + p.MaxOutFrames(n)*cout
		got = process(t, p, got, x[taken*cin:(taken+n)*cin])
		taken += n
		if len(got) > most {
			t.Fatalf("Process of %s appended %s, but MaxOutFrames is %s",
				count(n, "frame"), count(len(got)-before, "value"), count(p.MaxOutFrames(n), "frame"))
		}
		if out, want := int64(len(got)-start), p.Emitted(int64(taken))*int64(cout); out != want {
			t.Fatalf("after %s Process has appended %s, want Emitted(%d) = %s, %s", count(taken, "frame"),
				count(out, "value"), taken, count(p.Emitted(int64(taken)), "frame"), count(want, "value"))
		}
	}
	got = flush(t, p, got)
	if len(got) > most && len(chunks) > 0 {
		t.Fatalf("Flush went beyond MaxOutFrames, which must bound Process and the Flush after it")
	}
	if again := flush(t, p, got); len(again) != len(got) {
		t.Fatalf("a second Flush appended %s: append only if BeginFlush returns true",
			count(len(again)-len(got), "value"))
	}
	got = got[start:]
	if want := p.OutFrames(int64(taken)) * int64(cout); int64(len(got)) != want {
		t.Fatalf("the output for %s is %s, but OutFrames promises %d",
			count(taken, "frame"), count(len(got), "value"), want)
	}
	return got
}

// whole returns the output for src in one chunk.
func whole[T dsp.Float](t reporter, p Streamer[T], src []T) []T {
	t.Helper()
	dst := prefix[T]()
	return flush(t, p, process(t, p, dst, src))[len(dst):]
}

// prefix returns a dst whose contents must survive.
func prefix[T dsp.Float]() []T { return []T{T(math.NaN()), 42} }

// process calls Process for a dst that starts with prefix, and checks that src does not change. It then overwrites the
// slice that Process has read, so that a processor that keeps src is found.
func process[T dsp.Float](t reporter, p Streamer[T], dst, src []T) []T {
	t.Helper()
	block := slices.Clone(src)
	got := p.Process(dst, block)
	if i := FirstDifference(block, src); i >= 0 {
		t.Fatalf("Process changed src: %s", describe(block, src, p.Shape().In, i))
	}
	for i := range block {
		block[i] = T(math.NaN())
	}
	checkAppended(t, "Process", got, dst)
	return got
}

// flush calls Flush for a dst that starts with prefix.
func flush[T dsp.Float](t reporter, p Streamer[T], dst []T) []T {
	t.Helper()
	got := p.Flush(dst)
	checkAppended(t, "Flush", got, dst)
	return got
}

// checkAppended checks that got is dst, which starts with prefix, plus appended values.
func checkAppended[T dsp.Float](t reporter, method string, got, dst []T) {
	t.Helper()
	if len(got) < len(dst) {
		t.Fatalf("%s returned a slice shorter than dst, of %s instead of at least %d: append to dst and return it",
			method, count(len(got), "value"), len(dst))
	}
	if got[0] == got[0] || got[1] != 42 {
		t.Fatalf("%s has overwritten or dropped the contents of dst: append to dst and return it", method)
	}
}

// describe reports how got differs from want at value i. Both have frames of the same number of channels.
func describe[T dsp.Float](got, want []T, channels, i int) string {
	if i >= len(got) || i >= len(want) {
		return fmt.Sprintf("output of %s, want %s", extent(len(got), channels), extent(len(want), channels))
	}
	return fmt.Sprintf("frame %d, channel %d (value %d of %d) is %v, want %v",
		i/channels, i%channels, i, len(want), got[i], want[i])
}

// kept explains a NaN in the output, which comes from a src that is overwritten after the call.
func kept[T dsp.Float](got, want []T, i int) string {
	if i < min(len(got), len(want)) && got[i] != got[i] {
		return ": Process may have kept src, which is overwritten with NaN after the call"
	}
	return ""
}

// extent returns a number of values, in frames if they are whole frames.
func extent(values, channels int) string {
	if values%channels != 0 {
		return count(values, "value")
	}
	return count(values/channels, "frame")
}

// count returns n with its unit in the singular or plural.
func count[N int | int64](n N, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
