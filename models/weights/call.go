package weights

import (
	"errors"
	"fmt"
)

// persistent returns the storage that a tuple ("storage", class, key, device, count) stands for; the legacy format adds
// what part of another it is, which must be none.
func (c *checkpoint) persistent(id any) (any, error) {
	p, ok := id.(tuple)
	if !ok || len(p) < 5 || len(p) > 6 || p[0] != "storage" || len(p) == 6 && p[5] != nil {
		return nil, errors.New("names a storage in an unknown way")
	}
	name, isClass := p[1].(class)
	k, isKind := kinds[name]
	key, isString := p[2].(string)
	count, isInt := p[4].(int64)
	if !isClass || !isKind || !isString || !isInt || count < 0 {
		return nil, errors.New("names a storage in an unknown way")
	}
	s, ok := c.storages[key]
	if !ok {
		s = &storage{kind: k, key: key, count: count}
		c.storages[key] = s
	}
	if s.class != k.class || s.count != count {
		return nil, fmt.Errorf("storage %.80q is of %d %s and of %d %s", key, s.count, s.class, count, k.class)
	}
	return s, nil
}

// call returns what calling an imported class or function gives.
func (c *checkpoint) call(f, arguments any) (any, error) {
	name, _ := f.(class)
	a, _ := arguments.(tuple)
	switch {
	case name == "collections.OrderedDict" && len(a) == 0:
		return &dict{}, nil
	case name == "collections.Counter" && len(a) == 1:
		if d, ok := a[0].(*dict); ok {
			return d, nil
		}
	case name == "torch._utils._rebuild_parameter" && len(a) == 3:
		if t, ok := a[0].(*tensor); ok {
			return t, nil
		}
	case name == "torch._utils._rebuild_tensor_v2" && len(a) >= 6, name == "torch._utils._rebuild_tensor" && len(a) == 4:
		s, ok := a[0].(*storage)
		offset, isInt := a[1].(int64)
		size, isTuple := a[2].(tuple)
		stride, alsoTuple := a[3].(tuple)
		if ok && isInt && isTuple && alsoTuple {
			return &tensor{s, offset, size, stride}, nil
		}
	}
	return nil, fmt.Errorf("calls %.80q with unknown arguments", name)
}
