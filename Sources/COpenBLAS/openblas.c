#define _GNU_SOURCE
#include "openblas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROW_MAJOR = 101 };

typedef void (*sgemm_function)(int order, int of_a, int of_b, int rows, int columns, int inner, float alpha,
                               const float *a, int a_stride, const float *b, int b_stride, float beta, float *out,
                               int out_stride);

static struct {
  sgemm_function sgemm;
  char *(*core)(void);
} library;

/// What came of opening it; `library` is read only after that is known.
typedef enum { NOT_TRIED = 0, OPEN, MISSING } opening;

#if defined(__linux__)
/// The library that a release has beside the program: `../lib/pillow-lsp/libopenblas.so.0`.
static void *open_own(void) {
  static const char place[] = "/../lib/pillow-lsp/libopenblas.so.0";
  char path[4096];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof place);
  if (length <= 0) return NULL;
  path[length] = 0;
  char *folder_end = strrchr(path, '/');
  if (!folder_end) return NULL;
  strcpy(folder_end, place);
  return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}
#else
static void *open_own(void) { return NULL; }
#endif

#if defined(__GLIBC__)
/// A thread that reads or writes a stream may hold its lock for good, and nobody is to wait for that.
static void flush(FILE *stream) {
  if (ftrylockfile(stream) != 0) return;
  fflush_unlocked(stream);
  funlockfile(stream);
}

static void leave(int status, void *unused) {
  (void)unused;
  flush(stdout);
  flush(stderr);
  _exit(status);
}
#endif

/// At the end of a process the library frees buffers that a thread may still compute in, and complains about them on
/// standard output, where a server's messages are. So nothing is finalised after the program's own handlers.
static void leave_without_finalisers(void) {
#if defined(__GLIBC__)
  on_exit(leave, NULL);
#endif
}

static int use(void *handle) {
  sgemm_function sgemm = (sgemm_function)dlsym(handle, "cblas_sgemm");
  void (*set_threads)(int) = (void (*)(int))dlsym(handle, "openblas_set_num_threads");
  char *(*core)(void) = (char *(*)(void))dlsym(handle, "openblas_get_corename");
  if (!sgemm || !set_threads || !core) {
    dlclose(handle);
    return 0;
  }
  set_threads(1);
  library.core = core;
  library.sgemm = sgemm;
  leave_without_finalisers();
  return 1;
}

static opening open_library(const char *core_type) {
  static const char *const names[] = {
#if defined(__APPLE__)
      "libopenblas.0.dylib",
      "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
      "/usr/local/opt/openblas/lib/libopenblas.dylib",
#else
      "libopenblas.so.0",
      "libopenblas.so",
#endif
  };
  // OpenBLAS looks once, when it is opened.
  if (core_type && !getenv(PK_OPENBLAS_CORE_VARIABLE)) setenv(PK_OPENBLAS_CORE_VARIABLE, core_type, 1);
  void *own = open_own();
  if (own && use(own)) return OPEN;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    void *handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (handle && use(handle)) return OPEN;
  }
  return MISSING;
}

int pk_openblas_open(const char *core) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static _Atomic opening known = NOT_TRIED;
  opening now = atomic_load_explicit(&known, memory_order_acquire);
  if (now == NOT_TRIED) {
    pthread_mutex_lock(&lock);
    now = atomic_load_explicit(&known, memory_order_relaxed);
    if (now == NOT_TRIED) {
      now = open_library(core);
      atomic_store_explicit(&known, now, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
  }
  return now == OPEN ? 0 : -1;
}

const char *pk_openblas_core(void) { return pk_openblas_open(NULL) == 0 ? library.core() : NULL; }

static float element(const float *matrix, int stride, pk_transposition of, int row, int column) {
  return of == PK_AS_IS ? matrix[(size_t)row * (size_t)stride + (size_t)column]
                        : matrix[(size_t)column * (size_t)stride + (size_t)row];
}

void pk_sgemm_portable(pk_transposition of_a, pk_transposition of_b, int rows, int columns, int inner, const float *a,
                       int a_stride, const float *b, int b_stride, float beta, float *out, int out_stride) {
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column++) {
      float sum = 0, *place = out + (size_t)row * (size_t)out_stride + (size_t)column;
      for (int k = 0; k < inner; k++) sum += element(a, a_stride, of_a, row, k) * element(b, b_stride, of_b, k, column);
      // What is not asked for may be no number.
      *place = beta == 0 ? sum : sum + beta * *place;
    }
}

void pk_sgemm(pk_transposition of_a, pk_transposition of_b, int rows, int columns, int inner, const float *a,
              int a_stride, const float *b, int b_stride, float beta, float *out, int out_stride) {
  if (pk_openblas_open(NULL) == 0) {
    library.sgemm(ROW_MAJOR, (int)of_a, (int)of_b, rows, columns, inner, 1, a, a_stride, b, b_stride, beta, out, out_stride);
  } else {
    pk_sgemm_portable(of_a, of_b, rows, columns, inner, a, a_stride, b, b_stride, beta, out, out_stride);
  }
}
