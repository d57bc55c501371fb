package stream

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// spinFor is how long an idle goroutine of a Pool polls for work before it sleeps: about the time that waking it would
// cost. Between two polls the goroutine yields to others.
const spinFor = 50 * time.Microsecond

// lateFor is how long a worker polls before it sleeps again if it was woken too late, after the other goroutines had
// done all parts. A sleeping processor can need more than 100 microseconds to wake, and the next For often comes sooner
// than that. If the worker slept again after spinFor, it would be too late for every For.
const lateFor = time.Millisecond

// A Pool divides the work inside one block among goroutines. It implements [dsp.Workers], for the option
// dsp.WithWorkers of processors:
//
//	pool := stream.NewPool(runtime.NumCPU())
//	defer pool.Close()
//	s := conv.NewStream(dsp.WithWorkers(pool))
//
// The workers do not change the result by a bit. A pool of size n has n-1 workers, which live until Close; the
// goroutine that calls For is the n-th. Parts of a few microseconds are worth dividing as long as one For follows
// another: a worker without work polls for 50 microseconds before it sleeps.
//
// All methods may be called concurrently, so the processors of several stages and pipelines can share a Pool. A part
// may call For itself; idle goroutines then work on those parts too. A nil *Pool works like a pool of size 1.
type Pool struct {
	size    int
	wake    chan struct{}  // one token for each worker that begin or Close has removed from asleep
	workers sync.WaitGroup // workers that have not ended

	open atomic.Int32 // len(splits); written with mu held, polled without it

	mu     sync.Mutex // guards the fields below, and the splits
	closed bool
	asleep int      // workers that wait for a token
	busy   int      // workers that call f
	splits []*split // calls of For with parts that have not begun, the earliest call first
	free   []*split // unused, for later calls of For
	idle   []*split // calls of For whose callers sleep until the call is done or other calls have parts to begin
}

// A split is the state of one call of For.
type split struct {
	f       func(part int)
	next    int // first part that has not begun
	parts   int
	running atomic.Int32  // parts that have begun and not ended; written with mu held
	waiting bool          // the caller waits for a token in done
	done    chan struct{} // gets a token when the last running part has ended, or when the caller can help elsewhere
	failure *PanicError   // of the first part that panicked
}

// NewPool returns a pool of n goroutines. It starts n-1 workers, because the caller of For is one of the n. It panics
// if n < 1.
func NewPool(n int) *Pool {
	if n < 1 {
		panic(fmt.Sprintf("stream: pool of %d goroutines", n))
	}
	p := &Pool{size: n, wake: make(chan struct{}, n-1)}
	for range 4 * (n - 1) { // the most calls of For at once that get help; the callers of further ones do all parts
		p.free = append(p.free, &split{done: make(chan struct{}, 1)})
	}
	p.splits = make([]*split, 0, len(p.free))
	p.idle = make([]*split, 0, len(p.free))
	for range n - 1 {
		p.workers.Go(p.work)
	}
	return p
}

// Size returns the number of goroutines that can work on one For, at least 1. More parts than that help where parts
// differ in their duration.
func (p *Pool) Size() int {
	if p == nil {
		return 1
	}
	return p.size
}

// For calls f once for each part from 0 to parts-1, and returns when all these calls have returned. Parts begin in that
// order, and run at the same time as far as goroutines are free. The calling goroutine does parts too. While it waits
// for the last parts, it helps with other calls of For, such as those made by its parts. After Close it does all parts
// itself.
//
// If f panics, For skips the parts that have not begun, waits for the others, and panics with a *PanicError that holds
// the first value and its stack. f must not call runtime.Goexit.
//
// For allocates nothing. Create f once and not for every call, because creating a closure may allocate.
func (p *Pool) For(parts int, f func(part int)) {
	if parts <= 1 || p == nil || p.size == 1 {
		splitAlone(parts, f)
		return
	}
	p.mu.Lock()
	if p.closed || len(p.free) == 0 {
		p.mu.Unlock()
		splitAlone(parts, f)
		return
	}
	s := p.begin(parts, f)
	p.takeParts(s)
	for s.running.Load() > 0 {
		p.mu.Unlock()
		lookOut(spinFor, func() bool { return s.running.Load() == 0 || p.open.Load() > 0 })
		p.mu.Lock()
		switch {
		case s.running.Load() == 0:
		case len(p.splits) > 0:
			p.takeParts(p.splits[len(p.splits)-1])
		default:
			s.waiting = true
			p.idle = append(p.idle, s)
			p.mu.Unlock()
			<-s.done
			p.mu.Lock()
		}
	}
	failure := s.failure
	s.f, s.failure = nil, nil
	p.free = append(p.free, s)
	p.mu.Unlock()
	if failure != nil {
		panic(failure)
	}
}

// splitAlone is For without workers.
func splitAlone(parts int, f func(part int)) {
	for i := range parts {
		if failure := callPart(f, i); failure != nil {
			panic(failure)
		}
	}
}

// begin adds a call of For, and wakes as many workers as it has parts for. p.mu is held, and p.free is not empty.
func (p *Pool) begin(parts int, f func(part int)) *split {
	s := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	s.f, s.next, s.parts = f, 0, parts
	p.splits = append(p.splits, s)
	p.open.Store(int32(len(p.splits)))
	looking := p.size - 1 - p.asleep - p.busy
	tokens := max(0, min(parts-1-looking, p.asleep))
	p.asleep -= tokens
	for range tokens {
		p.wake <- struct{}{} // never waits: the channel has room for a token per worker
	}
	for more := parts - 1 - max(0, looking) - tokens; more > 0 && len(p.idle) > 0; more-- {
		p.rouse(len(p.idle) - 1)
	}
	return s
}

// rouse wakes the caller of p.idle[i]. p.mu is held.
func (p *Pool) rouse(i int) {
	s := p.idle[i]
	p.idle = slices.Delete(p.idle, i, i+1)
	s.waiting = false
	s.done <- struct{}{}
}

// takeParts calls f for parts of s until all parts of s have begun. p.mu is held on entry and on return, but not during
// the calls.
func (p *Pool) takeParts(s *split) {
	f := s.f
	for s.next < s.parts {
		part := s.next
		if s.next++; s.next == s.parts {
			p.close(s)
		}
		s.running.Add(1)
		p.mu.Unlock()
		failure := callPart(f, part)
		p.mu.Lock()
		if failure != nil {
			if s.next < s.parts {
				s.next = s.parts
				p.close(s)
			}
			if s.failure == nil {
				s.failure = failure
			}
		}
		// This must come last: once the caller of For sees running at 0, it may reuse s for another call.
		if s.running.Add(-1) == 0 && s.next == s.parts {
			if s.waiting {
				p.rouse(slices.Index(p.idle, s))
			}
			return
		}
	}
}

// close removes s, whose last part has begun, from p.splits. p.mu is held.
func (p *Pool) close(s *split) {
	i := slices.Index(p.splits, s)
	p.splits = slices.Delete(p.splits, i, i+1)
	p.open.Store(int32(len(p.splits)))
}

// work runs a worker until Close.
func (p *Pool) work() {
	p.mu.Lock()
	for patience := spinFor; ; {
		for len(p.splits) > 0 {
			p.busy++
			p.takeParts(p.splits[0])
			p.busy--
			patience = spinFor
		}
		if p.closed {
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
		news := lookOut(patience, func() bool { return p.open.Load() > 0 })
		p.mu.Lock()
		if !news && !p.closed && len(p.splits) == 0 {
			p.asleep++
			p.mu.Unlock()
			<-p.wake
			p.mu.Lock()
			patience = lateFor
		}
	}
}

// lookOut polls news until it returns true, for at most patience, and reports whether it did.
func lookOut(patience time.Duration, news func() bool) bool {
	if news() {
		return true
	}
	for start := time.Now(); time.Since(start) < patience; {
		runtime.Gosched()
		if news() {
			return true
		}
	}
	return false
}

// callPart calls f and returns its panic, or nil.
func callPart(f func(part int), part int) (failure *PanicError) {
	defer func() {
		if v := recover(); v != nil {
			failure = newPanicError("pool", v)
		}
	}()
	f(part)
	return nil
}

// Close ends the workers, and returns when they have ended. The callers of For that are running complete their parts.
// Further calls do nothing. A function passed to For must not call Close.
func (p *Pool) Close() {
	if p == nil {
		return
	}
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		for ; p.asleep > 0; p.asleep-- {
			p.wake <- struct{}{}
		}
	}
	p.mu.Unlock()
	p.workers.Wait()
}
