// NEON (every 64-bit Arm processor): a register holds two rows' pairs of products, two tokens at once; sums of pairs are made
// at a block's end.
#if defined(__aarch64__)
#include <arm_neon.h>

#include "linear.h"
#include "linear_tiles.h"

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

enum { QUARTERS = 4 };

INLINE float32x4_t halves(const uint8_t *p) {
  return vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16((const uint16_t *)p)));
}
INLINE int16x8_t pair(const int16_t *q) { return vreinterpretq_s16_s32(vld1q_dup_s32((const int32_t *)q)); }

INLINE float32x4_t begin(const float *y, int adding) { return adding ? vld1q_f32(y) : vdupq_n_f32(0); }

/// The codes of a step, of 4 rows.
INLINE int16x8_t codes(pk_panel_kind kind, uint16x8_t lanes, int step) {
  if (kind == PK_PANEL_Q4) {
    uint16x8_t shifted = step == 0   ? lanes
                         : step == 1 ? vshrq_n_u16(lanes, 4)
                         : step == 2 ? vshrq_n_u16(lanes, 8)
                                     : vshrq_n_u16(lanes, 12);
    return vreinterpretq_s16_u16(vandq_u16(shifted, vdupq_n_u16(15)));
  }
  if (kind == PK_PANEL_S8) {
    int16x8_t words = vreinterpretq_s16_u16(step == 0 ? vshlq_n_u16(lanes, 8) : lanes);
    return vshrq_n_s16(words, 8);
  }
  return vreinterpretq_s16_u16(step == 0 ? vandq_u16(lanes, vdupq_n_u16(255)) : vshrq_n_u16(lanes, 8));
}

/// A quarter of a panel (4 rows) and `n` tokens from `t` on.
INLINE void quantised_quarter(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int quarter,
                              int n, float *y, size_t y_stride, int adding) {
  const size_t blocks = a->columns / PK_BLOCK;
  const int groups = pk_groups(kind), chunks = pk_chunks(kind) / groups, steps = pk_steps(kind);
  const int16_t *q = a->q + t * a->columns;
  float32x4_t sum[4];
  UNROLL for (int k = 0; k < n; k++) sum[k] = begin(y + (size_t)k * y_stride + 4 * quarter, adding);
  for (size_t j = 0; j < blocks; j++, panel += pk_block_bytes(kind), q += PK_BLOCK) {
    // The first tokens read the panel from memory, the others find it in the cache.
    if (t == 0 && quarter == 0) pk_ask_ahead(panel, pk_block_bytes(kind));
    UNROLL for (int g = 0; g < groups; g++) {
      int32x4_t low[4], high[4];
      UNROLL for (int k = 0; k < n; k++) low[k] = high[k] = vdupq_n_s32(0);
      UNROLL for (int i = 0; i < chunks; i++) {
        const uint8_t *chunk = panel + pk_chunks_offset(kind) + 64 * (g * chunks + i) + 16 * quarter;
        uint16x8_t lanes = vreinterpretq_u16_u8(vld1q_u8(chunk));
        UNROLL for (int step = 0; step < steps; step++) {
          int16x8_t c = codes(kind, lanes, step);
          UNROLL for (int k = 0; k < n; k++) {
            int16x8_t x = pair(q + (size_t)k * a->columns + pk_pair(kind, g * chunks + i, step));
            low[k] = vmlal_s16(low[k], vget_low_s16(c), vget_low_s16(x));
            high[k] = vmlal_high_s16(high[k], c, x);
          }
        }
      }
      float32x4_t d = halves(panel + 32 * g + 8 * quarter);
      float32x4_t m = kind == PK_PANEL_S8 ? d : halves(panel + 32 * (groups + g) + 8 * quarter);
      UNROLL for (int k = 0; k < n; k++) {
        const size_t place = (t + (size_t)k) * blocks + j;
        float32x4_t dot = vcvtq_f32_s32(vpaddq_s32(low[k], high[k]));
        sum[k] = vfmaq_f32(sum[k], vmulq_n_f32(d, a->d[place]), dot);
        if (kind == PK_PANEL_S8) continue;
        sum[k] = vfmaq_n_f32(sum[k], m, groups == 2 ? a->h[place * 2 + (size_t)g] : a->s[place]);
      }
    }
  }
  UNROLL for (int k = 0; k < n; k++) vst1q_f32(y + (size_t)k * y_stride + 4 * quarter, sum[k]);
}

INLINE void quantised_tile(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int n, float *y,
                           size_t y_stride, int adding) {
  for (int quarter = 0; quarter < QUARTERS; quarter++)
    quantised_quarter(kind, panel, a, t, quarter, n, y, y_stride, adding);
}

PRODUCT(quantised_product, TILES(quantised_tile, 4) TILES(quantised_tile, 2) TILES(quantised_tile, 1))

INLINE float32x4_t column(pk_panel_kind kind, const uint8_t *panel, size_t c, int quarter) {
  if (kind == PK_PANEL_F16) return halves(panel + c * 32 + 8 * (size_t)quarter);
  if (kind == PK_PANEL_F32) return vld1q_f32((const float *)(panel + c * 64 + 16 * (size_t)quarter));
  uint16x4_t words = vld1_u16((const uint16_t *)(panel + c * 32 + 8 * (size_t)quarter));
  return vreinterpretq_f32_u32(vshll_n_u16(words, 16));
}

// A token's sum is made in the same order whatever stands beside it, so that tokens that are verified together give what
// they give alone.
INLINE void float_tile(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int n, float *y,
                       size_t y_stride, int adding) {
  const float *x = a->x + t * a->x_stride;
  float32x4_t sum[4][QUARTERS];
  UNROLL for (int k = 0; k < n; k++)
    UNROLL for (int quarter = 0; quarter < QUARTERS; quarter++)
      sum[k][quarter] = begin(y + (size_t)k * y_stride + 4 * quarter, adding);
  for (size_t c = 0; c < a->columns; c++) {
    UNROLL for (int quarter = 0; quarter < QUARTERS; quarter++) {
      float32x4_t w = column(kind, panel, c, quarter);
      UNROLL for (int k = 0; k < n; k++) sum[k][quarter] = vfmaq_n_f32(sum[k][quarter], w, x[(size_t)k * a->x_stride + c]);
    }
  }
  UNROLL for (int k = 0; k < n; k++)
    UNROLL for (int quarter = 0; quarter < QUARTERS; quarter++)
      vst1q_f32(y + (size_t)k * y_stride + 4 * quarter, sum[k][quarter]);
}

PRODUCT(float_product, TILES(float_tile, 4) TILES(float_tile, 2) TILES(float_tile, 1))

/// The products of a PK_PANEL_R8.
INLINE void narrow_tile(pk_panel_kind kind, const uint8_t *panel, const pk_activations *a, size_t t, int n, float *y,
                        size_t y_stride, int adding) {
  (void)kind;
  const size_t columns = a->columns;
  const int16_t *q = a->q + t * columns;
  for (int quarter = 0; quarter < QUARTERS; quarter++) {
    int32x4_t low[4], high[4];
    UNROLL for (int k = 0; k < n; k++) low[k] = high[k] = vdupq_n_s32(0);
    for (size_t c = 0; c < columns; c += 4) {
      uint16x8_t lanes = vreinterpretq_u16_u8(vld1q_u8(panel + 64 + 16 * c + 16 * (size_t)quarter));
      UNROLL for (int step = 0; step < 2; step++) {
        int16x8_t w = codes(PK_PANEL_S8, lanes, step);
        UNROLL for (int k = 0; k < n; k++) {
          int16x8_t x = pair(q + (size_t)k * columns + c + 2 * (size_t)step);
          low[k] = vmlal_s16(low[k], vget_low_s16(w), vget_low_s16(x));
          high[k] = vmlal_high_s16(high[k], w, x);
        }
      }
    }
    const float32x4_t d = vld1q_f32((const float *)panel + 4 * quarter);
    UNROLL for (int k = 0; k < n; k++) {
      float *out = y + (size_t)k * y_stride + 4 * quarter;
      float32x4_t dot = vcvtq_f32_s32(vpaddq_s32(low[k], high[k]));
      vst1q_f32(out, vfmaq_f32(begin(out, adding), vmulq_n_f32(d, a->d[t + (size_t)k]), dot));
    }
  }
}

PRODUCT(narrow_product, TILES(narrow_tile, 4) TILES(narrow_tile, 2) TILES(narrow_tile, 1))

MULTIPLY(pk_multiply_neon)
#endif
