package stream

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tailwave/tailwave/dsp"
	"github.com/tailwave/tailwave/dsp/dsptest"
	"github.com/tailwave/tailwave/dsp/layer"
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

// TestPoolBits: layers have the same bits with any number of goroutines, and allocate nothing once a stream has begun.
func TestPoolBits(t *testing.T) {
	for name, newStream := range map[string]func(t *testing.T, o dsp.Option) dsp.Processor{
		"conv": func(t *testing.T, o dsp.Option) dsp.Processor {
			g := layer.ConvGeometry{In: 96, Out: 64, Kernel: 7, Dilation: 3, Left: 9, Right: 9}
			return conv(t, g, dsptest.Noise[float32](2, 64), layer.PreActivation(layer.LeakyReLU(0.1))).NewStream(o)
		},
		"conv, few frames at a time": func(t *testing.T, o dsp.Option) dsp.Processor {
			g := layer.ConvGeometry{In: 512, Out: 512, Kernel: 7, Stride: 16, Left: 3, Right: 3}
			return conv(t, g, nil, layer.PostActivation(layer.Tanh())).NewStream(o)
		},
		"conv, one channel out": func(t *testing.T, o dsp.Option) dsp.Processor {
			g := layer.ConvGeometry{In: 64, Out: 1, Kernel: 101, Left: 50, Right: 50, Padding: layer.Reflect}
			return conv(t, g, nil, layer.PostActivation(layer.Tanh())).NewStream(o)
		},
		"transposed": func(t *testing.T, o dsp.Option) dsp.Processor {
			g := layer.TransposeGeometry{In: 128, Out: 64, Kernel: 16, Stride: 8, Left: 4, Right: 4}
			l, err := layer.NewConvTranspose1D(g, dsptest.Noise[float32](1, 16*128*64), dsptest.Noise[float32](2, 64),
				layer.PreActivation(layer.LeakyReLU(0.1)))
			if err != nil {
				t.Fatal(err)
			}
			return l.NewStream(o)
		},
	} {
		t.Run(name, func(t *testing.T) { checkPoolBits(t, newStream) })
	}
}

// conv returns a convolution with noise for weights.
func conv(t *testing.T, g layer.ConvGeometry, bias []float32, options ...layer.Option) *layer.Conv1D {
	l, err := layer.NewConv1D(g, dsptest.Noise[float32](1, g.Kernel*g.In*g.Out), bias, options...)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func checkPoolBits(t *testing.T, newStream func(t *testing.T, o dsp.Option) dsp.Processor) {
	const frames = 400
	var want []float32
	for n := 1; n <= 4; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			pool := &countingPool{Pool: NewPool(n)}
			defer pool.Close()
			p := newStream(t, dsp.WithWorkers(pool))
			s := p.Shape()
			src := dsptest.Noise[float32](3, frames*s.In)
			got := p.Flush(p.Process(nil, src))
			if n == 1 {
				want = got
			}
			if i := dsptest.FirstDifference(got, want); i >= 0 {
				t.Errorf("value %d differs from that of one goroutine: got %d values, want %d", i, len(got), len(want))
			}
			if n > 1 && pool.most < 2 {
				t.Errorf("at most %d parts, want at least 2", pool.most)
			}
			p.Reset()
			dst := make([]float32, p.MaxOutFrames(frames)*s.Out)
			if a := testing.AllocsPerRun(20, func() { p.Process(dst[:0], src) }); a > 0 {
				t.Errorf("%v allocations per call, want 0", a)
			}
		})
	}
}

// countingPool remembers the most parts that it was asked for.
type countingPool struct {
	*Pool
	most int
}

func (p *countingPool) For(parts int, f func(int)) {
	p.most = max(p.most, parts)
	p.Pool.For(parts, f)
}
