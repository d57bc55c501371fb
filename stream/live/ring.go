package live

import "sync/atomic"

// A ring is a buffer of bytes between one goroutine that appends and one that takes. The counts put and taken never
// decrease; the ring holds the bytes between them.
type ring struct {
	buf        []byte
	put, taken atomic.Int64
	complete   atomic.Bool   // no bytes will follow
	news       chan struct{} // gets a token after each append, and when complete is set
	room       chan struct{} // gets a token after each drop
}

func newRing(size int) *ring {
	return &ring{buf: make([]byte, size), news: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// len returns the number of bytes in the ring.
func (r *ring) len() int { return int(r.put.Load() - r.taken.Load()) }

// free returns the number of bytes that append can take.
func (r *ring) free() int { return len(r.buf) - r.len() }

// append copies p into the ring. len(p) must not exceed free().
func (r *ring) append(p []byte) {
	at := int(r.put.Load() % int64(len(r.buf)))
	n := copy(r.buf[at:], p)
	copy(r.buf, p[n:])
	r.put.Add(int64(len(p)))
	notify(r.news)
}

// end marks the stream as complete: no bytes will follow.
func (r *ring) end() {
	r.complete.Store(true)
	notify(r.news)
}

// next returns up to most of the next bytes, without a copy. It returns fewer than the ring holds where they wrap
// around its end. They are valid until they are dropped.
func (r *ring) next(most int) []byte {
	at := int(r.taken.Load() % int64(len(r.buf)))
	return r.buf[at:][:min(most, r.len(), len(r.buf)-at)]
}

// drop removes the next n bytes.
func (r *ring) drop(n int) {
	r.taken.Add(int64(n))
	notify(r.room)
}

// notify puts a token into c, which has room for one, unless c has one already.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
