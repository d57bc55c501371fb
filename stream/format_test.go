package stream

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestRateScale: a scaled rate is the exact product, or an error if that does not fit.
func TestRateScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		term := rapid.OneOf(rapid.Int64Range(1, 1000), rapid.Int64Range(1, math.MaxInt64))
		r, err := NewRate(term.Draw(t, "num"), term.Draw(t, "den"))
		if err != nil {
			t.Fatal(err)
		}
		up := rapid.IntRange(-1, 1000).Draw(t, "up")
		down := rapid.IntRange(-1, 1000).Draw(t, "down")
		got, err := r.Scale(up, down)
		if up <= 0 || down <= 0 {
			if err == nil {
				t.Fatalf("%v times %d/%d: got no error, want one", r, up, down)
			}
			return
		}
		want := new(big.Rat).Mul(big.NewRat(r.Num, r.Den), big.NewRat(int64(up), int64(down)))
		if fits := want.Num().IsInt64() && want.Denom().IsInt64(); fits != (err == nil) {
			t.Fatalf("%v times %d/%d: got error %v, want %v, an error %v", r, up, down, err, want, !fits)
		}
		if err == nil && (got.Num != want.Num().Int64() || got.Den != want.Denom().Int64()) {
			t.Fatalf("%v times %d/%d: got %v, want %v", r, up, down, got, want)
		}
	})
}

// TestRate: a rate is in lowest terms, has a text, and knows whether it is a whole number of hertz.
func TestRate(t *testing.T) {
	mel, err := NewRate(22050, 256)
	if want := (Rate{11025, 128}); err != nil || mel != want {
		t.Errorf("NewRate(22050, 256): got %v, error %v, want %v, no error", mel, err, want)
	}
	if hz, whole := mel.Whole(); whole || hz != 86 {
		t.Errorf("Whole of %v: got %d, %v, want 86, false", mel, hz, whole)
	}
	if got, want := mel.Float(), 86.1328125; got != want {
		t.Errorf("Float of %v: got %v, want %v", mel, got, want)
	}
	for want, r := range map[string]Rate{"11025/128 Hz": mel, "44100 Hz": Hz(44100)} {
		t.Run(want, func(t *testing.T) {
			if got := r.String(); got != want {
				t.Errorf("String: got %s, want %s", got, want)
			}
		})
	}
}

// TestInvalidFormats: a rate or a number of channels that is not positive is invalid.
func TestInvalidFormats(t *testing.T) {
	for _, bad := range [][2]int64{{0, 1}, {1, 0}, {-1, 1}, {1, -1}} {
		t.Run(fmt.Sprint(bad), func(t *testing.T) {
			if r, err := NewRate(bad[0], bad[1]); err == nil {
				t.Errorf("NewRate: got %v, want an error", r)
			}
			if err := (Format{Rate{bad[0], bad[1]}, 1}).Validate(); err == nil {
				t.Error("Validate: got no error, want one")
			}
		})
	}
	if err := (Format{Hz(1), 0}).Validate(); err == nil {
		t.Error("Validate without channels: got no error, want one")
	}
	if err := (Format{Hz(1), 1}).Validate(); err != nil {
		t.Errorf("Validate of one channel: got error %v, want none", err)
	}
}
