// AVX2: a panel's 16 rows are two registers of sums, four tokens at once.
#if defined(__x86_64__)
#include <immintrin.h>

#include "linear.h"
#include "linear_tiles.h"

#define TARGET __attribute__((target("avx2,fma,f16c,bmi,bmi2")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE __m256 halves(const uint8_t *p) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)); }
INLINE __m256i bytes(const uint8_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
INLINE __m256i pair(const int16_t *q) { return _mm256_castps_si256(_mm256_broadcast_ss((const float *)q)); }

INLINE __m256 begin(const float *y, int adding) { return adding ? _mm256_loadu_ps(y) : _mm256_setzero_ps(); }

// Keeps sums in their registers: the compiler would rather add up all products of a block in a tree, and spill them.
#define PIN(v) __asm__("" : "+x"(v))

/// The codes of a step, of 8 rows.
INLINE __m256i codes(pk_panel_kind kind, __m256i lanes, int step) {
  const __m256i four_bits = _mm256_set1_epi16(15);
  if (kind == PK_PANEL_Q4 && step == 3) return _mm256_srli_epi16(lanes, 12);
  if (kind == PK_PANEL_Q4) return _mm256_and_si256(step == 0 ? lanes : _mm256_srli_epi16(lanes, 4 * step), four_bits);
  if (kind == PK_PANEL_S8) return _mm256_srai_epi16(step == 0 ? _mm256_slli_epi16(lanes, 8) : lanes, 8);
  return step == 0 ? _mm256_and_si256(lanes, _mm256_set1_epi16(255)) : _mm256_srli_epi16(lanes, 8);
}

/// One panel and `n` tokens from `t` on. 32 products of codes below 256 and 16 bits fit int32.
INLINE void quantised_tile(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int n, float *y,
                           size_t y_stride, int adding) {
  const size_t blocks = a->columns / PK_BLOCK;
  const int groups = pk_groups(kind), chunks = pk_chunks(kind) / groups, steps = pk_steps(kind);
  const int16_t *q = a->q + t * a->columns;
  __m256 sum[2][4];
  UNROLL for (int k = 0; k < n; k++)
    UNROLL for (int half = 0; half < 2; half++) sum[half][k] = begin(y + (size_t)k * y_stride + 8 * half, adding);
  for (size_t j = 0; j < blocks; j++, panel += pk_block_bytes(kind), q += PK_BLOCK) {
    // The first tokens read the panel from memory, the others find it in the cache.
    if (t == 0) pk_ask_ahead(panel, pk_block_bytes(kind));
    UNROLL for (int g = 0; g < groups; g++) {
      __m256i dot[2][4];
      UNROLL for (int i = 0; i < chunks; i++) {
        const uint8_t *chunk = panel + pk_chunks_offset(kind) + 64 * (g * chunks + i);
        __m256i upper = bytes(chunk), lower = bytes(chunk + 32);
        UNROLL for (int step = 0; step < steps; step++) {
          __m256i c[2] = {codes(kind, upper, step), codes(kind, lower, step)};
          UNROLL for (int k = 0; k < n; k++) {
            __m256i x = pair(q + (size_t)k * a->columns + pk_pair(kind, g * chunks + i, step));
            UNROLL for (int half = 0; half < 2; half++) {
              __m256i product = _mm256_madd_epi16(c[half], x);
              dot[half][k] = i == 0 && step == 0 ? product : _mm256_add_epi32(dot[half][k], product);
              PIN(dot[half][k]);
            }
          }
        }
      }
      UNROLL for (int half = 0; half < 2; half++) {
        __m256 d = halves(panel + 32 * g + 16 * half);
        __m256 m = kind == PK_PANEL_S8 ? d : halves(panel + 32 * (groups + g) + 16 * half);
        UNROLL for (int k = 0; k < n; k++) {
          const size_t place = (t + (size_t)k) * blocks + j;
          __m256 scale = _mm256_mul_ps(d, _mm256_broadcast_ss(a->d + place));
          sum[half][k] = _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(dot[half][k]), sum[half][k]);
          if (kind == PK_PANEL_S8) continue;
          const float *total = groups == 2 ? a->h + place * 2 + g : a->s + place;
          sum[half][k] = _mm256_fmadd_ps(m, _mm256_broadcast_ss(total), sum[half][k]);
        }
      }
    }
  }
  UNROLL for (int k = 0; k < n; k++)
    UNROLL for (int half = 0; half < 2; half++) _mm256_storeu_ps(y + (size_t)k * y_stride + 8 * half, sum[half][k]);
}

PRODUCT(quantised_product, TILES(quantised_tile, 4) TILES(quantised_tile, 3) TILES(quantised_tile, 2) TILES(quantised_tile, 1))

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

// A token's sum is made in the same order whatever stands beside it, so that tokens that are verified together give what
// they give alone.
INLINE void float_tile(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int n, float *y,
                       size_t y_stride, int adding) {
  const size_t columns = a->columns, x_stride = a->x_stride;
  const float *x = a->x + t * x_stride;
  __m256 low[6], high[6];
  UNROLL for (int k = 0; k < n; k++) {
    low[k] = begin(y + (size_t)k * y_stride, adding);
    high[k] = begin(y + (size_t)k * y_stride + 8, adding);
  }
  for (size_t c = 0; c < columns; c++) {
    // A line holds two columns of half precision.
    if (t == 0 && (kind == PK_PANEL_F32 || c % 2 == 0)) pk_ask_ahead(panel + c * (kind == PK_PANEL_F32 ? 64 : 32), PK_LINE);
    __m256 upper, lower;
    column(kind, panel, c, &upper, &lower);
    UNROLL for (int k = 0; k < n; k++) {
      __m256 value = _mm256_broadcast_ss(x + (size_t)k * x_stride + c);
      low[k] = _mm256_fmadd_ps(upper, value, low[k]);
      high[k] = _mm256_fmadd_ps(lower, value, high[k]);
    }
  }
  UNROLL for (int k = 0; k < n; k++) {
    _mm256_storeu_ps(y + (size_t)k * y_stride, low[k]);
    _mm256_storeu_ps(y + (size_t)k * y_stride + 8, high[k]);
  }
}

PRODUCT(float_product, TILES(float_tile, 6) TILES(float_tile, 4) TILES(float_tile, 3) TILES(float_tile, 2) TILES(float_tile, 1))

/// The products of a PK_PANEL_R8.
INLINE void narrow_tile(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int n, float *y,
                        size_t y_stride, int adding) {
  (void)kind;
  const size_t columns = a->columns;
  const int16_t *q = a->q + t * columns;
  __m256i dot[2][4];
  UNROLL for (int k = 0; k < n; k++) dot[0][k] = dot[1][k] = _mm256_setzero_si256();
  if (t == 0) pk_ask_ahead(panel, 64 + 16 * columns);
  for (size_t c = 0; c < columns; c += 4) {
    const uint8_t *chunk = panel + 64 + 16 * c;
    UNROLL for (int step = 0; step < 2; step++) {
      __m256i w[2] = {codes(PK_PANEL_S8, bytes(chunk), step), codes(PK_PANEL_S8, bytes(chunk + 32), step)};
      UNROLL for (int k = 0; k < n; k++) {
        __m256i x = pair(q + (size_t)k * columns + c + 2 * (size_t)step);
        UNROLL for (int half = 0; half < 2; half++)
          dot[half][k] = _mm256_add_epi32(dot[half][k], _mm256_madd_epi16(w[half], x));
      }
    }
  }
  UNROLL for (int half = 0; half < 2; half++) {
    const __m256 d = _mm256_loadu_ps((const float *)panel + 8 * half);
    UNROLL for (int k = 0; k < n; k++) {
      float *out = y + (size_t)k * y_stride + 8 * half;
      __m256 scale = _mm256_mul_ps(d, _mm256_broadcast_ss(a->d + t + k));
      _mm256_storeu_ps(out, _mm256_fmadd_ps(scale, _mm256_cvtepi32_ps(dot[half][k]), begin(out, adding)));
    }
  }
}

PRODUCT(narrow_product, TILES(narrow_tile, 4) TILES(narrow_tile, 2) TILES(narrow_tile, 1))

TARGET MULTIPLY(pk_multiply_avx2)
#endif
