package main

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// sourceWidth is the most columns of a line of text in the source of a page, if a space allows it.
const sourceWidth = 78

// finish adapts a page from cobra's generator so that mandoc and groff report nothing: its date has a day, and its
// lines are short and never empty. It turns off hyphenation and justified lines, and keeps dashes ASCII, so that
// options can be copied from a page and found in it.
func finish(page string, date time.Time) string {
	var b strings.Builder
	verbatim, last := false, ""
	for line := range strings.SplitSeq(strings.TrimSpace(page), "\n") {
		if !strings.HasPrefix(line, ".") {
			line = strings.ReplaceAll(strings.ReplaceAll(line, `\-`, "-"), "-", `\-`)
		}
		macro, _, _ := strings.Cut(line, " ")
		switch {
		case macro == ".TH":
			line = strings.Replace(line, date.Format(`"Jan 2006"`), date.Format(`"2006-01-02"`), 1)
			fmt.Fprintf(&b, "%s\n.nh\n.ad l\n", line)
			continue
		case macro == ".EX":
			verbatim = true
			if !strings.HasPrefix(last, ".") { // space between text and an example
				line = ".PP\n.EX"
			}
		case macro == ".EE":
			verbatim = false
		case macro == ".nh", line == "" && !verbatim:
			continue
		case !verbatim && !strings.HasPrefix(line, "."):
			line = wrap(line)
		}
		fmt.Fprintln(&b, line)
		last = line
	}
	return b.String()
}

// wrap breaks a line of text where it is too long, and after each sentence, where troff sets a wider space.
func wrap(line string) string {
	var b strings.Builder
	column, ended := 0, false
	for i, word := range strings.Fields(line) {
		switch capital := unicode.IsUpper([]rune(word)[0]); {
		case i == 0:
		case column+1+len(word) > sourceWidth, ended && capital:
			b.WriteString("\n")
			if word[0] == '.' || word[0] == '\'' { // troff would read a macro
				b.WriteString(`\&`)
			}
			column = 0
		default:
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += len(word)
		ended = strings.HasSuffix(word, ".")
	}
	return b.String()
}
