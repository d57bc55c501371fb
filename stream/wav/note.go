package wav

import "fmt"

// A Note reports a part of a file that a Reader skips, or reads differently than the header says. It is not an error.
type Note struct {
	Offset int64  // in bytes from where the Reader began
	Text   string // one line: what was found, at which byte, and what the Reader does about it
}

// String returns the text.
func (n Note) String() string { return n.Text }

// maxNotes bounds the notes about one file, so that a hostile file cannot fill memory with them.
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

// sizeText returns a size in bytes for an error or a note: exact below 1 MB, otherwise rounded, such as "4.3 GB".
func sizeText(n uint64) string {
	if n < 1e6 {
		return plural(int64(n), "byte")
	}
	size, units := float64(n)/1e6, "MGTPE"
	for len(units) > 1 && size >= 999.95 {
		size, units = size/1000, units[1:]
	}
	return fmt.Sprintf("%.1f %cB", size, units[0])
}
