package resample

import "sync"

// A cache shares immutable values that are expensive to compute. It keeps those that were used last, up to a total
// size. Many goroutines may use a cache. If several of them need the same new value, one computes it and the others
// wait for it. Nobody waits for a value of another key.
type cache[K comparable, V sized] struct {
	limit int64 // bounds the sum of the sizes, in bytes. A value above a quarter of it is not kept.

	mu      sync.Mutex // not held while a value is computed
	entries map[K]*entry[V]
	total   int64  // bytes of all entries
	uses    uint64 // counts the calls of get
}

// A sized value knows the memory of its tables in bytes, which is more than 0.
type sized interface{ bytes() int64 }

type entry[V sized] struct {
	value func() (V, error) // computes the value in the first call
	bytes int64             // 0 while the value is computed
	used  uint64            // cache.uses at the last use
}

func newCache[K comparable, V sized](limit int64) *cache[K, V] {
	return &cache[K, V]{limit: limit, entries: map[K]*entry[V]{}}
}

// get returns the value of key. If the cache does not have the value, build computes it. An error is not kept.
func (c *cache[K, V]) get(key K, build func() (V, error)) (V, error) {
	return c.entry(key, build).value()
}

// entry returns the entry of key, which is a new one if there is none.
func (c *cache[K, V]) entry(key K, build func() (V, error)) *entry[V] {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.uses++
	if e := c.entries[key]; e != nil {
		e.used = c.uses
		return e
	}
	e := &entry[V]{used: c.uses}
	e.value = sync.OnceValues(func() (v V, err error) {
		bytes := int64(0)
		defer func() { c.keep(key, e, bytes) }() // also if build panics
		if v, err = build(); err == nil {
			bytes = v.bytes()
		}
		return v, err
	})
	c.entries[key] = e
	return e
}

// keep records the size of the computed value of e, and drops the values that were used least recently until the rest
// is within the limit. With a size of 0, or one that is too large, it drops e.
func (c *cache[K, V]) keep(key K, e *entry[V], bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if bytes == 0 || bytes > c.limit/4 {
		delete(c.entries, key)
		return
	}
	e.bytes, e.used = bytes, c.uses
	c.total += bytes
	for c.total > c.limit {
		c.dropOldest()
	}
}

// dropOldest drops the value that was used least recently. Values that are being computed have no size yet and stay.
func (c *cache[K, V]) dropOldest() {
	var oldest K
	var found *entry[V]
	for key, e := range c.entries {
		if e.bytes > 0 && (found == nil || e.used < found.used) {
			oldest, found = key, e
		}
	}
	delete(c.entries, oldest)
	c.total -= found.bytes
}
