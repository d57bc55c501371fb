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

// TestPoolCallsEveryPartOnce: For calls its function once for each part, with any number of parts, and after Close too.
func TestPoolCallsEveryPartOnce(t *testing.T) {
	for _, size := range []int{0, 1, 2, 3, 8} { // 0 means a nil pool
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			var p *Pool
			if size > 0 {
				p = NewPool(size)
			}
			if got, want := p.Size(), max(size, 1); got != want {
				t.Errorf("size: got %d, want %d", got, want)
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
								t.Fatalf("closed %d times, round %d, part %d of %d: got %d calls, want %d",
									2*closed, round, i, parts, n, want)
							}
						}
					}
				}
				p.Close()
				p.Close()
			}
		})
	}
}

// TestPoolIsParallel: all goroutines of the pool work at the same time, since each part waits until all have begun. The
// parts then end one by one, with pauses after which waiting goroutines are asleep.
func TestPoolIsParallel(t *testing.T) {
	p := NewPool(4)
	defer p.Close()
	for _, pause := range []time.Duration{0, 20 * spinFor} {
		t.Run(fmt.Sprint(pause), func(t *testing.T) {
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
					t.Fatalf("round %d: got %d parts ended when For returned, want 4", round, n)
				}
			}
		})
	}
}

// TestPoolShared: several goroutines can use a pool at the same time, and parts can call For themselves.
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
						t.Errorf("result of part %d when For returned: got %d, want %d", i, v, i)
					}
				}
			}
		})
	}
	owners.Wait()
	if n := total.Load(); n != 5*300*6*3 {
		t.Errorf("calls: got %d, want %d", n, 5*300*6*3)
	}
}

// TestPoolInnerSplitsGetHelp: a caller that waits for the parts of others does parts of the calls of For inside these
// parts. Each of these calls needs both goroutines, or the test hangs.
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

// TestPoolDeep: calls of For may be nested deeper than the pool has splits for. The callers of the innermost do all
// parts.
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
		t.Errorf("calls: got %d, want %d", n.Load(), 1<<11-1)
	}
}

// TestPoolPanics: For panics with a PanicError if a part does, after all parts that had begun have ended. The pool can
// be used afterwards.
func TestPoolPanics(t *testing.T) {
	for _, size := range []int{1, 3} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			p := NewPool(size)
			defer p.Close()
			for bad := range 5 {
				checkPanic(t, p, bad)
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
				t.Errorf("parts begun when all panic: got %d, want 1 to %d", n, size)
			}
			var n atomic.Int32
			p.For(7, func(int) { n.Add(1) })
			if n.Load() != 7 {
				t.Errorf("parts after a panic: got %d, want 7", n.Load())
			}
		})
	}
	t.Run("0", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Error("NewPool(0): got no panic, want one")
			}
		}()
		NewPool(0)
	})
}

// checkPanic expects For to pass on the panic of one of five parts.
func checkPanic(t *testing.T, p *Pool, bad int) {
	t.Helper()
	var ended, begun atomic.Int32
	defer func() {
		begun := begun.Load()
		v := recover()
		pe, ok := v.(*PanicError)
		if !ok || pe.Value != errBoom || pe.Where != "pool" || !strings.Contains(string(pe.Stack), "pool_test.go") {
			t.Errorf("panic of part %d: got %+v, want a *PanicError of pool with value %v and a stack with pool_test.go",
				bad, v, errBoom)
		}
		if got := ended.Load(); got != begun-1 {
			t.Errorf("panic of part %d: got %d parts ended, want %d, all that had begun except one", bad, got, begun-1)
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
}

// TestPoolFirstPanicWins: if two parts panic, For panics with the value of the first.
func TestPoolFirstPanicWins(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	next := p.free[len(p.free)-1] // For will use it
	var begun sync.WaitGroup
	begun.Add(2)
	defer func() {
		v := recover()
		if pe, ok := v.(*PanicError); !ok || pe.Value != "first" {
			t.Errorf("panic: got %+v, want a *PanicError with value %q", v, "first")
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

// TestPoolCloseDuringSplit: Close does not disturb a call of For at the same time.
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
			t.Fatalf("parts: got %d, want 40", n.Load())
		}
	}
}

// TestPoolDoesNotAllocate: For allocates nothing.
func TestPoolDoesNotAllocate(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	var n atomic.Int64
	f := func(int) { n.Add(1) }
	if a := testing.AllocsPerRun(1000, func() { p.For(4, f) }); a != 0 {
		t.Errorf("allocations per call: got %v, want 0", a)
	}
}

// TestPoolBits: layers emit the same bits with any number of goroutines, and allocate nothing after the first block.
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
				t.Errorf("got %d values, %v from value %d on, want the %d values of one goroutine, %v",
					len(got), got[min(i, len(got)):min(i+4, len(got))], i, len(want), want[min(i, len(want)):min(i+4, len(want))])
			}
			if n > 1 && pool.most < 2 {
				t.Errorf("most parts of a call: got %d, want at least 2", pool.most)
			}
			p.Reset()
			dst := make([]float32, p.MaxOutFrames(frames)*s.Out)
			if a := testing.AllocsPerRun(20, func() { p.Process(dst[:0], src) }); a > 0 {
				t.Errorf("allocations per call: got %v, want 0", a)
			}
		})
	}
}

// countingPool records the largest number of parts of a call of For.
type countingPool struct {
	*Pool
	most int
}

func (p *countingPool) For(parts int, f func(int)) {
	p.most = max(p.most, parts)
	p.Pool.For(parts, f)
}
