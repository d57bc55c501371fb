package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase"
	"github.com/tailwave/tailwave/cmd/tailwave/internal/opcase/golden"
	"github.com/tailwave/tailwave/testdata/reference"
)

// An opAnswer is a line of output.
type opAnswer struct {
	ID     json.RawMessage
	Output json.RawMessage
	Error  string
}

// runOp runs the command and returns its answers.
func runOp(t *testing.T, in io.Reader, flags ...string) []opAnswer {
	t.Helper()
	cmd := newOpCommand()
	var out, diag bytes.Buffer
	cmd.SetArgs(append([]string{"conv1d-transpose"}, flags...))
	cmd.SetIn(in)
	cmd.SetOut(&out)
	cmd.SetErr(&diag)
	if err := cmd.Execute(); err != nil || diag.Len() > 0 {
		t.Fatalf("got error %v and %q on standard error, want neither", err, diag.String())
	}
	var answers []opAnswer
	for line := range bytes.Lines(out.Bytes()) {
		var a opAnswer
		if err := json.Unmarshal(line, &a); err != nil || !bytes.HasSuffix(line, []byte("\n")) {
			t.Fatalf("got answer %.80q, %v; want one line of JSON", line, err)
		}
		if (a.Output == nil) == (a.Error == "") {
			t.Fatalf("got answer %.80q, want one of output and error", line)
		}
		answers = append(answers, a)
	}
	return answers
}

// opFlags are the flags that each file of cases is run with. The first row is the one-shot form.
var opFlags = [][]string{nil, {"--stream"}, {"--stream", "--seed", "7"}}

// checkOpFile compares the command's answers for a file with the expected values, at once and streamed.
func checkOpFile(t *testing.T, path string) {
	t.Helper()
	cases := golden.ReadFile(t, path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	oneShot := opArrays(t, cases, data)
	for i, c := range cases {
		c.Check(t, oneShot[i])
	}
	for _, flags := range opFlags[1:] {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			for i, got := range opArrays(t, cases, data, flags...) {
				cases[i].Check(t, got)
				golden.CheckSameBits(t, cases[i].Name, got, oneShot[i])
			}
		})
	}
}

// opArrays runs the command for the lines of cases and returns the output of each.
func opArrays(t *testing.T, cases []golden.Case, lines []byte, flags ...string) []opcase.Array {
	t.Helper()
	answers := runOp(t, bytes.NewReader(lines), flags...)
	if len(answers) != len(cases) {
		t.Fatalf("got %d answers, want %d", len(answers), len(cases))
	}
	arrays := make([]opcase.Array, len(cases))
	for i, c := range cases {
		a := answers[i]
		if string(a.ID) != string(c.ID) || a.Error != "" {
			t.Errorf("%s: got id %s and error %q, want id %s and none", c.Name, a.ID, a.Error, c.ID)
			continue
		}
		var err error
		if arrays[i], err = opcase.ParseArray(a.Output, c.DType); err != nil {
			t.Errorf("%s: got error %v for the output %.80s, want none", c.Name, err, a.Output)
		}
	}
	return arrays
}

// TestOpOwnCases: the command answers the module's own cases with the expected values or errors.
func TestOpOwnCases(t *testing.T) {
	root, err := reference.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "testdata", "operator", "*.jsonl"))
	if err != nil || len(files) < 5 {
		t.Fatalf("got %d files, %v; want at least 5", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if filepath.Base(path) == "errors.jsonl" {
				checkOpErrors(t, path)
			} else {
				checkOpFile(t, path)
			}
		})
	}
}

// checkOpErrors runs a file of cases whose "expect" is "ok" or "error", with text that the error must contain in
// "names".
func checkOpErrors(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, flags := range opFlags[:2] {
		t.Run(strings.Join(append([]string{"flags"}, flags...), " "), func(t *testing.T) {
			answers := runOp(t, bytes.NewReader(data), flags...)
			lines := 0
			golden.ReadLines(t, path, func(line []byte) {
				var row struct {
					ID            json.RawMessage
					Expect, Names string
				}
				if err := json.Unmarshal(line, &row); err != nil {
					t.Fatal(err)
				}
				if lines++; lines > len(answers) {
					return
				}
				a := answers[lines-1]
				same := string(a.ID) == string(row.ID) && (a.Error != "") == (row.Expect == "error")
				if !same || !strings.Contains(a.Error, row.Names) {
					t.Errorf("got id %s and error %q, want id %s and %s with %q",
						a.ID, a.Error, row.ID, row.Expect, row.Names)
				}
			})
			if lines != len(answers) || lines < 20 {
				t.Errorf("got %d answers for %d lines, want one for each, and at least 20", len(answers), lines)
			}
		})
	}
}

// TestOpGolden: the command answers the reference cases with the expected values.
func TestOpGolden(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(reference.File(t, "golden", "conv1d_transpose"), "*.jsonl"))
	if err != nil || len(files) != 10 {
		t.Fatalf("got %d files, %v; want 10", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) { checkOpFile(t, path) })
	}
}

// TestOpErrorTable: each row of error_cases.json, as a line, is answered with the output shape or an error as the row
// says.
func TestOpErrorTable(t *testing.T) {
	var table struct {
		Cases []struct {
			ID, Expect string
			Args       json.RawMessage
		}
	}
	golden.ReadTable(t, reference.File(t, "golden", "conv1d_transpose", "error_cases.json"), &table)
	var in bytes.Buffer
	for _, c := range table.Cases {
		var args bytes.Buffer
		if err := json.Compact(&args, c.Args); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&in, "{\"id\":%q,\"args\":%s}\n", c.ID, &args)
	}
	answers := runOp(t, &in)
	if len(answers) != 44 {
		t.Fatalf("got %d answers, want 44", len(answers))
	}
	for i, c := range table.Cases {
		t.Run(c.ID, func(t *testing.T) {
			a := answers[i]
			if (a.Error == "") != (c.Expect == "ok") {
				t.Errorf("got error %q, want %s", a.Error, c.Expect)
			}
			if a.Output == nil {
				return
			}
			var args struct {
				Shape json.RawMessage `json:"output_shape"`
			}
			if err := json.Unmarshal(c.Args, &args); err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf(`{"shape":%s}`, args.Shape); string(a.Output) != want {
				t.Errorf("got output %s, want %s", a.Output, want)
			}
		})
	}
}

// opSmall has the arguments of a small case, without the braces.
const opSmall = `"input":{"shape":[1,2,1],"data":[1,2]},"filters":{"shape":[2,1,1],"data":[1,10]},` +
	`"output_shape":[1,4,1],"stride":2`

// TestOpLines: each line that is not empty is answered in order, with its id. A malformed line is an error with its
// number.
func TestOpLines(t *testing.T) {
	in := strings.Join([]string{
		`{"id":1,` + opSmall + `}`,
		``,
		`  `,
		`{"id":{"b" : [1, "x<y>"]},` + opSmall + `}` + "\r",
		`not json`,
		`[1]`,
		`null`,
		`{"id":"cut",`,
		`{` + opSmall + `,"dtype":"half"}`,
		`{"id":"half",` + opSmall + `,"dtype":"bfloat16"}`,
		"{\"id\":\"\xff\"}",
		`{"id":"last, without end of line",` + opSmall + `}`,
	}, "\n")
	answers := runOp(t, strings.NewReader(in))
	want := []struct{ id, err string }{
		{`1`, ""},
		{`{"b" : [1, "x<y>"]}`, ""},
		{`null`, "line 5: malformed"},
		{`null`, "line 6: malformed"},
		{`null`, "line 7: malformed"},
		{`null`, "line 8: malformed"},
		{`null`, `line 9: dtype is "half"`},
		{`"half"`, `dtype is "bfloat16"`},
		{`null`, "line 11: malformed"},
		{`"last, without end of line"`, ""},
	}
	if len(answers) != len(want) {
		t.Fatalf("got %d answers, want %d", len(answers), len(want))
	}
	for i, w := range want {
		t.Run(fmt.Sprint("answer ", i), func(t *testing.T) {
			a := answers[i]
			if string(a.ID) != w.id || !strings.HasPrefix(a.Error, w.err) || (w.err == "") != (a.Error == "") {
				t.Errorf("got id %s and error %q, want id %s and an error that begins with %q", a.ID, a.Error, w.id, w.err)
			}
		})
	}
	if want := `{"shape":[1,4,1],"f32":"AACAPwAAIEEAAABAAACgQQ=="}`; string(answers[0].Output) != want {
		t.Errorf("output of answer 0: got %s, want %s", answers[0].Output, want)
	}
}

// TestOpAnswersAtOnce: a line is answered before the next one comes. A read that blocks ends when the run is cancelled.
func TestOpAnswersAtOnce(t *testing.T) {
	inReader, in := io.Pipe()
	out, outWriter := io.Pipe()
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error)
	go func() {
		done <- opcase.Serve(ctx, inReader, outWriter, opcase.Options{})
		outWriter.Close()
	}()
	answers := json.NewDecoder(out)
	for i := range 3 {
		fmt.Fprintf(in, "{\"id\":%d,%s}\n", i, opSmall)
		var a opAnswer
		if err := answers.Decode(&a); err != nil || string(a.ID) != fmt.Sprint(i) {
			t.Fatalf("got id %s and error %v, want id %d and none", a.ID, err, i)
		}
	}
	cause := errors.New("the user's wish")
	cancel(cause)
	select {
	case err := <-done:
		if !errors.Is(err, cause) {
			t.Errorf("got error %v, want %v", err, cause)
		}
	case <-time.After(5 * time.Second):
		t.Error("got no end of the command within 5 s, want one when it is cancelled")
	}
	in.Close()
}

// TestOpFailures: an input that breaks and an output that is full are errors. Answers from before are written.
func TestOpFailures(t *testing.T) {
	broken := errors.New("broken")
	t.Run("input", func(t *testing.T) {
		in := io.MultiReader(strings.NewReader(strings.Repeat(`{"id":1,`+opSmall+"}\n", 3)), iotest.ErrReader(broken))
		var out bytes.Buffer
		if err := opcase.Serve(t.Context(), in, &out, opcase.Options{}); !errors.Is(err, broken) {
			t.Errorf("got error %v, want %v", err, broken)
		}
		if n := strings.Count(out.String(), "\n"); n != 3 {
			t.Errorf("got %d answers before the failure, want 3", n)
		}
	})
	t.Run("output", func(t *testing.T) {
		lines := strings.NewReader(strings.Repeat(`{"id":1,`+opSmall+"}\n", 10000))
		if err := opcase.Serve(t.Context(), lines, failingWriter{broken}, opcase.Options{}); !errors.Is(err, broken) {
			t.Errorf("got error %v, want %v", err, broken)
		}
		if lines.Len() == 0 {
			t.Error("got all 10000 lines read without an output, want fewer")
		}
	})
}

// TestOpHuge: a line that asks for more than a machine has is an error, without much work before.
func TestOpHuge(t *testing.T) {
	const (
		one     = `{"shape":[1,1,1],"data":[1]}`
		filters = `"filters":` + one
		single  = `"input":` + one + `,` + filters
		weight  = `"weight":` + one
		huge    = "4611686018427387904" // 2^62
	)
	for name, line := range map[string]string{
		"stride":            `{"id":0,` + single + `,"output_shape":[1,1,1],"stride":1000000000000000}`,
		"stride and output": `{"id":1,` + single + `,"output_shape":[1,100000001,1],"stride":100000002}`,
		"input": `{"id":2,"input":{"shape":[` + huge + `,4,1],"data":[1]},` + filters +
			`,"output_shape":[1,1,1],"stride":1}`,
		"output": `{"id":3,` + single + `,"output_shape":[1,` + huge + `,1],"stride":1}`,
		"batch without frames": `{"id":4,"input":{"shape":[` + huge + `,0,1],"data":[]},` +
			`"filters":{"shape":[3,1,1],"data":[1,2,3]},"output_shape":[` + huge + `,1,1],"stride":1,"padding":"VALID"}`,
		"ONNX": `{"id":5,"op":"onnx.ConvTranspose","input":` + one + `,` + weight +
			`,"attrs":{"output_shape":[1000000000]}}`,
		"PyTorch": `{"id":6,"op":"torch.conv_transpose1d","input":{"shape":[1,1,3],"data":[1,1,1]},` + weight +
			`,"stride":100000000,"padding":1}`,
		"stride above 64 bits": `{"id":7,` + single + `,"output_shape":[1,1,1],"stride":99999999999999999999}`,
		"stride of 2^27":       `{"id":8,` + single + `,"output_shape":[1,1,1],"stride":134217728}`,
	} {
		for _, flags := range opFlags[:2] {
			t.Run(strings.Join(append([]string{name}, flags...), " "), func(t *testing.T) {
				answers := runOp(t, strings.NewReader(line), flags...)
				if len(answers) != 1 {
					t.Fatalf("got %d answers, want 1", len(answers))
				}
				if a := answers[0]; a.Error == "" || strings.Contains(a.Error, "malformed") {
					t.Errorf("got output %.80s and error %q, want an error about a size", a.Output, a.Error)
				}
			})
		}
	}
}
