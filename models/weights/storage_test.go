package weights

import (
	"bytes"
	"slices"
	"testing"
)

// TestSharedStorage: a storage of several tensors is read once, and let go when the last of them has been read.
func TestSharedStorage(t *testing.T) {
	content := checkpointFile(t, dictionary(
		str("a"), view("Float", "0", 6, 0, ints(2), ints(1)),
		str("b"), view("Float", "0", 6, 1, ints(3), ints(2)),
		str("c"), view("Long", "0x", 6, 0, ints(2), ints(1)),
	), six)
	r := &recorder{bytes.NewReader(content), make([]int, len(content))}
	set, err := Open(r, int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(content, rawFloats(six["data/0"].([]float32)))
	r.reads = make([]int, len(content))
	for _, step := range []struct {
		tensor string
		want   []float32
		reads  int // of the storage, so far
	}{{"a", []float32{1, 2}, 1}, {"b", []float32{2, 4, 6}, 1}, {"b", []float32{2, 4, 6}, 2}} {
		got, err := set[step.tensor].numbers()
		if err != nil || !slices.Equal(got, step.want) {
			t.Errorf("tensor %s: %v, %v, want %v", step.tensor, got, err, step.want)
		}
		if r.reads[at] != step.reads {
			t.Errorf("after tensor %s the storage was read %d times, want %d", step.tensor, r.reads[at], step.reads)
		}
	}
}
