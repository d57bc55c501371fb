#!/bin/sh
# Runs all tests of the module. Tests paced by a sound server run last, with the machine for themselves.
# Usage: test.sh [FLAG...], flags of go test
# Prints what summary.awk leaves of the output: results, and the lists RETRIED and SKIPPED. Needs only Go.
# Exits with the status of go test.
# Environment: TAGS, build tags; TAILWAVE_REQUIRE, what must not be missing (if it contains portaudio, TAGS must not be
# empty).
set -u
realtime='TestPulse|TestSoakPlay'
realtime_packages=./cmd/tailwave/internal/command

if [ -z "${TAGS:-}" ] && echo ",${TAILWAVE_REQUIRE:-}," | grep -q ,portaudio,; then
	echo "portaudio is required: pkg-config finds no portaudio-2.0"
	exit 1
fi
{
	go test -v ${TAGS:+-tags "$TAGS"} "$@" -skip "$realtime" ./... ./testdata/recorded 2>&1
	code=$?
	go test -v ${TAGS:+-tags "$TAGS"} "$@" -run "$realtime" "$realtime_packages" 2>&1
	echo "exit status $((code | $?))"
} | awk -f testdata/summary.awk
