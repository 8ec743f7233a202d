#include "quantise.h"

#include <math.h>

#include "dequantise.h"

#pragma STDC FP_CONTRACT OFF

uint16_t pk_float_to_half(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  uint16_t sign = (uint16_t)(bits >> 16 & 0x8000u);
  uint32_t rest = bits & 0x7FFFFFFFu;
  if (rest > 0x7F800000u) return (uint16_t)(sign | 0x7E00u | (rest >> 13 & 0x3FFu));
  if (rest >= 0x477FF000u) return sign | 0x7C00u;  // from 65520 on, the nearest is infinity
  if (rest < 0x38800000u) {
    // Below the smallest normal half: adding 0.5 leaves the value, rounded to even, in the low bits.
    float magnitude;
    __builtin_memcpy(&magnitude, &rest, sizeof magnitude);
    magnitude += 0.5f;
    uint32_t sum;
    __builtin_memcpy(&sum, &magnitude, sizeof sum);
    return (uint16_t)(sign | (sum - 0x3F000000u));
  }
  rest += 0xFFFu + (rest >> 13 & 1);
  return (uint16_t)(sign | ((rest - 0x38000000u) >> 13));
}

float pk_largest_magnitude(const float *x, size_t count) {
  uint32_t largest = 0;  // magnitudes compare as their bits do
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    __builtin_memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7FFFFFFFu;
    largest = bits > largest ? bits : largest;
  }
  if (largest > 0x7F800000u) return INFINITY;
  float result;
  __builtin_memcpy(&result, &largest, sizeof result);
  return result;
}

// Rounds a scale to a half, stores it, and gives back what was stored.
static inline float store_half(uint8_t *at, float value) {
  uint16_t half = pk_float_to_half(value);
  at[0] = (uint8_t)half;
  at[1] = (uint8_t)(half >> 8);
  return pk_half_to_float(half);
}

// Gives `low` for what is no number, so that the conversion to an integer is always defined.
static inline float clamp(float value, float low, float high) {
  return value > low ? (value < high ? value : high) : low;
}

// MARK: Blocks of 32

void pk_quantise_q8_0(const float *x, void *out, size_t blocks) {
  uint8_t *block = out;
  for (size_t b = 0; b < blocks; b++, block += 34, x += 32) {
    float d = pk_largest_magnitude(x, 32) / 127;
    float inverse = d == 0 ? 0 : 1 / d;
    store_half(block, d);
    for (int i = 0; i < 32; i++) block[2 + i] = (uint8_t)(int8_t)clamp(roundf(x[i] * inverse), -127, 127);
  }
}

void pk_quantise_q4_0(const float *x, void *out, size_t blocks) {
  uint8_t *block = out;
  for (size_t b = 0; b < blocks; b++, block += 18, x += 32) {
    float peak = x[0];  // the first of the largest magnitude, with its sign
    for (int i = 1; i < 32; i++)
      if (fabsf(x[i]) > fabsf(peak)) peak = x[i];
    float d = peak / -8;
    float inverse = d == 0 ? 0 : 1 / d;
    store_half(block, d);
    for (int i = 0; i < 16; i++) {
      int low = (int)clamp(x[i] * inverse + 8.5f, 0, 15);
      int high = (int)clamp(x[i + 16] * inverse + 8.5f, 0, 15);
      block[2 + i] = (uint8_t)(low | high << 4);
    }
  }
}

void pk_quantise_q4_1(const float *x, void *out, size_t blocks) {
  uint8_t *block = out;
  for (size_t b = 0; b < blocks; b++, block += 20, x += 32) {
    float min = x[0], max = x[0];
    for (int i = 1; i < 32; i++) {
      min = x[i] < min ? x[i] : min;
      max = x[i] > max ? x[i] : max;
    }
    float d = (max - min) / 15;
    float inverse = d == 0 ? 0 : 1 / d;
    store_half(block, d);
    store_half(block + 2, min);
    for (int i = 0; i < 16; i++) {
      int low = (int)clamp((x[i] - min) * inverse + 0.5f, 0, 15);
      int high = (int)clamp((x[i + 16] - min) * inverse + 0.5f, 0, 15);
      block[4 + i] = (uint8_t)(low | high << 4);
    }
  }
}

// MARK: Q4_K: eight parts of 32 values, each scale · q − min with q in 0…15

typedef struct {
  float scale, min;
} pk_affine;

// Rounds every value to the nearest level and gives the squared error.
static inline float round_affine(const float x[32], pk_affine fit, float q[32]) {
  float inverse = fit.scale > 0 ? 1 / fit.scale : 0;
  float error = 0;
  for (int i = 0; i < 32; i++) {
    q[i] = (float)(int)clamp((x[i] + fit.min) * inverse + 0.5f, 0, 15);
    float difference = fit.scale * q[i] - fit.min - x[i];
    error += difference * difference;
  }
  return error;
}

// The least squares fit to given levels; scale and min are not negative. Returns 0 where there is none.
static int refit_affine(const float x[32], const float q[32], pk_affine *fit) {
  float sum_q = 0, sum_qq = 0, sum_x = 0, sum_xq = 0;
  for (int i = 0; i < 32; i++) {
    sum_q += q[i];
    sum_qq += q[i] * q[i];
    sum_x += x[i];
    sum_xq += x[i] * q[i];
  }
  float determinant = 32 * sum_qq - sum_q * sum_q;
  if (determinant <= 0) return 0;
  fit->scale = (32 * sum_xq - sum_x * sum_q) / determinant;
  fit->min = (sum_q * sum_xq - sum_qq * sum_x) / determinant;
  if (fit->min < 0) {
    fit->min = 0;
    fit->scale = sum_xq / sum_qq;
  }
  return fit->scale > 0;
}

// Starts from ranges a little narrower and wider than that of the values, and improves each in turn.
static pk_affine search_affine(const float x[32]) {
  float min = 0, max = x[0], q[32];
  for (int i = 0; i < 32; i++) {
    min = x[i] < min ? x[i] : min;
    max = x[i] > max ? x[i] : max;
  }
  pk_affine best = {(max - min) / 15, -min};
  if (max <= min) return (pk_affine){0, -min};
  float least = round_affine(x, best, q);
  for (int step = -8; step <= 8; step++) {
    pk_affine fit = {(max - min) / (15 + 0.25f * (float)step), -min};
    round_affine(x, fit, q);
    for (int turn = 0; turn < 2 && refit_affine(x, q, &fit); turn++) {
      float error = round_affine(x, fit, q);
      if (error < least) {
        least = error;
        best = fit;
      }
    }
  }
  return best;
}

// The six-bit numbers near `fit` that give the least error under the block's own scales.
static void search_steps(const float x[32], pk_affine fit, float d, float dmin, int *scale, int *min) {
  int near_scale = d > 0 ? (int)clamp(fit.scale / d + 0.5f, 0, 63) : 0;
  int near_min = dmin > 0 ? (int)clamp(fit.min / dmin + 0.5f, 0, 63) : 0;
  float least = INFINITY, q[32];
  *scale = near_scale;
  *min = near_min;
  for (int s = near_scale - 1; s <= near_scale + 1; s++)
    for (int m = near_min - 1; m <= near_min + 1; m++) {
      if (s < 0 || s > 63 || m < 0 || m > 63) continue;
      float error = round_affine(x, (pk_affine){d * (float)s, dmin * (float)m}, q);
      if (error < least) {
        least = error;
        *scale = s;
        *min = m;
      }
    }
}

void pk_quantise_q4_k(const float *x, void *out, size_t blocks) {
  uint8_t *block = out;
  for (size_t b = 0; b < blocks; b++, block += 144, x += 256) {
    pk_affine fits[8];
    float largest_scale = 0, largest_min = 0;
    for (int part = 0; part < 8; part++) {
      fits[part] = search_affine(x + part * 32);
      largest_scale = fits[part].scale > largest_scale ? fits[part].scale : largest_scale;
      largest_min = fits[part].min > largest_min ? fits[part].min : largest_min;
    }
    float d = store_half(block, largest_scale / 63), dmin = store_half(block + 2, largest_min / 63);
    uint8_t *packed = block + 4;
    for (int i = 0; i < 12; i++) packed[i] = 0;
    for (int part = 0; part < 8; part++) {
      int scale, min;
      float q[32];
      search_steps(x + part * 32, fits[part], d, dmin, &scale, &min);
      if (part < 4) {
        packed[part] |= (uint8_t)scale;
        packed[part + 4] |= (uint8_t)min;
      } else {
        packed[part + 4] = (uint8_t)((scale & 15) | (min & 15) << 4);
        packed[part - 4] |= (uint8_t)(scale >> 4 << 6);
        packed[part] |= (uint8_t)(min >> 4 << 6);
      }
      round_affine(x + part * 32, (pk_affine){d * (float)scale, dmin * (float)min}, q);
      uint8_t *nibbles = block + 16 + part / 2 * 32;
      for (int i = 0; i < 32; i++)
        nibbles[i] = part % 2 ? (uint8_t)(nibbles[i] | (int)q[i] << 4) : (uint8_t)q[i];
    }
  }
}

// MARK: Q6_K: sixteen parts of 16 values, each scale · q with q in −32…31

// Rounds every value to the nearest level and gives the squared error.
static inline float round_linear(const float x[16], float scale, float q[16]) {
  float inverse = scale != 0 ? 1 / scale : 0;
  float error = 0;
  for (int i = 0; i < 16; i++) {
    q[i] = (float)((int)(clamp(x[i] * inverse, -32, 31) + 32.5f) - 32);
    float difference = scale * q[i] - x[i];
    error += difference * difference;
  }
  return error;
}

// Starts with the largest value at or a little past the end of the levels, and improves each in turn.
static float search_linear(const float x[16]) {
  float peak = 0, q[16];
  for (int i = 0; i < 16; i++)
    if (fabsf(x[i]) > fabsf(peak)) peak = x[i];
  if (peak == 0) return 0;
  float best = peak / -32;
  float least = round_linear(x, best, q);
  for (int step = -8; step <= 8; step++) {
    float scale = peak / -(32 + 0.25f * (float)step);
    round_linear(x, scale, q);
    for (int turn = 0; turn < 2; turn++) {
      float sum_xq = 0, sum_qq = 0;
      for (int i = 0; i < 16; i++) {
        sum_xq += x[i] * q[i];
        sum_qq += q[i] * q[i];
      }
      if (sum_qq <= 0) break;
      scale = sum_xq / sum_qq;
      float error = round_linear(x, scale, q);
      if (error < least) {
        least = error;
        best = scale;
      }
    }
  }
  return best;
}

// The eight-bit number near `scale` that gives the least error under the block's own scale.
static int search_step(const float x[16], float scale, float d) {
  int near = d != 0 ? (int)(clamp(scale / d, -128, 127) + 128.5f) - 128 : 0, best = near;
  float least = INFINITY, q[16];
  for (int step = near - 1; step <= near + 1; step++) {
    if (step < -128 || step > 127) continue;
    float error = round_linear(x, d * (float)step, q);
    if (error < least) {
      least = error;
      best = step;
    }
  }
  return best;
}

void pk_quantise_q6_k(const float *x, void *out, size_t blocks) {
  uint8_t *block = out;
  for (size_t b = 0; b < blocks; b++, block += 210, x += 256) {
    float scales[16], largest = 0;
    for (int part = 0; part < 16; part++) {
      scales[part] = search_linear(x + part * 16);
      if (fabsf(scales[part]) > fabsf(largest)) largest = scales[part];
    }
    float d = store_half(block + 208, largest / -128);
    for (int i = 0; i < 192; i++) block[i] = 0;
    for (int part = 0; part < 16; part++) {
      float q[16];
      int step = search_step(x + part * 16, scales[part], d);
      block[192 + part] = (uint8_t)(int8_t)step;
      round_linear(x + part * 16, d * (float)step, q);
      int group = part / 2;  // of 32 values
      uint8_t *low = block + group / 4 * 64 + group % 2 * 32 + part % 2 * 16;
      uint8_t *high = block + 128 + group / 4 * 32 + part % 2 * 16;
      for (int i = 0; i < 16; i++) {
        int level = (int)q[i] + 32;
        low[i] |= (uint8_t)((level & 15) << group % 4 / 2 * 4);
        high[i] |= (uint8_t)(level >> 4 << group % 4 * 2);
      }
    }
  }
}
