# Everything except `check` needs only Go and make. The SKIPPED list at the end names what a test lacks. Recipes of more
# than three lines are scripts in testdata, which say what they need and print.

FUZZTIME   ?= 60s
SOAK       ?= 1h
SOAKPLAY   ?= 10m
KERNELS     = dsp/internal/kernel

# Where PortAudio is, builds can play and tests do; where it is not, or with TAGS=, they need no C compiler.
TAGS := $(shell pkg-config --exists portaudio-2.0 2>/dev/null && echo portaudio)
WITH  = $(if $(TAGS),-tags $(TAGS))

.NOTPARALLEL:
.DEFAULT_GOAL = build
.PHONY: help build test check format vet bits golden race cross generated fuzz bench bench-src bench-peers generate \
	assembly arm64 avx512 soak dist

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: ## build ./tailwave, which can play where pkg-config finds PortAudio
	CGO_ENABLED=$(if $(TAGS),1,0) go build $(WITH) -o tailwave ./cmd/tailwave

test: ## run all tests; TESTFLAGS are more flags of go test
	@TAGS='$(TAGS)' ./testdata/test.sh $(TESTFLAGS)

check: format vet cross generated bits race test ## run everything that has to pass before a change lands

format: ## check that gofmt would change nothing
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "not formatted: $$out"; exit 1; fi

vet: ## run go vet and staticcheck, with every build tag
	@TAGS='$(TAGS)' ./testdata/vet.sh

bits: ## compare the recorded hashes under every compiler and processor setting at hand
	@./testdata/bits.sh

golden: ## record the hashes in testdata/bits.json that differ, and print them
	@./testdata/golden.sh

# Without PortAudio; `test` is with it. PortAudio's Go package passes numbers as pointers that are never followed, which
# builds for the race detector would check.
race: ## run the short tests under the race detector
	go test -race -short -timeout 30m ./...
ifneq ($(TAGS),)
	go test -race -short $(WITH) -gcflags=github.com/gordonklaus/portaudio=-d=checkptr=0 ./stream/live
endif

cross: ## vet the module for Windows and macOS
	GOOS=windows go vet ./...
	GOOS=darwin GOARCH=arm64 go vet ./...

generate: assembly ## write all generated files
	go run ./cmd/tailwave/internal/gen
	go generate ./models/tflite/internal/schema
	cd $(KERNELS)/_gen/_out && mv peak_amd64.* ../../peak && mv pcm_amd64.* ../../../../pcm && mv *_amd64.* ../..

assembly: ## generate the assembly of the kernels, into _gen/_out
	@./testdata/assembly.sh

generated: assembly ## check that generated files are current and every go.mod is tidy
	@./testdata/generated.sh

arm64: ## compare the recorded hashes on arm64, in qemu; only build where there is no qemu
	@./testdata/arm64.sh

avx512: ## test the AVX-512 kernels in Bochs where the processor has none; only build where there is no Bochs
	@./testdata/avx512.sh

dist: ## make the archives of a release in dist/; VERSION is by default that of git describe
	@VERSION='$(VERSION)' ./testdata/dist.sh

fuzz: ## run every fuzz target for FUZZTIME
	@./testdata/fuzz.sh $(FUZZTIME)

# BenchmarkPeak is what one core can do at most. BenchmarkConv1D and BenchmarkConvTranspose1D print their shares of it,
# measured in turn with it.
bench: ## run the benchmarks
	go test -run '^$$' -bench . -benchmem ./dsp/... ./stream/... ./models/...

# RATES, CHANNELS, QUALITIES and ROUNDS restrict the run, which otherwise needs 5 minutes; CREATE=1 measures creation:
#	make bench-src RATES="48000-16000 96000-48000" CHANNELS=1 QUALITIES="best high" ROUNDS=3
bench-src: ## compare sample-rate conversion with libsoxr, in process, for 27 pairs of rates
	@./testdata/bench-src.sh

# Whole programs on one minute of stereo noise, in turn, with those of sox and ffmpeg that are installed; conversion of
# sample rates in process in turn with libsoxr, left out (status 77) if it is not installed; and vocoders in turn with
# ONNX Runtime.
bench-peers: build ## measure in turn with sox, ffmpeg, libsoxr and ONNX Runtime
	./testdata/bench-peers.sh ./tailwave
	./testdata/bench-src.sh || [ $$? -eq 77 ]
	./testdata/bench-vocoders.sh

soak: ## convert for SOAK in constant memory, end runs by signals, and play for SOAKPLAY without a gap from a buffer of 20 ms
	go test -count=1 -run 'TestSoak($$|[^P])' -v -timeout 0 ./cmd/tailwave/internal/command -soak $(SOAK) -kills 200
ifneq ($(TAGS),)
	go test -count=1 $(WITH) -run TestSoakPlay -v -timeout 0 ./cmd/tailwave/internal/command -soakplay $(SOAKPLAY) -soakplay-latency 20
endif
