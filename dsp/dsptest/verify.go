package dsptest

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tailwave/tailwave/dsp"
)

// Verify is [Check] for examples and programs. It returns nil if the processor keeps the contract. Otherwise it returns
// an error with all faults that Check would report, separated by semicolons. A panic of the processor reaches the
// caller.
func Verify[T dsp.Float](c Contract[T]) (err error) {
	var r report
	defer func() {
		if v := recover(); v != nil && v != any(ended{}) {
			panic(v)
		}
		if len(r.faults) > 0 {
			err = errors.New(strings.Join(r.faults, "; "))
		}
	}()
	check(&r, c)
	return nil
}

// A reporter has the methods of a [testing.TB] that the checks need. Fatal and Fatalf do not return.
type reporter interface {
	Helper()
	Errorf(format string, a ...any)
	Fatal(a ...any)
	Fatalf(format string, a ...any)
}

// A report is a reporter that collects faults.
type report struct{ faults []string }

// ended is the value of the panic with which a fatal fault ends the checks.
type ended struct{}

func (r *report) Helper() {}

func (r *report) Errorf(format string, a ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, a...))
}

func (r *report) Fatal(a ...any) { r.Fatalf("%s", fmt.Sprint(a...)) }

func (r *report) Fatalf(format string, a ...any) {
	r.Errorf(format, a...)
	panic(ended{})
}
