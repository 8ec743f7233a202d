// Half precision and bfloat16 without hardware, exact and rounded to nearest even as IEEE 754 has it.
#pragma once
#include <stdint.h>
#include <string.h>

#include "dequantise.h"

static inline float pk_float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t pk_bits_of_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static inline uint16_t pk_float_to_half(float value) {
  uint32_t bits = pk_bits_of_float(value), sign = bits >> 16 & 0x8000, rest = bits & 0x7fffffff;
  if (rest > 0x7f800000) return (uint16_t)(sign | 0x7e00);
  if (rest >= 0x477ff000) return (uint16_t)(sign | 0x7c00);
  // Below the smallest normal half the float unit rounds: 0.5 has an ulp of 2^-24.
  if (rest < 0x38800000) {
    float shifted = pk_float_of_bits(rest) + 0.5f;
    return (uint16_t)(sign | (pk_bits_of_float(shifted) - 0x3f000000));
  }
  return (uint16_t)(sign | ((rest - 0x38000000 + 0xfff + (rest >> 13 & 1)) >> 13));
}

static inline float pk_bfloat_to_float(uint16_t bfloat) { return pk_float_of_bits((uint32_t)bfloat << 16); }
