package weights

// coreML recognizes a Core ML model, a protocol buffer without a signature (Model.proto of coremltools): the version of
// the format, a description, and then the network, in a field with a number from 200 on.
func (c content) coreML() (Kind, bool) {
	_, after, ok := c.versionAndMessage()
	if !ok {
		return Kind{}, false
	}
	b, err := readAt(c, after, min(c.size-after, 20))
	if err != nil {
		return Kind{}, false
	}
	field, wire, _, n := protobufField(b)
	return Kind{Name: "a Core ML model", Next: original}, n > 0 && wire == 2 && field >= 200 && field <= 3000
}

// savedModel recognizes the graph of a TensorFlow SavedModel, a protocol buffer without a signature
// (saved_model.proto): version 1 and one graph that ends at the end of the file.
func (c content) savedModel() (Kind, bool) {
	version, after, ok := c.versionAndMessage()
	return Kind{Name: "a TensorFlow SavedModel", Next: original}, ok && version == 1 && after == c.size
}

// versionAndMessage decodes a file that begins with a version from 1 to 20 in field 1, and with a message in field 2
// whose first field is a message too. It returns the version and the position after the message.
func (c content) versionAndMessage() (version uint64, after int64, ok bool) {
	field, wire, version, n := protobufField(c.head)
	if n == 0 || field != 1 || wire != 0 || version == 0 || version > 20 {
		return 0, 0, false
	}
	field, wire, length, m := protobufField(c.head[n:])
	after = int64(n + m)
	if m == 0 || field != 2 || wire != 2 || length == 0 || length > uint64(c.size-after) {
		return 0, 0, false
	}
	inner, wire, size, k := protobufField(c.head[after:])
	if k == 0 || inner != 1 || wire != 2 || size > length {
		return 0, 0, false
	}
	return version, after + int64(length), true
}
