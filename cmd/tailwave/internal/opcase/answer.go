package opcase

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
)

// Options are the options of [Answer] and [Serve].
type Options struct {
	Stream bool   // compute by streams instead of at once
	Seed   uint64 // of the random splits of streamed cases without chunks
}

// Answer computes the case on a line and appends its answer, without a newline, to dst. number is the number of the
// line, from 1; the error of a line without an id names it. Answer always succeeds: an error is an answer.
func Answer(dst, line []byte, number int, o Options) []byte {
	c, err := Decode(line)
	var out Array
	if err == nil {
		out, err = c.answer(o)
	}
	dst = append(dst, `{"id":`...)
	if c.ID == nil {
		dst = append(dst, "null"...)
	} else {
		dst = append(dst, c.ID...)
	}
	if err == nil {
		return append(out.AppendJSON(append(dst, `,"output":`...)), '}')
	}
	if c.ID == nil {
		err = fmt.Errorf("line %d: %w", number, err)
	}
	return appendError(dst, err)
}

// appendError appends the error field and closes the object.
func appendError(dst []byte, err error) []byte {
	text, _ := json.Marshal(err.Error()) // a string always has a JSON form
	return append(append(append(dst, `,"error":`...), text...), '}')
}

// LineError appends the answer to a line that could not be read.
func LineError(dst []byte, number int, err error) []byte {
	return appendError(append(dst, `{"id":null`...), fmt.Errorf("line %d: %w", number, err))
}

func (c Case) answer(o Options) (Array, error) {
	if !o.Stream {
		return c.Run()
	}
	chunks := c.Chunks
	if chunks == nil {
		id := fnv.New64a()
		id.Write(c.ID)
		chunks = Split(rand.New(rand.NewPCG(o.Seed, id.Sum64())), c.Call.Frames)
	}
	out, _, err := c.Stream(chunks)
	return out, err
}

// Split cuts n frames into random chunks, some of them empty. The largest chunk is random too.
func Split(rng *rand.Rand, n int) []int {
	largest := 1 + rng.IntN(1+n)
	if rng.IntN(2) == 0 {
		largest = 1 + rng.IntN(8)
	}
	chunks := []int{}
	for n > 0 {
		size := rng.IntN(min(largest, n) + 1)
		chunks = append(chunks, size)
		n -= size
	}
	if rng.IntN(2) == 0 {
		chunks = append(chunks, 0)
	}
	return chunks
}
