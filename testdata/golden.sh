#!/bin/sh
# Records the hashes in testdata/bits.json that are new or differ, as Go code computes them, and then compares them with
# what assembly computes at every level of this processor. Runs all packages whose tests import testdata/recorded.
# Needs Go; parts whose tests skip for lack of reference data (TAILWAVE_REFERENCE) keep their hashes.
# Prints the results of the tests, and every hash that differs from the committed file (without git: from the file as it
# was). Exits with 1 if a test fails, which it does if a recorded hash is no longer computed: nothing is removed.
set -u
file=testdata/bits.json
tests=Bits
packages=$(grep -rl --include='*_test.go' '"github.com/tailwave/tailwave/testdata/recorded"' . |
	xargs -n1 dirname | sort -u)

# flat FILE prints "part: name<TAB>hash" for every hash.
flat() {
	awk -F'"' '/^  "/ { part = $2 } /^    "/ { print part ": " $2 "\t" $4 }' "$1" | sed 's/\\u003e/>/g'
}

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
git show "HEAD:./$file" >"$dir/before" 2>/dev/null || cp "$file" "$dir/before" || exit 1

# One package at a time (-p 1), since all write one file. The definition first: hashes recorded from assembly could hide
# its faults.
code=0
{
	go test -p 1 -v -count=1 -tags purego -run "$tests" $packages -update 2>&1
	echo "exit status $?"
} | awk -f testdata/summary.awk || code=1
echo "compared with assembly:"
go test -count=1 -run "$tests" $packages || code=1

flat "$dir/before" >"$dir/old"
flat "$file" >"$dir/new"
awk -F'\t' '
	FILENAME == ARGV[1] { old[$1] = $2; next }
	!($1 in old) { print "recorded " $1 ": " substr($2, 1, 12); n++; next }
	old[$1] != $2 { print "changed  " $1 ": " substr(old[$1], 1, 12) " to " substr($2, 1, 12); n++ }
	{ delete old[$1] }
	END {
		for (name in old) { print "removed  " name ": " substr(old[name], 1, 12); n++ }
		if (!n) print "no hash differs from the committed ones"
	}' "$dir/old" "$dir/new" | sort
exit $code
