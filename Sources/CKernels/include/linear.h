// Matrix products with panels: y = W·a for one token or many.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "panels.h"

// How a kernel walks through a block of a quantised panel. A step takes one code of every 16-bit lane of a chunk, that is
// two columns of each row, and multiplies them with a pair of neighbours of `q`.

/// Groups of columns with scales of their own.
static inline int pk_groups(pk_panel_kind kind) { return kind == PK_PANEL_U6 ? 2 : 1; }
static inline int pk_chunks(pk_panel_kind kind) { return kind == PK_PANEL_Q4 ? 4 : 8; }
static inline int pk_steps(pk_panel_kind kind) { return kind == PK_PANEL_Q4 ? 4 : 2; }
static inline size_t pk_block_bytes(pk_panel_kind kind) {
  return kind == PK_PANEL_Q4 ? 320 : kind == PK_PANEL_U5 ? 576 : kind == PK_PANEL_U6 ? 640 : 544;
}
/// Where the chunks begin, behind the scales and minima.
static inline size_t pk_chunks_offset(pk_panel_kind kind) { return kind == PK_PANEL_S8 ? 32 : kind == PK_PANEL_U6 ? 128 : 64; }
/// Where in the block's `q` the pair of a step of chunk i lies.
static inline size_t pk_pair(pk_panel_kind kind, int i, int step) {
  return 2 * (size_t)(kind == PK_PANEL_Q4 ? 2 * i + 8 * (step & 1) + step / 2 : 2 * i + step);
}
/// Where column c of a block lies in its `q`.
static inline int pk_place(int c) { return c % 4 == 1 ? c + 1 : c % 4 == 2 ? c - 1 : c; }

/// The left-hand sides of a product, a row a token: as floats, and as int16 with a scale a block of 32 columns.
///
/// x[c] ≈ d·q[c]. 8 bits lose what decides close calls (the first choice then agrees with a float32 run for 96 % of tokens),
/// 16 lose nothing that shows. Of each four columns the middle two change places, 0 2 1 3: a 16-bit lane of a panel's chunk
/// holds two codes of 8 bits or four of 4 bits, and masks and shifts take out every second column.
typedef struct {
  float *x;
  /// From one token's floats to the next; of the quantised rows it is `columns`.
  size_t x_stride;
  int16_t *q;
  /// A block each: the scale, and d·Σq, which the minima of weights are multiplied by.
  float *d, *s;
  /// d·Σq of each 16 columns.
  float *h;
  size_t columns;
} pk_activations;

/// y[t·y_stride + r] = Σ_c W[r, c] · a[t, c] for all tokens and the rows of panels `first` ≤ p < `last`.
///
/// Whole panels are written: `y_stride` is at least the rows rounded up to 16. Quantised kinds and R8 read `q`, the others `x`.
/// With `adding` set to 1 the sums begin with what `y` holds; with `PK_PART` they go on where an earlier part of the columns
/// has left them.
typedef void (*pk_multiply)(const pk_matrix *matrix, size_t first, size_t last, const pk_activations *a,
                            size_t first_token, size_t tokens, float *y, size_t y_stride, int adding);

/// A value of `adding` for columns that do not lie in one matrix, of kinds of floats only: y is made part by part, with the bits
/// that one product over all columns would give. Each part but the last has an even number of columns, and a row of `y` has
/// two halves, both zero at first; what is sought is their sum.
#define PK_PART 2

void pk_multiply_scalar(const pk_matrix *, size_t, size_t, const pk_activations *, size_t, size_t, float *, size_t, int);
#if defined(__x86_64__)
void pk_multiply_avx2(const pk_matrix *, size_t, size_t, const pk_activations *, size_t, size_t, float *, size_t, int);
void pk_multiply_avx512(const pk_matrix *, size_t, size_t, const pk_activations *, size_t, size_t, float *, size_t, int);
#elif defined(__aarch64__)
void pk_multiply_neon(const pk_matrix *, size_t, size_t, const pk_activations *, size_t, size_t, float *, size_t, int);
#endif
