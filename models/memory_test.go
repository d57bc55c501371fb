package models

import (
	"runtime"
	"testing"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/stream"
	"github.com/tailwave/tailwave/testdata/reference"
)

// TestStreamMemory compares the memory in Info and Memory with the growth of the heap for each stream, and requires
// that a model holds no stream.
func TestStreamMemory(t *testing.T) {
	for _, name := range []string{"hifigan-v3-ljspeech", "mb-melgan-ljspeech", "lyra-1.2.0"} {
		t.Run(name, func(t *testing.T) {
			folder := reference.File(t, "weights", name)
			before := heap()
			m, err := Open(folder)
			if err != nil {
				t.Fatal(err)
			}
			opened := heap() - before
			// The numbers of the weights, with a quarter more for tables and names.
			if most := m.Info().WeightBytes + m.Info().WeightBytes/4; opened > most {
				t.Errorf("an open model keeps %d bytes, want at most %d for %d bytes of weights", opened, most,
					m.Info().WeightBytes)
			}
			pool := stream.NewPool(2)
			defer pool.Close()
			checkStreamMemory(t, "one thread", m.Info().StateBytes, func() (*Stream, error) { return m.NewStream() })
			two, err := m.NewStream(dsp.WithWorkers(pool))
			if err != nil {
				t.Fatal(err)
			}
			_, state := two.Memory()
			checkStreamMemory(t, "two threads", state,
				func() (*Stream, error) { return m.NewStream(dsp.WithWorkers(pool)) })
			runtime.KeepAlive(m)
		})
	}
}

func checkStreamMemory(t *testing.T, name string, want int64, newStream func() (*Stream, error)) {
	t.Helper()
	const streams = 8
	kept := make([]*Stream, streams)
	before := heap()
	for i := range kept {
		var err error
		if kept[i], err = newStream(); err != nil {
			t.Fatal(err)
		}
	}
	got := (heap() - before) / streams
	runtime.KeepAlive(kept)
	t.Logf("%s: %d bytes for each stream, stated %d", name, got, want)
	if got < want-want/50 || got > want+want/50 {
		t.Errorf("%s: %d bytes for each stream, want %d within 2 %%", name, got, want)
	}
}

// heap returns the bytes in use after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
