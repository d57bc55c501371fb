package fileio

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/tailwave/tailwave/stream/wav"
)

// A Reading holds the options for an input of sound.
type Reading struct {
	KeepPartial bool                 // a truncated input ends after its last complete frame
	Report      func(message string) // receives reports about what is not read; nil for no reports
	Copied      bool                 // the sound is written to OUT: metadata that OUT lacks is reported too
}

// A WAV is an open WAV file, or standard input.
type WAV struct {
	Source
	Reader  *wav.Reader
	Input   *Input
	reading Reading
	noted   int         // notes that were reported
	pipe    *pipeReader // reads an input that cannot seek
}

// OpenWAV opens the file at path, or stdin for "-", and reads the header.
func OpenWAV(path string, stdin io.Reader, r Reading) (*WAV, error) {
	in, err := OpenInput(path, stdin)
	if err != nil {
		return nil, err
	}
	w, err := in.wav(r)
	if err != nil {
		in.Close()
	}
	return w, err
}

// wav reads the header of an input.
func (in *Input) wav(reading Reading) (*WAV, error) {
	head := &beginning{r: in.Reader}
	pipe := &pipeReader{r: head}
	var source io.Reader = pipe
	if section := fileSection(in.Reader); section != nil {
		head.n, _ = io.ReadFull(section, head.bytes[:]) // the WAV reader reports errors
	}
	if canSeek(in.Reader) {
		source = in.Reader
	}
	r, err := wav.NewReader(source)
	if err != nil {
		if other := in.notSound(head.whole()); other != nil {
			return nil, Name(in.Name, other)
		}
		return nil, Name(in.Name, in.convertible(err))
	}
	w := &WAV{Reader: r, Input: in, reading: reading, pipe: pipe}
	w.Source = Source{Source: r, Name: in.Name, KeepPartial: reading.KeepPartial}
	w.report()
	return w, nil
}

// A beginning is a reader that keeps the first bytes.
type beginning struct {
	r     io.Reader
	bytes [wholeBytes]byte
	n     int
}

func (b *beginning) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += copy(b.bytes[b.n:], p[:max(0, min(n, len(p)))])
	return n, err
}

// whole returns enough first bytes to identify the kind of file.
func (b *beginning) whole() []byte {
	if k, open := kindOf(b.bytes[:b.n]); open || k == nil && (tarName(b.bytes[:b.n]) || isText(b.bytes[:b.n])) {
		io.CopyN(io.Discard, b, int64(len(b.bytes)-b.n)) // at the end there are fewer bytes
	}
	return b.bytes[:b.n]
}

// convertible returns the error for a file of another format with a command that converts it.
func (in *Input) convertible(err error) error {
	var what string
	switch e := err.(type) {
	case *wav.FormatError:
		what = "not a WAV file: looks like " + e.Name
	case *wav.UnsupportedError:
		what = "unsupported WAV encoding: " + e.Name
	default:
		return err
	}
	if in.File == nil {
		return &reworded{err, what + ": pipe it through ffmpeg -i - -f wav -"}
	}
	out := strings.TrimSuffix(in.Name, filepath.Ext(in.Name)) + "-pcm.wav"
	return &reworded{err, fmt.Sprintf("%s: convert it first: ffmpeg -i %s -c:a pcm_f32le %s", what, QuotePath(in.Name), QuotePath(out))}
}

// report reports the new notes of the WAV reader.
func (w *WAV) report() {
	for _, n := range w.Reader.Notes()[w.noted:] {
		w.noted++
		w.tell("%s", n)
	}
}

// tell reports a message, with the name of the file in front.
func (w *WAV) tell(format string, a ...any) {
	if w.reading.Report != nil {
		w.reading.Report(Visible(w.Name) + ": " + fmt.Sprintf(format, a...))
	}
}

// Info returns what the header says.
func (w *WAV) Info() wav.Info { return w.Reader.Info() }

// Finish reads what follows the samples, if these were read to their end. It reports bytes that were not read, and
// metadata that a copy of the samples loses. It stops at a pipe that stays silent, or that does not end.
func (w *WAV) Finish() {
	w.pipe.finish()
	if err := w.Reader.ReadRest(); err != nil {
		w.tell("%v", err)
	}
	w.report()
	if w.pipe.more {
		w.tell("more bytes follow: not read")
	}
	if lost := w.Reader.Metadata(); w.ended && w.reading.Copied && len(lost) > 0 {
		names := make([]string, len(lost))
		for i, id := range lost {
			names[i] = strings.TrimRight(id, " ")
		}
		w.tell("metadata not copied to OUT: %s", strings.Join(names, ", "))
	}
	w.reading.Report = nil
}

// canSeek reports whether a reader is a regular file, or an io.Seeker that is not a file.
func canSeek(r io.Reader) bool {
	if _, file := r.(*os.File); file {
		return IsRegular(r)
	}
	_, ok := r.(io.Seeker)
	return ok
}

// Close finishes a WAV that was read to its end, and closes the file. Standard input stays open.
func (w *WAV) Close() {
	w.Finish()
	w.Input.Close()
}
