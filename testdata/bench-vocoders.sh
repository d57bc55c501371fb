#!/bin/sh
# Runs vocoders in turn with ONNX Runtime's, three rounds. MODELS lists V1=file.onnx, V2=..., V3=... of HiFi-GAN, MB=... of
# multi-band MelGAN; without it, V3 and MB are looked for in the reference data. Needs node, and onnxruntime-node in
# NODE_PATH.
set -eu
models=${MODELS:-}
reference=${TAILWAVE_REFERENCE:-../shared}/weights
if [ -z "$models" ] && [ -e "$reference" ]; then
  models="V3=$reference/hifigan-v3-ljspeech/generator_v3.onnx MB=$reference/mb-melgan-ljspeech/mb_melgan_subbands.onnx"
fi
if [ -z "$models" ]; then echo "no ONNX models: vocoders left out"; exit 0; fi
if ! node -e 'require("onnxruntime-node")' 2>/dev/null; then echo "onnxruntime-node is not installed: vocoders left out"; exit 0; fi
bench=$(mktemp)
trap 'rm -f "$bench"' EXIT
go test -c -o "$bench" ./models
for round in 1 2 3; do
  for m in $models; do
    echo "round $round, ${m%%=*}"
    (cd models && "$bench" -test.run '^$' -test.bench "GAN/${m%%=*}/.*/(8|32|172)frames" -test.benchtime 1s) |
      awk '/^Benchmark/ { split($1, n, "/"); for (i = 2; i < NF; i++) if ($(i + 1) == "x") print "tailwave", n[3], n[4] ":", $i, "x" }'
    node testdata/bench-onnx.js "${m#*=}" mel 80 0.011609977
  done
done
