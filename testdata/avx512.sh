#!/bin/sh
# Runs the tests of the AVX-512 kernels in Bochs, an emulator, where the processor has no AVX-512. Needs Go, and for
# running what emulate.sh needs. Builds always, to dist/. Where packages for the emulator are missing it prints SKIPPED,
# or fails if TAILWAVE_REQUIRE contains avx512. Prints the output of the tests; stops at the first build or test that
# fails, with its exit status.
set -eu
kernel_package=./dsp/internal/kernel
kernel_tests='Panels|Planes|Depthwise|Product'
signal_package=./dsp/layer
signal_tests='TestBits|TestConv1DPlain|TestConvTranspose1DPlain'

build() {
	echo "go test -c $2"
	CGO_ENABLED=0 GOARCH=amd64 GOOS=linux go test -c -o "$1" "$2"
}
emulate() {
	./testdata/emulate.sh dist/kernel_avx512.test -test.short -test.run "$kernel_tests" || return
	EMULATE_DIR=testdata ./testdata/emulate.sh dist/layer_avx512.test -test.short -test.run "$signal_tests" -bits bits.json
}

build dist/kernel_avx512.test $kernel_package
build dist/layer_avx512.test $signal_package
if grep -qsw avx512f /proc/cpuinfo; then
	echo "this processor has AVX-512: the tests use it"
	exit 0
fi
code=0
emulate || code=$?
if [ $code -ne 3 ]; then exit $code; fi
if echo ",${TAILWAVE_REQUIRE:-}," | grep -q ,avx512,; then
	echo "avx512 is required"
	exit 1
fi
echo "SKIPPED running AVX-512 in an emulator"
