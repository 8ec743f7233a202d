// The body of the training kernels, included once a variant.
#include "lanes_body.h"

// Rows of a tile: as many sums as the registers hold.
#if PK_LEVEL == 2
#define PK_TILE_ROWS 12
#elif PK_LEVEL == 1
#define PK_TILE_ROWS 3
#else
#define PK_TILE_ROWS 2
#endif
#define PK_UNROLL _Pragma("clang loop unroll(full)")
#define PK_INLINE static inline PK_TARGET __attribute__((always_inline))

/// `m` rows and `v` vectors of 16 columns; both are constants wherever this is inlined.
PK_INLINE void PK_NAME(product_tile)(const pk_product *p, size_t row, size_t column, const float *b, const int m, const int v) {
  const float *a = p->a + row * p->a_row;
  float *c = p->c + row * p->c_row + column;
  pk_lanes sum[12][2];
  PK_UNROLL for (int i = 0; i < m; i++)
    PK_UNROLL for (int j = 0; j < v; j++) sum[i][j] = (pk_lanes){0};
  const size_t inner = p->inner, a_row = p->a_row, a_inner = p->a_inner, b_inner = p->b_inner;
  for (size_t k = 0; k < inner; k++) {
    pk_lanes w[2];
    PK_UNROLL for (int j = 0; j < v; j++) w[j] = PK_NAME(load)(b + k * b_inner + 16 * j);
    PK_UNROLL for (int i = 0; i < m; i++) {
      const float x = a[(size_t)i * a_row + k * a_inner];
      PK_UNROLL for (int j = 0; j < v; j++) sum[i][j] += w[j] * x;
    }
  }
  if (p->narrow.a) {
    const float *x = p->narrow.a + row * p->narrow.a_row, *y = p->narrow.b + column;
    for (size_t k = 0; k < p->narrow.inner; k++) {
      pk_lanes w[2];
      PK_UNROLL for (int j = 0; j < v; j++) w[j] = PK_NAME(load)(y + k * p->narrow.b_row + 16 * j);
      PK_UNROLL for (int i = 0; i < m; i++)
        PK_UNROLL for (int j = 0; j < v; j++) sum[i][j] += w[j] * x[(size_t)i * p->narrow.a_row + k];
    }
  }
  PK_UNROLL for (int i = 0; i < m; i++)
    PK_UNROLL for (int j = 0; j < v; j++) {
      float *out = c + (size_t)i * p->c_row + 16 * j;
      PK_NAME(store)(out, p->adding ? PK_NAME(load)(out) + sum[i][j] : sum[i][j]);
    }
}

#define PK_TILES(count, v)                                                     \
  for (; i + (count) <= p->rows; i += (count))                                 \
    PK_NAME(product_tile)(p, i, j, b, count, v);

static PK_TARGET void PK_NAME(pk_multiply_floats)(const pk_product *p) {
  for (size_t j = 0; j < p->columns; j += 32) {
    const float *b = p->b + j / 32 * p->b_panel;
    size_t i = 0;
    if (p->columns - j >= 32) {
      PK_TILES(PK_TILE_ROWS, 2) PK_TILES(4, 2) PK_TILES(1, 2)
    } else {
      PK_TILES(PK_TILE_ROWS, 1) PK_TILES(4, 1) PK_TILES(1, 1)
    }
  }
}

static PK_TARGET void PK_NAME(pk_rms_norm_backward)(const float *x, const float *weight, float epsilon, const float *dy,
                                                    float *dx, size_t width) {
  pk_lanes squares = {0}, products = {0};
  for (size_t i = 0; i < width; i += 16) {
    pk_lanes v = PK_NAME(load)(x + i);
    squares += v * v;
    products += v * PK_NAME(load)(weight + i) * PK_NAME(load)(dy + i);
  }
  const float rho = 1.0f / sqrtf(PK_NAME(sum)(squares) / (float)width + epsilon);
  const float back = rho * rho * rho * PK_NAME(sum)(products) / (float)width;
  for (size_t i = 0; i < width; i += 16) {
    pk_lanes change = PK_NAME(load)(weight + i) * PK_NAME(load)(dy + i) * rho - PK_NAME(load)(x + i) * back;
    PK_NAME(store)(dx + i, PK_NAME(load)(dx + i) + change);
  }
}

static PK_TARGET void PK_NAME(pk_rms_norm_weight_gradient)(const float *x, float epsilon, const float *dy, float *dw,
                                                           size_t width) {
  pk_lanes squares = {0};
  for (size_t i = 0; i < width; i += 16) squares += PK_NAME(load)(x + i) * PK_NAME(load)(x + i);
  const float rho = 1.0f / sqrtf(PK_NAME(sum)(squares) / (float)width + epsilon);
  for (size_t i = 0; i < width; i += 16)
    PK_NAME(store)(dw + i, PK_NAME(load)(dw + i) + PK_NAME(load)(x + i) * PK_NAME(load)(dy + i) * rho);
}

// 1 / (1 + e^-x), by e^-|x| so that nothing overflows.
PK_INLINE pk_lanes PK_NAME(sigmoid)(pk_lanes x) {
  pk_int_lanes negative = x < 0.0f;
  pk_lanes power = PK_NAME(exp)(-__builtin_elementwise_abs(x));
  pk_lanes positive = 1.0f / (1.0f + power);
  pk_lanes other = power * positive;
  return (pk_lanes)(((pk_int_lanes)other & negative) | ((pk_int_lanes)positive & ~negative));
}

static PK_TARGET void PK_NAME(pk_gate_forward)(pk_gate kind, const float *gate, const float *up, float *out, size_t count) {
  for (size_t i = 0; i < count; i += 16) {
    pk_lanes x = PK_NAME(load)(gate + i);
    pk_lanes inner = kind == PK_SILU ? x : (x + x * x * x * 0.044715f) * 1.5957691216057308f;
    PK_NAME(store)(out + i, x * PK_NAME(sigmoid)(inner) * PK_NAME(load)(up + i));
  }
}

static PK_TARGET void PK_NAME(pk_gate_backward)(pk_gate kind, const float *gate, const float *up, const float *dout,
                                                float *dgate, float *dup, float *out, size_t count) {
  for (size_t i = 0; i < count; i += 16) {
    pk_lanes x = PK_NAME(load)(gate + i), u = PK_NAME(load)(up + i), d = PK_NAME(load)(dout + i);
    pk_lanes inner = kind == PK_SILU ? x : (x + x * x * x * 0.044715f) * 1.5957691216057308f;
    pk_lanes slope = kind == PK_SILU ? 1.0f + (pk_lanes){0} : (1.0f + x * x * 0.134145f) * 1.5957691216057308f;
    pk_lanes s = PK_NAME(sigmoid)(inner);
    PK_NAME(store)(out + i, x * s * u);
    PK_NAME(store)(dup + i, d * x * s);
    PK_NAME(store)(dgate + i, d * u * s * (1.0f + x * (1.0f - s) * slope));
  }
}

static PK_TARGET float PK_NAME(pk_attention_row)(float *scores, size_t first, size_t last, size_t count, float scale) {
  for (size_t j = 0; j < first; j++) scores[j] = -INFINITY;
  for (size_t j = last; j < count; j++) scores[j] = -INFINITY;
  pk_lanes highs = -INFINITY - (pk_lanes){0};
  for (size_t j = 0; j < count; j += 16) {
    pk_lanes v = PK_NAME(load)(scores + j) * scale;
    PK_NAME(store)(scores + j, v);
    highs = __builtin_elementwise_max(highs, v);
  }
  const float highest = __builtin_reduce_max(highs);
  pk_lanes total = {0};
  for (size_t j = 0; j < count; j += 16) {
    // exp is clamped, so what is masked would leave a trace.
    pk_lanes v = PK_NAME(load)(scores + j) - highest;
    pk_lanes e = (pk_lanes)((pk_int_lanes)PK_NAME(exp)(v) & (v > -87.0f));
    PK_NAME(store)(scores + j, e);
    total += e;
  }
  const float sum = PK_NAME(sum)(total), inverse = 1.0f / sum;
  for (size_t j = 0; j < count; j += 16) PK_NAME(store)(scores + j, PK_NAME(load)(scores + j) * inverse);
  return highest + logf(sum);
}

static PK_TARGET void PK_NAME(pk_attention_row_backward)(float *scores, float *gradient, size_t first, size_t last,
                                                         size_t count, float scale, float log_sum, float d) {
  for (size_t j = 0; j < first; j++) scores[j] = -INFINITY;
  for (size_t j = last; j < count; j++) scores[j] = -INFINITY;
  for (size_t j = 0; j < count; j += 16) {
    pk_lanes v = PK_NAME(load)(scores + j) * scale - log_sum;
    pk_int_lanes seen = v > -87.0f;
    pk_lanes e = (pk_lanes)((pk_int_lanes)PK_NAME(exp)(v) & seen);
    PK_NAME(store)(scores + j, e);
    pk_lanes g = e * (PK_NAME(load)(gradient + j) - d) * scale;
    // What lies beyond may be no number.
    PK_NAME(store)(gradient + j, (pk_lanes)((pk_int_lanes)g & seen));
  }
}

static PK_TARGET float PK_NAME(pk_dot)(const float *x, const float *y, size_t count) {
  pk_lanes total = {0};
  for (size_t i = 0; i < count; i += 16) total += PK_NAME(load)(x + i) * PK_NAME(load)(y + i);
  return PK_NAME(sum)(total);
}

static PK_TARGET void PK_NAME(pk_add_scaled)(float *y, const float *x, float scale, size_t count) {
  for (size_t i = 0; i < count; i += 16) PK_NAME(store)(y + i, PK_NAME(load)(y + i) + PK_NAME(load)(x + i) * scale);
}

static PK_TARGET float PK_NAME(pk_cross_entropy)(float *row, size_t count, size_t target, float weight) {
  const size_t whole = count / 16 * 16;
  float highest = row[0];
  pk_lanes highs = highest + (pk_lanes){0};
  for (size_t j = 0; j < whole; j += 16) highs = __builtin_elementwise_max(highs, PK_NAME(load)(row + j));
  highest = __builtin_reduce_max(highs);
  for (size_t j = whole; j < count; j++) highest = row[j] > highest ? row[j] : highest;
  pk_lanes total = {0};
  for (size_t j = 0; j < whole; j += 16) total += PK_NAME(exp)(PK_NAME(load)(row + j) - highest);
  float sum = PK_NAME(sum)(total);
  for (size_t j = whole; j < count; j++) sum += expf(row[j] - highest);
  const float log_sum = highest + logf(sum), loss = log_sum - row[target];
  if (weight == 0) return loss;
  for (size_t j = 0; j < whole; j += 16)
    PK_NAME(store)(row + j, PK_NAME(exp)(PK_NAME(load)(row + j) - log_sum) * weight);
  for (size_t j = whole; j < count; j++) row[j] = expf(row[j] - log_sum) * weight;
  row[target] -= weight;
  return loss;
}

static PK_TARGET void PK_NAME(pk_adamw_step)(const pk_adamw *o, float *parameters, const float *gradient, float *mean,
                                             float *variance, size_t count) {
  const float step = o->rate / o->correction1, root = 1.0f / sqrtf(o->correction2);
  for (size_t i = 0; i < count; i += 16) {
    pk_lanes g = PK_NAME(load)(gradient + i) * o->clip, p = PK_NAME(load)(parameters + i);
    pk_lanes m = PK_NAME(load)(mean + i) * o->beta1 + g * (1.0f - o->beta1);
    pk_lanes v = PK_NAME(load)(variance + i) * o->beta2 + g * g * (1.0f - o->beta2);
    PK_NAME(store)(mean + i, m);
    PK_NAME(store)(variance + i, v);
    pk_lanes size;
    for (int lane = 0; lane < 16; lane++) size[lane] = sqrtf(v[lane]);
    PK_NAME(store)(parameters + i, p * (1.0f - o->rate * o->decay) - m * step / (size * root + o->epsilon));
  }
}

typedef uint8_t PK_NAME(codes) __attribute__((vector_size(16), aligned(1)));

PK_INLINE pk_lanes PK_NAME(widen)(PK_NAME(codes) codes) {
  return __builtin_convertvector(__builtin_convertvector(codes, pk_int_lanes), pk_lanes);
}

/// Blocks of 32 values, in the operations of their definition: product, then sum.
static PK_TARGET void PK_NAME(unpack_q4_1)(const uint8_t *block, float *out, size_t blocks) {
  for (size_t i = 0; i < blocks; i++, block += 20, out += 32) {
#pragma clang fp contract(off)
    uint16_t halves[2];
    memcpy(halves, block, 4);
    const float d = pk_half_to_float(halves[0]), m = pk_half_to_float(halves[1]);
    const PK_NAME(codes) codes = *(const PK_NAME(codes) *)(block + 4);
    pk_lanes low = PK_NAME(widen)(codes & 15) * d, high = PK_NAME(widen)(codes >> 4) * d;
    PK_NAME(store)(out, low + m);
    PK_NAME(store)(out + 16, high + m);
  }
}

static PK_TARGET void PK_NAME(unpack_q4_0)(const uint8_t *block, float *out, size_t blocks) {
  for (size_t i = 0; i < blocks; i++, block += 18, out += 32) {
    uint16_t half;
    memcpy(&half, block, 2);
    const float d = pk_half_to_float(half);
    const PK_NAME(codes) codes = *(const PK_NAME(codes) *)(block + 2);
    PK_NAME(store)(out, (PK_NAME(widen)(codes & 15) - 8.0f) * d);
    PK_NAME(store)(out + 16, (PK_NAME(widen)(codes >> 4) - 8.0f) * d);
  }
}

static PK_TARGET void PK_NAME(unpack_q8_0)(const uint8_t *block, float *out, size_t blocks) {
  typedef int8_t signed_codes __attribute__((vector_size(16), aligned(1)));
  for (size_t i = 0; i < blocks; i++, block += 34, out += 32) {
    uint16_t half;
    memcpy(&half, block, 2);
    const float d = pk_half_to_float(half);
    for (int h = 0; h < 2; h++) {
      const signed_codes codes = *(const signed_codes *)(block + 2 + 16 * h);
      pk_lanes values = __builtin_convertvector(__builtin_convertvector(codes, pk_int_lanes), pk_lanes);
      PK_NAME(store)(out + 16 * h, values * d);
    }
  }
}

static PK_TARGET void PK_NAME(pk_transpose_panel)(const float *rows, size_t row_stride, size_t count, size_t columns,
                                                  float *panel) {
  for (size_t k = 0; k < columns; k++) {
    for (size_t r = 0; r < count; r++) panel[k * 32 + r] = rows[r * row_stride + k];
    for (size_t r = count; r < 32; r++) panel[k * 32 + r] = 0;
  }
}

static PK_TARGET void PK_NAME(pk_quantise_panel)(const float *panel, size_t stride, size_t inner, int16_t *codes,
                                                 float *scales) {
  const float magic = 12582912.0f;  // 1.5·2^23: adding it rounds to an integer in the low bits
  for (size_t k = 0; k < inner; k += 32, codes += 32 * 32, scales += 32) {
    const size_t there = inner - k < 32 ? inner - k : 32;
    for (int j = 0; j < 32; j += 16) {
      pk_lanes highs = {0};
      for (size_t i = 0; i < there; i++)
        highs = __builtin_elementwise_max(highs, __builtin_elementwise_abs(PK_NAME(load)(panel + (k + i) * stride + j)));
      PK_NAME(store)(scales + j, highs * (1.0f / PK_CODE_LIMIT));
      pk_int_lanes some = highs > 0.0f;
      pk_lanes inverse = (pk_lanes)((pk_int_lanes)((float)PK_CODE_LIMIT / highs) & some);
      for (size_t i = 0; i < 32; i += 2) {
        pk_int_lanes even = {0}, odd = {0};
        if (i < there) even = (pk_int_lanes)(PK_NAME(load)(panel + (k + i) * stride + j) * inverse + magic) - 0x4B400000;
        if (i + 1 < there) odd = (pk_int_lanes)(PK_NAME(load)(panel + (k + i + 1) * stride + j) * inverse + magic) - 0x4B400000;
        pk_int_lanes pair = (even & 0xffff) | (odd << 16);
        memcpy(codes + i * 32 + j * 2, &pair, sizeof pair);
      }
    }
  }
}

static PK_TARGET void PK_NAME(pk_quantise_rows)(const float *rows, size_t row_stride, size_t count, size_t inner,
                                                int16_t *codes, size_t code_stride, float *scales) {
  typedef int16_t short_lanes __attribute__((vector_size(32), aligned(2)));
  const float magic = 12582912.0f;
  for (size_t r = 0; r < count; r++, rows += row_stride, codes += code_stride) {
    for (size_t k = 0; k < inner; k += 32) {
      pk_lanes v[2] = {PK_NAME(load)(rows + k), {0}};
      if (inner - k > 16) v[1] = PK_NAME(load)(rows + k + 16);
      pk_lanes sizes = __builtin_elementwise_max(__builtin_elementwise_abs(v[0]), __builtin_elementwise_abs(v[1]));
      const float highest = __builtin_reduce_max(sizes), inverse = highest > 0 ? 32767.0f / highest : 0.0f;
      *scales++ = highest / 32767.0f;
      for (int h = 0; h < 2; h++) {
        pk_int_lanes code = (pk_int_lanes)(v[h] * inverse + magic) - 0x4B400000;
        *(short_lanes *)(codes + k + 16 * h) = __builtin_convertvector(code, short_lanes);
      }
    }
  }
}
#undef PK_TILES
#undef PK_TILE_ROWS
#undef PK_UNROLL
#undef PK_INLINE
