// The body of the products of few rows, included once a variant.
#include "lanes_body.h"

/// Each lane of the result is the sum of one of 16 vectors, in their order.
static inline PK_TARGET __attribute__((always_inline)) pk_lanes PK_NAME(sums)(const pk_lanes *v) {
  pk_lanes a[8], b[4];
  for (int i = 0; i < 8; i++)
    a[i] = __builtin_shufflevector(v[2 * i], v[2 * i + 1], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
           __builtin_shufflevector(v[2 * i], v[2 * i + 1], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  for (int i = 0; i < 4; i++)
    b[i] = __builtin_shufflevector(a[2 * i], a[2 * i + 1], 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
           __builtin_shufflevector(a[2 * i], a[2 * i + 1], 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  for (int i = 0; i < 2; i++)
    a[i] = __builtin_shufflevector(b[2 * i], b[2 * i + 1], 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29) +
           __builtin_shufflevector(b[2 * i], b[2 * i + 1], 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31);
  return __builtin_shufflevector(a[0], a[1], 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) +
         __builtin_shufflevector(a[0], a[1], 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/// 16 floats, or the last ones of a row and zeros.
static inline PK_TARGET __attribute__((always_inline)) pk_lanes PK_NAME(load_some)(const float *p, size_t count) {
  if (count >= 16) return PK_NAME(load)(p);
  float some[16] = {0};
  memcpy(some, p, count * sizeof(float));
  return PK_NAME(load)(some);
}

/// Adds to the sums the products of `count` columns, at most 16.
static inline PK_TARGET __attribute__((always_inline)) void PK_NAME(row_step)(int m, int n, const float *a, const float *b,
                                                                              size_t inner, size_t count, pk_lanes *sum) {
  pk_lanes y[4];
  for (int j = 0; j < n; j++) y[j] = PK_NAME(load_some)(b + (size_t)j * inner, count);
  for (int i = 0; i < m; i++) {
    pk_lanes x = PK_NAME(load_some)(a + (size_t)i * inner, count);
    for (int j = 0; j < n; j++) sum[4 * i + j] += x * y[j];
  }
}

/// `m` rows of a with `n` of b, at most 4 of each; both are constants where it is inlined.
static inline PK_TARGET __attribute__((always_inline)) void PK_NAME(row_tile)(int m, int n, const float *a, const float *b,
                                                                              size_t inner, float *out, size_t out_stride,
                                                                              int adding) {
  pk_lanes sum[16] = {0};
  size_t k = 0;
  for (; k + 16 <= inner; k += 16) PK_NAME(row_step)(m, n, a + k, b + k, inner, 16, sum);
  if (k < inner) PK_NAME(row_step)(m, n, a + k, b + k, inner, inner - k, sum);
  float sums[16];
  PK_NAME(store)(sums, PK_NAME(sums)(sum));
  for (int i = 0; i < m; i++)
    for (int j = 0; j < n; j++) {
      float *place = out + (size_t)i * out_stride + j;
      *place = adding ? *place + sums[4 * i + j] : sums[4 * i + j];
    }
}

/// All rows with `n` rows of b.
static inline PK_TARGET __attribute__((always_inline)) void PK_NAME(row_tiles)(int n, const float *a, size_t rows,
                                                                               const float *b, size_t inner, float *out,
                                                                               size_t out_stride, int adding) {
#define PK_ROWS(m)                                                        \
  for (; rows >= m; rows -= m, a += m * inner, out += m * out_stride)     \
    PK_NAME(row_tile)(m, n, a, b, inner, out, out_stride, adding);
#if PK_LEVEL == 2
  PK_ROWS(4)
#endif
  PK_ROWS(2)
  PK_ROWS(1)
#undef PK_ROWS
}

static PK_TARGET void PK_NAME(pk_multiply_rows)(const float *a, size_t rows, const float *b, size_t columns, size_t inner,
                                                float *out, size_t out_stride, int adding) {
  // 32 registers hold sixteen sums beside what is multiplied; narrower ones hold four of 16 lanes.
  enum { COLUMNS = PK_LEVEL == 2 ? 4 : 2 };
  for (; columns >= COLUMNS; columns -= COLUMNS, b += COLUMNS * inner, out += COLUMNS)
    PK_NAME(row_tiles)(COLUMNS, a, rows, b, inner, out, out_stride, adding);
  for (; columns > 0; columns--, b += inner, out++)
    PK_NAME(row_tiles)(1, a, rows, b, inner, out, out_stride, adding);
}
