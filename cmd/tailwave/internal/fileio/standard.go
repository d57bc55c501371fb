package fileio

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/mattn/go-isatty"
)

// Standard returns the standard output and standard error of the process. It fails if the process has too few file
// descriptors for a command, which would otherwise crash the runtime of Go.
//
// If standard output was closed before the start, no sound is written to it. The runtime of Go replaces a closed one by
// /dev/null, opened for reading and writing. No system call distinguishes it from a /dev/null that the parent process
// opened in the same way, as Python and Node do, so that also counts as closed. A redirection to /dev/null opens it for
// writing, and does not count. Text is discarded in all cases: programs that need only the exit status of a command do
// that. A closed standard input is empty, and a closed standard error discards messages.
//
// When the reader of standard error closes it, writes to it fail, and the process continues. When the reader of
// standard output closes it, SIGPIPE ends the process.
func Standard() (stdout, stderr io.Writer, err error) {
	if err := checkDescriptors(); err != nil {
		return nil, nil, err
	}
	diagnostics, err := survivingStderr()
	if err != nil {
		return nil, nil, err
	}
	if closedAtStart() {
		return closedOutput{os.Stdout}, diagnostics, nil
	}
	return os.Stdout, diagnostics, nil
}

// A closedOutput is a standard output that was closed before the start.
type closedOutput struct{ io.Writer }

var errClosed = &Error{stdoutName, errors.New("is closed, or /dev/null opened for reading and writing: redirect it, or name " +
	"a file; OUT /dev/null discards the sound")}

const stdoutName = "standard output"

// standardOutput returns the output that is standard output.
func standardOutput(d Destination) (*output, error) {
	if _, closed := d.Stdout.(closedOutput); closed {
		return nil, errClosed
	}
	if IsTerminal(d.Stdout) {
		return nil, &Error{stdoutName, errors.New("is a terminal, which a stream of sound would garble: redirect it, or name a file")}
	}
	if d.Sync {
		return nil, &SyncError{stdoutName}
	}
	if f, ok := d.Stdout.(*os.File); ok {
		return &output{Writer: outFile{f}}, nil
	}
	return &output{Writer: d.Stdout}, nil
}

// isStdout reports whether the path of a destination, such as /dev/stdout, leads to this process's standard output.
func isStdout(d Destination, info fs.FileInfo) bool {
	out, err := os.Stdout.Stat()
	if err != nil || !os.SameFile(info, out) {
		return false
	}
	if _, closed := d.Stdout.(closedOutput); closed { // then /dev/null is the same file, but another output
		return d.Path == "/dev/stdout" || d.Path == "/dev/fd/1" || d.Path == "/proc/self/fd/1"
	}
	return true
}

// IsTerminal reports whether a writer is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}
