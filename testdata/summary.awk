# Reduces the output of `go test -v` to the results of packages. Each result comes after the output of its tests that
# failed, and of its end; the output of tests that passed or skipped is dropped. At the end come two lists:
#
#   RETRIED  tests that logged "RETRIED: <reason>", because the machine was too busy for their first try
#   SKIPPED  tests that skipped, each with the last line that it logged; rows of a test that logged the same line are
#            counted; "SKIPPED nothing" if there is none
#
# The last line of the form "exit status N" sets the exit status:
#
#   { go test -v ./...; echo "exit status $?"; } 2>&1 | awk -f testdata/summary.awk

/^=== / { current = $3; next }
/ RETRIED: / {
	said[current] = $0
	sub(/^.* RETRIED: /, "", said[current])
	retried = retried "  " current ": " said[current] "\n"
}
/^ *--- PASS: / { text = ""; next }
/^ *--- SKIP: / {
	test = $3
	sub(/\/.*/, "", test)
	why = test ": " said[$3]
	if (!rows[why]++) {
		order[++skips] = why
		first[why] = $3 ": " said[$3]
	}
	text = ""
	next
}
/^ *--- FAIL: / { failed = failed text $0 "\n"; text = ""; next }
/^PASS$/ { text = ""; next }
/^exit status / { code = $3; next }
/^(ok|FAIL|\?) / || /^(ok|FAIL|\?)\t/ { printf "%s%s", failed, text; print; failed = text = ""; next }
{
	text = text $0 "\n"
	sub(/^ +[a-z0-9_]+\.go:[0-9]+: /, "")
	said[current] = $0
}
END {
	printf "%s%s", failed, text
	if (retried) printf "RETRIED, for a machine with much else to do\n%s", retried
	print skips ? "SKIPPED" : "SKIPPED nothing"
	for (i = 1; i <= skips; i++) {
		why = order[i]
		if (rows[why] == 1) print "  " first[why]
		else print "  " why " (" rows[why] " of its rows)"
	}
	exit code
}
