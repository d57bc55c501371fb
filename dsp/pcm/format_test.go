package pcm

import "testing"

var allFormats = []Format{U8, S16, S24, S32, F32, F64}

func TestFormatNames(t *testing.T) {
	want := map[string]int{"pcm8": 1, "pcm16": 2, "pcm24": 3, "pcm32": 4, "f32": 4, "f64": 8}
	if len(want) != len(allFormats) {
		t.Fatalf("%d names for %d formats", len(want), len(allFormats))
	}
	for name, size := range want {
		f, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		if f.String() != name || f.Bytes() != size || f.Float() != (name[0] == 'f') || !f.Valid() {
			t.Errorf("%s: got %v, %d bytes, float %v", name, f, f.Bytes(), f.Float())
		}
	}
}

func TestInvalidFormats(t *testing.T) {
	for _, name := range []string{"", "pcm12", "PCM16", "Format(0)"} {
		if f, err := Parse(name); err == nil {
			t.Errorf("Parse(%q) = %v without an error", name, f)
		}
	}
	for _, f := range []Format{-1, 0, F64 + 1} {
		if f.Valid() || f.Bytes() != 0 || f.Float() {
			t.Errorf("%v passes for a format", f)
		}
		if _, err := NewEncoder(f, 1, false); err == nil {
			t.Errorf("NewEncoder(%v) without an error", f)
		}
		if n := Decode(make([]float32, 4), make([]byte, 32), f); n != 0 {
			t.Errorf("Decode(%v) = %d samples", f, n)
		}
	}
	if _, err := NewEncoder(S16, 0, false); err == nil {
		t.Error("NewEncoder with 0 channels without an error")
	}
}
