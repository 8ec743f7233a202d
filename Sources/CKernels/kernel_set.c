#include "kernel_set.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *name;
  int level;
  pk_multiply multiply;
} kernel_set;

static const kernel_set sets[] = {
#if defined(__x86_64__)
    {"avx512", 2, pk_multiply_avx512},
    {"avx2", 1, pk_multiply_avx2},
#elif defined(__aarch64__)
    {"neon", 1, pk_multiply_neon},
#endif
    {"scalar", 0, pk_multiply_scalar},
};
enum { SETS = sizeof sets / sizeof sets[0] };

static int runs_here(const kernel_set *set) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (set->level == 1) return avx2;
  if (set->level == 2)
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vnni");
#endif
  (void)set;
  return 1;
}

static const kernel_set *find(const char *name) {
  for (int i = 0; i < SETS; i++)
    if ((!name || strcmp(sets[i].name, name) == 0) && runs_here(&sets[i])) return &sets[i];
  return NULL;
}

static _Atomic(const kernel_set *) chosen = NULL;

static const kernel_set *in_use(void) {
  const kernel_set *set = atomic_load_explicit(&chosen, memory_order_relaxed);
  if (set) return set;
  const char *wanted = getenv("PILLOW_KERNELS");
  set = wanted && *wanted ? find(wanted) : NULL;
  if (!set) set = find(NULL);
  atomic_store_explicit(&chosen, set, memory_order_relaxed);
  return set;
}

const char *const *pk_kernels_available(void) {
  static const char *names[SETS + 1];
  int count = 0;
  for (int i = 0; i < SETS; i++)
    if (runs_here(&sets[i])) names[count++] = sets[i].name;
  names[count] = NULL;
  return names;
}

const char *pk_kernels_name(void) { return in_use()->name; }

int pk_kernels_level(void) { return in_use()->level; }

pk_multiply pk_kernels_product(const char *name) {
  const kernel_set *set = find(name);
  return set ? set->multiply : NULL;
}

void pk_multiply_panels(const pk_matrix *matrix, size_t first, size_t last, const pk_activations *a, size_t first_token,
                        size_t tokens, float *y, size_t y_stride) {
  in_use()->multiply(matrix, first, last, a, first_token, tokens, y, y_stride, 0);
}

void pk_add_panels(const pk_matrix *matrix, size_t first, size_t last, const pk_activations *a, size_t first_token,
                   size_t tokens, float *y, size_t y_stride) {
  in_use()->multiply(matrix, first, last, a, first_token, tokens, y, y_stride, 1);
}

void pk_add_part(const pk_matrix *matrix, size_t first, size_t last, const pk_activations *a, size_t first_token,
                 size_t tokens, float *y, size_t y_stride) {
  in_use()->multiply(matrix, first, last, a, first_token, tokens, y, y_stride, PK_PART);
}
