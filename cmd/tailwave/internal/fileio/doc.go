// Package fileio opens the inputs of the commands and writes their outputs:
//
//	in, err := fileio.OpenWAV(path, stdin, fileio.Reading{}) // path may be "-"
//	if err != nil {
//		return err // "in.wav: not a WAV file: ..."
//	}
//	defer in.Close()
//	d := fileio.Destination{Path: out, Stdout: stdout, Outputs: &outputs}
//	sink := fileio.NewSink(d, func(w io.Writer) stream.Sink { return wav.NewWriter(w, options) })
//
// All commands open files in this one way. An output appears whole or not at all, see [Sink]. Every error is an
// [Error], which names the file, and says what to do where there is a remedy.
package fileio
