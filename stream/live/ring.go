package live

import "sync/atomic"

// A ring holds bytes between one goroutine that puts and one that takes. What it holds lies between the two counts, which
// never go back.
type ring struct {
	buf        []byte
	put, taken atomic.Int64
	complete   atomic.Bool   // nothing will be put any more
	news       chan struct{} // a token after each put, and for complete
	room       chan struct{} // a token after each take
}

func newRing(size int) *ring {
	return &ring{buf: make([]byte, size), news: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// len returns how many bytes there are to take.
func (r *ring) len() int { return int(r.put.Load() - r.taken.Load()) }

// free returns how many bytes can be put.
func (r *ring) free() int { return len(r.buf) - r.len() }

// append puts p, for which there must be room.
func (r *ring) append(p []byte) {
	at := int(r.put.Load() % int64(len(r.buf)))
	n := copy(r.buf[at:], p)
	copy(r.buf, p[n:])
	r.put.Add(int64(len(p)))
	notify(r.news)
}

// end says that nothing follows.
func (r *ring) end() {
	r.complete.Store(true)
	notify(r.news)
}

// next returns up to most of the bytes that come next, as they lie in memory: at the end of the ring fewer than there are.
// They are valid until they are dropped.
func (r *ring) next(most int) []byte {
	at := int(r.taken.Load() % int64(len(r.buf)))
	return r.buf[at:][:min(most, r.len(), len(r.buf)-at)]
}

// drop takes n bytes.
func (r *ring) drop(n int) {
	r.taken.Add(int64(n))
	notify(r.room)
}

// notify leaves a token unless there is one.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
