#!/bin/sh
# Times whole programs converting one minute of 24-bit stereo from 44.1 to 96 kHz: three rounds, each program once a round.
# usage: bench-peers.sh TAILWAVE
set -eu
tailwave=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for tool in sox ffmpeg; do
  command -v $tool >/dev/null || echo "$tool is not installed: left out"
done
if command -v sox >/dev/null; then
  sox -n -r 44100 -c 2 -b 24 "$dir/in.wav" synth 60 pinknoise gain -3
elif command -v ffmpeg >/dev/null; then
  ffmpeg -loglevel error -f lavfi -i 'anoisesrc=d=60:r=44100:c=pink' -ac 2 -c:a pcm_s24le "$dir/in.wav"
else
  exit 0
fi
grep -m1 'model name' /proc/cpuinfo 2>/dev/null || true
timed() {
  name=$1; shift
  start=$(date +%s%N)
  "$@"
  end=$(date +%s%N)
  echo "$name $(( (end - start) / 1000000 )) ms"
}
{
for round in 1 2 3; do
  echo "round $round"
  for q in best high fast; do
    timed "tailwave $q" "$tailwave" upsample --quiet --force --quality $q --rate 96000 "$dir/in.wav" "$dir/out.wav"
  done
  if command -v sox >/dev/null; then
    timed "sox rate -v" sox "$dir/in.wav" "$dir/out.wav" rate -v 96000
  fi
  if command -v ffmpeg >/dev/null; then
    timed "ffmpeg swr" ffmpeg -y -loglevel error -i "$dir/in.wav" -ar 96000 -c:a pcm_s24le "$dir/out.wav"
    timed "ffmpeg soxr 28" ffmpeg -y -loglevel error -i "$dir/in.wav" -af aresample=resampler=soxr:precision=28 -ar 96000 -c:a pcm_s24le "$dir/out.wav"
  fi
done
} | tee "$dir/times"
awk '
  $NF == "ms" { t = $(NF - 1); sub(/ [0-9]+ ms$/, ""); if (!n[$0]++) order[++names] = $0; v[$0, n[$0]] = t }
  function median(name,  a, b, c) {
    a = v[name, 1]; b = v[name, 2]; c = v[name, 3]
    return a > b ? (b > c ? b : (a > c ? c : a)) : (a > c ? a : (b > c ? c : b))
  }
  END {
    ours = median("tailwave best")
    for (i = 1; i <= names; i++) printf "median %s: %d ms, %.2f times tailwave best\n", order[i], median(order[i]), median(order[i]) / ours
  }' "$dir/times"
