package stream

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestPoolCallsEveryPartOnce(t *testing.T) {
	for _, size := range []int{0, 1, 2, 3, 8} { // 0 stands for a nil pool
		var p *Pool
		if size > 0 {
			p = NewPool(size)
		}
		if p.Size() != max(size, 1) {
			t.Errorf("size %d, want %d", p.Size(), size)
		}
		calls := make([]int, 100) // each part has its own, so the race detector sees overlaps
		f := func(part int) { calls[part]++ }
		for closed := range 2 {
			for round := range 200 {
				for _, parts := range []int{-1, 0, 1, 2, size, size + 1, 100} {
					clear(calls)
					p.For(parts, f)
					for i, n := range calls {
						if want := map[bool]int{true: 1}[i < parts]; n != want {
							t.Fatalf("size %d, closed %d, round %d, part %d of %d: %d calls, want %d", size, closed, round, i, parts, n, want)
						}
					}
				}
			}
			p.Close()
			p.Close()
		}
	}
}

// All goroutines of the pool work at the same time: each part waits until all have begun. Then they end one by one, with
// pauses long enough that those who wait fall asleep.
func TestPoolIsParallel(t *testing.T) {
	p := NewPool(4)
	defer p.Close()
	for _, pause := range []time.Duration{0, 20 * spinFor} {
		for round := range 30 {
			time.Sleep(pause)
			var begun sync.WaitGroup
			begun.Add(4)
			var ended atomic.Int32
			p.For(4, func(part int) {
				begun.Done()
				begun.Wait()
				time.Sleep(time.Duration(part) * pause)
				ended.Add(1)
			})
			if n := ended.Load(); n != 4 {
				t.Fatalf("pause %v, round %d: Split returned after %d of 4 parts", pause, round, n)
			}
		}
	}
}

// Several owners, and parts that split again.
func TestPoolShared(t *testing.T) {
	p := NewPool(3)
	defer p.Close()
	var owners sync.WaitGroup
	var total atomic.Int64
	for range 5 {
		owners.Go(func() {
			for range 300 {
				sum := make([]int, 6)
				p.For(6, func(i int) {
					p.For(3, func(int) { total.Add(1) })
					sum[i] = i
				})
				for i, v := range sum {
					if v != i {
						t.Errorf("part %d not done on return", i)
					}
				}
			}
		})
	}
	owners.Wait()
	if n := total.Load(); n != 5*300*6*3 {
		t.Errorf("%d calls, want %d", n, 5*300*6*3)
	}
}

// Whoever waits for a part of its own takes parts of the Splits inside it: both goroutines are needed for each of them, and
// one of them belongs to a caller that has finished its own part.
func TestPoolInnerSplitsGetHelp(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	for _, splitter := range []int{0, 1} {
		other := make(chan struct{})
		p.For(2, func(part int) {
			if part != splitter {
				<-other
				return
			}
			close(other)
			for range 100 {
				var begun sync.WaitGroup
				begun.Add(2)
				p.For(2, func(int) {
					begun.Done()
					begun.Wait()
				})
			}
		})
	}
}

// More Splits inside each other than the pool keeps track of: the innermost are done by their callers.
func TestPoolDeep(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	var n atomic.Int32
	var split func(depth int)
	split = func(depth int) {
		n.Add(1)
		if depth < 10 {
			p.For(2, func(int) { split(depth + 1) })
		}
	}
	split(0)
	if n.Load() != 1<<11-1 {
		t.Errorf("%d calls, want %d", n.Load(), 1<<11-1)
	}
}

func TestPoolPanics(t *testing.T) {
	for _, size := range []int{1, 3} {
		p := NewPool(size)
		for bad := range 5 {
			var ended, begun atomic.Int32
			func() {
				defer func() {
					begun := begun.Load()
					pe, ok := recover().(*PanicError)
					if !ok || pe.Value != errBoom || pe.Where != "pool" || !strings.Contains(string(pe.Stack), "pool_test.go") {
						t.Errorf("panic %+v", pe)
					}
					if begun != ended.Load()+1 {
						t.Errorf("%d parts begun, %d ended when Split panicked", begun, ended.Load())
					}
				}()
				p.For(5, func(i int) {
					begun.Add(1)
					if i == bad {
						panic(errBoom)
					}
					runtime.Gosched()
					ended.Add(1)
				})
			}()
		}
		// Each goroutine begins one part at most if all of them panic.
		var begun atomic.Int32
		func() {
			defer func() { _ = recover() }()
			p.For(1000, func(int) {
				begun.Add(1)
				panic(errBoom)
			})
		}()
		if n := begun.Load(); n < 1 || n > int32(size) {
			t.Errorf("size %d: %d parts begun after a panic", size, n)
		}
		// The pool is as good as new.
		var n atomic.Int32
		p.For(7, func(int) { n.Add(1) })
		if n.Load() != 7 {
			t.Errorf("%d parts after a panic, want 7", n.Load())
		}
		p.Close()
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic for a pool of 0")
		}
	}()
	NewPool(0)
}

// Of two parts that panic Split hands on the one that did first.
func TestPoolFirstPanicWins(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	next := p.free[len(p.free)-1] // what Split will use
	var begun sync.WaitGroup
	begun.Add(2)
	defer func() {
		if pe, ok := recover().(*PanicError); !ok || pe.Value != "first" {
			t.Errorf("panic %+v", pe)
		}
	}()
	p.For(2, func(part int) {
		begun.Done()
		begun.Wait()
		if part == 0 {
			panic("first")
		}
		for failed := false; !failed; runtime.Gosched() {
			p.mu.Lock()
			failed = next.failure != nil
			p.mu.Unlock()
		}
		panic("second")
	})
}

func TestPoolCloseDuringSplit(t *testing.T) {
	for range 200 {
		p := NewPool(3)
		var n atomic.Int32
		var closing sync.WaitGroup
		for range 2 {
			closing.Go(p.Close)
		}
		for range 10 {
			p.For(4, func(int) { n.Add(1) })
		}
		closing.Wait()
		if n.Load() != 40 {
			t.Fatalf("%d parts, want 40", n.Load())
		}
	}
}

func TestPoolDoesNotAllocate(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	var n atomic.Int64
	f := func(int) { n.Add(1) }
	if a := testing.AllocsPerRun(1000, func() { p.For(4, f) }); a != 0 {
		t.Errorf("%v allocations per call", a)
	}
}

func TestPanicErrorIsShort(t *testing.T) {
	err := protect("stage x", func() error { panic(errBoom) })
	if err.Error() != "stage x: panic: boom" || errors.Is(err, errBoom) {
		t.Errorf("error %q", err)
	}
}

func BenchmarkPoolSplit(b *testing.B) {
	for _, size := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			p := NewPool(size)
			defer p.Close()
			f := func(int) {}
			b.ReportAllocs()
			for b.Loop() {
				p.For(size, f)
			}
		})
	}
}

// Some 20 microseconds of work, shared out evenly: what a wake-up costs shows here.
func BenchmarkPoolWork(b *testing.B) {
	for _, size := range []int{1, 2, 4} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			p := NewPool(size)
			defer p.Close()
			var sums [4][16]int
			f := func(part int) {
				for i := range 24000 / size {
					sums[part][0] += i
				}
			}
			for b.Loop() {
				p.For(size, f)
			}
		})
	}
}
