// Measures libsoxr on one core. Each line of standard input is a request, answered by one line with one number:
//
//	speed IN OUT CHANNELS best|high|steep    multiples of real time, in one run of 100 ms in steady state
//	create IN OUT CHANNELS best|high|steep   microseconds of soxr_create, the median of 25
//
// A request equal to the one before it continues the same stream. best is VHQ, high is HQ, steep is VHQ with the steep
// filter. cmd/tailwave/internal/benchsrc sends the requests, and uses the same noise and the same lengths.
#include <soxr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { chunk = 4096, creations = 25 };
static const double least = 0.1; // seconds of a run

static double in, out;
static unsigned channels;
static soxr_io_spec_t io;
static soxr_quality_spec_t quality;
static soxr_runtime_spec_t runtime;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void fail(const char *why) {
  fprintf(stderr, "bench-soxr: %s\n", why);
  exit(1);
}

static soxr_t create(void) {
  soxr_error_t error;
  soxr_t s = soxr_create(in, out, channels, &error, &io, &quality, &runtime);
  if (!s) fail(soxr_strerror(error));
  return s;
}

static float *samples(size_t frames) {
  float *p = calloc(frames * channels, sizeof *p);
  if (!p) fail("out of memory");
  return p;
}

static int ascending(const void *a, const void *b) {
  double d = *(const double *)a - *(const double *)b;
  return (d > 0) - (d < 0);
}

static double creation(void) {
  double times[creations];
  for (int i = 0; i < creations; i++) {
    double start = now();
    soxr_t s = create();
    times[i] = now() - start;
    soxr_delete(s);
  }
  qsort(times, creations, sizeof *times, ascending);
  return 1e6 * times[creations / 2];
}

// speed ends a run after a call that emitted frames, so that a run consists of whole blocks.
static double speed(soxr_t s, const float *x, float *y, size_t room) {
  double start = now();
  for (size_t frames = 0;;) {
    size_t used, made;
    soxr_error_t error = soxr_process(s, x, chunk, &used, y, room, &made);
    if (error) fail(soxr_strerror(error));
    if (used != chunk) fail("a call did not consume all its frames");
    frames += chunk;
    double time = now() - start;
    if (time >= least && made > 0) return frames / in / time;
  }
}

int main(void) {
  char line[200], last[sizeof line] = "", what[7], name[6];
  soxr_t s = 0;
  float *x = 0, *y = 0;
  size_t room = 0;
  io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  runtime = soxr_runtime_spec(1);
  while (fgets(line, sizeof line, stdin)) {
    if (sscanf(line, "%6s %lf %lf %u %5s", what, &in, &out, &channels, name) != 5) fail("unknown request");
    quality = soxr_quality_spec(
        !strcmp(name, "high") ? SOXR_HQ : !strcmp(name, "steep") ? SOXR_VHQ | SOXR_STEEP_FILTER : SOXR_VHQ, 0);
    if (!strcmp(what, "create")) {
      printf("%.1f\n", creation());
      fflush(stdout);
      continue;
    }
    if (strcmp(line, last)) {
      soxr_delete(s);
      free(x);
      free(y);
      s = create();
      room = chunk * (size_t)(out / in + 2) + 65536;
      x = samples(chunk);
      y = samples(room);
      unsigned state = 1;
      for (size_t i = 0; i < chunk * channels; i++) {
        state = state * 1664525 + 1013904223;
        x[i] = (int)state / 4294967296.0f;
      }
      speed(s, x, y, room); // the first calls
      strcpy(last, line);
    }
    printf("%.3f\n", speed(s, x, y, room));
    fflush(stdout);
  }
}
