package tflite

// Encode writes a model for the tests of package tflite_test.
func Encode(m *Model) []byte { return encode(m) }
