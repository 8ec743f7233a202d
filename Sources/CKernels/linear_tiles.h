// What the products of all processors share: they go through a panel tile by tile of tokens.
#include "ahead.h"

/// As many tiles of `count` tokens as are left.
#define TILES(tile, count)                                                          \
  while (end - t >= count) {                                                        \
    tile(kind, panel, a, t, count, y + t * y_stride + p * PK_PANEL_ROWS, y_stride, adding); \
    t += count;                                                                     \
  }

/// The panels from `first` to `last` and the tokens from `t0` to `end`, in tiles of the sizes that are given.
#define PRODUCT(name, tiles)                                                                                           \
  INLINE void name(pk_panel_kind kind, const pk_matrix *w, size_t first, size_t last, const pk_activations *a, size_t t0, \
                   size_t end, float *y, size_t y_stride, int adding) {                                                          \
    for (size_t p = first; p < last; p++) {                                                                            \
      const uint8_t *panel = w->panels + p * w->panel_stride;                                                          \
      size_t t = t0;                                                                                                   \
      tiles                                                                                                            \
    }                                                                                                                  \
  }

#define KIND(kind, product) \
  case kind: product(kind, w, first, last, a, first_token, first_token + tokens, y, y_stride, adding); break;

/// A `pk_multiply` out of `quantised_product`, `float_product` and `narrow_product`, compiled for each kind.
#define MULTIPLY(name)                                                                                                \
  void name(const pk_matrix *w, size_t first, size_t last, const pk_activations *a, size_t first_token, size_t tokens, \
            float *y, size_t y_stride, int adding) {                                                                  \
    switch (w->kind) {                                                                                                \
      KIND(PK_PANEL_Q4, quantised_product)                                                                            \
      KIND(PK_PANEL_U5, quantised_product)                                                                            \
      KIND(PK_PANEL_U6, quantised_product)                                                                            \
      KIND(PK_PANEL_S8, quantised_product)                                                                            \
      KIND(PK_PANEL_F16, float_product)                                                                               \
      KIND(PK_PANEL_BF16, float_product)                                                                              \
      KIND(PK_PANEL_F32, float_product)                                                                               \
      KIND(PK_PANEL_R8, narrow_product)                                                                               \
    }                                                                                                                 \
  }
