# Reduces the output of `go test -v` to the results of packages. Each result comes after the output of its tests that
# failed, and of its end; the output of tests that passed or skipped is dropped. At the end come two lists:
#
#   RETRIED  tests that logged "RETRIED: <reason>", because the machine was too busy for their first try
#   SKIPPED  tests that skipped, each with the last line that it logged; "SKIPPED nothing" if there is none
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
/^ *--- SKIP: / { skipped = skipped "  " $3 ": " said[$3] "\n"; text = ""; next }
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
	if (skipped) printf "SKIPPED\n%s", skipped
	else print "SKIPPED nothing"
	exit code
}
