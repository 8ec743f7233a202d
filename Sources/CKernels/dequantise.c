#include "dequantise.h"

#pragma STDC FP_CONTRACT OFF

static inline uint16_t load16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }

static inline float load_half(const uint8_t *at) { return pk_half_to_float(load16(at)); }

void pk_dequantise_f16(const void *source, float *out, size_t count) {
  const uint8_t *at = source;
  for (size_t i = 0; i < count; i++) out[i] = load_half(at + 2 * i);
}

void pk_dequantise_bf16(const void *source, float *out, size_t count) {
  const uint8_t *at = source;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)load16(at + 2 * i) << 16;
    __builtin_memcpy(out + i, &bits, sizeof bits);
  }
}

// Blocks of 32 values: the low nibbles are the first 16 values, the high nibbles the last 16.

void pk_dequantise_q4_0(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  for (size_t b = 0; b < blocks; b++, block += 18, out += 32) {
    float d = load_half(block);
    const uint8_t *q = block + 2;
    for (int i = 0; i < 16; i++) {
      out[i] = d * (float)((q[i] & 15) - 8);
      out[i + 16] = d * (float)((q[i] >> 4) - 8);
    }
  }
}

void pk_dequantise_q4_1(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  for (size_t b = 0; b < blocks; b++, block += 20, out += 32) {
    float d = load_half(block), m = load_half(block + 2);
    const uint8_t *q = block + 4;
    for (int i = 0; i < 16; i++) {
      out[i] = d * (float)(q[i] & 15) + m;
      out[i + 16] = d * (float)(q[i] >> 4) + m;
    }
  }
}

// The fifth bits of all 32 values stand in four bytes before the nibbles.
static inline void unpack_q5(const uint8_t *high, const uint8_t *low, uint8_t values[32]) {
  uint32_t bits = high[0] | (uint32_t)high[1] << 8 | (uint32_t)high[2] << 16 | (uint32_t)high[3] << 24;
  for (int i = 0; i < 16; i++) {
    values[i] = (uint8_t)((low[i] & 15) | (bits >> i & 1) << 4);
    values[i + 16] = (uint8_t)(low[i] >> 4 | (bits >> (i + 16) & 1) << 4);
  }
}

void pk_dequantise_q5_0(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  uint8_t q[32];
  for (size_t b = 0; b < blocks; b++, block += 22, out += 32) {
    float d = load_half(block);
    unpack_q5(block + 2, block + 6, q);
    for (int i = 0; i < 32; i++) out[i] = d * (float)(q[i] - 16);
  }
}

void pk_dequantise_q5_1(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  uint8_t q[32];
  for (size_t b = 0; b < blocks; b++, block += 24, out += 32) {
    float d = load_half(block), m = load_half(block + 2);
    unpack_q5(block + 4, block + 8, q);
    for (int i = 0; i < 32; i++) out[i] = d * (float)q[i] + m;
  }
}

void pk_dequantise_q8_0(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  for (size_t b = 0; b < blocks; b++, block += 34, out += 32) {
    float d = load_half(block);
    const int8_t *q = (const int8_t *)block + 2;
    for (int i = 0; i < 32; i++) out[i] = d * (float)q[i];
  }
}

// Blocks of 256 values with a scale for each 16 or 32 of them, scales quantised themselves.

// 16 four-bit scales and minima, 64 bytes of two-bit values, d, dmin.
void pk_dequantise_q2_k(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  for (size_t b = 0; b < blocks; b++, block += 84, out += 256) {
    float d = load_half(block + 80), dmin = load_half(block + 82);
    for (int part = 0; part < 16; part++) {
      float scale = d * (float)(block[part] & 15), min = dmin * (float)(block[part] >> 4);
      const uint8_t *q = block + 16 + part / 8 * 32 + part % 2 * 16;
      int shift = part % 8 / 2 * 2;
      for (int i = 0; i < 16; i++) out[part * 16 + i] = scale * (float)(q[i] >> shift & 3) - min;
    }
  }
}

// 32 bytes of third bits (set: nothing is subtracted), 64 bytes of two-bit values, 16 six-bit scales in 12 bytes, d.
void pk_dequantise_q3_k(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  for (size_t b = 0; b < blocks; b++, block += 110, out += 256) {
    float d = load_half(block + 108);
    const uint8_t *scales = block + 96;
    for (int part = 0; part < 16; part++) {
      int low = part < 8 ? scales[part] & 15 : scales[part - 8] >> 4;
      int high = scales[8 + part % 4] >> part / 4 * 2 & 3;
      float scale = d * (float)((low | high << 4) - 32);
      const uint8_t *q = block + 32 + part / 8 * 32 + part % 2 * 16;
      const uint8_t *mask = block + part % 2 * 16;
      int shift = part % 8 / 2 * 2, bit = part / 2;
      for (int i = 0; i < 16; i++)
        out[part * 16 + i] = scale * (float)((q[i] >> shift & 3) - (mask[i] >> bit & 1 ? 0 : 4));
    }
  }
}

// Eight six-bit scales and minima in 12 bytes, as Q4_K and Q5_K have them.
static inline void unpack_scales(const uint8_t s[12], uint8_t scales[8], uint8_t mins[8]) {
  for (int i = 0; i < 4; i++) {
    scales[i] = s[i] & 63;
    mins[i] = s[i + 4] & 63;
    scales[i + 4] = (uint8_t)((s[i + 8] & 15) | (s[i] >> 2 & 48));
    mins[i + 4] = (uint8_t)(s[i + 8] >> 4 | (s[i + 4] >> 2 & 48));
  }
}

// d, dmin, scales and minima, 128 bytes of nibbles: 32 low ones, then the 32 high ones of the same bytes.
void pk_dequantise_q4_k(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  uint8_t scales[8], mins[8];
  for (size_t b = 0; b < blocks; b++, block += 144, out += 256) {
    float d = load_half(block), dmin = load_half(block + 2);
    unpack_scales(block + 4, scales, mins);
    for (int part = 0; part < 8; part++) {
      float scale = d * (float)scales[part], min = dmin * (float)mins[part];
      const uint8_t *q = block + 16 + part / 2 * 32;
      int shift = part % 2 * 4;
      for (int i = 0; i < 32; i++) out[part * 32 + i] = scale * (float)(q[i] >> shift & 15) - min;
    }
  }
}

// d, dmin, scales and minima, 32 bytes of fifth bits, 128 bytes of nibbles.
void pk_dequantise_q5_k(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  uint8_t scales[8], mins[8];
  for (size_t b = 0; b < blocks; b++, block += 176, out += 256) {
    float d = load_half(block), dmin = load_half(block + 2);
    unpack_scales(block + 4, scales, mins);
    const uint8_t *high = block + 16;
    for (int part = 0; part < 8; part++) {
      float scale = d * (float)scales[part], min = dmin * (float)mins[part];
      const uint8_t *q = block + 48 + part / 2 * 32;
      int shift = part % 2 * 4;
      for (int i = 0; i < 32; i++)
        out[part * 32 + i] = scale * (float)((q[i] >> shift & 15) | (high[i] >> part & 1) << 4) - min;
    }
  }
}

// 128 bytes of low nibbles, 64 bytes of the two high bits, 16 signed scales, d.
void pk_dequantise_q6_k(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  for (size_t b = 0; b < blocks; b++, block += 210, out += 256) {
    float d = load_half(block + 208);
    const int8_t *scales = (const int8_t *)block + 192;
    for (int part = 0; part < 16; part++) {
      float scale = d * (float)scales[part];
      int group = part / 2;  // of 32 values
      const uint8_t *low = block + group / 4 * 64 + group % 2 * 32 + part % 2 * 16;
      const uint8_t *high = block + 128 + group / 4 * 32 + part % 2 * 16;
      int low_shift = group % 4 / 2 * 4, high_shift = group % 4 * 2;
      for (int i = 0; i < 16; i++)
        out[part * 16 + i] = scale * (float)(((low[i] >> low_shift & 15) | (high[i] >> high_shift & 3) << 4) - 32);
    }
  }
}

// The values that the nibbles of the IQ4 types stand for.
static const int8_t nonlinear[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

void pk_dequantise_iq4_nl(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  for (size_t b = 0; b < blocks; b++, block += 18, out += 32) {
    float d = load_half(block);
    const uint8_t *q = block + 2;
    for (int i = 0; i < 16; i++) {
      out[i] = d * (float)nonlinear[q[i] & 15];
      out[i + 16] = d * (float)nonlinear[q[i] >> 4];
    }
  }
}

// d, the two high bits of eight scales, their nibbles, 128 bytes of nibbles.
void pk_dequantise_iq4_xs(const void *source, float *out, size_t blocks) {
  const uint8_t *block = source;
  for (size_t b = 0; b < blocks; b++, block += 136, out += 256) {
    float d = load_half(block);
    uint16_t high = load16(block + 2);
    for (int part = 0; part < 8; part++) {
      int low = block[4 + part / 2] >> part % 2 * 4 & 15;
      float scale = d * (float)((low | (high >> part * 2 & 3) << 4) - 32);
      const uint8_t *q = block + 8 + part * 16;
      for (int i = 0; i < 16; i++) {
        out[part * 32 + i] = scale * (float)nonlinear[q[i] & 15];
        out[part * 32 + i + 16] = scale * (float)nonlinear[q[i] >> 4];
      }
    }
  }
}
