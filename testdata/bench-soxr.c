// How many times real time libsoxr converts in process: 60 s of noise in float32, interleaved, 4096 frames at a time, the
// median of five conversions.
// usage: bench-soxr IN_RATE OUT_RATE CHANNELS HQ|VHQ (needs libsoxr: cc -O2 bench-soxr.c -lsoxr)
#include <soxr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { chunk = 4096, seconds = 60, runs = 5 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return (d > 0) - (d < 0);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  double in = atof(argv[1]), out = atof(argv[2]);
  unsigned channels = atoi(argv[3]);
  size_t frames = in * seconds, room = chunk * (size_t)(out / in + 2) + 65536;
  float *x = malloc(frames * channels * sizeof *x), *y = malloc(room * channels * sizeof *y);
  unsigned state = 1;
  for (size_t i = 0; i < frames * channels; i++) {
    state = state * 1664525 + 1013904223;
    x[i] = (int)state / 4294967296.0f;
  }
  soxr_quality_spec_t quality = soxr_quality_spec(strcmp(argv[4], "VHQ") ? SOXR_HQ : SOXR_VHQ, 0);
  soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  double times[runs];
  for (int r = 0; r < runs; r++) {
    double start = now();
    soxr_error_t error;
    soxr_t s = soxr_create(in, out, channels, &error, &io, &quality, 0);
    if (!s) return 1;
    size_t used, made;
    for (size_t at = 0; at < frames; at += used) {
      size_t n = frames - at < chunk ? frames - at : chunk;
      if (soxr_process(s, x + at * channels, n, &used, y, room, &made)) return 1;
    }
    do soxr_process(s, 0, 0, 0, y, room, &made);
    while (made);
    soxr_delete(s);
    times[r] = now() - start;
  }
  qsort(times, runs, sizeof *times, ascending);
  printf("%.0f\n", seconds / times[runs / 2]);
}
