package cli

import (
	"os"
	"path/filepath"
	"strings"
)

// A Job is one input of a command that takes several, and its output.
type Job struct{ In, Out string }

// Jobs pairs inputs with outputs. The last argument is the output file of a single input, or a folder that
// receives one file per input, with the name of the input and another extension.
func Jobs(args []string, extension string) ([]Job, error) {
	ins, out := args[:len(args)-1], args[len(args)-1]
	info, err := os.Stat(out)
	switch folder := err == nil && info.IsDir(); {
	case !folder && len(ins) == 1:
		return []Job{{ins[0], out}}, nil
	case out == "-":
		return nil, Usagef("standard output: takes one file, got %d: name a folder as OUT", len(ins))
	case !folder && err == nil:
		return nil, Usagef("%s: is a file, must be a folder for %d files: name a folder as OUT", out, len(ins))
	case !folder:
		return nil, Usagef("%s: must be a folder that exists, for %d files: create it first", out, len(ins))
	}
	var jobs []Job
	from := map[string]string{}
	for _, in := range ins {
		if in == "-" {
			return nil, Usagef("standard input has no name for a file in %s: name a file as OUT", out)
		}
		name := filepath.Base(in)
		to := filepath.Join(out, strings.TrimSuffix(name, filepath.Ext(name))+extension)
		if other, ok := from[to]; ok {
			return nil, Usagef("%s and %s would both become %s: convert one of them to another folder", other, in, to)
		}
		from[to] = in
		jobs = append(jobs, Job{in, to})
	}
	return jobs, nil
}
