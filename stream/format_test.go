package stream

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

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
				t.Fatalf("%v times %d/%d: no error", r, up, down)
			}
			return
		}
		want := new(big.Rat).Mul(big.NewRat(r.Num, r.Den), big.NewRat(int64(up), int64(down)))
		if fits := want.Num().IsInt64() && want.Denom().IsInt64(); fits != (err == nil) {
			t.Fatalf("%v times %d/%d = %v: error %v", r, up, down, want, err)
		}
		if err == nil && (got.Num != want.Num().Int64() || got.Den != want.Denom().Int64()) {
			t.Fatalf("%v times %d/%d = %v, want %v", r, up, down, got, want)
		}
	})
}

func TestRate(t *testing.T) {
	mel, err := NewRate(22050, 256)
	if hz, whole := mel.Whole(); err != nil || mel != (Rate{11025, 128}) || whole || hz != 86 {
		t.Errorf("rate %v, %d Hz, whole %v, error %v", mel, hz, whole, err)
	}
	if s := mel.String() + ", " + Hz(44100).String(); s != "11025/128 Hz, 44100 Hz" || mel.Float() != 86.1328125 {
		t.Errorf("rates %s, %v", s, mel.Float())
	}
	for _, bad := range [][2]int64{{0, 1}, {1, 0}, {-1, 1}, {1, -1}} {
		if r, err := NewRate(bad[0], bad[1]); err == nil {
			t.Errorf("NewRate(%d, %d) = %v", bad[0], bad[1], r)
		}
		if (Format{Rate{bad[0], bad[1]}, 1}).Validate() == nil {
			t.Errorf("format with rate %v is valid", bad)
		}
	}
	if (Format{Hz(1), 0}).Validate() == nil || (Format{Hz(1), 1}).Validate() != nil {
		t.Error("wrong validity of a format without or with a channel")
	}
}
