package fileio

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Names lists the extensions that the name of an output may have. A name without an extension is always allowed. An
// extension has its dot and is in lower case here.
type Names struct {
	Allowed []string // the usual one first; empty for all except Refused
	Refused []string
	Header  []string // those among Refused that the command writes if it also writes a header
}

// The names of outputs.
var (
	SoundNames        = Names{Allowed: []string{".wav", ".wave"}}
	SoundOrArrayNames = Names{Allowed: []string{".wav", ".wave", ".npy"}}
	ArrayNames        = Names{Allowed: []string{".npy"}}
	BareFrameNames    = Names{Refused: []string{".npy", ".wav", ".wave"}, Header: ArrayNames.Allowed}

	// Bare samples must not have the name of a format with a header.
	BareSampleNames = Names{Refused: []string{".wav", ".wave", ".npy", ".flac", ".mp3", ".aiff", ".aif", ".aifc", ".ogg",
		".opus", ".m4a", ".w64", ".rf64", ".caf", ".au"}, Header: SoundOrArrayNames.Allowed}
)

// Refuses returns the extension of path if an output must not have it, else "". Any name is allowed for a device, a
// FIFO or a folder.
func (n Names) Refuses(path string) string {
	extension := Extension(path)
	allowed := !slices.Contains(n.Refused, extension)
	if len(n.Allowed) > 0 {
		allowed = extension == "" || slices.Contains(n.Allowed, extension)
	}
	if allowed {
		return ""
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return ""
	}
	return extension
}

// Extension returns the extension of the file that path names, in lower case and with its dot; "" if it has no
// extension. Dots at the beginning and at the end of a name do not start one.
func Extension(path string) string {
	_, name := filepath.Split(path)
	extension := filepath.Ext(strings.TrimLeft(name, "."))
	if extension == "." {
		return ""
	}
	return strings.ToLower(extension)
}

// IsArray reports whether a path names a .npy file.
func IsArray(path string) bool { return Extension(path) == ".npy" }
