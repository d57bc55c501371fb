package models

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"
)

// utf16Text returns a text in UTF-16 with a byte order mark.
func utf16Text(text string, order binary.AppendByteOrder) []byte {
	b := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}

// TestRelaxed requires that comments, trailing commas and NaN become JSON, and that strings stay as they are.
func TestRelaxed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"JSON", `{"a":[1,-2.5e3,true,null]}`, `{"a":[1,-2.5e3,true,null]}`},
		{"byte order mark", "\xef\xbb\xbf{}", `{}`},
		{"UTF-16, little end first", string(utf16Text(`{"é":"𝄞"}`, binary.LittleEndian)), `{"é":"𝄞"}`},
		{"UTF-16, big end first", string(utf16Text(`{"é":"𝄞"}`, binary.BigEndian)), `{"é":"𝄞"}`},
		{"comments", "{// x\n\"a\":1,# y\n/* z\n} */\"b\":2}//", "{    \n\"a\":1,   \n    \n    \"b\":2}  "},
		{"no comments in strings", `{"a":"//x#/*","b\"//":"\\"}`, `{"a":"//x#/*","b\"//":"\\"}`},
		{"trailing commas", "{\"a\":[1,2,],\n}", "{\"a\":[1,2 ] \n}"},
		{"comma before a comment", "[1, // x\n]", "[1      \n]"},
		{"commas alone", `[,]`, `[,]`},
		{"two commas", `[1,,]`, `[1,,]`},
		{"not finite", `{"a":NaN,"b":[Infinity,-Infinity],"c":"NaN"}`,
			`{"a":{"":"NaN"},"b":[{"":"Infinity"},{"":"-Infinity"}],"c":"NaN"}`},
		{"other words", `{"a":nan,"b":NaNs,"c":-true}`, `{"a":nan,"b":NaNs,"c":-true}`},
		{"open string", `{"a`, `{"a`},
		{"open escape", `{"a\`, `{"a\`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := relaxed([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for _, text := range []string{"\xff\xfe", "\xff\xfea", "\xfe\xff\x00"} {
		t.Run("short UTF-16", func(t *testing.T) {
			if got, err := relaxed([]byte(text)); err != nil || len(got) != 0 {
				t.Errorf("%q: got %q, error %v, want an empty text", text, got, err)
			}
		})
	}
	t.Run("NaN for a key", func(t *testing.T) {
		_, err := parseSettings([]byte(`{NaN: 1}`))
		wantError(t, err, "line 1, column 2 has NaN, must have a key in double quotes")
	})
}

// TestHostileConfig requires that a hostile text of nearly the largest size takes bounded memory and returns a short
// error.
func TestHostileConfig(t *testing.T) {
	const most = maxConfig - 100
	h := string(configFile(t, small["resblock 1"]))
	repeat := func(part string) string { return strings.Repeat(part, (most-len(h))/len(part)) }
	with := func(key string) string { return strings.TrimSuffix(h, "}") + "," + key + "}" }
	var keys strings.Builder
	for i := 0; keys.Len() < most-len(h)-20; i++ {
		fmt.Fprintf(&keys, `"k%d":1,`, i)
	}
	for _, c := range []struct{ name, text, want string }{
		{"arrays", repeat("["), "line 1 nests arrays or objects too deeply"},
		{"objects", repeat(`{"a":`), "line 1 nests arrays or objects too deeply"},
		{"lines", repeat("\n"), "is empty, must be a JSON object"},
		{"comments", repeat("/**/") + "{}", "describes no known model"},
		{"commas", repeat(",") + "{}", "is not JSON: it begins with \",,,,"},
		{"many keys", with(keys.String()), "has an object with more than 4096 keys"},
		{"nested value", with(`"x":` + strings.Repeat("[", 9000) + `{"f0":1}` + strings.Repeat("]", 9000)),
			"x holds the key f0"},
		{"nested objects", with(`"x":` + strings.Repeat(`{"a":`, 9000) + `{"f0":1}` + strings.Repeat("}", 9000)),
			"x holds the key f0"},
		{"long array of a key that is not read", with(`"x":[` + repeat("[],") + `{"f0":1}]`), "x holds the key f0"},
		{"long array", strings.Replace(h, "[4,2]", "["+repeat("4,")+"2]", 1), "elements, must have at most 1024"},
		{"long array of arrays", strings.Replace(h, "[[1,3],[1,2]]", "["+repeat("[],")+"[1]]", 1),
			"elements, must have at most 1024"},
		{"numbers that are not finite", strings.Replace(h, "[4,2]", "["+repeat("NaN,")+"2]", 1),
			"elements, must have at most 1024"},
		{"long value of a key with a rule", with(`"activation":[` + repeat("[],") + "1]"),
			"activation is an array, must be"},
		{"long word", with(`"activation":"` + repeat("\x7f") + `"`), `activation is "`},
		{"long key", with(`"causal` + repeat("é") + `":1`), "causal"},
		{"long key of an array", with(`"x":[{"causal` + repeat("é") + `":1}]`), "x holds the key "},
		{"long kind", `{"model_type":["` + repeat("m") + `"]}`, "model_type is an array"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if len(c.text) > maxConfig {
				t.Fatalf("got a text of %d bytes, want at most %d", len(c.text), maxConfig)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := architecture([]byte(c.text))
			runtime.ReadMemStats(&after)
			wantError(t, err, c.want)
			if got := (short{err}).Error(); len(got) > 400 || strings.Contains(got, "\n") {
				t.Errorf("got an error of %d bytes, want one line of at most 400: %s", len(got), got)
			}
			const most = 32 * maxConfig
			if got := after.TotalAlloc - before.TotalAlloc; got > most {
				t.Errorf("allocated: got %d bytes, want at most %d", got, most)
			}
		})
	}
}
