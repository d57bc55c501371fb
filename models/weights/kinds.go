package weights

import "io"

// A Kind says what a file is, by its content.
type Kind struct {
	Name     string
	Readable bool
	Next     string
}

// Recognize is a stand-in.
func Recognize(r io.ReaderAt, size int64) (Kind, error) {
	head, err := readAt(r, 0, min(size, 512))
	if err != nil {
		return Kind{}, err
	}
	if IsPth(head) {
		return Kind{Name: "a PyTorch checkpoint", Readable: true}, nil
	}
	if len(head) > 8 && head[8] == '{' {
		return Kind{Name: "a .safetensors file", Readable: true}, nil
	}
	return Kind{Name: "of an unknown kind"}, nil
}
