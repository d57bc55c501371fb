#!/bin/sh
# Runs every fuzz target of the module. Needs only Go.
# Usage: fuzz.sh TIME, for each target, as go test -fuzztime takes it
# Prints each target, its number of executions and its result; stops with status 1 at the first that fails, or that runs
# fewer than 20 times per second (see fuzz.awk), with all its output.
# Sometimes Go's fuzzer reports its own timeout as a failure ("context deadline exceeded", and no failing input); the
# script ignores that.
set -eu
time=${1:?usage: fuzz.sh TIME}
rate=$(dirname "$0")/fuzz.awk

# Executions that shorten one input. By default, Go's fuzzer spends up to 60 s on each input that reaches new code, more
# than a short run has: inputs of 2 kB can be shortened in 2 million ways.
shorten=100x

for dir in $(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do
	for target in $(grep -h '^func Fuzz' "$dir"/*_test.go | sed 's/func \(Fuzz[A-Za-z0-9]*\).*/\1/'); do
		echo "$dir $target"
		if out=$(go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime "$shorten" "$dir" 2>&1); then
			lines=3
		elif echo "$out" | grep -q '^ *context deadline exceeded$' &&
			! echo "$out" | grep -q 'Failing input\|panic\|_test.go'; then
			lines=6
		else
			echo "$out"
			exit 1
		fi
		if fault=$(echo "$out" | awk -v time="$time" -f "$rate"); then
			echo "$out" | tail -n "$lines"
		else
			echo "$out"
			echo "$dir $target: $fault"
			exit 1
		fi
	done
done
