package models

import (
	"encoding/binary"
	"encoding/json"
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

// TestRelaxed requires that what people write around JSON goes, and that what is in strings stays.
func TestRelaxed(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"JSON", `{"a":[1,-2.5e3,true,null]}`, `{"a":[1,-2.5e3,true,null]}`},
		{"byte order mark", "\xef\xbb\xbf{}", `{}`},
		{"UTF-16, little end first", string(utf16Text(`{"é":"𝄞"}`, binary.LittleEndian)), `{"é":"𝄞"}`},
		{"UTF-16, big end first", string(utf16Text(`{"é":"𝄞"}`, binary.BigEndian)), `{"é":"𝄞"}`},
		{"comments", "{// x\n\"a\":1,# y\n/* z\n} */\"b\":2}//", "{ \n\"a\":1, \n \n\"b\":2} "},
		{"no comments in strings", `{"a":"//x#/*","b\"//":"\\"}`, `{"a":"//x#/*","b\"//":"\\"}`},
		{"trailing commas", "{\"a\":[1,2,],\n}", "{\"a\":[1,2 ] \n}"},
		{"comma before a comment", "[1, // x\n]", "[1   \n]"},
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
		wantError(t, err, "line 1 is not JSON: ")
	})
}

// TestHostileConfig requires that a text of the greatest size that is hostile in one way or another takes bounded
// memory and gives a short error.
func TestHostileConfig(t *testing.T) {
	fill := func(part, end string) string { return strings.Repeat(part, (maxConfig-len(end))/len(part)) + end }
	keys := strings.Builder{}
	keys.WriteString(`{"resblock":"1"`)
	for i := 0; keys.Len() < maxConfig-20; i++ {
		text, _ := json.Marshal(i)
		keys.WriteString(`,"k` + string(text) + `":1`)
	}
	keys.WriteString("}")
	for name, text := range map[string]string{
		"arrays":           fill("[", ""),
		"objects":          fill(`{"a":`, ""),
		"nested value":     `{"resblock":"1","x":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`,
		"nested objects":   `{"resblock":"1","x":` + strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000) + `}`,
		"many keys":        keys.String(),
		"long array":       `{"resblock":"1","upsample_rates":[` + fill("1,", "1]}")[40:],
		"empty arrays":     `{"resblock":"1","resblock_dilation_sizes":[` + fill("[],", "[]]}")[60:],
		"long unread":      `{"resblock":"1","x":[` + fill("[],", "[]]}")[60:],
		"long key":         `{"resblock":"1","causal` + fill("é", `":1}`)[60:],
		"long ruled value": `{"resblock":"1","activation":"` + fill("\x7f", `"}`)[60:],
		"NaN":              `{"resblock":"1","upsample_rates":[` + fill("NaN,", "1]}")[60:],
		"comments":         fill("/**/", "{}"),
		"commas":           fill(",", "{}"),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := architecture([]byte(text))
			runtime.ReadMemStats(&after)
			if err == nil {
				t.Fatal("got no error, want one")
			}
			if got := len(short{err}.Error()); got > 400 || strings.Contains(err.Error(), "\n") {
				t.Errorf("got an error of %d bytes, want one line of at most 400: %.500s", got, err)
			}
			if got, most := after.TotalAlloc-before.TotalAlloc, uint64(64<<20); got > most {
				t.Errorf("allocated: got %d bytes, want at most %d", got, most)
			}
		})
	}
}
