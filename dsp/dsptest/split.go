package dsptest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// splits returns many ways to cut n frames into chunks.
func splits(n int, blocks []int, rng *rand.Rand) [][]int {
	ways := [][]int{{n}}
	tried := map[int]bool{}
	for _, b := range append([]int{1, 2, 3, 7, 31, 127, 251}, blocks...) {
		for _, b := range []int{b - 1, b, b + 1} {
			if b < 1 || b > n || tried[b] {
				continue
			}
			tried[b] = true
			var s []int
			for left := n; left > 0; left -= b {
				s = append(s, min(b, left))
			}
			ways = append(ways, s)
		}
	}
	for range 6 {
		ways = append(ways, RandomSplit(rng, n, 1+n/(1+rng.IntN(12))))
	}
	return ways
}

// RandomSplit cuts n frames into chunks of 0 to most frames, the last of them empty. most must be at least 1.
func RandomSplit(rng *rand.Rand, n, most int) []int {
	var s []int
	for n > 0 {
		c := min(n, rng.IntN(most+1))
		s, n = append(s, c), n-c
		if rng.IntN(8) == 0 {
			s = append(s, 0)
		}
	}
	return append(s, 0)
}

// cut describes chunks: by their length if all except a shorter last one are equal, otherwise by the first lengths.
func cut(chunks []int) string {
	const most = 12
	if len(chunks) == 1 {
		return "1 chunk"
	}
	equal, lengths := true, make([]string, 0, most+1)
	for i, n := range chunks {
		equal = equal && (n == chunks[0] || i == len(chunks)-1 && n > 0 && n < chunks[0])
		switch {
		case i < most:
			lengths = append(lengths, fmt.Sprint(n))
		case i == most:
			lengths = append(lengths, "...")
		}
	}
	if equal {
		return fmt.Sprintf("%d chunks of %s", len(chunks), count(chunks[0], "frame"))
	}
	return fmt.Sprintf("%s of %s frames", count(len(chunks), "chunk"), strings.Join(lengths, ", "))
}
