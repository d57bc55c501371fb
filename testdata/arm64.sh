#!/bin/sh
# Runs tests on arm64, under qemu's user emulation: recorded hashes and the kernels. Needs Go, and for running
# qemu-aarch64-static (Debian: qemu-user-static). Builds always, to dist/. Where qemu is not installed it prints
# SKIPPED, or fails if TAILWAVE_REQUIRE contains qemu. Prints the output of the tests; stops at the first build or test
# that fails, with its exit status.
set -eu
# Packages in the order in which they run, each with a pattern for its tests.
tests='
./dsp/internal/kernel .
./dsp/pcm             .
./models/lyra         TestBits
./dsp/layer           TestBits|TestConvTranspose1D|TestConv1D
./dsp/resample        TestBits
./dsp/spectral        TestBits
'

# each COMMAND calls it with every package, the path of its test binary, and its pattern.
each() {
	while read -r package pattern <&3; do
		if [ -n "$package" ]; then "$1" "$package" "$PWD/dist/$(basename "$package")_arm64.test" "$pattern"; fi
	done 3<<-END
		$tests
	END
}
build() {
	echo "go test -c $1"
	CGO_ENABLED=0 GOARCH=arm64 go test -c -o "$2" "$1"
}
run() { (cd "$1" && qemu-aarch64-static "$2" -test.short -test.run "$3"); }

each build
if command -v qemu-aarch64-static >/dev/null; then
	each run
elif echo ",${TAILWAVE_REQUIRE:-}," | grep -q ,qemu,; then
	echo "qemu is required: qemu-aarch64-static is not installed"
	exit 1
else
	echo "SKIPPED running on arm64: qemu-aarch64-static is not installed"
fi
