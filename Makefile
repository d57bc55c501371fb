# Everything but `check` needs only Go and make. Anything a test lacks is named in the SKIPPED list at the end.

STATICCHECK = go tool -modfile=testdata/tools/go.mod staticcheck
FUZZTIME   ?= 60s
SOAK       ?= 1h
SOAKPLAY   ?= 10m
KERNELS     = dsp/internal/kernel

# Where PortAudio is, builds can play and tests do; where it is not, or with TAGS=, they need no C compiler.
TAGS := $(shell pkg-config --exists portaudio-2.0 2>/dev/null && echo portaudio)
WITH  = $(if $(TAGS),-tags $(TAGS))

.NOTPARALLEL:
.PHONY: build test check format vet bits race cross generated fuzz bench bench-peers generate assembly arm64 avx512 soak

build:
	CGO_ENABLED=$(if $(TAGS),1,0) go build $(WITH) -o tailwave ./cmd/tailwave

# Output of tests that pass is dropped; the reasons of those that skipped, or were tried again, come last. Those paced by a
# sound server have the machine for themselves.
REALTIME    = TestPulse|TestSoakPlay
test:
	@if [ -z "$(TAGS)" ] && echo ",$$TAILWAVE_REQUIRE," | grep -q ,portaudio,; then echo "portaudio is required: pkg-config finds no portaudio-2.0"; exit 1; fi
	@{ go test -v $(WITH) $(TESTFLAGS) -skip '$(REALTIME)' ./... 2>&1; a=$$?; \
	   go test -v $(WITH) $(TESTFLAGS) -run '$(REALTIME)' ./cmd/tailwave 2>&1; echo "exit status $$((a | $$?))"; } | awk ' \
	  /^=== / { current = $$3; next } \
	  / RETRIED: / { said[current] = $$0; sub(/^.* RETRIED: /, "", said[current]); retried = retried "  " current ": " said[current] "\n" } \
	  /^ *--- PASS: / { text = ""; next } \
	  /^ *--- SKIP: / { skipped = skipped "  " $$3 ": " said[$$3] "\n"; text = ""; next } \
	  /^PASS$$/       { text = ""; next } \
	  /^exit status / { code = $$3; next } \
	  /^(ok|FAIL|\?) / || /^(ok|FAIL|\?)\t/ { printf "%s", text; print; text = ""; next } \
	  { text = text $$0 "\n"; sub(/^ +[a-z0-9_]+\.go:[0-9]+: /, ""); said[current] = $$0 } \
	  END { printf "%s", text; if (retried) printf "RETRIED, for a machine with much else to do\n%s", retried; if (skipped) printf "SKIPPED\n%s", skipped; else print "SKIPPED nothing"; exit code }'

check: format vet cross generated bits race test

format:
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "not formatted: $$out"; exit 1; fi

vet:
	go vet ./...
	go vet -tags purego ./...
	$(STATICCHECK) ./...
	$(STATICCHECK) -tags purego ./...
ifneq ($(TAGS),)
	go vet $(WITH) ./...
	$(STATICCHECK) $(WITH) ./...
endif
	cd $(KERNELS)/_gen && go vet ./...

# The recorded bits again: where the compiler may fuse, where the processor cannot, without assembly, and forced to each
# level that every test machine has.
bits:
	GOAMD64=v3 go test -count=1 -run 'TestBits|TestFMA|TestElementwise|TestGolden|Contract' ./dsp/... ./models/lyra
	GODEBUG=cpu.fma=off,cpu.avx2=off go test -count=1 -run 'TestBits|TestFMA|TestElementwise' ./dsp/...
	go test -count=1 -tags purego -short ./dsp/...
	TAILWAVE_CPU=generic go test -count=1 -short ./dsp ./models/lyra ./cmd/tailwave

# Without PortAudio; `test` is with it. Its Go package passes numbers as pointers that are never followed, which the race
# detector's builds would check.
race:
	go test -race -short ./...
ifneq ($(TAGS),)
	go test -race -short $(WITH) -gcflags=github.com/gordonklaus/portaudio=-d=checkptr=0 ./stream/live
endif

cross:
	GOOS=windows go vet ./...
	GOOS=darwin GOARCH=arm64 go vet ./...

generate: assembly
	go run ./dsp/dsptest/gen
	go generate ./models/tflite/internal/schema
	cd $(KERNELS)/_gen/_out && mv peak_amd64.* ../../peak && mv pcm_amd64.* ../../../../pcm && mv *_amd64.* ../..

# The assembly of the kernels and its declarations, written to _gen/_out.
assembly:
	@mkdir -p $(KERNELS)/_gen/_out && rm -f $(KERNELS)/_gen/_out/*
	@cd $(KERNELS)/_gen && set -e; for k in tile plane depthwise elementwise transform peak pcm; do \
	  pkg=kernel; case $$k in peak|pcm) pkg=$$k;; esac; \
	  go run ./$$k -out _out/$${k}_amd64.s -stubs _out/$${k}_amd64.go -pkg $$pkg; done

# Files made by generators are current, and every go.mod is tidy.
generated: assembly
	go mod tidy -diff
	cd $(KERNELS)/_gen && go mod tidy -diff
	cd testdata/tools && go mod tidy -diff
	@set -e; for f in $(KERNELS)/_gen/_out/*; do \
	  name=$${f##*/}; to=$(KERNELS); case $$name in peak_*) to=$(KERNELS)/peak;; pcm_*) to=dsp/pcm;; esac; \
	  diff -q $$f $$to/$$name || { echo "$$to/$$name is not what its generator writes: make generate"; exit 1; }; done
	@ls $(KERNELS)/*_amd64.s $(KERNELS)/peak/*_amd64.s dsp/pcm/*_amd64.s | while read f; do test -e $(KERNELS)/_gen/_out/$${f##*/} || { echo "$$f has no generator"; exit 1; }; done
	go test -count=1 ./dsp/dsptest/gen

# The recorded bits on arm64, under qemu's user emulation. Builds always; runs where qemu is installed.
arm64:
	CGO_ENABLED=0 GOARCH=arm64 go test -c -o dist/dsp_arm64.test ./dsp
	CGO_ENABLED=0 GOARCH=arm64 go test -c -o dist/kernel_arm64.test ./dsp/internal/kernel
	CGO_ENABLED=0 GOARCH=arm64 go test -c -o dist/pcm_arm64.test ./dsp/pcm
	CGO_ENABLED=0 GOARCH=arm64 go test -c -o dist/lyra_arm64.test ./models/lyra
	@if command -v qemu-aarch64-static >/dev/null; then \
	  (cd dsp/internal/kernel && qemu-aarch64-static ../../../dist/kernel_arm64.test -test.short) && \
	  (cd dsp/pcm && qemu-aarch64-static ../../dist/pcm_arm64.test -test.short) && \
	  (cd models/lyra && qemu-aarch64-static ../../dist/lyra_arm64.test -test.short -test.run TestBits) && \
	  (cd dsp && qemu-aarch64-static ../dist/dsp_arm64.test -test.short -test.run 'TestBits|TestUpsampler|TestConv1D'); \
	elif [ -n "$$(echo ",$$TAILWAVE_REQUIRE," | grep ,qemu,)" ]; then echo "qemu is required: qemu-aarch64-static is not installed"; exit 1; \
	else echo "SKIPPED running on arm64: qemu-aarch64-static is not installed"; fi

# The AVX-512 kernels where the processor has none: their tests in Bochs, an emulator. Builds always; runs where the
# emulator is installed.
avx512:
	CGO_ENABLED=0 GOARCH=amd64 GOOS=linux go test -c -o dist/kernel_avx512.test ./$(KERNELS)
	CGO_ENABLED=0 GOARCH=amd64 GOOS=linux go test -c -o dist/dsp_avx512.test ./dsp
	@if grep -qsw avx512f /proc/cpuinfo; then echo "this processor has AVX-512: the tests use it"; exit 0; fi; \
	code=0; ./testdata/emulate.sh dist/kernel_avx512.test -test.short -test.run 'Panels|Planes|Depthwise|Product' || code=$$?; \
	if [ $$code -eq 0 ]; then EMULATE_DIR=testdata ./testdata/emulate.sh dist/dsp_avx512.test -test.short -test.run 'TestBits/(operator|layers)|TestConvPlain|TestTransposeRandom' -bits bits.json || code=$$?; fi; \
	if [ $$code -ne 3 ]; then exit $$code; \
	elif [ -n "$$(echo ",$$TAILWAVE_REQUIRE," | grep ,avx512,)" ]; then echo "avx512 is required"; exit 1; \
	else echo "SKIPPED running AVX-512 in an emulator"; fi

# Every fuzz target of the module for FUZZTIME each. Now and then Go's fuzzer takes the end of its own time for a failure
# ("context deadline exceeded", and no failing input); that one is let pass.
fuzz:
	@set -e; for dir in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -h '^func Fuzz' $$dir/*_test.go | sed 's/func \(Fuzz[A-Za-z0-9]*\).*/\1/'); do \
	    echo "$$dir $$target"; \
	    if out=$$(go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$dir 2>&1); then echo "$$out" | tail -n 2; \
	    elif echo "$$out" | grep -q '^ *context deadline exceeded$$' && ! echo "$$out" | grep -q 'Failing input\|panic\|_test.go'; then echo "$$out" | tail -n 4; \
	    else echo "$$out"; exit 1; fi; \
	  done; done

# BenchmarkPeak is what one core can do at most; Conv1D and Upsampler print their shares of it, measured in turn with it.
bench:
	go test -run '^$$' -bench . -benchmem ./dsp/... ./stream/... ./models/...

# Whole programs on one minute of stereo noise, in turn, with those of sox and ffmpeg that are installed; conversion of sample
# rates in process in turn with libsoxr; and vocoders in turn with ONNX Runtime.
bench-peers: build
	./testdata/bench-peers.sh ./tailwave
	./testdata/bench-resampler.sh
	./testdata/bench-vocoders.sh

# Long streams: through a pipe in constant memory, and heard without a gap from a buffer of 20 ms beside much garbage.
soak:
	go test -count=1 -run 'TestSoak($$|[^P])' -v -timeout 0 ./cmd/tailwave -soak $(SOAK)
ifneq ($(TAGS),)
	go test -count=1 $(WITH) -run TestSoakPlay -v -timeout 0 ./cmd/tailwave -soakplay $(SOAKPLAY) -soakplay-latency 20
endif
