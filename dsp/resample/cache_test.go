package resample

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// A block of memory, by its size in bytes.
type bytesOf int64

func (b *bytesOf) bytes() int64 { return int64(*b) }

// building returns a function that builds a value of a size and counts its calls.
func building(size int64, builds *atomic.Int64) func() (*bytesOf, error) {
	return func() (*bytesOf, error) {
		builds.Add(1)
		b := bytesOf(size)
		return &b, nil
	}
}

// TestCacheBound compares a cache with a list of keys in the order of their last use: the cache keeps as many of the
// first as fit.
func TestCacheBound(t *testing.T) {
	const limit, keys = 1000, 60
	c := newCache[int, *bytesOf](limit)
	rng := rand.New(rand.NewPCG(1, 2))
	size := func(key int) int64 { return int64(1 + key*5) } // up to 296: above 250, nothing is kept
	var recent []int                                        // keys that must be there, last used first
	for range 5000 {
		key := rng.IntN(keys)
		var builds atomic.Int64
		v, err := c.get(key, building(size(key), &builds))
		if err != nil || v.bytes() != size(key) {
			t.Fatalf("key %d: got %v and error %v, want %d bytes", key, v, err, size(key))
		}
		at := slices.Index(recent, key)
		if got, want := builds.Load() == 0, at >= 0; got != want {
			t.Fatalf("key %d: kept: got %t, want %t", key, got, want)
		}
		if at >= 0 {
			recent = slices.Delete(recent, at, at+1)
		}
		if size(key) <= limit/4 {
			recent = slices.Insert(recent, 0, key)
		}
		total := int64(0)
		for i, k := range recent {
			if total+size(k) > limit {
				recent = recent[:i]
				break
			}
			total += size(k)
		}
		if c.total != total || len(c.entries) != len(recent) {
			t.Fatalf("got %d bytes in %d entries, want %d in %d", c.total, len(c.entries), total, len(recent))
		}
	}
}

// TestCacheOnce: goroutines that need the same value at the same time receive the one that one of them builds.
func TestCacheOnce(t *testing.T) {
	for name, size := range map[string]int64{"kept": 100, "too large": 300} {
		t.Run(name, func(t *testing.T) {
			c := newCache[int, *bytesOf](1000)
			var builds atomic.Int64
			var group sync.WaitGroup
			asked, all := make(chan bool), make([]*bytesOf, 8)
			build := func() (*bytesOf, error) {
				<-asked
				return building(size, &builds)()
			}
			entries := make([]*entry[*bytesOf], len(all))
			for i := range entries {
				entries[i] = c.entry(1, build)
			}
			for i, e := range entries {
				group.Go(func() { all[i], _ = e.value() })
			}
			close(asked)
			group.Wait()
			if builds.Load() != 1 {
				t.Errorf("got %d builds, want 1", builds.Load())
			}
			for i, v := range all {
				if v == nil || v != all[0] {
					t.Errorf("goroutine %d: got the value %p, want %p", i, v, all[0])
				}
			}
		})
	}
}

// TestCacheNoWait: while one value is being built, others can be built and used. The test would not end otherwise.
func TestCacheNoWait(t *testing.T) {
	c := newCache[int, *bytesOf](1000)
	var builds atomic.Int64
	_, err := c.get(1, func() (*bytesOf, error) {
		for range 2 {
			for key := 2; key < 20; key++ { // more than fit
				if _, err := c.get(key, building(100, &builds)); err != nil {
					t.Error(err)
				}
			}
		}
		return building(100, &builds)()
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := c.get(1, building(100, &builds)); err != nil || builds.Load() != 37 {
		t.Errorf("got %d builds and error %v, want 37: the value of key 1 was built last and is kept", builds.Load(), err)
	}
}

// TestCacheFailure: neither an error nor a panic is kept.
func TestCacheFailure(t *testing.T) {
	c := newCache[int, *bytesOf](1000)
	want := errors.New("no value")
	for range 2 {
		if _, err := c.get(1, func() (*bytesOf, error) { return nil, want }); err != want {
			t.Errorf("got error %v, want %v", err, want)
		}
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("got panic %v, want %v", got, want)
				}
			}()
			c.get(1, func() (*bytesOf, error) { panic(want) })
		}()
	}
	var builds atomic.Int64
	if v, err := c.get(1, building(100, &builds)); err != nil || v.bytes() != 100 || c.total != 100 {
		t.Errorf("after failures: got %v and error %v, want a value", v, err)
	}
}
