// What a training pass needs beside the forward kernels: products of any orientation in float32, products of 16-bit
// integers with block scales, and the derivatives of a decoder's steps. Variants are chosen at run time.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "vector.h"

/// Columns of a panel of a right-hand side.
#define PK_PRODUCT_COLUMNS 32

/// A product of few inner elements that is added to another's sums while they are in registers: an adapter's beside a layer's.
typedef struct {
  /// [row][inner], `a_row` floats apart; NULL where there is none.
  const float *a;
  size_t a_row;
  /// [inner][columns of the other product], `b_row` floats apart.
  const float *b;
  size_t b_row;
  size_t inner;
} pk_narrow_product;

/// c[i][j] = Σ_k a(i, k)·b(k, j), or += where `adding` is set; with `narrow` its sums as well.
///
/// Strides make every orientation one product: a(i, k) is `a[i·a_row + k·a_inner]`, and a column block p of b of 32
/// columns has its row k at `b + p·b_panel + k·b_inner`. A plain matrix has b_panel 32 and b_inner its row length.
/// The order of each sum depends on `inner` alone, so splitting rows or columns among threads changes no bit.
typedef struct {
  const float *a;
  size_t a_row, a_inner;
  const float *b;
  size_t b_inner, b_panel;
  float *c;
  size_t c_row;
  /// `columns` is a multiple of 16.
  size_t rows, columns, inner;
  int adding;
  pk_narrow_product narrow;
} pk_product;

void pk_multiply_floats(const pk_product *product);

/// panel[k][32] = rows[r][k]; missing rows are zero.
void pk_transpose_panel(const float *rows, size_t row_stride, size_t count, size_t columns, float *panel);

/// out[c][r] = scale·x[r][c].
void pk_transpose_scaled(const float *x, size_t rows, size_t columns, float scale, float *out);

/// Some values of many rows of a tensor as floats: `count` from `source` on, then as many a row further on.
///
/// - `type`: its GGUF number; `count` is a whole number of its blocks.
/// - Returns -1 for an unknown type.
int pk_dequantise_rows(uint32_t type, const void *source, size_t row_bytes, size_t rows, size_t count, float *out,
                       size_t out_stride);

// MARK: 16-bit integers

/// The largest code of a weight. 32 products with activations of 16 bits fit int32.
#define PK_CODE_LIMIT 2047

/// Whether this processor multiplies 16-bit integers faster than floats.
int pk_has_fast_integers(void);

/// Panels of codes: for each block of 32 of the inner dimension 16 pairs of [column][2], and a scale per column.
///
/// `panel` is [inner][32] floats, `stride` apart; `inner` is filled up to a multiple of 32 with zeros. `codes` has room
/// for `inner`·32 values after filling up, `scales` for `inner`.
void pk_quantise_panel(const float *panel, size_t stride, size_t inner, int16_t *codes, float *scales);

/// Rows of codes with a scale per block of 32; `inner` is filled up as above. `code_stride` is a multiple of 32.
void pk_quantise_rows(const float *rows, size_t row_stride, size_t count, size_t inner, int16_t *codes,
                      size_t code_stride, float *scales);

/// c[i][0..32] = Σ a·b over codes and their scales; `columns` is 16 or 32, `blocks` of 32. With `narrow` its sums as well.
typedef struct {
  const int16_t *a;
  size_t a_row;
  const float *a_scales;
  /// From one row's scales to the next.
  size_t a_scale_row;
  const int16_t *b;
  const float *b_scales;
  float *c;
  size_t c_row;
  size_t rows, columns, blocks;
  int adding;
  pk_narrow_product narrow;
} pk_integer_product;

void pk_multiply_integers(const pk_integer_product *product);
/// The portable one, for tests and for processors without.
void pk_multiply_integers_portable(const pk_integer_product *product);

// MARK: Steps of a decoder and their derivatives. Lengths are multiples of 16 unless said otherwise.

/// dx += the derivative of RMS norm: ρ(g⊙dy) − ρ³x·mean(x⊙g⊙dy), ρ = (mean x² + ε)^−½.
void pk_rms_norm_backward(const float *x, const float *weight, float epsilon, const float *dy, float *dx, size_t width);

/// dw += dy⊙x·ρ, the derivative of RMS norm by its weight.
void pk_rms_norm_weight_gradient(const float *x, float epsilon, const float *dy, float *dw, size_t width);

/// out = activation(gate)·up.
void pk_gate_forward(pk_gate kind, const float *gate, const float *up, float *out, size_t count);

/// dgate and dup from dout, with the forward result again in `out`; `out` may not overlap the others. `dgate` may be `dout`.
void pk_gate_backward(pk_gate kind, const float *gate, const float *up, const float *dout, float *dgate, float *dup,
                      float *out, size_t count);

/// Scores of one query become probabilities in place: places outside `first` ≤ j < `last` become 0, up to `count`.
/// Returns the logarithm of the sum of exponentials.
float pk_attention_row(float *scores, size_t first, size_t last, size_t count, float scale);

/// From raw scores: probabilities in `scores`, and dS = P⊙(dP − D)·scale in `gradient`, which holds dP.
void pk_attention_row_backward(float *scores, float *gradient, size_t first, size_t last, size_t count, float scale,
                               float log_sum, float d);

/// Σ x·y.
float pk_dot(const float *x, const float *y, size_t count);

/// y += scale·x.
void pk_add_scaled(float *y, const float *x, float scale, size_t count);

/// −log softmax(row)[target], for any `count`; the row becomes its derivative times `weight`, or stays where 0.
float pk_cross_entropy(float *row, size_t count, size_t target, float weight);

/// Loshchilov and Hutter, 2019. `correction` are 1 − β₁ᵗ and 1 − β₂ᵗ; `gradient` is multiplied by `clip` first.
typedef struct {
  float rate, beta1, beta2, epsilon, decay, correction1, correction2, clip;
} pk_adamw;

void pk_adamw_step(const pk_adamw *options, float *parameters, const float *gradient, float *mean, float *variance,
                   size_t count);

/// Σ x² in float64; any `count`.
double pk_sum_of_squares(const float *x, size_t count);

// MARK: Tests

/// What is chosen among at run time.
typedef struct {
  void (*multiply_floats)(const pk_product *);
  void (*rms_norm_backward)(const float *, const float *, float, const float *, float *, size_t);
  void (*rms_norm_weight_gradient)(const float *, float, const float *, float *, size_t);
  void (*gate_forward)(pk_gate, const float *, const float *, float *, size_t);
  void (*gate_backward)(pk_gate, const float *, const float *, const float *, float *, float *, float *, size_t);
  float (*attention_row)(float *, size_t, size_t, size_t, float);
  void (*attention_row_backward)(float *, float *, size_t, size_t, size_t, float, float, float);
  float (*dot)(const float *, const float *, size_t);
  void (*add_scaled)(float *, const float *, float, size_t);
  float (*cross_entropy)(float *, size_t, size_t, float);
  void (*adamw_step)(const pk_adamw *, float *, const float *, float *, float *, size_t);
  void (*transpose_panel)(const float *, size_t, size_t, size_t, float *);
  void (*quantise_panel)(const float *, size_t, size_t, int16_t *, float *);
  void (*quantise_rows)(const float *, size_t, size_t, size_t, int16_t *, size_t, float *);
} pk_training_kernels;

/// The kernels of a level (2 AVX-512, 1 AVX2, 0 portable), whatever is in use; NULL where this processor has not got it.
const pk_training_kernels *pk_training_kernels_at(int level);
