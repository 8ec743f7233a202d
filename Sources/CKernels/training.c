#include "training.h"

#include <string.h>

#include "dequantise.h"
#include "kernel_set.h"

#define PK_BODY "training_body.h"
#include "variants.h"

void pk_multiply_floats(const pk_product *p) { PK_CALL(pk_multiply_floats, p) }

void pk_rms_norm_backward(const float *x, const float *weight, float epsilon, const float *dy, float *dx, size_t width) {
  PK_CALL(pk_rms_norm_backward, x, weight, epsilon, dy, dx, width)
}

void pk_rms_norm_weight_gradient(const float *x, float epsilon, const float *dy, float *dw, size_t width) {
  PK_CALL(pk_rms_norm_weight_gradient, x, epsilon, dy, dw, width)
}

void pk_gate_forward(pk_gate kind, const float *gate, const float *up, float *out, size_t count) {
  PK_CALL(pk_gate_forward, kind, gate, up, out, count)
}

void pk_gate_backward(pk_gate kind, const float *gate, const float *up, const float *dout, float *dgate, float *dup,
                      float *out, size_t count) {
  PK_CALL(pk_gate_backward, kind, gate, up, dout, dgate, dup, out, count)
}

float pk_attention_row(float *scores, size_t first, size_t last, size_t count, float scale) {
  PK_CALL(pk_attention_row, scores, first, last, count, scale)
}

void pk_attention_row_backward(float *scores, float *gradient, size_t first, size_t last, size_t count, float scale,
                               float log_sum, float d) {
  PK_CALL(pk_attention_row_backward, scores, gradient, first, last, count, scale, log_sum, d)
}

float pk_dot(const float *x, const float *y, size_t count) { PK_CALL(pk_dot, x, y, count) }

void pk_add_scaled(float *y, const float *x, float scale, size_t count) { PK_CALL(pk_add_scaled, y, x, scale, count) }

float pk_cross_entropy(float *row, size_t count, size_t target, float weight) {
  PK_CALL(pk_cross_entropy, row, count, target, weight)
}

void pk_adamw_step(const pk_adamw *options, float *parameters, const float *gradient, float *mean, float *variance,
                   size_t count) {
  PK_CALL(pk_adamw_step, options, parameters, gradient, mean, variance, count)
}

void pk_transpose_panel(const float *rows, size_t row_stride, size_t count, size_t columns, float *panel) {
  PK_CALL(pk_transpose_panel, rows, row_stride, count, columns, panel)
}

void pk_quantise_panel(const float *panel, size_t stride, size_t inner, int16_t *codes, float *scales) {
  PK_CALL(pk_quantise_panel, panel, stride, inner, codes, scales)
}

void pk_quantise_rows(const float *rows, size_t row_stride, size_t count, size_t inner, int16_t *codes,
                      size_t code_stride, float *scales) {
  PK_CALL(pk_quantise_rows, rows, row_stride, count, inner, codes, code_stride, scales)
}

double pk_sum_of_squares(const float *x, size_t count) {
  double sum[8] = {0};
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    for (int lane = 0; lane < 8; lane++) sum[lane] += (double)x[i + (size_t)lane] * (double)x[i + (size_t)lane];
  for (; i < count; i++) sum[0] += (double)x[i] * (double)x[i];
  return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

void pk_transpose_scaled(const float *x, size_t rows, size_t columns, float scale, float *out) {
  for (size_t c0 = 0; c0 < columns; c0 += 16)
    for (size_t r = 0; r < rows; r++)
      for (size_t c = c0; c < columns && c < c0 + 16; c++) out[c * rows + r] = scale * x[r * columns + c];
}

static void unpack_q4_1(const void *source, float *out, size_t blocks) { PK_CALL(unpack_q4_1, source, out, blocks) }
static void unpack_q4_0(const void *source, float *out, size_t blocks) { PK_CALL(unpack_q4_0, source, out, blocks) }
static void unpack_q8_0(const void *source, float *out, size_t blocks) { PK_CALL(unpack_q8_0, source, out, blocks) }

static void copy_floats(const void *source, float *out, size_t count) { memcpy(out, source, count * sizeof *out); }

int pk_dequantise_rows(uint32_t type, const void *source, size_t row_bytes, size_t rows, size_t count, float *out,
                       size_t out_stride) {
  static const struct {
    uint32_t type;
    size_t block;
    void (*dequantise)(const void *, float *, size_t);
  } kinds[] = {{0, 1, copy_floats},
               {1, 1, pk_dequantise_f16},
               {30, 1, pk_dequantise_bf16},
               {2, 32, unpack_q4_0},
               {3, 32, unpack_q4_1},
               {6, 32, pk_dequantise_q5_0},
               {7, 32, pk_dequantise_q5_1},
               {8, 32, unpack_q8_0},
               {10, 256, pk_dequantise_q2_k},
               {11, 256, pk_dequantise_q3_k},
               {12, 256, pk_dequantise_q4_k},
               {13, 256, pk_dequantise_q5_k},
               {14, 256, pk_dequantise_q6_k},
               {20, 32, pk_dequantise_iq4_nl},
               {23, 256, pk_dequantise_iq4_xs}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (kinds[i].type != type) continue;
    for (size_t r = 0; r < rows; r++)
      kinds[i].dequantise((const uint8_t *)source + r * row_bytes, out + r * out_stride, count / kinds[i].block);
    return 0;
  }
  return -1;
}

#define KERNELS(suffix)                                                                                              \
  static const pk_training_kernels kernels_##suffix = {                                                              \
      pk_multiply_floats_##suffix,  pk_rms_norm_backward_##suffix, pk_rms_norm_weight_gradient_##suffix,               \
      pk_gate_forward_##suffix,     pk_gate_backward_##suffix,     pk_attention_row_##suffix,                          \
      pk_attention_row_backward_##suffix, pk_dot_##suffix,         pk_add_scaled_##suffix,                             \
      pk_cross_entropy_##suffix,    pk_adamw_step_##suffix,        pk_transpose_panel_##suffix,                        \
      pk_quantise_panel_##suffix,   pk_quantise_rows_##suffix};

KERNELS(portable)
#if defined(__x86_64__)
KERNELS(avx2)
KERNELS(avx512)
#endif

const pk_training_kernels *pk_training_kernels_at(int level) {
  if (level < 0 || level > pk_kernels_level()) return NULL;
#if defined(__x86_64__)
  if (level == 2) return &kernels_avx512;
  if (level == 1) return &kernels_avx2;
#endif
  return level == 0 ? &kernels_portable : NULL;
}
