// The body of the decoder's vector kernels, included once a variant.
#include "lanes_body.h"

static PK_TARGET void PK_NAME(pk_rms_norm)(const float *x, const float *weight, float epsilon, float *out,
                                           size_t width) {
  pk_lanes squares = {0};
  for (size_t i = 0; i < width; i += 16) squares += PK_NAME(load)(x + i) * PK_NAME(load)(x + i);
  float scale = 1.0f / sqrtf(PK_NAME(sum)(squares) / (float)width + epsilon);
  for (size_t i = 0; i < width; i += 16)
    PK_NAME(store)(out + i, PK_NAME(load)(x + i) * scale * PK_NAME(load)(weight + i));
}

static PK_TARGET void PK_NAME(pk_add)(float *x, const float *y, size_t count) {
  for (size_t i = 0; i < count; i += 16) PK_NAME(store)(x + i, PK_NAME(load)(x + i) + PK_NAME(load)(y + i));
}

static PK_TARGET void PK_NAME(pk_scale)(float *x, float scale, size_t count) {
  for (size_t i = 0; i < count; i += 16) PK_NAME(store)(x + i, PK_NAME(load)(x + i) * scale);
}

// 1 / (1 + e^-x), by e^-|x| so that nothing overflows.
static inline PK_TARGET __attribute__((always_inline)) pk_lanes PK_NAME(logistic)(pk_lanes x) {
  pk_int_lanes negative = x < 0.0f;
  pk_lanes size = __builtin_elementwise_abs(x);
  pk_lanes power = PK_NAME(exp)(-size);
  pk_lanes positive = 1.0f / (1.0f + power);
  pk_lanes other = power * positive;
  return (pk_lanes)(((pk_int_lanes)other & negative) | ((pk_int_lanes)positive & ~negative));
}

static PK_TARGET void PK_NAME(pk_gate_times)(pk_gate kind, float *gate, const float *up, size_t count) {
  for (size_t i = 0; i < count; i += 16) {
    pk_lanes x = PK_NAME(load)(gate + i);
    // gelu's tanh form is x·logistic(2·√(2/π)·(x + 0.044715·x³)).
    pk_lanes inner = kind == PK_SILU ? x : (x + x * x * x * 0.044715f) * 1.5957691216057308f;
    PK_NAME(store)(gate + i, x * PK_NAME(logistic)(inner) * PK_NAME(load)(up + i));
  }
}

/// 16 floats as int16, rounded to nearest even, in the order of `q`; returns their sum.
static inline PK_TARGET __attribute__((always_inline)) int32_t PK_NAME(put_codes)(pk_lanes x, float inverse, int16_t *q) {
  typedef int16_t short_lanes __attribute__((vector_size(32), aligned(2)));
  const float magic = 12582912.0f;  // 1.5·2^23: adding it rounds to an integer in the low bits
  pk_int_lanes codes = (pk_int_lanes)(x * inverse + magic) - 0x4B400000;
  int32_t sum = __builtin_reduce_add(codes);
  codes = __builtin_shufflevector(codes, codes, 0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11, 12, 14, 13, 15);
  *(short_lanes *)q = __builtin_convertvector(codes, short_lanes);
  return sum;
}

static PK_TARGET void PK_NAME(pk_quantise_narrow)(const pk_activations *a, size_t t) {
  const float *x = a->x + t * a->x_stride;
  pk_lanes sizes = {0};
  for (size_t i = 0; i < a->columns; i += 16)
    sizes = __builtin_elementwise_max(sizes, __builtin_elementwise_abs(PK_NAME(load)(x + i)));
  const float highest = __builtin_reduce_max(sizes), inverse = highest > 0 ? 32767.0f / highest : 0.0f;
  for (size_t i = 0; i < a->columns; i += 16) PK_NAME(put_codes)(PK_NAME(load)(x + i), inverse, a->q + t * a->columns + i);
  a->d[t] = highest / 32767.0f;
}

static PK_TARGET void PK_NAME(pk_quantise)(const pk_activations *a, size_t t, size_t first, size_t count) {
  const float *x = a->x + t * a->x_stride;
  for (size_t i = first; i < first + count; i += PK_BLOCK) {
    pk_lanes v[2] = {PK_NAME(load)(x + i), PK_NAME(load)(x + i + 16)};
    pk_lanes sizes = __builtin_elementwise_max(__builtin_elementwise_abs(v[0]), __builtin_elementwise_abs(v[1]));
    float highest = __builtin_reduce_max(sizes);
    float d = highest / 32767.0f, inverse = highest > 0 ? 32767.0f / highest : 0.0f;
    int16_t *q = a->q + t * a->columns + i;
    size_t block = (t * a->columns + i) / PK_BLOCK;
    int32_t sums[2];
    for (int h = 0; h < 2; h++) sums[h] = PK_NAME(put_codes)(v[h], inverse, q + 16 * h);
    a->d[block] = d;
    a->s[block] = d * (float)(sums[0] + sums[1]);
    a->h[block * 2] = d * (float)sums[0];
    a->h[block * 2 + 1] = d * (float)sums[1];
  }
}

static PK_TARGET float PK_NAME(pk_softmax)(float *x, size_t count, float scale, float cap) {
  size_t padded = (count + 15) / 16 * 16;
  for (size_t i = count; i < padded; i++) x[i] = -INFINITY;
  pk_lanes highs = -INFINITY - (pk_lanes){0};
  for (size_t i = 0; i < padded; i += 16) {
    pk_lanes v = PK_NAME(load)(x + i) * scale;
    if (cap > 0) v = cap * (2.0f * PK_NAME(logistic)(v * (2.0f / cap)) - 1.0f);
    PK_NAME(store)(x + i, v);
    highs = __builtin_elementwise_max(highs, v);
  }
  // A capped score is finite even where it was padding.
  for (size_t i = count; i < padded; i++) x[i] = -INFINITY;
  float highest = __builtin_reduce_max(highs);
  pk_lanes total = {0};
  for (size_t i = 0; i < padded; i += 16) {
    pk_lanes v = PK_NAME(exp)(PK_NAME(load)(x + i) - highest);
    PK_NAME(store)(x + i, v);
    total += v;
  }
  float sum = PK_NAME(sum)(total);
  // exp is clamped, so padding has left a trace.
  for (size_t i = count; i < padded; i++) {
    sum -= x[i];
    x[i] = 0;
  }
  return sum;
}

static PK_TARGET void PK_NAME(pk_rope)(float *x, const float *cosines, const float *sines, size_t width,
                                       size_t rotated, int halves) {
  (void)width;
  size_t half = rotated / 2;
  for (size_t i = 0; i < half; i++) {
    float *a = halves ? x + i : x + 2 * i, *b = halves ? x + half + i : x + 2 * i + 1;
    float first = *a * cosines[i] - *b * sines[i];
    *b = *a * sines[i] + *b * cosines[i];
    *a = first;
  }
}
