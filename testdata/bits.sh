#!/bin/sh
# Compares the recorded hashes again: where the compiler may fuse, where the processor cannot, without assembly, and
# forced to the level that every processor has. Needs only Go, on amd64. Prints each command with its results; stops at
# the first that fails.
set -eu
signal=./dsp/...
codec=./models/lyra
golden=./cmd/tailwave/internal/opcase/golden
forced="./dsp ./dsp/layer ./dsp/resample ./dsp/tensor $golden $codec ./cmd/tailwave/internal/command"

run() { echo "$*"; env "$@"; }

run GOAMD64=v3 go test -count=1 -run 'Bits|TestFMA|TestElementwise|TestGolden|Contract' $signal $golden $codec
run GODEBUG=cpu.fma=off,cpu.avx2=off go test -count=1 -run 'Bits|TestFMA|TestElementwise' $signal
run go test -count=1 -tags purego -short $signal
run TAILWAVE_CPU=generic go test -count=1 -short $forced
