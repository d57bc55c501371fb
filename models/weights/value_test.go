package weights

import (
	"strings"
	"testing"
)

// TestLongNames requires short errors about names of characters that take ten each when they are escaped.
func TestLongNames(t *testing.T) {
	name := strings.Repeat("\U000e0001", 1000)
	other := dictionary(str("a"), p(global(name, name), ")R"))
	for format, content := range map[string][]byte{
		"tensor":  checkpointFile(t, dictionary(str(name), view("Float", "9", 1, 0, ints(2), ints(1))), six),
		"storage": checkpointFile(t, dictionary(str("x"), view("Float", name, 1, 0, ints(1), ints(1))), six),
		"keys":    checkpointFile(t, dictionary(str(name), "N", str(name+"1"), other), six),
		"class":   checkpointFile(t, p(global(name, name), ")R"), six),
		"id":      checkpointFile(t, "P"+name+"\n", six),
		"type": checkpointFile(t, dictionary(str("x"), view(name, "0", 1, 0, ints(1), ints(1)), str("y"),
			floats(1)), six),
		"module": checkpointFile(t, dictionary(str(name), p(global(name, name), ")\x81", dictionary(str("_modules"),
			"}", str("_parameters"), "}"), "b")), six),
		"entries": zipFile(t, 0, name[:4000], name[:4000]+"1"),
		"header":  []byte(withHeader(`{"` + name + `":{"` + name + `":1}}`)),
	} {
		t.Run(format, func(t *testing.T) {
			_, err := openFile(content)
			if err == nil {
				t.Error("got no error, want one")
			}
			checkError(t, err)
		})
	}
}
