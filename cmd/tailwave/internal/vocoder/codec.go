package vocoder

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/models/lyra"
)

// CheckCodec returns a usage error if the value of --model cannot be the folder of the codec.
func CheckCodec(folder string) error {
	switch folder {
	case "":
		return cli.Usagef("--model is missing: set it to the folder of the codec's three .tflite files")
	case "-":
		return cli.Usagef("--model - is not supported: name the folder of the codec's three .tflite files")
	}
	return nil
}

// OpenCodec opens the codec in a folder.
func OpenCodec(folder string) (*lyra.Codec, error) {
	c, err := lyra.Open(folder)
	if err = fileio.ShowPath(folder, err); errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w; tailwave models lists where to get them", err)
	}
	return c, err
}
