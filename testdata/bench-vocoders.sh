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
log=$(mktemp)
trap 'rm -f "$bench" "$log"' EXIT
go test -c -o "$bench" ./models
{
for round in 1 2 3; do
  for m in $models; do
    echo "round $round, ${m%%=*}"
    (cd models && "$bench" -test.run '^$' -test.bench "GAN/${m%%=*}/.*/(8|32|172)frames" -test.benchtime 1s) |
      awk '/^Benchmark/ { split($1, n, "/"); for (i = 2; i < NF; i++) if ($(i + 1) == "x") print "tailwave", n[3], n[4] ":", $i, "x" }'
    node testdata/bench-onnx.js "${m#*=}" mel 80 0.011609977
  done
done
} | tee "$log"
awk '
  function median(key,  a, b, c) {
    a = v[key, 1]; b = v[key, 2]; c = v[key, 3]
    return a > b ? (b > c ? b : (a > c ? c : a)) : (a > c ? a : (b > c ? c : b))
  }
  $1 == "round" { model = $3; round = $2 + 0; next }
  $1 == "tailwave" { threads = $2 + 0; frames = $3 + 0; ours = model ", " threads " threads, " frames " frames"; v["t" ours, round] = $(NF - 1); if (!seen[ours]++) order[++names] = ours }
  $1 == "onnxruntime" { v["o" model ", " $2 " threads, " $4 " frames", round] = $(NF - 1) }
  END {
    for (i = 1; i <= names; i++) {
      a = median("t" order[i]); b = median("o" order[i])
      if (b) printf "median %s: %.1f x, ONNX Runtime %.1f x, ratio %.2f\n", order[i], a, b, a / b
    }
  }' "$log"
