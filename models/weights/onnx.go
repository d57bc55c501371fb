package weights

import "encoding/binary"

// Fields of an ONNX ModelProto (onnx/onnx.proto).
const (
	onnxVersion = 1 // ir_version
	onnxGraph   = 7
	onnxOpset   = 8
)

// onnxFields are the wire types of the fields of a ModelProto: 0 for integers, 2 for texts and messages.
var onnxFields = map[uint64]uint64{
	onnxVersion: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, onnxGraph: 2, onnxOpset: 2, 14: 2, 20: 2, 25: 2, 26: 2,
}

// onnx recognizes ONNX models. They have no signature, so all fields of the message must be known, have the right type,
// and end exactly at the end of the file. It looks at the first 1000 fields.
func (c content) onnx() (Kind, bool) {
	seen := map[uint64]bool{}
	at, evidence := int64(0), false
	for count := 0; at < c.size && count < 1000; count++ {
		b, err := readAt(c, at, min(c.size-at, 128))
		if err != nil {
			return Kind{}, false
		}
		field, wire, value, n := protobufField(b)
		want, known := onnxFields[field]
		if n == 0 || !known || wire != want || field == onnxVersion && (value == 0 || value > 100) {
			return Kind{}, false
		}
		at += int64(n)
		if wire == 2 {
			b = b[n:][:min(value, uint64(len(b)-n))]
			if !onnxContent(field, b, value > uint64(len(b))) {
				return Kind{}, false
			}
			if value > uint64(c.size-at) {
				return Kind{Name: "a truncated ONNX model", Next: again, damaged: true}, field == onnxGraph &&
					seen[onnxVersion]
			}
			at += int64(value)
			evidence = evidence || len(b) > 3
		}
		seen[field] = true
	}
	return Kind{Name: "an ONNX model", Next: original},
		evidence && (seen[onnxVersion] && len(seen) > 1 || seen[onnxGraph] && seen[onnxOpset])
}

// protobufField decodes the start of a field: its number, its wire type, its integer or length, and the n bytes that
// they take. n is 0 if b does not begin with a field of wire type 0 or 2.
func protobufField(b []byte) (field, wire, value uint64, n int) {
	tag, n := binary.Uvarint(b)
	if n <= 0 || tag&7 != 0 && tag&7 != 2 {
		return 0, 0, 0, 0
	}
	value, m := binary.Uvarint(b[n:])
	if m <= 0 {
		return 0, 0, 0, 0
	}
	return tag >> 3, tag & 7, value, n + m
}

// onnxContent reports whether the content of a field may begin with b: texts are printable, and the first fields of
// messages are known. If cut is true, b is only the beginning.
func onnxContent(field uint64, b []byte, cut bool) bool {
	inner, wire, value, n := protobufField(b)
	switch field {
	case onnxGraph: // begins with its name or with a node, which begins with an input, output, name or operator
		if n == 0 || inner > 2 || wire != 2 {
			return false
		}
		b = b[n:][:min(value, uint64(len(b)-n))]
		if inner == 1 {
			if inner, wire, value, n = protobufField(b); n == 0 || inner > 4 || wire != 2 {
				return false
			}
			b = b[n:][:min(value, uint64(len(b)-n))]
		}
		return isText(b, true)
	case onnxOpset:
		return len(b) == 0 || n > 0 && (inner == 1 && wire == 2 || inner == 2 && wire == 0) // domain, version
	case 14, 20, 25, 26: // pairs of texts, and messages
		return n > 0 && inner > 0
	}
	return isText(b, cut)
}
