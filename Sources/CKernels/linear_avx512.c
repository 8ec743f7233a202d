// AVX-512 with VNNI: a register is a panel's 16 rows, up to twelve tokens at once, two products and their sum in one step.
#if defined(__x86_64__)
#include <immintrin.h>

#include "linear.h"
#include "linear_tiles.h"

#define TARGET __attribute__((target("avx2,fma,f16c,bmi,bmi2,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

INLINE __m512 halves(const uint8_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
INLINE __m512i bytes(const uint8_t *p) { return _mm512_loadu_si512(p); }
INLINE __m512i pair(const int16_t *q) {
  int32_t word;
  __builtin_memcpy(&word, q, 4);
  return _mm512_set1_epi32(word);
}

INLINE __m512 begin(const float *y, int adding) { return adding ? _mm512_loadu_ps(y) : _mm512_setzero_ps(); }

// sum += the products of 16 lanes' pairs. Of the intrinsic the compiler makes a product and a sum to shorten its chain, and
// adds up the products of a block in a tree, which it spills.
#define ADD_PRODUCTS(sum, c, x) __asm__("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(c), "v"(x))

/// The codes of a step, of 16 rows.
INLINE __m512i codes(pk_panel_kind kind, __m512i lanes, int step) {
  const __m512i four_bits = _mm512_set1_epi16(15);
  if (kind == PK_PANEL_Q4 && step == 3) return _mm512_srli_epi16(lanes, 12);
  if (kind == PK_PANEL_Q4) return _mm512_and_si512(step == 0 ? lanes : _mm512_srli_epi16(lanes, 4 * (unsigned)step), four_bits);
  if (kind == PK_PANEL_S8) return _mm512_srai_epi16(step == 0 ? _mm512_slli_epi16(lanes, 8) : lanes, 8);
  return step == 0 ? _mm512_and_si512(lanes, _mm512_set1_epi16(255)) : _mm512_srli_epi16(lanes, 8);
}

/// One panel and `n` tokens from `t` on. 32 products of codes below 256 and 16 bits fit int32.
INLINE void quantised_tile(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int n, float *y,
                           size_t y_stride, int adding) {
  const size_t blocks = a->columns / PK_BLOCK;
  const int groups = pk_groups(kind), chunks = pk_chunks(kind) / groups, steps = pk_steps(kind);
  const int16_t *q = a->q + t * a->columns;
  __m512 sum[12];
  UNROLL for (int k = 0; k < n; k++) sum[k] = begin(y + (size_t)k * y_stride, adding);
  for (size_t j = 0; j < blocks; j++, panel += pk_block_bytes(kind), q += PK_BLOCK) {
    // The first tokens read the panel from memory, the others find it in the cache.
    if (t == 0) pk_ask_ahead(panel, pk_block_bytes(kind));
    UNROLL for (int g = 0; g < groups; g++) {
      // A single token has too few sums to hide the latency of one; another holds the odd steps.
      __m512i dot[12], odd = _mm512_setzero_si512();
      UNROLL for (int k = 0; k < n; k++) dot[k] = _mm512_setzero_si512();
      UNROLL for (int i = 0; i < chunks; i++) {
        __m512i lanes = bytes(panel + pk_chunks_offset(kind) + 64 * (g * chunks + i));
        UNROLL for (int step = 0; step < steps; step++) {
          __m512i c = codes(kind, lanes, step);
          UNROLL for (int k = 0; k < n; k++) {
            __m512i x = pair(q + (size_t)k * a->columns + pk_pair(kind, g * chunks + i, step));
            if (n == 1 && step % 2) {
              ADD_PRODUCTS(odd, c, x);
            } else {
              ADD_PRODUCTS(dot[k], c, x);
            }
          }
        }
      }
      if (n == 1) dot[0] = _mm512_add_epi32(dot[0], odd);
      __m512 d = halves(panel + 32 * g);
      __m512 m = kind == PK_PANEL_S8 ? d : halves(panel + 32 * (groups + g));
      UNROLL for (int k = 0; k < n; k++) {
        const size_t place = (t + (size_t)k) * blocks + j;
        __m512 scale = _mm512_mul_ps(d, _mm512_set1_ps(a->d[place]));
        sum[k] = _mm512_fmadd_ps(scale, _mm512_cvtepi32_ps(dot[k]), sum[k]);
        if (kind == PK_PANEL_S8) continue;
        sum[k] = _mm512_fmadd_ps(m, _mm512_set1_ps(groups == 2 ? a->h[place * 2 + (size_t)g] : a->s[place]), sum[k]);
      }
    }
  }
  UNROLL for (int k = 0; k < n; k++) _mm512_storeu_ps(y + (size_t)k * y_stride, sum[k]);
}

/// Two panels and eight tokens from `t` on.
///
/// A product has a latency of five cycles, and a core begins two a cycle: eight sums at once leave it idle, sixteen do not.
/// What they add up to over the blocks waits in memory.
INLINE void quantised_pair(pk_panel_kind kind, const uint8_t *panel, size_t panel_stride, const pk_activations *a, size_t t,
                           float *y, size_t y_stride, int adding) {
  enum { TOKENS = 8, PANELS = 2 };
  const size_t blocks = a->columns / PK_BLOCK;
  const int groups = pk_groups(kind), chunks = pk_chunks(kind) / groups, steps = pk_steps(kind);
  const int16_t *q = a->q + t * a->columns;
  float sums[TOKENS][PANELS][PK_PANEL_ROWS] __attribute__((aligned(64)));
  for (int k = 0; k < TOKENS; k++)
    for (int p = 0; p < PANELS; p++)
      _mm512_storeu_ps(sums[k][p], begin(y + (size_t)k * y_stride + (size_t)p * PK_PANEL_ROWS, adding));
  for (size_t j = 0; j < blocks; j++, panel += pk_block_bytes(kind), q += PK_BLOCK) {
    if (t == 0) {
      pk_ask_ahead(panel, pk_block_bytes(kind));
      pk_ask_ahead(panel + panel_stride, pk_block_bytes(kind));
    }
    UNROLL for (int g = 0; g < groups; g++) {
      __m512i dot[TOKENS][PANELS];
      UNROLL for (int k = 0; k < TOKENS; k++)
        UNROLL for (int p = 0; p < PANELS; p++) dot[k][p] = _mm512_setzero_si512();
      UNROLL for (int i = 0; i < chunks; i++) {
        const uint8_t *chunk = panel + pk_chunks_offset(kind) + 64 * (g * chunks + i);
        __m512i lanes[PANELS] = {bytes(chunk), bytes(chunk + panel_stride)};
        UNROLL for (int step = 0; step < steps; step++) {
          __m512i c[PANELS] = {codes(kind, lanes[0], step), codes(kind, lanes[1], step)};
          UNROLL for (int k = 0; k < TOKENS; k++) {
            __m512i x = pair(q + (size_t)k * a->columns + pk_pair(kind, g * chunks + i, step));
            UNROLL for (int p = 0; p < PANELS; p++) {
              ADD_PRODUCTS(dot[k][p], c[p], x);
            }
          }
        }
      }
      UNROLL for (int p = 0; p < PANELS; p++) {
        const uint8_t *scales = panel + (size_t)p * panel_stride;
        __m512 d = halves(scales + 32 * g);
        __m512 m = kind == PK_PANEL_S8 ? d : halves(scales + 32 * (groups + g));
        UNROLL for (int k = 0; k < TOKENS; k++) {
          const size_t place = (t + (size_t)k) * blocks + j;
          __m512 sum = _mm512_loadu_ps(sums[k][p]), scale = _mm512_mul_ps(d, _mm512_set1_ps(a->d[place]));
          sum = _mm512_fmadd_ps(scale, _mm512_cvtepi32_ps(dot[k][p]), sum);
          if (kind != PK_PANEL_S8)
            sum = _mm512_fmadd_ps(m, _mm512_set1_ps(groups == 2 ? a->h[place * 2 + (size_t)g] : a->s[place]), sum);
          _mm512_storeu_ps(sums[k][p], sum);
        }
      }
    }
  }
  for (int k = 0; k < TOKENS; k++)
    for (int p = 0; p < PANELS; p++)
      _mm512_storeu_ps(y + (size_t)k * y_stride + (size_t)p * PK_PANEL_ROWS, _mm512_loadu_ps(sums[k][p]));
}

PRODUCT(quantised_panels, TILES(quantised_tile, 8) TILES(quantised_tile, 4) TILES(quantised_tile, 2) TILES(quantised_tile, 1))

/// Eights of tokens go through two panels at once, what is left of either through one.
INLINE void quantised_product(pk_panel_kind kind, const pk_matrix *w, size_t first, size_t last, const pk_activations *a,
                              size_t t0, size_t end, float *y, size_t y_stride, int adding) {
  size_t p = first;
  for (; end - t0 >= 8 && last - p >= 2; p += 2) {
    size_t t = t0;
    for (; end - t >= 8; t += 8)
      quantised_pair(kind, w->panels + p * w->panel_stride, w->panel_stride, a, t, y + t * y_stride + p * PK_PANEL_ROWS,
                     y_stride, adding);
    quantised_panels(kind, w, p, p + 2, a, t, end, y, y_stride, adding);
  }
  quantised_panels(kind, w, p, last, a, t0, end, y, y_stride, adding);
}

INLINE __m512 column(pk_panel_kind kind, const uint8_t *panel, size_t c) {
  if (kind == PK_PANEL_F16) return halves(panel + c * 32);
  if (kind == PK_PANEL_F32) return _mm512_loadu_ps((const float *)(panel + c * 64));
  __m256i words = _mm256_loadu_si256((const __m256i *)(panel + c * 32));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(words), 16));
}

// A token's sum is made in the same order whatever stands beside it, so that tokens that are verified together give what
// they give alone. Two sums a token, of every other column, hide the latency of one where there are few tokens.
INLINE void float_tile(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int n, float *y,
                       size_t y_stride, int adding) {
  const float *x = a->x + t * a->x_stride;
  const size_t columns = a->columns, x_stride = a->x_stride, column_bytes = kind == PK_PANEL_F32 ? 64 : 32;
  __m512 even[12], odd[12];
  UNROLL for (int k = 0; k < n; k++) {
    even[k] = begin(y + (size_t)k * y_stride, adding);
    odd[k] = begin(y + (size_t)k * y_stride + y_stride / 2, adding == PK_PART);
  }
  for (size_t c = 0; c + 1 < columns; c += 2) {
    if (t == 0) pk_ask_ahead(panel + c * column_bytes, 2 * column_bytes);
    __m512 w = column(kind, panel, c), v = column(kind, panel, c + 1);
    UNROLL for (int k = 0; k < n; k++) {
      even[k] = _mm512_fmadd_ps(w, _mm512_set1_ps(x[(size_t)k * x_stride + c]), even[k]);
      odd[k] = _mm512_fmadd_ps(v, _mm512_set1_ps(x[(size_t)k * x_stride + c + 1]), odd[k]);
    }
  }
  if (columns % 2) {
    __m512 w = column(kind, panel, columns - 1);
    UNROLL for (int k = 0; k < n; k++)
      even[k] = _mm512_fmadd_ps(w, _mm512_set1_ps(x[(size_t)k * x_stride + columns - 1]), even[k]);
  }
  UNROLL for (int k = 0; k < n; k++) {
    float *out = y + (size_t)k * y_stride;
    _mm512_storeu_ps(out, adding == PK_PART ? even[k] : _mm512_add_ps(even[k], odd[k]));
    if (adding == PK_PART) _mm512_storeu_ps(out + y_stride / 2, odd[k]);
  }
}

PRODUCT(float_product, TILES(float_tile, 12) TILES(float_tile, 6) TILES(float_tile, 3) TILES(float_tile, 2) TILES(float_tile, 1))

/// The products of a PK_PANEL_R8.
INLINE void narrow_tile(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int n, float *y,
                        size_t y_stride, int adding) {
  (void)kind;
  const size_t columns = a->columns;
  const int16_t *q = a->q + t * columns;
  __m512i even[8], odd[8];
  UNROLL for (int k = 0; k < n; k++) even[k] = odd[k] = _mm512_setzero_si512();
  if (t == 0) pk_ask_ahead(panel, 64 + 16 * columns);
  for (size_t c = 0; c < columns; c += 4) {
    __m512i lanes = bytes(panel + 64 + 16 * c), w = codes(PK_PANEL_S8, lanes, 0), v = codes(PK_PANEL_S8, lanes, 1);
    UNROLL for (int k = 0; k < n; k++) {
      ADD_PRODUCTS(even[k], w, pair(q + (size_t)k * columns + c));
      ADD_PRODUCTS(odd[k], v, pair(q + (size_t)k * columns + c + 2));
    }
  }
  const __m512 d = _mm512_loadu_ps((const float *)panel);
  UNROLL for (int k = 0; k < n; k++) {
    float *out = y + (size_t)k * y_stride;
    __m512 scale = _mm512_mul_ps(d, _mm512_set1_ps(a->d[t + (size_t)k]));
    __m512 dot = _mm512_cvtepi32_ps(_mm512_add_epi32(even[k], odd[k]));
    _mm512_storeu_ps(out, _mm512_fmadd_ps(scale, dot, begin(out, adding)));
  }
}

PRODUCT(narrow_product, TILES(narrow_tile, 8) TILES(narrow_tile, 4) TILES(narrow_tile, 2) TILES(narrow_tile, 1))

TARGET MULTIPLY(pk_multiply_avx512)
#endif
