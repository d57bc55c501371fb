package wav

import "fmt"

// A Note reports something in a file that a Reader skips, or reads otherwise than the header says. It is not an error.
type Note struct {
	Offset int64  // in bytes from where the Reader began
	Text   string // one line: what was found, at which byte, and what the Reader does about it
}

// String returns the text.
func (n Note) String() string { return n.Text }

// maxNotes bounds the notes about one file, which may be hostile.
const maxNotes = 20

// note adds a note.
func (f *file) note(offset int64, format string, a ...any) {
	if len(f.notes) < maxNotes {
		f.notes = append(f.notes, Note{offset, fmt.Sprintf(format, a...)})
	}
}

// plural returns "1 byte", "2 bytes".
func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
