package stream

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// spinFor is how long a goroutine of a Pool that has nothing to do looks out for news before it sleeps: about what waking
// it would cost. Meanwhile it lets other goroutines go first.
const spinFor = 50 * time.Microsecond

// lateFor is how long a worker looks out that was woken and came too late, the others having done everything: the next
// Split probably comes sooner than a sleeping processor can be woken, which takes 100 microseconds and more on some.
// Without it, a worker once asleep would come too late for ever.
const lateFor = time.Millisecond

// A Pool splits work inside one block over several goroutines: n-1 workers that live until Close, and the caller. Parts
// of a few microseconds are worth it while one Split follows another; workers that had nothing to do for a while sleep.
// A nil Pool works like one of size 1. All methods may be called concurrently, so processors in different stages can
// share a Pool.
type Pool struct {
	size    int
	wake    chan struct{}  // one token for each worker that was counted as asleep and no longer is
	done    chan struct{}  // tells the caller that the last part under way has ended
	workers sync.WaitGroup // those not yet ended
	split   sync.Mutex     // held by the Split that has the workers

	// Written with mu held, read without by those who look out for a change.
	open    atomic.Bool  // there are parts to take
	running atomic.Int32 // parts under way

	mu      sync.Mutex // guards what follows
	closed  bool
	asleep  int // workers that need a token to go on
	f       func(part int)
	next    int // first part nobody has taken
	parts   int
	waiting bool // the caller waits for done
	failure *PanicError
}

// NewPool returns a pool of n goroutines, the caller of Split included: it starts n-1. It panics if n < 1.
func NewPool(n int) *Pool {
	if n < 1 {
		panic(fmt.Sprintf("stream: pool of %d goroutines", n))
	}
	p := &Pool{
		size: n,
		wake: make(chan struct{}, n-1),
		done: make(chan struct{}, 1),
	}
	for range n - 1 {
		p.workers.Go(p.work)
	}
	return p
}

// Size returns the number of goroutines that may work on one Split, at least 1. Splitting into more parts than that
// makes sense if they take different times.
func (p *Pool) Size() int {
	if p == nil {
		return 1
	}
	return p.size
}

// Split calls f once for each part from 0 to parts-1, in any order and at the same time, and returns when all calls have
// returned. The caller takes part. While another Split has the workers, such as one that f itself is part of, and after
// Close, the caller does everything: Split never waits for others.
//
// If f panics, parts not begun are skipped, and when the others have ended Split panics with a *PanicError that holds
// the first value and its stack. f must not call runtime.Goexit.
//
// Split allocates nothing; a caller that makes f once, not for every call, does not either.
func (p *Pool) Split(parts int, f func(part int)) {
	if parts <= 1 || p == nil || p.size == 1 || !p.split.TryLock() {
		splitAlone(parts, f)
		return
	}
	failure := p.run(parts, f)
	p.split.Unlock()
	if failure != nil {
		panic(failure)
	}
}

// splitAlone is Split without workers.
func splitAlone(parts int, f func(part int)) {
	for i := range parts {
		if failure := callPart(f, i); failure != nil {
			panic(failure)
		}
	}
}

// run is Split for the holder of p.split.
func (p *Pool) run(parts int, f func(part int)) *PanicError {
	p.mu.Lock()
	p.f, p.next, p.parts, p.failure = f, 0, parts, nil
	p.open.Store(true)
	awake := p.size - 1 - p.asleep
	tokens := max(0, min(parts-1-awake, p.asleep)) // none after Close, which leaves nobody asleep
	p.asleep -= tokens
	p.mu.Unlock()
	for range tokens {
		p.wake <- struct{}{}
	}

	p.mu.Lock()
	p.takeParts()
	p.mu.Unlock()
	lookOut(spinFor, func() bool { return p.running.Load() == 0 })
	p.mu.Lock()
	if p.running.Load() > 0 {
		p.waiting = true
		p.mu.Unlock()
		<-p.done
		p.mu.Lock()
	}
	failure := p.failure
	p.f, p.failure = nil, nil
	p.mu.Unlock()
	return failure
}

// takeParts calls f for parts until none is left to take, and returns for how many. p.mu is held on entry and on return,
// not during the calls.
func (p *Pool) takeParts() (taken int) {
	for ; p.next < p.parts; taken++ {
		f, part := p.f, p.next
		p.next++
		p.open.Store(p.next < p.parts)
		p.running.Add(1)
		p.mu.Unlock()
		failure := callPart(f, part)
		p.mu.Lock()
		p.running.Add(-1)
		if failure != nil {
			p.next = p.parts
			p.open.Store(false)
			if p.failure == nil {
				p.failure = failure
			}
		}
	}
	return taken
}

// work is the life of a worker.
func (p *Pool) work() {
	p.mu.Lock()
	for patience := spinFor; ; {
		if p.takeParts() > 0 {
			patience = spinFor
		}
		if p.waiting && p.running.Load() == 0 {
			p.waiting = false
			p.done <- struct{}{}
		}
		if p.closed {
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
		news := lookOut(patience, p.open.Load)
		p.mu.Lock()
		if !news && !p.closed && p.next == p.parts {
			p.asleep++
			p.mu.Unlock()
			<-p.wake
			p.mu.Lock()
			patience = lateFor
		}
	}
}

// lookOut waits for news for some time and reports whether there are any.
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

// Close ends the workers and returns when they have ended; a Split under way is completed by its caller. Further calls do
// nothing. Close must not be called from within a Split's f.
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
