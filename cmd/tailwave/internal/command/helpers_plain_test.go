package command

import (
	"regexp"
	"strings"
	"testing"
)

// forbidden are fragments that mean nothing to users: what parsers and the runtime say, types of Go, and names of
// temporary files and of packages.
var forbidden = regexp.MustCompile(`unexpected EOF|strconv|Parse(Int|Uint|Float)|invalid syntax|invalid character|` +
	`after object key|%!|\bnil\b|\*(fs|os|json|errors|fmt|stream|wav|npy|models)\.|\[\](byte|int|float)|` +
	`map\[|float(32|64)\{|cannot unmarshal|runtime error|panic|goroutine|\.tailwave-|/proc/self/fd|arg\(s\)|` +
	`\b(open|read|write|stat|lstat|rename|unlink|fsync|openat) /|: \w+: npy:|<nil>|0x[0-9a-f]{8}`)

// wantPlain checks that standard error is for users: it has nothing that is forbidden, in lines of at most 400
// characters. Every check of an error includes it.
func (o outcome) wantPlain(t *testing.T) {
	t.Helper()
	if f := forbidden.FindString(o.err); f != "" {
		t.Errorf("standard error: got %q, want it without %q", o.err, f)
	}
	for line := range strings.Lines(o.err) {
		if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > 400 {
			t.Errorf("standard error: got a line of %d characters, want at most 400: %q", n, line)
		}
	}
}
