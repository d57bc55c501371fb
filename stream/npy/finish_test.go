package npy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// TestUnknownLength requires a LengthError from an output that cannot seek, or only pretends to.
func TestUnknownLength(t *testing.T) {
	var b bytes.Buffer
	for name, out := range map[string]io.Writer{
		"writer": &b, "pipe": noSeek{&b}, "device": device{&b}, "appending": &memory{b: []byte("before"), append: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := NewWriter(out, Options{})
			err := w.Open(format(1), -1)
			if _, ok := errors.AsType[*LengthError](err); !ok {
				t.Errorf("Open: got error %v, want a LengthError", err)
			}
			if err := w.Write([]float32{0}); err == nil {
				t.Error("Write after a failed Open: got no error, want one")
			}
			if err := w.Close(nil); err != nil {
				t.Errorf("Close after a failed Open: got error %v, want none", err)
			}
			w = NewWriter(out, Options{})
			if err := errors.Join(w.Open(format(1), 1), w.Write([]float32{0}), w.Close(nil)); err != nil {
				t.Errorf("with a known length: got error %v, want none", err)
			}
		})
	}
}

// TestWrongLength requires that Close corrects a header with a wrong length, or fails.
func TestWrongLength(t *testing.T) {
	for _, announced := range []int64{1, 3} {
		t.Run(fmt.Sprintf("pipe/%d", announced), func(t *testing.T) {
			var b bytes.Buffer
			w := NewWriter(&b, Options{})
			if err := errors.Join(w.Open(format(2), announced), w.Write(ramp(4))); err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("2 frames written, but the header says %d", announced)
			if err := w.Close(nil); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Close: got error %v, want one that contains %q", err, want)
			}
		})
		t.Run(fmt.Sprintf("file/%d", announced), func(t *testing.T) {
			var m memory
			w := NewWriter(&m, Options{Layout: FramesFirst})
			if err := errors.Join(w.Open(format(2), announced), w.Write(ramp(4)), w.Close(nil)); err != nil {
				t.Fatal(err)
			}
			a, err := Read(bytes.NewReader(m.b))
			if err != nil || !slices.Equal(a.Shape, []int{2, 2}) {
				t.Errorf("got %v, error %v, want shape [2 2]", a, err)
			}
		})
	}
	t.Run("appending", func(t *testing.T) { // to a new file
		w := NewWriter(&memory{append: true}, Options{})
		if err := errors.Join(w.Open(format(2), -1), w.Write(ramp(4))); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(nil); err == nil || !strings.Contains(err.Error(), "output only appends") {
			t.Errorf("Close: got error %v, want one that contains %q", err, "output only appends")
		}
	})
}

// TestIncomplete requires that a file whose stream failed, or that was never closed, does not read as an array.
func TestIncomplete(t *testing.T) {
	boom := errors.New("boom")
	for _, announced := range []int64{-1, 2, 4} {
		for _, closed := range []bool{false, true} {
			if !closed && announced == 2 {
				continue // all frames came
			}
			t.Run(fmt.Sprintf("%d announced/closed %v", announced, closed), func(t *testing.T) {
				var m memory
				w := NewWriter(&m, Options{})
				if err := errors.Join(w.Open(format(2), announced), w.Write(ramp(4))); err != nil {
					t.Fatal(err)
				}
				want := "truncated after 4 of"
				if !closed && announced < 0 {
					want = "unfinished: the program that wrote it did not"
				}
				if closed {
					if err := w.Close(boom); err != nil {
						t.Errorf("Close: got error %v, want none", err)
					}
				}
				if a, err := Read(bytes.NewReader(m.b)); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, error %v, want an io.ErrUnexpectedEOF that contains %q", a, err, want)
				}
			})
		}
	}
}
