#!/bin/sh
# Compares the speed of package resample with that of libsoxr: both run alternately, each in its own process, on one
# core. Prints multiples of real time and their ratio, or with CREATE the times to create a converter;
# cmd/tailwave/internal/benchsrc describes the lines.
# Needs Go, a C compiler and libsoxr-dev. If the compiler or libsoxr-dev is missing, it prints a line that says what to
# install, and exits with status 77.
# Environment:
#   RATES      pairs of sample rates in Hz, such as "48000-16000 96000-48000"; default: 27 pairs
#   CHANNELS   numbers of channels; default: "1 2 8"; CREATE uses 1
#   QUALITIES  default: "best high steep"
#   ROUNDS     runs of each converter per case; default: 5
#   CREATE     1 for the times of creation
#   CC         the C compiler; default: cc
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CC=${CC:-cc}
if ! command -v ${CC%% *} >/dev/null; then
  echo "libsoxr not measured: no C compiler (${CC%% *}): install gcc and libsoxr-dev" >&2
  exit 77
fi
printf '#include <soxr.h>\nint main(void) { return !*soxr_version(); }\n' >"$dir/probe.c"
if ! $CC -o "$dir/probe" "$dir/probe.c" -lsoxr 2>/dev/null; then
  echo "libsoxr not measured: ${CC%% *} cannot link libsoxr: install libsoxr-dev" >&2
  exit 77
fi
$CC -O2 -o "$dir/soxr" testdata/bench-soxr.c -lsoxr
go build -o "$dir/benchsrc" ./cmd/tailwave/internal/benchsrc
"$dir/benchsrc" ${RATES:+-rates "$RATES"} ${CHANNELS:+-channels "$CHANNELS"} ${QUALITIES:+-qualities "$QUALITIES"} \
  ${ROUNDS:+-rounds "$ROUNDS"} ${CREATE:+-create} "$dir/soxr"
