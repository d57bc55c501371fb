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
.PHONY: build test check format vet bits golden race cross generated fuzz bench bench-peers generate assembly \
	arm64 avx512 soak

build:
	CGO_ENABLED=$(if $(TAGS),1,0) go build $(WITH) -o tailwave ./cmd/tailwave

test:
	@TAGS='$(TAGS)' ./testdata/test.sh $(TESTFLAGS)

check: format vet cross generated bits race test

format:
	@out=$$(gofmt -l .); if [ -n "$$out" ]; then echo "not formatted: $$out"; exit 1; fi

vet:
	@TAGS='$(TAGS)' ./testdata/vet.sh

bits:
	@./testdata/bits.sh

golden:
	@./testdata/golden.sh

# Without PortAudio; `test` is with it. PortAudio's Go package passes numbers as pointers that are never followed, which
# builds for the race detector would check.
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

assembly:
	@./testdata/assembly.sh

generated: assembly
	@./testdata/generated.sh

arm64:
	@./testdata/arm64.sh

avx512:
	@./testdata/avx512.sh

fuzz:
	@./testdata/fuzz.sh $(FUZZTIME)

# BenchmarkPeak is what one core can do at most. Conv1D and Upsampler print their shares of it, measured in turn with
# it.
bench:
	go test -run '^$$' -bench . -benchmem ./dsp/... ./stream/... ./models/...

# Whole programs on one minute of stereo noise, in turn, with those of sox and ffmpeg that are installed; conversion of
# sample rates in process in turn with libsoxr; and vocoders in turn with ONNX Runtime.
bench-peers: build
	./testdata/bench-peers.sh ./tailwave
	./testdata/bench-resampler.sh
	./testdata/bench-vocoders.sh

soak:
	go test -count=1 -run 'TestSoak($$|[^P])' -v -timeout 0 ./cmd/tailwave -soak $(SOAK)
ifneq ($(TAGS),)
	go test -count=1 $(WITH) -run TestSoakPlay -v -timeout 0 ./cmd/tailwave -soakplay $(SOAKPLAY) -soakplay-latency 20
endif
