package models

import "testing"

// TestSyntax requires that an error about JSON names the line, the column and what is expected there.
func TestSyntax(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no colon", `{"a" 1}`, `line 1, column 6 has '1', must have a colon: correct the JSON`},
		{"no comma", "{\n  \"a\": 1\n  \"b\": 2\n}",
			`line 3, column 3 has '"', must have a comma or }: correct the JSON`},
		{"no comma in an array", `{"a": [1 2]}`, `line 1, column 10 has '2', must have a comma or ]: correct the JSON`},
		{"no value", `{"a": }`, `line 1, column 7 has '}', must have a value, such as a number, ` +
			`a string in double quotes, true, false or null: correct the JSON`},
		{"None", `{"a": None}`, `line 1, column 7 has 'N', must have a value, such as`},
		{"word", `{"a": nil}`, `line 1, column 8 has 'i', must have the rest of the word null: correct the JSON`},
		{"number", `{"a": 1.}`, `line 1, column 9 has '}', must have a digit: correct the JSON`},
		{"single quotes", `{'a': 1}`, `line 1, column 2 has "'", must have a key in double quotes: correct the JSON`},
		{"line break", "{\"a\": \"b\n\"}", `line 1, column 9 has a line break, must have a closing ", or \n for`},
		{"tab", "{\"a\": \"\t\"}", `line 1, column 8 has a tab, must have`},
		{"escape", `{"a": "\q"}`, `line 1, column 9 has 'q', must have an escape such as \n, or \\ for a backslash`},
		{"code point", `{"a": "\u12g"}`, `line 1, column 12 has 'g', must have four hexadecimal digits after \u`},
		{"more", "{}\nx", "line 2, column 1 has 'x' after the last }: remove what follows that }"},
		{"after characters", `{"ä": "é" 1}`, `line 1, column 11 has '1', must have a comma or }`},
		{"after a comment", `{/* ä */ "a" 1}`, `line 1, column 14 has '1', must have a colon`},
		{"after NaN", `{"a": NaN, "b" 1}`, `line 1, column 16 has '1', must have a colon`},
		{"cut", "{\"a\":\n[1,",
			"is cut short: it ends in line 2, before the end of its JSON object: download it again"},
		{"YAML", "# HiFi-GAN\nnum_mels: 80\n",
			`is not JSON: it begins with "num_mels: 80": write the same values as a JSON`},
		{"bytes", "PK\x03\x04\x00\xff",
			"is not a text: it begins with the bytes 50 4b 03 04 00 ff: copy the config.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parseSettings([]byte(c.text))
			wantError(t, err, c.want)
		})
	}
}
