#include "encoder_kernels.h"

#define PK_BODY "encoder_body.h"
#include "variants.h"

void pk_encoder_gelu(float *x, size_t count) { PK_CALL(pk_encoder_gelu, x, count) }

void pk_encoder_layer_norm(const float *x, const float *y, const float *weight, const float *bias, float epsilon,
                           float *out, size_t rows, size_t width) {
  PK_CALL(pk_encoder_layer_norm, x, y, weight, bias, epsilon, out, rows, width)
}

void pk_encoder_attention(const float *q, const float *k, const float *v, size_t stride, float *out, size_t out_stride,
                          size_t tokens, size_t width, float scale, float *scores) {
  PK_CALL(pk_encoder_attention, q, k, v, stride, out, out_stride, tokens, width, scale, scores)
}
