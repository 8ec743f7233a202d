// What a BERT encoder does between its matrix products, in float32. The variant (AVX-512, AVX2, portable) is chosen at
// run time; all variants do the same operations lane by lane.
#pragma once
#include <stddef.h>

/// x = x/2 · (1 + erf(x/√2)) in place: the exact GELU, with erf as a rational function (error below 3e-7).
void pk_encoder_gelu(float *x, size_t count);

/// out = layer norm of (x + y), a row of `width` floats each; `y` may be NULL, `out` may be `x`. `width` is a multiple of 16.
/// Mean and variance are those of the row; `epsilon` is added to the variance.
void pk_encoder_layer_norm(const float *x, const float *y, const float *weight, const float *bias, float epsilon,
                           float *out, size_t rows, size_t width);

/// One head of full (not causal) attention: out = softmax(q · kᵀ · scale) · v over `tokens` rows of `width` floats.
/// `stride` is the distance of rows of q, k and v, `out_stride` that of out, in floats; `width` is a multiple of 16, at
/// most 128. `scores` has room for `tokens` floats rounded up to a multiple of 16.
void pk_encoder_attention(const float *q, const float *k, const float *v, size_t stride, float *out, size_t out_stride,
                          size_t tokens, size_t width, float scale, float *scores);
