package command

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/cli"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/fileio"
	"github.com/tailwave/tailwave/models/lyra"
)

// isCodes reports whether path is a .lyra file.
func isCodes(path string) bool { return string(fileio.Beginning(path, len(lyra.Magic))) == lyra.Magic }

// printCodes prints what the header and the trailer of a .lyra file say.
func printCodes(w io.Writer, path string) error {
	f, err := fileio.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fileio.Name(path, err)
	}
	r, err := lyra.NewReader(f)
	if err != nil {
		return fileio.Name(path, err)
	}
	h := r.Header()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "file\t%s\n", cli.Printable(path))
	fmt.Fprintf(t, "format\tLyra codes, %d bit/s\n", h.Bitrate)
	fmt.Fprintf(t, "rate\t%d Hz, decoded at %d Hz\n", h.Rate, lyra.SampleRate)
	if n := h.Length(f, info.Size()); n >= 0 {
		fmt.Fprintf(t, "samples\t%d, decoded %d in %s\n", n, h.Samples(n, lyra.SampleRate), cli.Count(h.Hops(n), "hop"))
		fmt.Fprintf(t, "duration\t%s\n", cli.Duration(n, int64(h.Rate)))
	} else {
		fmt.Fprintf(t, "samples\tnot known: the file is damaged or truncated\n")
	}
	return t.Flush()
}
