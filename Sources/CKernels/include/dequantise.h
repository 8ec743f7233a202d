// Block-quantised tensors back to float32, a function a type. The layouts are those of GGUF files; the arithmetic is the
// definition's, product by product without fused multiply-add, so that the results are the same bits on every machine.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The exact float32 value of an IEEE half: subnormals, infinities and NaN payloads too.
static inline float pk_half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
  uint32_t rest = (uint32_t)(half & 0x7FFFu) << 13;
  uint32_t bits;
  if (rest >= 0x0F800000u) {
    bits = rest + 0x70000000u;  // infinity and NaN: the exponent is all ones in both
  } else if (rest >= 0x00800000u) {
    bits = rest + 0x38000000u;  // the exponent's bias is 15 there, 127 here
  } else {
    float value = (float)(half & 0x03FFu) * 0x1p-24f;
    __builtin_memcpy(&bits, &value, sizeof bits);
  }
  bits |= sign;
  float result;
  __builtin_memcpy(&result, &bits, sizeof result);
  return result;
}

// `source` is `blocks` blocks with no alignment asked; `out` takes 32 (Q4_0 to Q8_0, IQ4_NL) or 256 (the others) floats
// a block. F16 and BF16 take the number of values.
void pk_dequantise_f16(const void *source, float *out, size_t count);
void pk_dequantise_bf16(const void *source, float *out, size_t count);
void pk_dequantise_q4_0(const void *source, float *out, size_t blocks);
void pk_dequantise_q4_1(const void *source, float *out, size_t blocks);
void pk_dequantise_q5_0(const void *source, float *out, size_t blocks);
void pk_dequantise_q5_1(const void *source, float *out, size_t blocks);
void pk_dequantise_q8_0(const void *source, float *out, size_t blocks);
void pk_dequantise_q2_k(const void *source, float *out, size_t blocks);
void pk_dequantise_q3_k(const void *source, float *out, size_t blocks);
void pk_dequantise_q4_k(const void *source, float *out, size_t blocks);
void pk_dequantise_q5_k(const void *source, float *out, size_t blocks);
void pk_dequantise_q6_k(const void *source, float *out, size_t blocks);
void pk_dequantise_iq4_nl(const void *source, float *out, size_t blocks);
void pk_dequantise_iq4_xs(const void *source, float *out, size_t blocks);
