package codec

import (
	"fmt"
	"strings"

	"github.com/tailwave/tailwave/models/lyra"
)

// A damage collects what was wrong with a file.
type damage struct {
	seconds, stray places
	broken         error // why the file could not be read to its end
}

// places counts damaged seconds, or places with stray bytes.
type places struct {
	first lyra.DamageError
	count int64
}

// add records a damaged second or stray bytes. It copies e, whose number of hops the Reader changes afterwards.
func (d *damage) add(e *lyra.DamageError) {
	p := &d.seconds
	if e.Hops == 0 {
		p = &d.stray
	}
	if p.count++; p.count == 1 {
		p.first = *e
	}
}

// err returns all damage in one line, or nil.
func (d *damage) err() error {
	var text []string
	result := "everything readable has been decoded"
	switch first := &d.seconds.first; {
	case d.seconds.count == 1:
		text = append(text, first.Error())
		result = "the damaged second is silent, everything else has been decoded"
	case d.seconds.count > 1:
		text = append(text, fmt.Sprintf("%d seconds are damaged, the first of them starts at %d s: "+
			"their checksums do not match", d.seconds.count, first.Second))
		result = "the damaged seconds are silent, everything else has been decoded"
	}
	switch first := &d.stray.first; {
	case d.stray.count == 1:
		text = append(text, first.Error())
	case d.stray.count > 1:
		text = append(text, fmt.Sprintf("%v, and more in %d other places", first, d.stray.count-1))
	}
	if d.broken != nil {
		text = append(text, d.broken.Error())
	}
	if text == nil {
		return nil
	}
	return fmt.Errorf("%s; %s: get another copy of the file", strings.Join(text, "; "), result)
}
