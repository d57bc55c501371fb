package main

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
		t.Fatalf("%v, stderr %q", err, diag.String())
	}
	var answers []opAnswer
	for line := range bytes.Lines(out.Bytes()) {
		var a opAnswer
		if err := json.Unmarshal(line, &a); err != nil || !bytes.HasSuffix(line, []byte("\n")) {
			t.Fatalf("answer %.80q: %v", line, err)
		}
		if (a.Output == nil) == (a.Error == "") {
			t.Fatalf("answer %.80q has not one of output and error", line)
		}
		answers = append(answers, a)
	}
	return answers
}

// checkOpFile compares the command's answers for a file with the expected values, at once and streamed.
func checkOpFile(t *testing.T, path string) {
	cases := golden.ReadFile(t, path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var oneShot []opcase.Array
	for _, flags := range [][]string{nil, {"--stream"}, {"--stream", "--seed", "7"}} {
		answers := runOp(t, bytes.NewReader(data), flags...)
		if len(answers) != len(cases) {
			t.Fatalf("%s %v: %d answers, want %d", path, flags, len(answers), len(cases))
		}
		for i, c := range cases {
			if string(answers[i].ID) != string(c.ID) || answers[i].Error != "" {
				t.Errorf("%s %v: answer %s %s", c.Name, flags, answers[i].ID, answers[i].Error)
				continue
			}
			got, err := opcase.ParseArray(answers[i].Output, c.DType)
			if err != nil {
				t.Errorf("%s %v: %v", c.Name, flags, err)
				continue
			}
			c.Check(t, got)
			if flags == nil {
				oneShot = append(oneShot, got)
			} else {
				golden.CheckSameBits(t, c.Name, got, oneShot[i])
			}
		}
	}
}

func TestOpOwnCases(t *testing.T) {
	root, err := reference.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "testdata", "operator", "*.jsonl"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		if filepath.Base(path) == "errors.jsonl" {
			checkOpErrors(t, path)
		} else {
			checkOpFile(t, path)
		}
	}
}

// checkOpErrors runs a file of cases whose "expect" is "ok" or "error", with text that the error must contain in "names".
func checkOpErrors(t *testing.T, path string) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, flags := range [][]string{nil, {"--stream"}} {
		answers := runOp(t, bytes.NewReader(data), flags...)
		i := 0
		golden.ReadLines(t, path, func(line []byte) {
			var row struct {
				ID            json.RawMessage
				Expect, Names string
			}
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatal(err)
			}
			a := answers[i]
			i++
			if string(a.ID) != string(row.ID) || (a.Error != "") != (row.Expect == "error") || !strings.Contains(a.Error, row.Names) {
				t.Errorf("%s %v: %q, want %s naming %q", row.ID, flags, a.Error, row.Expect, row.Names)
			}
		})
		if i != len(answers) || i < 20 {
			t.Errorf("%d answers for %d lines", len(answers), i)
		}
	}
}

func TestOpGolden(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(reference.File(t, "golden", "conv1d_transpose"), "*.jsonl"))
	if err != nil || len(files) != 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		checkOpFile(t, path)
	}
}

// TestOpErrorTable feeds the rows of error_cases.json, each as a line.
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
		t.Fatalf("%d answers", len(answers))
	}
	for i, c := range table.Cases {
		if (answers[i].Error == "") != (c.Expect == "ok") {
			t.Errorf("%s: %q, want %s", c.ID, answers[i].Error, c.Expect)
		}
		if answers[i].Output != nil {
			var want struct {
				Shape json.RawMessage `json:"output_shape"`
			}
			if err := json.Unmarshal(c.Args, &want); err != nil || string(answers[i].Output) != fmt.Sprintf(`{"shape":%s}`, want.Shape) {
				t.Errorf("%s: output %s, want shape %s", c.ID, answers[i].Output, want.Shape)
			}
		}
	}
}

const opSmall = `"input":{"shape":[1,2,1],"data":[1,2]},"filters":{"shape":[2,1,1],"data":[1,10]},"output_shape":[1,4,1],"stride":2`

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
	want := []struct{ id, text string }{
		{`1`, ""}, {`{"b" : [1, "x<y>"]}`, ""}, {`null`, "line 5: malformed"}, {`null`, "line 6: malformed"}, {`null`, "line 7: malformed"},
		{`null`, "line 8: malformed"}, {`null`, `line 9: dtype is "half"`}, {`"half"`, `dtype is "bfloat16"`}, {`null`, "line 11: malformed"},
		{`"last, without end of line"`, ""},
	}
	if len(answers) != len(want) {
		t.Fatalf("%d answers, want %d", len(answers), len(want))
	}
	for i, w := range want {
		if string(answers[i].ID) != w.id || !strings.HasPrefix(answers[i].Error, w.text) || (w.text == "") != (answers[i].Error == "") {
			t.Errorf("answer %s %q, want %s %q", answers[i].ID, answers[i].Error, w.id, w.text)
		}
	}
	if want := `{"shape":[1,4,1],"f32":"AACAPwAAIEEAAABAAACgQQ=="}`; string(answers[0].Output) != want {
		t.Errorf("output %s, want %s", answers[0].Output, want)
	}
}

// TestOpAnswersAtOnce waits for an answer before it sends the next line, and then cancels a read that blocks.
func TestOpAnswersAtOnce(t *testing.T) {
	inReader, in := io.Pipe()
	out, outWriter := io.Pipe()
	ctx, cancel := context.WithCancelCause(context.Background())
	done := make(chan error)
	go func() {
		done <- answerLines(ctx, inReader, outWriter, opcase.Options{})
		outWriter.Close()
	}()
	answers := json.NewDecoder(out)
	for i := range 3 {
		fmt.Fprintf(in, "{\"id\":%d,%s}\n", i, opSmall)
		var a opAnswer
		if err := answers.Decode(&a); err != nil || string(a.ID) != fmt.Sprint(i) {
			t.Fatalf("answer %s, %v", a.ID, err)
		}
	}
	cause := errors.New("the user's wish")
	cancel(cause)
	select {
	case err := <-done:
		if !errors.Is(err, cause) {
			t.Errorf("got %v, want the cause", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("a blocked read holds the command")
	}
	in.Close()
}

// TestOpFailures has an input that breaks and an output that is full: both are errors, and what was answered is written.
func TestOpFailures(t *testing.T) {
	broken := errors.New("broken")
	in := io.MultiReader(strings.NewReader(strings.Repeat(`{"id":1,`+opSmall+"}\n", 3)), iotest.ErrReader(broken))
	var out bytes.Buffer
	if err := answerLines(t.Context(), in, &out, opcase.Options{}); !errors.Is(err, broken) {
		t.Errorf("input: %v", err)
	}
	if n := strings.Count(out.String(), "\n"); n != 3 {
		t.Errorf("%d answers before the failure, want 3", n)
	}
	lines := strings.NewReader(strings.Repeat(`{"id":1,`+opSmall+"}\n", 10000))
	if err := answerLines(t.Context(), lines, failingWriter{broken}, opcase.Options{}); !errors.Is(err, broken) {
		t.Errorf("output: %v", err)
	}
	if lines.Len() == 0 {
		t.Error("goes on without an output")
	}
}

// TestOpHuge has lines that ask for more than a machine can give: each is an error, soon.
func TestOpHuge(t *testing.T) {
	in := strings.Join([]string{
		`{"id":0,"input":{"shape":[1,1,1],"data":[1]},"filters":{"shape":[1,1,1],"data":[1]},"output_shape":[1,1,1],"stride":1000000000000000}`,
		`{"id":1,"input":{"shape":[1,1,1],"data":[1]},"filters":{"shape":[1,1,1],"data":[1]},"output_shape":[1,100000001,1],"stride":100000002}`,
		`{"id":2,"input":{"shape":[4611686018427387904,4,1],"data":[1]},"filters":{"shape":[1,1,1],"data":[1]},"output_shape":[1,1,1],"stride":1}`,
		`{"id":3,"input":{"shape":[1,1,1],"data":[1]},"filters":{"shape":[1,1,1],"data":[1]},"output_shape":[1,4611686018427387904,1],"stride":1}`,
		`{"id":4,"input":{"shape":[4611686018427387904,0,1],"data":[]},"filters":{"shape":[3,1,1],"data":[1,2,3]},"output_shape":[4611686018427387904,1,1],"stride":1,"padding":"VALID"}`,
		`{"id":5,"op":"onnx.ConvTranspose","input":{"shape":[1,1,1],"data":[1]},"weight":{"shape":[1,1,1],"data":[1]},"attrs":{"output_shape":[1000000000]}}`,
		`{"id":6,"op":"torch.conv_transpose1d","input":{"shape":[1,1,3],"data":[1,1,1]},"weight":{"shape":[1,1,1],"data":[1]},"stride":100000000,"padding":1}`,
		`{"id":7,"input":{"shape":[1,1,1],"data":[1]},"filters":{"shape":[1,1,1],"data":[1]},"output_shape":[1,1,1],"stride":99999999999999999999}`,
		`{"id":8,"input":{"shape":[1,1,1],"data":[1]},"filters":{"shape":[1,1,1],"data":[1]},"output_shape":[1,1,1],"stride":134217728}`,
	}, "\n")
	for _, flags := range [][]string{nil, {"--stream"}} {
		for i, a := range runOp(t, strings.NewReader(in), flags...) {
			if a.Error == "" {
				t.Errorf("%d: %s", i, a.Output)
			}
		}
	}
}
