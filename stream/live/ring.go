package live

import "sync/atomic"

// A ring is a buffer of bytes between one goroutine that appends and one that reads and drops. put counts the bytes
// appended and taken the bytes dropped, since the start; the ring holds the bytes between the two.
type ring struct {
	buf        []byte
	put, taken atomic.Int64
	complete   atomic.Bool   // no append will follow
	news       chan struct{} // gets a token after each append, and when complete is set
	room       chan struct{} // gets a token after each drop
}

func newRing(size int) *ring {
	return &ring{buf: make([]byte, size), news: make(chan struct{}, 1), room: make(chan struct{}, 1)}
}

// len returns the number of bytes in the ring.
func (r *ring) len() int { return int(r.put.Load() - r.taken.Load()) }

// free returns the number of bytes that append has room for.
func (r *ring) free() int { return len(r.buf) - r.len() }

// append copies p into the ring. len(p) must not exceed free().
func (r *ring) append(p []byte) {
	at := int(r.put.Load() % int64(len(r.buf)))
	n := copy(r.buf[at:], p)
	copy(r.buf, p[n:])
	r.put.Add(int64(len(p)))
	notify(r.news)
}

// end marks the stream as complete. No append may follow.
func (r *ring) end() {
	r.complete.Store(true)
	notify(r.news)
}

// next returns up to most of the next bytes, without a copy. Where they wrap around the end of buf, it returns only
// those before the end. The bytes are valid until they are dropped.
func (r *ring) next(most int) []byte {
	at := int(r.taken.Load() % int64(len(r.buf)))
	return r.buf[at:][:min(most, r.len(), len(r.buf)-at)]
}

// drop removes the next n bytes.
func (r *ring) drop(n int) {
	r.taken.Add(int64(n))
	notify(r.room)
}

// notify puts a token into c unless c holds one already.
func notify(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
