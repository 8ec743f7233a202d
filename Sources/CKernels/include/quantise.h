// Float32 values to the block-quantised types of GGUF files, a function a type. `x` holds 32 (Q8_0, Q4_0, Q4_1) or 256
// (Q4_K, Q6_K) finite values a block; `out` takes the blocks of dequantise.h. The 32-value types follow their definition
// step by step, without fused multiply-add; the 256-value types search the scales with the least squared error.
#pragma once
#include <stddef.h>
#include <stdint.h>

void pk_quantise_q8_0(const float *x, void *out, size_t blocks);
void pk_quantise_q4_0(const float *x, void *out, size_t blocks);
void pk_quantise_q4_1(const float *x, void *out, size_t blocks);
void pk_quantise_q4_k(const float *x, void *out, size_t blocks);
void pk_quantise_q6_k(const float *x, void *out, size_t blocks);

/// The nearest IEEE half, ties to even; too large values become infinite.
uint16_t pk_float_to_half(float value);

/// The largest magnitude among `count` values; infinite where one is no number.
float pk_largest_magnitude(const float *x, size_t count);
