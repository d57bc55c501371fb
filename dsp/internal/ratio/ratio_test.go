package ratio

import (
	"math"
	"math/big"
	"slices"
	"testing"
)

// edges returns numbers at which something changes, in ascending order: small ones, rates, the ends of 32 and 63 bits,
// and roots and halves of those.
func edges() []int64 {
	// The root of 2^63 is between the last two.
	list := []int64{0, 6, 44100, 48000, 96000, 192000, 22050 * 256, 3037000499, 3037000500}
	for _, v := range []int64{1, 2, 3, 5, 7, 12, 147, 160, 441} {
		list = append(list, v, math.MaxInt64/v, math.MaxInt64/v-1)
	}
	for _, power := range []int{4, 16, 31, 32, 40, 62} {
		list = append(list, 1<<power-1, 1<<power, 1<<power+1)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func number(v int64) *big.Int { return big.NewInt(v) }

func product(a, b int64) *big.Int { return new(big.Int).Mul(number(a), number(b)) }

// floor returns floor(a/b) and ceil returns ceil(a/b), for a positive b.
func floor(a, b *big.Int) *big.Int { return new(big.Int).Div(a, b) }

func ceil(a, b *big.Int) *big.Int {
	return new(big.Int).Neg(floor(new(big.Int).Neg(a), b))
}

// capped returns v, or MaxInt64 if v is larger than that.
func capped(v *big.Int) int64 {
	if !v.IsInt64() {
		return math.MaxInt64
	}
	return v.Int64()
}

// TestRatio compares every function with math/big, over all edge values that its documentation allows.
func TestRatio(t *testing.T) {
	all := edges()
	positive := all[1:]
	t.Run("GCD", func(t *testing.T) {
		for _, a := range all {
			for _, b := range all {
				want := new(big.Int).GCD(nil, nil, number(a), number(b)).Int64()
				if got := GCD(a, b); got != want {
					t.Errorf("GCD(%d, %d): got %d, want %d", a, b, got, want)
				}
				if got := GCD(int(a), int(b)); int64(got) != want && int64(int(a)) == a && int64(int(b)) == b {
					t.Errorf("GCD(%d, %d) of int: got %d, want %d", a, b, got, want)
				}
			}
		}
	})
	t.Run("LCM", func(t *testing.T) {
		for _, a := range positive {
			for _, b := range positive {
				gcd := new(big.Int).GCD(nil, nil, number(a), number(b))
				want := capped(new(big.Int).Quo(product(a, b), gcd))
				if got := LCM(a, b); got != want {
					t.Errorf("LCM(%d, %d): got %d, want %d", a, b, got, want)
				}
			}
		}
	})
	t.Run("Mul", func(t *testing.T) {
		for _, a := range positive {
			for _, b := range positive {
				if got, want := Mul(a, b), capped(product(a, b)); got != want {
					t.Errorf("Mul(%d, %d): got %d, want %d", a, b, got, want)
				}
			}
		}
	})
	t.Run("Reduce", func(t *testing.T) {
		for _, a := range positive {
			for _, b := range positive {
				r := new(big.Rat).SetFrac(number(a), number(b))
				up, down := Reduce(a, b)
				if up != r.Num().Int64() || down != r.Denom().Int64() {
					t.Errorf("Reduce(%d, %d): got %d/%d, want %v", a, b, up, down, r)
				}
			}
		}
	})
	t.Run("FloorDiv", func(t *testing.T) { checkDivision(t, "FloorDiv", FloorDiv[int64], floor) })
	t.Run("CeilDiv", func(t *testing.T) { checkDivision(t, "CeilDiv", CeilDiv[int64], ceil) })
	t.Run("FloorMul", func(t *testing.T) { checkScaling(t, "FloorMul", FloorMul, floor) })
	t.Run("CeilMul", func(t *testing.T) { checkScaling(t, "CeilMul", CeilMul, ceil) })
}

// checkDivision has numerators of both signs.
func checkDivision(t *testing.T, name string, f func(a, b int64) int64, definition func(a, b *big.Int) *big.Int) {
	t.Helper()
	for _, a := range edges() {
		for _, b := range edges()[1:] {
			for _, a := range []int64{a, -a} {
				if got, want := f(a, b), definition(number(a), number(b)).Int64(); got != want {
					t.Errorf("%s(%d, %d): got %d, want %d", name, a, b, got, want)
				}
			}
		}
	}
}

// checkScaling tries counts and ratios whose result and down*up fit into an int64. For most of them n*up does not.
func checkScaling(t *testing.T, name string, f func(n, up, down int64) int64, definition func(a, b *big.Int) *big.Int) {
	t.Helper()
	large := 0
	for _, n := range edges() {
		for _, up := range edges()[1:] {
			for _, down := range edges()[1:] {
				want := definition(product(n, up), number(down))
				if !want.IsInt64() || !product(up, down).IsInt64() {
					continue
				}
				if !product(n, up).IsInt64() {
					large++
				}
				if got := f(n, up, down); got != want.Int64() {
					t.Errorf("%s(%d, %d, %d): got %d, want %v", name, n, up, down, got, want)
				}
			}
		}
	}
	if large < 1000 {
		t.Errorf("%s: got %d cases in which n*up overflows, want at least 1000", name, large)
	}
}
