package stream

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// spinFor is how long an idle goroutine of a Pool polls for work before it sleeps. It is about the time that waking it
// would cost. Between two polls the goroutine yields to others.
const spinFor = 50 * time.Microsecond

// lateFor is how long a worker polls that was woken too late, after the other goroutines had done all parts. Some
// sleeping processors take 100 microseconds and more to wake, and the next For often comes sooner. Without this
// longer time, a worker that has fallen asleep once would be too late for every For.
const lateFor = time.Millisecond

// A Pool is [dsp.Workers]: it splits work inside one block over several goroutines: n-1 workers that live until Close,
// and the callers. Parts of a few microseconds are worth it while one For follows another; workers that had nothing to
// do for a while sleep. A nil Pool works like one of size 1. All methods may be called concurrently, so processors in
// different stages can share a Pool, and a part may split again: idle goroutines take parts of that too.
type Pool struct {
	size    int
	wake    chan struct{}  // one token for each worker that was counted as asleep and no longer is
	workers sync.WaitGroup // those not yet ended

	open atomic.Int32 // len(splits); written with mu held; goroutines that poll read it without

	mu     sync.Mutex // guards what follows, and the splits
	closed bool
	asleep int      // workers that need a token to go on
	busy   int      // workers that call some f
	splits []*split // those with parts to take, the earliest first
	free   []*split // for calls of For to come
	idle   []*split // those whose callers sleep, until done or until there are parts to take
}

// A split is a call of For under way.
type split struct {
	f       func(part int)
	next    int // first part nobody has taken
	parts   int
	running atomic.Int32  // parts under way; written with mu held
	waiting bool          // the caller sleeps until done
	done    chan struct{} // tells it that the last part under way has ended, or that it can help
	failure *PanicError
}

// NewPool returns a pool of n goroutines, the caller of For included: it starts n-1, so that NewPool(1) starts
// none. It panics if n < 1.
func NewPool(n int) *Pool {
	if n < 1 {
		panic(fmt.Sprintf("stream: pool of %d goroutines", n))
	}
	p := &Pool{size: n, wake: make(chan struct{}, n-1)}
	for range 4 * (n - 1) { // calls of For at once, beyond which their callers do everything
		p.free = append(p.free, &split{done: make(chan struct{}, 1)})
	}
	p.splits = make([]*split, 0, len(p.free))
	p.idle = make([]*split, 0, len(p.free))
	for range n - 1 {
		p.workers.Go(p.work)
	}
	return p
}

// Size returns the number of goroutines that may work on one For, at least 1. Splitting into more parts than that
// makes sense if they take different times.
func (p *Pool) Size() int {
	if p == nil {
		return 1
	}
	return p.size
}

// For calls f once for each part from 0 to parts-1, begun in that order and running at the same time as far as there
// are goroutines free, and returns when all calls have returned. The caller takes part, and while it waits for the last
// calls it helps with other calls of For, such as those that its parts make. After Close it does everything itself.
//
// If f panics, parts not begun are skipped, and when the others have ended For panics with a *PanicError that holds
// the first value and its stack. f must not call runtime.Goexit.
//
// For allocates nothing; a caller that makes f once, not for every call, does not either.
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

// begin makes a split known, and wakes as many workers as it has parts for. p.mu is held.
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
		p.wake <- struct{}{} // never waits: there is room for all workers
	}
	for more := parts - 1 - max(0, looking) - tokens; more > 0 && len(p.idle) > 0; more-- {
		p.rouse(len(p.idle) - 1)
	}
	return s
}

// rouse ends the sleep of a caller. p.mu is held.
func (p *Pool) rouse(i int) {
	s := p.idle[i]
	p.idle = slices.Delete(p.idle, i, i+1)
	s.waiting = false
	s.done <- struct{}{}
}

// takeParts calls f for parts of s until none is left to take. p.mu is held on entry and on return, not during the
// calls.
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
		// The last thing: when the caller sees it, the split may soon be another's.
		if s.running.Add(-1) == 0 && s.next == s.parts {
			if s.waiting {
				p.rouse(slices.Index(p.idle, s))
			}
			return
		}
	}
}

// close takes s, whose last part is taken, out of those that have some. p.mu is held.
func (p *Pool) close(s *split) {
	i := slices.Index(p.splits, s)
	p.splits = slices.Delete(p.splits, i, i+1)
	p.open.Store(int32(len(p.splits)))
}

// work is the life of a worker.
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

// lookOut polls news until it returns true, for at most the time patience, and reports whether it did.
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

// callPart calls f and returns its panic.
func callPart(f func(part int), part int) (failure *PanicError) {
	defer func() {
		if v := recover(); v != nil {
			failure = newPanicError("pool", v)
		}
	}()
	f(part)
	return nil
}

// Close ends the workers and returns when they have ended; a For under way is completed by its caller. Further calls do
// nothing. Close must not be called from within the f of a For.
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
