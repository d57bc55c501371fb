package dsp_test

import (
	"os"
	"strings"
	"testing"
)

// TestDocProcessor: the processor in the package comment is the one of the example, which is compiled.
func TestDocProcessor(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("example_processor_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(doc), "// # A processor of your own\n")
	_, code, _ = strings.Cut(code, "//\t")
	code, _, ok := strings.Cut(code, "\n//\n// #")
	code = strings.ReplaceAll(strings.ReplaceAll(code, "\n//\t", "\n"), "\n//\n", "\n\n")
	if !ok || !strings.Contains(string(example), "\n"+code+"\n") {
		t.Errorf("the example has no\n%s", code)
	}
}
