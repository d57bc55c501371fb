#!/bin/sh
# Runs every fuzz target of the module. Needs only Go.
# Usage: fuzz.sh TIME, for each target, as go test -fuzztime takes it
# Prints each target and the last lines of its output; stops with status 1 at the first that fails, with all its output.
# Now and then Go's fuzzer takes the end of its own time for a failure ("context deadline exceeded", and no failing
# input): the script lets that one pass.
set -eu
time=${1:?usage: fuzz.sh TIME}

for dir in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do
	for target in $(grep -h '^func Fuzz' "$dir"/*_test.go | sed 's/func \(Fuzz[A-Za-z0-9]*\).*/\1/'); do
		echo "$dir $target"
		if out=$(go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$dir" 2>&1); then
			echo "$out" | tail -n 2
		elif echo "$out" | grep -q '^ *context deadline exceeded$' &&
			! echo "$out" | grep -q 'Failing input\|panic\|_test.go'; then
			echo "$out" | tail -n 4
		else
			echo "$out"
			exit 1
		fi
	done
done
