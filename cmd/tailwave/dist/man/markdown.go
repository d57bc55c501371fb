package main

import "strings"

// markdown returns the text of a help as Markdown. The text has paragraphs, with empty lines between them. Indented
// lines are a list if the first one begins with "- ", and stay as they are otherwise: commands or file names.
func markdown(text string) string {
	var out []string
	var paragraph, block []string
	end := func() {
		if len(paragraph) > 0 {
			out = append(out, escape(strings.Join(paragraph, " ")))
		}
		switch {
		case len(block) > 0 && strings.HasPrefix(strings.TrimSpace(block[0]), "- "):
			out = append(out, items(block))
		case len(block) > 0:
			out = append(out, "```\n"+strings.Join(block, "\n")+"\n```")
		}
		paragraph, block = nil, nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		switch indented := strings.HasPrefix(line, "  "); {
		case strings.TrimSpace(line) == "":
			end()
		case indented:
			block = append(block, line)
		default:
			if len(block) > 0 {
				end()
			}
			paragraph = append(paragraph, strings.TrimSpace(line))
		}
	}
	end()
	return strings.Join(out, "\n\n")
}

// items returns a list as Markdown: a line that does not begin with "- " continues the item before it.
func items(lines []string) string {
	var list []string
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if item, ok := strings.CutPrefix(line, "- "); ok {
			list = append(list, "- "+escape(item))
		} else {
			list[len(list)-1] += " " + escape(line)
		}
	}
	return strings.Join(list, "\n")
}

// escape returns plain text as Markdown: no character of it is markup.
func escape(text string) string {
	var b strings.Builder
	for _, c := range text {
		if strings.ContainsRune("\\`*_{}[]#+-!:|&<>~", c) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return b.String()
}
