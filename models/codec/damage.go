package codec

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tailwave/tailwave/models/lyra"
)

// damage is what was wrong with a file.
type damage struct {
	first  error // of the damaged seconds
	count  int64 // damaged seconds
	silent bool  // sound is missing in one of them
	broken error // why the file could not be read to its end
}

// second records a damaged second.
func (d *damage) second(e *lyra.DamageError) {
	if d.count++; d.first == nil {
		d.first = e
	}
	d.silent = d.silent || e.Hops > 0
}

// err returns all of it in one line, or nil.
func (d *damage) err() error {
	var text []string
	if d.first != nil {
		first := d.first.Error()
		if d.count > 1 {
			first += fmt.Sprintf(", and %d more", d.count-1)
		}
		text = append(text, first)
	}
	if d.broken != nil {
		text = append(text, d.broken.Error())
	}
	switch {
	case text == nil:
		return nil
	case d.silent && d.count > 1:
		text = append(text, "they are silent, all else has been decoded")
	case d.silent:
		text = append(text, "it is silent, all else has been decoded")
	default:
		text = append(text, "what was there has been decoded")
	}
	return errors.New(strings.Join(text, "; "))
}
