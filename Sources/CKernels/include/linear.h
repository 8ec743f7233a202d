// Matrix products with panels: y = W·a for one token or many.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "panels.h"

/// The left-hand sides of a product, a row a token: as floats, and as int8 with a scale a block of 32 columns.
///
/// With one term x[c] ≈ d·q[c]; with two a second row of codes holds what the first left, to 16 bits together: row
/// t·terms + k of `q`, `d`, `s`, `h` and `b` is term k of token t. The sums serve the minima of weights: `s` of a block is d·Σq, `h` the same of each 16 columns, `b`
/// is -128·Σq, which takes back the offset of weights that were made unsigned.
typedef struct {
  float *x;
  /// From one token's floats to the next; of the quantised rows it is `columns` (and /32, /16).
  size_t x_stride;
  int8_t *q;
  float *d, *s, *h;
  int32_t *b;
  size_t columns;
  /// 1 or 2.
  size_t terms;
} pk_activations;

/// y[t·y_stride + r] = Σ_c W[r, c] · a[t, c] for all tokens and the rows of panels `first` ≤ p < `last`.
///
/// Whole panels are written: `y_stride` is at least the rows rounded up to 16. Quantised kinds read `q`, the others `x`.
typedef void (*pk_multiply)(const pk_matrix *matrix, size_t first, size_t last, const pk_activations *a,
                            size_t first_token, size_t tokens, float *y, size_t y_stride);

void pk_multiply_scalar(const pk_matrix *, size_t, size_t, const pk_activations *, size_t, size_t, float *, size_t);
#if defined(__x86_64__)
void pk_multiply_avx2(const pk_matrix *, size_t, size_t, const pk_activations *, size_t, size_t, float *, size_t);
void pk_multiply_avx512(const pk_matrix *, size_t, size_t, const pk_activations *, size_t, size_t, float *, size_t);
#elif defined(__aarch64__)
void pk_multiply_neon(const pk_matrix *, size_t, size_t, const pk_activations *, size_t, size_t, float *, size_t);
#endif
