package weights

import (
	"errors"
	"fmt"
	"strings"
)

// construct follows imports, calls and attributes without executing anything: it makes tensors, and placeholders for
// everything else.
func (m *machine) construct(op byte) bool {
	switch op {
	case 'c': // GLOBAL
		module := m.line()
		m.load(module, m.line())
	case 0x93: // STACK_GLOBAL
		if names := m.popMany(2); names != nil {
			module, ok := names[0].(string)
			attribute, alsoString := names[1].(string)
			if !ok || !alsoString {
				m.fail(errors.New("an imported name is not a string"))
			}
			m.load(module, attribute)
		}
	case 0x82, 0x83, 0x84: // EXT1, EXT2, EXT4
		m.load("extension", fmt.Sprint(m.number(1<<(op-0x82))))
	case 'R', 0x81: // REDUCE, NEWOBJ
		if pair := m.popMany(2); pair != nil {
			m.call(pair[0], pair[1])
		}
	case 0x92: // NEWOBJ_EX
		if three := m.popMany(3); three != nil {
			m.call(three[0], three[1])
		}
	case 'i': // INST
		arguments := m.popMarked()
		m.pushTuple(arguments)
		made := m.pop()
		module := m.line()
		m.load(module, m.line())
		m.call(m.pop(), made)
	case 'o': // OBJ
		arguments := m.popMarked()
		if len(arguments) == 0 {
			m.fail(errors.New("an object is made without a class"))
			break
		}
		f := arguments[0]
		m.pushTuple(arguments[1:])
		m.call(f, m.pop())
	case 'b': // BUILD
		state := m.pop()
		switch o := m.top().(type) {
		case *object:
			o.state = state
		case class:
		default:
			m.fail(errors.New("attributes are set in a value that has none"))
		}
	case 'Q': // BINPERSID
		m.pushPersistent(m.pop())
	case 'P': // PERSID
		m.pushPersistent(m.line())
	default:
		return false
	}
	return true
}

func (m *machine) load(module, attribute string) {
	m.charge(stringCost + len(module) + len(attribute))
	if m.err == nil {
		m.push(class(module + "." + attribute))
	}
}

// call pushes the result of calling a class or function: a tensor, a dictionary, or a placeholder.
func (m *machine) call(f, arguments any) {
	a, ok := arguments.(tuple)
	if !ok {
		m.fail(errors.New("a call has arguments that are not a tuple"))
	}
	var name class
	switch f := f.(type) {
	case class:
		name = f
	case *object: // such as the result of functools.partial or getattr
		name = f.maker
	default:
		m.fail(errors.New("a value is called that is not a function"))
	}
	switch name {
	case "copyreg._reconstructor", "copy_reg._reconstructor", "copyreg.__newobj__", "copy_reg.__newobj__",
		"copyreg.__newobj_ex__", "copy_reg.__newobj_ex__":
		if made, ok := first[class](a); ok {
			o := &object{maker: made, arguments: a}
			if m.takeItems(o, a); len(o.items) > 0 {
				o.arguments = nil
			}
			m.pushObject(o)
			return
		}
	case "torch.Size":
		if size, ok := first[tuple](a); ok {
			m.push(size)
			return
		}
	}
	if name.isDictionary() {
		o := &object{maker: name}
		m.takeItems(o, a)
		m.pushObject(o)
		return
	}
	t, maker := rebuild(name, a)
	if t != nil {
		m.charge(objectCost)
		m.push(t)
		return
	}
	m.pushObject(&object{maker: maker, arguments: a})
}

// takeItems appends the items of the last argument: a dictionary, or a list of pairs as Python 2 writes them.
func (m *machine) takeItems(o *object, a tuple) {
	if len(a) == 0 {
		return
	}
	switch from := a[len(a)-1].(type) {
	case *object:
		o.items = extend(m, itemCost, o.items, from.items...)
	case *list:
		for _, pair := range *from {
			switch p := pair.(type) {
			case tuple:
				m.setItems(o, p)
			case *list:
				m.setItems(o, *p)
			}
		}
	}
}

// first returns the first argument, if it is a T.
func first[T any](a tuple) (v T, ok bool) {
	if len(a) > 0 {
		v, ok = a[0].(T)
	}
	return v, ok
}

// maxWrapped bounds how deep a tensor is wrapped in subclasses of torch.Tensor.
const maxWrapped = 8

// rebuild returns the tensor that a call of a PyTorch function makes, and the innermost function that makes it. The
// tensor is nil if the function makes something else, or a tensor that is not read.
func rebuild(name class, a tuple) (*tensor, class) {
	for wrapped := 0; strings.HasPrefix(string(name), "torch.") && wrapped < maxWrapped; wrapped++ {
		switch name.name() {
		case "_rebuild_parameter", "_rebuild_parameter_with_state":
			t, _ := first[*tensor](a)
			return t, name
		case "_rebuild_tensor", "_rebuild_tensor_v2":
			if len(a) > 6 && !isNothing(a[6]) { // a flag to negate or conjugate the numbers
				return nil, name
			}
			return newTensor(a, nil), name
		case "_rebuild_tensor_v3": // the seventh argument is the element type
			if len(a) < 7 {
				return nil, name
			}
			return newTensor(a, a[6]), name
		case "_rebuild_from_type", "_rebuild_from_type_v2": // function, class, arguments, state
			f, isClass := first[class](a)
			if !isClass || len(a) != 4 {
				return nil, name
			}
			inner, ok := a[2].(tuple)
			if !ok {
				return nil, name
			}
			name, a = f, inner
		default:
			return nil, name
		}
	}
	return nil, name
}

// isNothing reports whether a value is None or an empty dictionary.
func isNothing(v any) bool {
	o, ok := v.(*object)
	return v == nil || ok && len(o.items) == 0
}

// newTensor returns the tensor with the arguments storage, offset, size and strides, or nil if they are something else.
// The element type is that of the storage, or dtype, an imported name such as torch.float8_e4m3fn.
func newTensor(a tuple, dtype any) *tensor {
	if len(a) < 4 {
		return nil
	}
	s, ok := a[0].(*storage)
	offset, isInt := a[1].(int64)
	size, isTuple := a[2].(tuple)
	stride, alsoTuple := a[3].(tuple)
	if !ok || !isInt || !isTuple || !alsoTuple {
		return nil
	}
	t := &tensor{storage: s, element: s.element, offset: offset, size: size, stride: stride}
	name, named := dtype.(class)
	switch {
	case named:
		t.element = elementOf(name)
	case dtype != nil || s.class == untyped:
		return nil
	}
	if s.class != untyped && t.element.name != s.element.name {
		return nil
	}
	return t
}

// pushPersistent pushes the value of a persistent id. The id of a storage is the tuple ("storage", class, key, device,
// count). The legacy format adds a view of another storage, which must be None. The id ("module", class, ...) is the
// class; its source code is not read.
func (m *machine) pushPersistent(id any) {
	p, _ := id.(tuple)
	kind, _ := first[string](p)
	if kind == "module" && len(p) > 1 {
		m.push(p[1])
		return
	}
	if kind != "storage" || len(p) < 5 || len(p) > 6 || len(p) == 6 && p[5] != nil {
		m.fail(Unsupported(fmt.Sprintf("checkpoint refers to %s, which is not in the file: "+saveState,
			quote(persistentName(id)))))
		return
	}
	name, isClass := p[1].(class)
	key, isString := p[2].(string)
	count, isInt := p[4].(int64)
	if !isClass || !isString || !isInt || count < 0 || !strings.HasSuffix(string(name), "Storage") {
		m.fail(errors.New("a storage is named in an unknown way"))
		return
	}
	k := storageKindOf(name)
	s, ok := m.storages[key]
	if !ok {
		m.charge(storageCost)
		s = &storage{storageKind: k, key: key, count: count}
		m.storages[key] = s
	}
	if s.class != k.class || s.count != count {
		m.fail(fmt.Errorf("storage %s has both %d elements of %s and %d of %s", quote(key),
			s.count, class(s.class), count, class(k.class)))
	}
	m.push(s)
}

// persistentName returns the name of a persistent id for an error.
func persistentName(id any) string {
	switch id := id.(type) {
	case string:
		return id
	case tuple:
		if s, ok := first[string](id); ok {
			return s
		}
	}
	return describe(id)
}
