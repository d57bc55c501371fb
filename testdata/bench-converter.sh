#!/bin/sh
# Converts sample rates in process, one core, 4096 frames at a time, in turn with libsoxr: five rounds for each pair of rates.
# Prints multiples of real time and the median of the ratios. Needs a C compiler and libsoxr's headers (libsoxr-dev).
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
if ! ${CC:-cc} -O2 -o "$dir/soxr" testdata/bench-soxr.c -lsoxr 2>/dev/null; then
  echo "no C compiler, or libsoxr-dev is not installed: libsoxr left out"
  exit 0
fi
go test -c -o "$dir/resample" ./dsp/resample
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
for channels in ${CHANNELS:-1 2 8}; do
  for rates in "44100 96000" "44100 88200" "44100 48000" "16000 48000" "48000 44100" "96000 44100" "48000 192000" "44100 192000" \
    "48000 96000" "192000 44100" "48000 16000"; do
    set -- $rates
    for pair in "best VHQ" "high HQ"; do
      quality=${pair% *} theirs=${pair#* }
      : >"$dir/ratios"
      for round in 1 2 3 4 5; do
        a=$(cd dsp/resample && "$dir/resample" -test.run '^$' -test.bench "BenchmarkConverter/$1-$2/$quality/${channels}ch" -test.benchtime 0.1s -test.cpu 1 |
          awk '/^Benchmark/ { for (i = 2; i < NF; i++) if ($(i + 1) == "x") print $i }')
        b=$("$dir/soxr" "$1" "$2" "$channels" "$theirs")
        echo "$a $b" | awk '{ print $1 / $2, $1, $2 }' >>"$dir/ratios"
      done
      echo "$1 to $2, $channels ch: $quality $(cut -d' ' -f2 "$dir/ratios" | median) x, soxr $theirs $(cut -d' ' -f3 "$dir/ratios" | median) x, ratio $(cut -d' ' -f1 "$dir/ratios" | median)"
    done
  done
done
