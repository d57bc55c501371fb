#!/bin/sh
# Runs go vet and staticcheck on the module, as it is, without assembly and with the tags in TAGS, and go vet on the
# generators and on the programs that make releases. Needs only Go: testdata/tools/go.mod has staticcheck. Prints each
# command and what it finds; stops at the first that finds something.
set -eu
generators=dsp/internal/kernel/_gen
releases=cmd/tailwave/dist

helpers="$PWD/testdata/recorded $PWD/testdata/reference"

run() { echo "$*"; "$@"; }
vet() {
	run go vet "$@" ./... $helpers
	run go tool -modfile=testdata/tools/go.mod staticcheck "$@" ./... $helpers
}

vet
vet -tags purego
if [ -n "${TAGS:-}" ]; then vet -tags "$TAGS"; fi
(cd "$generators" && run go vet ./...)
(cd "$releases" && run go vet ./...)
