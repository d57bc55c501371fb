package weights

import (
	"fmt"
	"strconv"
)

// maxDepth bounds how deep dictionaries and lists are nested.
const maxDepth = 64

// walk appends the dictionaries with tensors to c.dictionaries: o, whose key is key, and those nested in it.
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
		if err := c.walk(Join(key, name), o, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// A listing collects the tensors of one dictionary. An array that is not read is listed too, by the name of its maker:
// an array that vanished would leave another network.
type listing struct {
	*checkpoint
	key    string
	set    Set
	left   int64 // elements that further tensors may have
	loaded map[*storage]*loadedStorage
}

// deeper charges the budget for a named value one level down. It fails beyond maxDepth.
func (d *listing) deeper(depth int, name string) error {
	if depth >= maxDepth {
		return Unsupported(fmt.Sprintf("checkpoint nests dictionaries more than %d deep: "+saveState, maxDepth))
	}
	return d.spend(stringCost + len(d.key) + len(name))
}

// open calls f with each value that an object holds: its items, its attributes, and the arguments of its constructor.
// word is true if the key is a string. An object is opened once, however often it is referenced. A torch.nn.Module is
// recorded instead of opened.
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
	if plain && !attributes.listed && attributes != o { // objects may share their attributes
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

// take adds the tensors in a value, at any depth. Their names are name, or begin with it.
func (d *listing) take(name string, v any, depth int) error {
	var values []any
	switch v := v.(type) {
	case *tensor:
		return d.add(name, v)
	case *object:
		if v.maker.array() {
			return d.put(name, Tensor{Shape: v.shape(d.size), Type: v.maker.arrayType()})
		}
		if err := d.deeper(depth, name); err != nil {
			return err
		}
		return d.open(v, func(inner string, v any, _ bool) error { return d.take(Join(name, inner), v, depth+1) })
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
	if err := d.spend(len(values)); err != nil { // a shared list is visited each time, so it is charged each time
		return err
	}
	for i, v := range values {
		switch v.(type) {
		case *tensor, *object, tuple, *list:
			if err := d.take(Join(name, strconv.Itoa(i)), v, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// add adds a tensor after checking it against its storage.
func (d *listing) add(name string, t *tensor) error {
	l, err := t.layout(d.left)
	if err == nil {
		err = d.check(t.storage)
	}
	if err != nil {
		return fmt.Errorf("checkpoint tensor %s %w: "+again+", or save it again with torch.save", quote(name), err)
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

// put adds a tensor under a name that must be free.
func (d *listing) put(name string, t Tensor) error {
	if _, twice := d.set[name]; twice {
		return fmt.Errorf("checkpoint has tensor %s twice: "+saveState, quote(name))
	}
	if err := d.spend(tensorCost + len(name)); err != nil {
		return err
	}
	d.set[name] = t
	return nil
}
