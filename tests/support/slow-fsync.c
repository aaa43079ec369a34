/* Preloaded into a process: each fsync and fdatasync takes SLOW_FSYNC_US microseconds more, as on a slower disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_more(void) {
  static long micros = -1;
  if (micros < 0) micros = getenv("SLOW_FSYNC_US") ? atol(getenv("SLOW_FSYNC_US")) : 2000;
  struct timespec rest = {.tv_sec = micros / 1000000, .tv_nsec = micros % 1000000 * 1000};
  while (nanosleep(&rest, &rest)) continue;
}

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  int result = real(fd);
  wait_more();
  return result;
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  int result = real(fd);
  wait_more();
  return result;
}
