package weights

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDepth bounds how deep dictionaries and lists are nested.
const maxDepth = 64

// walk lists o, which has the given key, and the dictionaries inside, as far as they hold tensors.
func (c *checkpoint) walk(key string, o *object, depth int) error {
	if o.listed {
		return nil
	}
	d := &listing{checkpoint: c, key: key, set: Set{}, left: c.size, loaded: map[*storage]*loadedStorage{}}
	var inner []item
	err := d.open(o, func(name string, v any, word bool) error {
		if o, ok := v.(*object); ok && word && !o.maker.array() {
			inner = append(inner, item{name, o})
			return nil
		}
		return d.take(name, v, depth+1)
	})
	if err != nil {
		return err
	}
	if len(d.set) > 0 {
		c.dictionaries = append(c.dictionaries, Dictionary{Key: key, Tensors: d.set})
	}
	for _, e := range inner {
		name, o := e.key.(string), e.value.(*object)
		if err := d.deeper(depth, name); err != nil {
			return err
		}
		if err := c.walk(join(key, name), o, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// join puts a key before a name, with a dot between them unless the key is empty.
func join(key, name string) string { return strings.TrimPrefix(key+"."+name, ".") }

// A listing is of the tensors of one dictionary. The others than those that are read are arrays that something else
// makes, which must not vanish: their type is the name of what makes them.
type listing struct {
	*checkpoint
	key    string
	set    Set
	left   int64 // elements that the tensors may still have
	loaded map[*storage]*loadedStorage
}

// deeper charges for a value with a name, which must not be too deep.
func (d *listing) deeper(depth int, name string) error {
	if depth >= maxDepth {
		return Unsupported(fmt.Sprintf("checkpoint has dictionaries that are nested more than %d deep: "+
			"save the state dict of the model", maxDepth))
	}
	return d.spend(stringCost + len(d.key) + len(name))
}

// open calls f for what an object holds: its items, its attributes, and what it was made of. It does so once, and word
// says whether the key is one. A module is noted instead.
func (d *listing) open(o *object, f func(name string, v any, word bool) error) error {
	if o.listed {
		return nil
	}
	o.listed = true
	if o.module() {
		if d.module == nil {
			d.module, d.moduleKey = o, d.key
		}
		return nil
	}
	items := o.items
	attributes, plain := o.state.(*object)
	if plain && !attributes.listed && attributes != o { // objects may share them
		attributes.listed = true
		if items == nil {
			items = attributes.items
		} else {
			items = append(items[:len(items):len(items)], attributes.items...)
		}
	}
	for i, e := range items {
		name, word := e.key.(string)
		if n, ok := e.key.(int64); ok {
			name = strconv.FormatInt(n, 10)
		} else if !word {
			name = fmt.Sprintf("key %d", i)
		}
		if err := f(name, e.value, word); err != nil {
			return err
		}
	}
	if !plain {
		if err := f("state", o.state, false); err != nil {
			return err
		}
	}
	return f("arguments", o.arguments, false)
}

// take adds a tensor, or those at any depth of a value, by names that begin with the given one.
func (d *listing) take(name string, v any, depth int) error {
	var values []any
	switch v := v.(type) {
	case *tensor:
		return d.add(name, v)
	case *object:
		if v.maker.array() {
			return d.put(name, Tensor{Shape: v.shape(d.size), Type: v.maker.String()})
		}
		if err := d.deeper(depth, name); err != nil {
			return err
		}
		return d.open(v, func(inner string, v any, _ bool) error { return d.take(join(name, inner), v, depth+1) })
	case tuple:
		values = v
	case *list:
		values = *v
	}
	if len(values) == 0 {
		return nil
	}
	if err := d.deeper(depth, name); err != nil {
		return err
	}
	if err := d.spend(len(values)); err != nil { // what is shared is visited again
		return err
	}
	for i, v := range values {
		switch v.(type) {
		case *tensor, *object, tuple, *list:
			if err := d.take(join(name, strconv.Itoa(i)), v, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// add adds a tensor, checked against its storage.
func (d *listing) add(name string, t *tensor) error {
	l, err := t.layout(d.left)
	if err == nil {
		err = d.check(t.storage)
	}
	if err != nil {
		return fmt.Errorf("tensor %s: %w", quote(name), err)
	}
	d.left -= int64(l.elements)
	s := d.loaded[t.storage]
	if s == nil {
		s = &loadedStorage{storage: t.storage}
		d.loaded[t.storage] = s
	}
	s.uses++
	return d.put(name, Tensor{Shape: l.shape, Type: t.element.name,
		read: func() ([]float32, error) { return d.read(s, t.element, l) }})
}

// put adds a tensor that has the name alone.
func (d *listing) put(name string, t Tensor) error {
	if _, twice := d.set[name]; twice {
		return fmt.Errorf("checkpoint has tensor %s twice", quote(name))
	}
	if err := d.spend(tensorCost + len(name)); err != nil {
		return err
	}
	d.set[name] = t
	return nil
}
