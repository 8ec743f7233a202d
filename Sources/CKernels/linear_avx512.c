// AVX-512 with VNNI: a register is a panel's 16 rows, eight tokens at once, four products and their sum in one step.
#if defined(__x86_64__)
#if defined(PK_EMULATED)
// For checking this file on a processor without AVX-512.
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>
#include <simde/x86/f16c.h>
#else
#include <immintrin.h>
#endif

#include "linear.h"

#if defined(PK_EMULATED)
#define TARGET
#else
#define TARGET __attribute__((target("avx2,fma,f16c,bmi,bmi2,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#endif
#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE __m512 halves(const uint8_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
INLINE __m512i bytes(const uint8_t *p) { return _mm512_loadu_si512(p); }
INLINE __m512i four(const int8_t *q) {
  int32_t word;
  __builtin_memcpy(&word, q, 4);
  return _mm512_set1_epi32(word);
}

typedef struct {
  const int8_t *q;
  const float *d, *s, *h;
  const int32_t *b;
  size_t columns, blocks;
} tile;

INLINE tile tile_at(const pk_activations *a, size_t t) {
  size_t blocks = a->columns / PK_BLOCK;
  return (tile){a->q + t * a->columns, a->d + t * blocks,    a->s + t * blocks, a->h + t * blocks * 2,
                a->b + t * blocks,     a->columns, blocks};
}

INLINE void q4_block(const uint8_t *p, const tile *a, size_t j, int n, int terms, __m512 *sum) {
  const __m512i low_bits = _mm512_set1_epi8(15);
  __m512i dot[8], high_dot = _mm512_setzero_si512();
  UNROLL for (int t = 0; t < n; t++) dot[t] = _mm512_setzero_si512();
  UNROLL for (int i = 0; i < 4; i++) {
    __m512i codes = bytes(p + 64 + 64 * i);
    __m512i low = _mm512_and_si512(codes, low_bits);
    __m512i high = _mm512_and_si512(_mm512_srli_epi16(codes, 4), low_bits);
    UNROLL for (int t = 0; t < n; t++) {
      const int8_t *q = a->q + (size_t)t * a->columns + j * PK_BLOCK + 4 * i;
      dot[t] = _mm512_dpbusd_epi32(dot[t], low, four(q));
      if (n == 1)
        high_dot = _mm512_dpbusd_epi32(high_dot, high, four(q + 16));
      else
        dot[t] = _mm512_dpbusd_epi32(dot[t], high, four(q + 16));
    }
  }
  if (n == 1) dot[0] = _mm512_add_epi32(dot[0], high_dot);
  __m512 d = halves(p), m = halves(p + 32);
  UNROLL for (int t = 0; t < n; t++) {
    size_t place = (size_t)t * a->blocks + j;
    sum[t / terms] = _mm512_fmadd_ps(_mm512_mul_ps(d, _mm512_set1_ps(a->d[place])), _mm512_cvtepi32_ps(dot[t]), sum[t / terms]);
    sum[t / terms] = _mm512_fmadd_ps(m, _mm512_set1_ps(a->s[place]), sum[t / terms]);
  }
}

INLINE void u5_block(const uint8_t *p, const tile *a, size_t j, int n, int terms, __m512 *sum) {
  __m512i dot[8], odd = _mm512_setzero_si512();
  UNROLL for (int t = 0; t < n; t++) dot[t] = _mm512_setzero_si512();
  UNROLL for (int i = 0; i < 8; i++) {
    __m512i codes = bytes(p + 64 + 64 * i);
    UNROLL for (int t = 0; t < n; t++) {
      const int8_t *q = a->q + (size_t)t * a->columns + j * PK_BLOCK + 4 * i;
      if (n == 1 && i % 2)
        odd = _mm512_dpbusd_epi32(odd, codes, four(q));
      else
        dot[t] = _mm512_dpbusd_epi32(dot[t], codes, four(q));
    }
  }
  if (n == 1) dot[0] = _mm512_add_epi32(dot[0], odd);
  __m512 d = halves(p), m = halves(p + 32);
  UNROLL for (int t = 0; t < n; t++) {
    size_t place = (size_t)t * a->blocks + j;
    sum[t / terms] = _mm512_fmadd_ps(_mm512_mul_ps(d, _mm512_set1_ps(a->d[place])), _mm512_cvtepi32_ps(dot[t]), sum[t / terms]);
    sum[t / terms] = _mm512_fmadd_ps(m, _mm512_set1_ps(a->s[place]), sum[t / terms]);
  }
}

INLINE void u6_block(const uint8_t *p, const tile *a, size_t j, int n, int terms, __m512 *sum) {
  UNROLL for (int h = 0; h < 2; h++) {
    __m512i dot[8];
    UNROLL for (int t = 0; t < n; t++) dot[t] = _mm512_setzero_si512();
    UNROLL for (int i = 0; i < 4; i++) {
      __m512i codes = bytes(p + 128 + 64 * (4 * h + i));
      UNROLL for (int t = 0; t < n; t++) {
        const int8_t *q = a->q + (size_t)t * a->columns + j * PK_BLOCK + 16 * h + 4 * i;
        dot[t] = _mm512_dpbusd_epi32(dot[t], codes, four(q));
      }
    }
    __m512 d = halves(p + 32 * h), m = halves(p + 64 + 32 * h);
    UNROLL for (int t = 0; t < n; t++) {
      size_t place = (size_t)t * a->blocks + j;
      sum[t / terms] = _mm512_fmadd_ps(_mm512_mul_ps(d, _mm512_set1_ps(a->d[place])), _mm512_cvtepi32_ps(dot[t]), sum[t / terms]);
      sum[t / terms] = _mm512_fmadd_ps(m, _mm512_set1_ps(a->h[place * 2 + (size_t)h]), sum[t / terms]);
    }
  }
}

// The product wants unsigned codes: w + 128 = w xor 0x80, and the sum begins with -128·Σq.
INLINE void s8_block(const uint8_t *p, const tile *a, size_t j, int n, int terms, __m512 *sum) {
  const __m512i top = _mm512_set1_epi8((char)0x80);
  __m512i dot[8], odd = _mm512_setzero_si512();
  UNROLL for (int t = 0; t < n; t++) dot[t] = _mm512_set1_epi32(a->b[(size_t)t * a->blocks + j]);
  UNROLL for (int i = 0; i < 8; i++) {
    __m512i codes = _mm512_xor_si512(bytes(p + 32 + 64 * i), top);
    UNROLL for (int t = 0; t < n; t++) {
      const int8_t *q = a->q + (size_t)t * a->columns + j * PK_BLOCK + 4 * i;
      if (n == 1 && i % 2)
        odd = _mm512_dpbusd_epi32(odd, codes, four(q));
      else
        dot[t] = _mm512_dpbusd_epi32(dot[t], codes, four(q));
    }
  }
  if (n == 1) dot[0] = _mm512_add_epi32(dot[0], odd);
  __m512 d = halves(p);
  UNROLL for (int t = 0; t < n; t++) {
    __m512 scale = _mm512_mul_ps(d, _mm512_set1_ps(a->d[(size_t)t * a->blocks + j]));
    sum[t / terms] = _mm512_fmadd_ps(scale, _mm512_cvtepi32_ps(dot[t]), sum[t / terms]);
  }
}

/// One tile of `count` rows of codes, if that many tokens are left.
#define TILE(name, count, terms)                                          \
  while ((end - t) * terms >= count) {                                    \
    tile a = tile_at(acts, t * terms);                                    \
    name##_tile(panel, &a, count, terms, out + t * y_stride, y_stride);   \
    t += count / terms;                                                   \
  }

#define QUANTISED_PRODUCT(name, block, block_bytes)                                                                \
  INLINE void name##_tile(const uint8_t *panel, const tile *a, int n, int terms, float *y, size_t y_stride) {      \
    const int tokens = n / terms;                                                                                  \
    __m512 sum[8];                                                                                                 \
    UNROLL for (int t = 0; t < tokens; t++) sum[t] = _mm512_setzero_ps();                                          \
    for (size_t j = 0; j < a->blocks; j++) block(panel + j * block_bytes, a, j, n, terms, sum);                    \
    UNROLL for (int t = 0; t < tokens; t++) _mm512_storeu_ps(y + (size_t)t * y_stride, sum[t]);                    \
  }                                                                                                                \
  TARGET static void name(const pk_matrix *w, size_t first, size_t last, const pk_activations *acts, size_t start, \
                          size_t tokens, float *y, size_t y_stride) {                                              \
    for (size_t p = first; p < last; p++) {                                                                        \
      const uint8_t *panel = w->panels + p * w->panel_stride;                                                      \
      float *out = y + p * PK_PANEL_ROWS;                                                                          \
      size_t t = start, end = start + tokens;                                                                      \
      if (acts->terms == 2) {                                                                                      \
        TILE(name, 8, 2)                                                                                           \
        TILE(name, 4, 2)                                                                                           \
        TILE(name, 2, 2)                                                                                           \
      } else {                                                                                                     \
        TILE(name, 8, 1)                                                                                           \
        TILE(name, 4, 1)                                                                                           \
        TILE(name, 2, 1)                                                                                           \
        TILE(name, 1, 1)                                                                                           \
      }                                                                                                            \
    }                                                                                                              \
  }

QUANTISED_PRODUCT(q4_product, q4_block, 320)
QUANTISED_PRODUCT(u5_product, u5_block, 576)
QUANTISED_PRODUCT(u6_product, u6_block, 640)
QUANTISED_PRODUCT(s8_product, s8_block, 544)

INLINE __m512 column(pk_panel_kind kind, const uint8_t *panel, size_t c) {
  if (kind == PK_PANEL_F16) return halves(panel + c * 32);
  if (kind == PK_PANEL_F32) return _mm512_loadu_ps((const float *)(panel + c * 64));
  __m256i words = _mm256_loadu_si256((const __m256i *)(panel + c * 32));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(words), 16));
}

INLINE void float_tile(pk_panel_kind kind, const uint8_t *panel, size_t columns, const float *x, size_t x_stride,
                       int n, float *y, size_t y_stride) {
  __m512 sum[12], odd = _mm512_setzero_ps();
  UNROLL for (int t = 0; t < n; t++) sum[t] = _mm512_setzero_ps();
  size_t c = 0;
  if (n == 1) {
    for (; c + 2 <= columns; c += 2) {
      sum[0] = _mm512_fmadd_ps(column(kind, panel, c), _mm512_set1_ps(x[c]), sum[0]);
      odd = _mm512_fmadd_ps(column(kind, panel, c + 1), _mm512_set1_ps(x[c + 1]), odd);
    }
    sum[0] = _mm512_add_ps(sum[0], odd);
  }
  for (; c < columns; c++) {
    __m512 w = column(kind, panel, c);
    UNROLL for (int t = 0; t < n; t++) sum[t] = _mm512_fmadd_ps(w, _mm512_set1_ps(x[(size_t)t * x_stride + c]), sum[t]);
  }
  UNROLL for (int t = 0; t < n; t++) _mm512_storeu_ps(y + (size_t)t * y_stride, sum[t]);
}

#define FLOAT_TILE(count)                                                                   \
  while (end - t >= count) {                                                                \
    float_tile(kind, panel, w->columns, a->x + t * a->x_stride, a->x_stride, count,         \
               y + t * y_stride + p * PK_PANEL_ROWS, y_stride);                             \
    t += count;                                                                             \
  }

INLINE void float_product(pk_panel_kind kind, const pk_matrix *w, size_t first, size_t last, const pk_activations *a,
                          size_t start, size_t tokens, float *y, size_t y_stride) {
  for (size_t p = first; p < last; p++) {
    const uint8_t *panel = w->panels + p * w->panel_stride;
    size_t t = start, end = start + tokens;
    FLOAT_TILE(12)
    FLOAT_TILE(6)
    FLOAT_TILE(3)
    FLOAT_TILE(2)
    FLOAT_TILE(1)
  }
}

TARGET void pk_multiply_avx512(const pk_matrix *w, size_t first, size_t last, const pk_activations *a,
                               size_t first_token, size_t tokens, float *y, size_t y_stride) {
  switch (w->kind) {
    case PK_PANEL_Q4: q4_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_U5: u5_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_U6: u6_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_S8: s8_product(w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_F16: float_product(PK_PANEL_F16, w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_BF16: float_product(PK_PANEL_BF16, w, first, last, a, first_token, tokens, y, y_stride); break;
    case PK_PANEL_F32: float_product(PK_PANEL_F32, w, first, last, a, first_token, tokens, y, y_stride); break;
  }
}
#endif
