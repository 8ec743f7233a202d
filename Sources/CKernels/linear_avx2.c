// AVX2: 8 rows a register, four rows of codes at once: as many tokens, or two of two terms. Products of unsigned codes and int8 are summed in int16 for as long as
// they cannot overflow.
#if defined(__x86_64__)
#include <immintrin.h>

#include "linear.h"

#define TARGET __attribute__((target("avx2,fma,f16c,bmi,bmi2")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE __m256 halves(const uint8_t *p) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)); }
INLINE __m256i bytes(const uint8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
INLINE __m256i four(const int8_t *q) { return _mm256_castps_si256(_mm256_broadcast_ss((const float *)q)); }

/// Where a tile of tokens begins.
typedef struct {
  const int8_t *q;
  const float *d, *s, *h;
  size_t columns, blocks;
} tile;

INLINE tile tile_at(const pk_activations *a, size_t t) {
  size_t blocks = a->columns / PK_BLOCK;
  return (tile){a->q + t * a->columns, a->d + t * blocks, a->s + t * blocks, a->h + t * blocks * 2, a->columns, blocks};
}

// 15·127·2 = 3,810 a step: eight fit int16.
INLINE void q4_block(const uint8_t *p, const tile *a, size_t j, int half, int n, int terms, __m256 *sum) {
  const __m256i low_bits = _mm256_set1_epi8(15);
  __m256i dot[4];
  UNROLL for (int i = 0; i < 4; i++) {
    __m256i codes = bytes(p + 64 + 64 * i + 32 * half);
    __m256i low = _mm256_and_si256(codes, low_bits);
    __m256i high = _mm256_and_si256(_mm256_srli_epi16(codes, 4), low_bits);
    UNROLL for (int t = 0; t < n; t++) {
      const int8_t *q = a->q + (size_t)t * a->columns + j * PK_BLOCK + 4 * i;
      __m256i product = _mm256_add_epi16(_mm256_maddubs_epi16(low, four(q)), _mm256_maddubs_epi16(high, four(q + 16)));
      dot[t] = i == 0 ? product : _mm256_add_epi16(dot[t], product);
    }
  }
  __m256 d = halves(p + 16 * half), m = halves(p + 32 + 16 * half);
  UNROLL for (int t = 0; t < n; t++) {
    __m256 value = _mm256_cvtepi32_ps(_mm256_madd_epi16(dot[t], _mm256_set1_epi16(1)));
    size_t place = (size_t)t * a->blocks + j;
    sum[t / terms] = _mm256_fmadd_ps(_mm256_mul_ps(d, _mm256_broadcast_ss(a->d + place)), value, sum[t / terms]);
    sum[t / terms] = _mm256_fmadd_ps(m, _mm256_broadcast_ss(a->s + place), sum[t / terms]);
  }
}

// 31·127·2 = 7,874 a step: four fit int16.
INLINE void u5_block(const uint8_t *p, const tile *a, size_t j, int half, int n, int terms, __m256 *sum) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i dot[4], part[4];
  UNROLL for (int i = 0; i < 8; i++) {
    __m256i codes = bytes(p + 64 + 64 * i + 32 * half);
    UNROLL for (int t = 0; t < n; t++) {
      const int8_t *q = a->q + (size_t)t * a->columns + j * PK_BLOCK + 4 * i;
      __m256i product = _mm256_maddubs_epi16(codes, four(q));
      part[t] = i % 4 == 0 ? product : _mm256_add_epi16(part[t], product);
      if (i == 3) dot[t] = _mm256_madd_epi16(part[t], ones);
      if (i == 7) dot[t] = _mm256_add_epi32(dot[t], _mm256_madd_epi16(part[t], ones));
    }
  }
  __m256 d = halves(p + 16 * half), m = halves(p + 32 + 16 * half);
  UNROLL for (int t = 0; t < n; t++) {
    size_t place = (size_t)t * a->blocks + j;
    __m256 scale = _mm256_mul_ps(d, _mm256_broadcast_ss(a->d + place));
    sum[t / terms] = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(dot[t]), sum[t / terms]);
    sum[t / terms] = _mm256_fmadd_ps(m, _mm256_broadcast_ss(a->s + place), sum[t / terms]);
  }
}

// 63·127·2 = 16,002 a step: two fit int16. Scales are of 16 columns, half a block.
INLINE void u6_block(const uint8_t *p, const tile *a, size_t j, int half, int n, int terms, __m256 *sum) {
  const __m256i ones = _mm256_set1_epi16(1);
  UNROLL for (int h = 0; h < 2; h++) {
    __m256i dot[4], part[4];
    UNROLL for (int i = 0; i < 4; i++) {
      __m256i codes = bytes(p + 128 + 64 * (4 * h + i) + 32 * half);
      UNROLL for (int t = 0; t < n; t++) {
        const int8_t *q = a->q + (size_t)t * a->columns + j * PK_BLOCK + 16 * h + 4 * i;
        __m256i product = _mm256_maddubs_epi16(codes, four(q));
        part[t] = i % 2 == 0 ? product : _mm256_add_epi16(part[t], product);
        if (i == 1) dot[t] = _mm256_madd_epi16(part[t], ones);
        if (i == 3) dot[t] = _mm256_add_epi32(dot[t], _mm256_madd_epi16(part[t], ones));
      }
    }
    __m256 d = halves(p + 32 * h + 16 * half), m = halves(p + 64 + 32 * h + 16 * half);
    UNROLL for (int t = 0; t < n; t++) {
      size_t place = (size_t)t * a->blocks + j;
      __m256 scale = _mm256_mul_ps(d, _mm256_broadcast_ss(a->d + place));
      sum[t / terms] = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(dot[t]), sum[t / terms]);
      sum[t / terms] = _mm256_fmadd_ps(m, _mm256_broadcast_ss(a->h + place * 2 + (size_t)h), sum[t / terms]);
    }
  }
}

// Signed codes: |w| is unsigned, and the other side takes w's sign. One step may fill int16.
INLINE void s8_block(const uint8_t *p, const tile *a, size_t j, int half, int n, int terms, __m256 *sum) {
  const __m256i ones = _mm256_set1_epi16(1);
  __m256i dot[4];
  UNROLL for (int i = 0; i < 8; i++) {
    __m256i codes = bytes(p + 32 + 64 * i + 32 * half), size = _mm256_abs_epi8(codes);
    UNROLL for (int t = 0; t < n; t++) {
      const int8_t *q = a->q + (size_t)t * a->columns + j * PK_BLOCK + 4 * i;
      __m256i product = _mm256_madd_epi16(_mm256_maddubs_epi16(size, _mm256_sign_epi8(four(q), codes)), ones);
      dot[t] = i == 0 ? product : _mm256_add_epi32(dot[t], product);
    }
  }
  __m256 d = halves(p + 16 * half);
  UNROLL for (int t = 0; t < n; t++) {
    __m256 scale = _mm256_mul_ps(d, _mm256_broadcast_ss(a->d + (size_t)t * a->blocks + j));
    sum[t / terms] = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(dot[t]), sum[t / terms]);
  }
}

/// One panel and `n` rows of codes. A single token reads both halves of a block at once, so that memory is read in order.
#define QUANTISED_TILE(name, block, block_bytes)                                                            \
  INLINE void name(const uint8_t *panel, const tile *a, int n, int terms, float *y, size_t y_stride) {      \
    const int tokens = n / terms;                                                                           \
    if (tokens == 1) {                                                                                      \
      __m256 sum[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};                                           \
      for (size_t j = 0; j < a->blocks; j++) {                                                              \
        block(panel + j * block_bytes, a, j, 0, n, terms, sum);                                             \
        block(panel + j * block_bytes, a, j, 1, n, terms, sum + 1);                                         \
      }                                                                                                     \
      _mm256_storeu_ps(y, sum[0]);                                                                          \
      _mm256_storeu_ps(y + 8, sum[1]);                                                                      \
      return;                                                                                               \
    }                                                                                                       \
    for (int half = 0; half < 2; half++) {                                                                  \
      __m256 sum[4];                                                                                        \
      UNROLL for (int t = 0; t < tokens; t++) sum[t] = _mm256_setzero_ps();                                 \
      if (half == 0)                                                                                        \
        for (size_t j = 0; j < a->blocks; j++) block(panel + j * block_bytes, a, j, 0, n, terms, sum);      \
      else                                                                                                  \
        for (size_t j = 0; j < a->blocks; j++) block(panel + j * block_bytes, a, j, 1, n, terms, sum);      \
      UNROLL for (int t = 0; t < tokens; t++) _mm256_storeu_ps(y + (size_t)t * y_stride + 8 * half, sum[t]); \
    }                                                                                                       \
  }

QUANTISED_TILE(q4_tile, q4_block, 320)
QUANTISED_TILE(u5_tile, u5_block, 576)
QUANTISED_TILE(u6_tile, u6_block, 640)
QUANTISED_TILE(s8_tile, s8_block, 544)

#define QUANTISED_PRODUCT(name, tile_of)                                                                          \
  TARGET static void name(const pk_matrix *w, size_t first, size_t last, const pk_activations *acts, size_t start, \
                          size_t tokens, float *y, size_t y_stride) {                                             \
    for (size_t p = first; p < last; p++) {                                                                       \
      const uint8_t *panel = w->panels + p * w->panel_stride;                                                     \
      float *out = y + p * PK_PANEL_ROWS;                                                                         \
      size_t t = start, end = start + tokens;                                                                     \
      if (acts->terms == 2) {                                                                                     \
        for (; t < end; t += 2) {                                                                                 \
          tile a = tile_at(acts, t * 2);                                                                          \
          if (end - t == 1)                                                                                       \
            tile_of(panel, &a, 2, 2, out + t * y_stride, y_stride);                                               \
          else                                                                                                    \
            tile_of(panel, &a, 4, 2, out + t * y_stride, y_stride);                                               \
        }                                                                                                         \
        continue;                                                                                                 \
      }                                                                                                           \
      for (; t + 4 <= end; t += 4) {                                                                              \
        tile a = tile_at(acts, t);                                                                                \
        tile_of(panel, &a, 4, 1, out + t * y_stride, y_stride);                                                   \
      }                                                                                                           \
      if (t == end) continue;                                                                                     \
      tile a = tile_at(acts, t);                                                                                  \
      if (end - t == 1) tile_of(panel, &a, 1, 1, out + t * y_stride, y_stride);                                   \
      if (end - t == 2) tile_of(panel, &a, 2, 1, out + t * y_stride, y_stride);                                   \
      if (end - t == 3) tile_of(panel, &a, 3, 1, out + t * y_stride, y_stride);                                   \
    }                                                                                                             \
  }

QUANTISED_PRODUCT(q4_product, q4_tile)
QUANTISED_PRODUCT(u5_product, u5_tile)
QUANTISED_PRODUCT(u6_product, u6_tile)
QUANTISED_PRODUCT(s8_product, s8_tile)

INLINE void column(pk_panel_kind kind, const uint8_t *panel, size_t c, __m256 *low, __m256 *high) {
  if (kind == PK_PANEL_F16) {
    *low = halves(panel + c * 32);
    *high = halves(panel + c * 32 + 16);
  } else if (kind == PK_PANEL_BF16) {
    __m256i words = bytes(panel + c * 32);
    __m256i a = _mm256_cvtepu16_epi32(_mm256_castsi256_si128(words));
    __m256i b = _mm256_cvtepu16_epi32(_mm256_extracti128_si256(words, 1));
    *low = _mm256_castsi256_ps(_mm256_slli_epi32(a, 16));
    *high = _mm256_castsi256_ps(_mm256_slli_epi32(b, 16));
  } else {
    *low = _mm256_loadu_ps((const float *)(panel + c * 64));
    *high = _mm256_loadu_ps((const float *)(panel + c * 64 + 32));
  }
}

INLINE void float_tile(pk_panel_kind kind, const uint8_t *panel, size_t columns, const float *x, size_t x_stride,
                       int n, float *y, size_t y_stride) {
  __m256 low[6], high[6];
  UNROLL for (int t = 0; t < n; t++) low[t] = high[t] = _mm256_setzero_ps();
  // A single token has too few sums to hide the latency of one; two more hold the odd columns.
  __m256 low_odd = _mm256_setzero_ps(), high_odd = low_odd;
  size_t c = 0;
  if (n == 1) {
    for (; c + 2 <= columns; c += 2) {
      __m256 a, b;
      column(kind, panel, c, &a, &b);
      __m256 value = _mm256_broadcast_ss(x + c);
      low[0] = _mm256_fmadd_ps(a, value, low[0]);
      high[0] = _mm256_fmadd_ps(b, value, high[0]);
      column(kind, panel, c + 1, &a, &b);
      value = _mm256_broadcast_ss(x + c + 1);
      low_odd = _mm256_fmadd_ps(a, value, low_odd);
      high_odd = _mm256_fmadd_ps(b, value, high_odd);
    }
    low[0] = _mm256_add_ps(low[0], low_odd);
    high[0] = _mm256_add_ps(high[0], high_odd);
  }
  for (; c < columns; c++) {
    __m256 a, b;
    column(kind, panel, c, &a, &b);
    UNROLL for (int t = 0; t < n; t++) {
      __m256 value = _mm256_broadcast_ss(x + (size_t)t * x_stride + c);
      low[t] = _mm256_fmadd_ps(a, value, low[t]);
      high[t] = _mm256_fmadd_ps(b, value, high[t]);
    }
  }
  UNROLL for (int t = 0; t < n; t++) {
    _mm256_storeu_ps(y + (size_t)t * y_stride, low[t]);
    _mm256_storeu_ps(y + (size_t)t * y_stride + 8, high[t]);
  }
}

#define FLOAT_PRODUCT(name, kind)                                                                              \
  TARGET static void name(const pk_matrix *w, size_t first, size_t last, const pk_activations *a, size_t start, \
                          size_t tokens, float *y, size_t y_stride) {                                          \
    for (size_t p = first; p < last; p++) {                                                                    \
      const uint8_t *panel = w->panels + p * w->panel_stride;                                                  \
      size_t t = start, end = start + tokens, n = w->columns, s = a->x_stride;                                 \
      for (; t + 6 <= end; t += 6)                                                                             \
        float_tile(kind, panel, n, a->x + t * s, s, 6, y + t * y_stride + p * PK_PANEL_ROWS, y_stride);        \
      const float *x = a->x + t * s;                                                                           \
      float *out = y + t * y_stride + p * PK_PANEL_ROWS;                                                       \
      if (end - t == 1) float_tile(kind, panel, n, x, s, 1, out, y_stride);                                    \
      if (end - t == 2) float_tile(kind, panel, n, x, s, 2, out, y_stride);                                    \
      if (end - t == 3) float_tile(kind, panel, n, x, s, 3, out, y_stride);                                    \
      if (end - t == 4) float_tile(kind, panel, n, x, s, 4, out, y_stride);                                    \
      if (end - t == 5) float_tile(kind, panel, n, x, s, 5, out, y_stride);                                    \
    }                                                                                                          \
  }

FLOAT_PRODUCT(f16_product, PK_PANEL_F16)
FLOAT_PRODUCT(bf16_product, PK_PANEL_BF16)
FLOAT_PRODUCT(f32_product, PK_PANEL_F32)

void pk_multiply_avx2(const pk_matrix *w, size_t first, size_t last, const pk_activations *a, size_t first_token,
                      size_t tokens, float *y, size_t y_stride) {
  switch (w->kind) {
    case PK_PANEL_Q4: q4_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_U5: u5_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_U6: u6_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_S8: s8_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_F16: f16_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_BF16: bf16_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_F32: f32_product(w, first, last, a, first_token, tokens, y, y_stride); break;
  }
}
#endif
