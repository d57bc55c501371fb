# Checks how often a fuzz target ran: reads the output of `go test -fuzz`. If there were fewer than 20 executions per
# second, or time has no known unit, prints one line and exits with status 1. A number of executions ("1000x") for time
# sets no rate. Executions of the corpus that precede fuzzing ("gathering baseline coverage") do not count.
#
#   echo "$out" | awk -v time=60s -f testdata/fuzz.awk
#
# time is a value of -fuzztime: 5s, 1m, 2m30s, 1000x.

/^fuzz: elapsed: .* completed, now fuzzing with / {
	sub(/ completed, now fuzzing with .*/, "")
	sub(/.*\//, "")
	corpus = $0 + 0
}
/^fuzz: elapsed: .* execs: / {
	sub(/.* execs: /, "")
	total = $0 + 0
}
END {
	if (time ~ /^[0-9]+x$/) exit 0
	split("h 3600 m 60 s 1 ms 1e-3 us 1e-6 ns 1e-9", list, " ")
	for (i = 1; i in list; i += 2) unit[list[i]] = list[i + 1]
	rest = time
	while (match(rest, /^[0-9.]+[a-z]+/)) {
		value = name = substr(rest, 1, RLENGTH)
		gsub(/[0-9.]/, "", name)
		sub(/[a-z]+/, "", value)
		if (!(name in unit)) break
		seconds += value * unit[name]
		rest = substr(rest, RLENGTH + 1)
	}
	if (rest != "" || seconds <= 0) {
		printf "has %s as its time: write a positive time such as 5s or 2m30s, or a number of executions such as 1000x\n", time
		exit 1
	}
	got = total - corpus
	least = 20 * seconds
	if (got < least) {
		printf "got %d executions in %s, want at least %.10g (20 per second): ", got, time, least
		print "make its seeds smaller, its checks cheaper, or what it tests faster for them"
		exit 1
	}
}
