// The portable product, which says what the others have to compute.
#include <string.h>

#include "half.h"
#include "linear.h"

static float scale_at(const uint8_t *p, size_t row) {
  uint16_t half;
  memcpy(&half, p + row * 2, 2);
  return pk_half_to_float(half);
}

static int code_at(pk_panel_kind kind, const uint8_t *chunks, size_t row, int c) {
  if (kind == PK_PANEL_Q4) {
    uint8_t byte = chunks[c % 16 / 4 * 64 + (int)row * 4 + c % 4];
    return c < 16 ? byte & 15 : byte >> 4;
  }
  uint8_t byte = chunks[c / 4 * 64 + (int)row * 4 + c % 4];
  return kind == PK_PANEL_S8 ? (int8_t)byte : byte;
}

static float quantised_row(const pk_matrix *w, const uint8_t *panel, size_t row, const pk_activations *a, size_t t) {
  const int groups = pk_groups(w->kind), width = PK_BLOCK / groups;
  const int has_minimum = w->kind != PK_PANEL_S8;
  const size_t blocks = w->columns / PK_BLOCK;
  float sum = 0;
  for (size_t j = 0; j < blocks; j++, panel += pk_block_bytes(w->kind)) {
    const uint8_t *chunks = panel + pk_chunks_offset(w->kind);
    const int16_t *q = a->q + t * a->columns + j * PK_BLOCK;
    const size_t place = t * blocks + j;
    for (int g = 0; g < groups; g++) {
      int32_t dot = 0;
      for (int c = g * width; c < (g + 1) * width; c++) dot += code_at(w->kind, chunks, row, c) * q[pk_place(c)];
      sum += scale_at(panel + g * 32, row) * a->d[place] * (float)dot;
      if (has_minimum)
        sum += scale_at(panel + groups * 32 + g * 32, row) * (groups == 2 ? a->h[place * 2 + (size_t)g] : a->s[place]);
    }
  }
  return sum;
}

static float float_at(pk_panel_kind kind, const uint8_t *panel, size_t place) {
  uint16_t word;
  float value;
  if (kind == PK_PANEL_F32) {
    memcpy(&value, panel + place * 4, 4);
    return value;
  }
  memcpy(&word, panel + place * 2, 2);
  return kind == PK_PANEL_F16 ? pk_half_to_float(word) : pk_bfloat_to_float(word);
}

static float float_row(const pk_matrix *w, const uint8_t *panel, size_t row, const float *x, float sum) {
  for (size_t c = 0; c < w->columns; c++) sum += float_at(w->kind, panel, c * PK_PANEL_ROWS + row) * x[c];
  return sum;
}

static float narrow_row(const pk_matrix *w, const uint8_t *panel, size_t row, const pk_activations *a, size_t t) {
  float scale;
  memcpy(&scale, panel + row * 4, 4);
  int32_t dot = 0;
  for (size_t c = 0; c < w->columns; c++)
    dot += (int8_t)panel[64 + c / 4 * 64 + row * 4 + c % 4] * a->q[t * a->columns + c / 4 * 4 + (size_t)pk_place(c % 4)];
  return scale * a->d[t] * (float)dot;
}

void pk_multiply_scalar(const pk_matrix *w, size_t first, size_t last, const pk_activations *a, size_t first_token,
                        size_t tokens, float *y, size_t y_stride, int adding) {
  const int quantised = pk_panel_is_quantised(w->kind), narrow = w->kind == PK_PANEL_R8;
  for (size_t p = first; p < last; p++) {
    const uint8_t *panel = w->panels + p * w->panel_stride;
    for (size_t t = first_token; t < first_token + tokens; t++)
      for (size_t row = 0; row < PK_PANEL_ROWS; row++) {
        float *out = y + t * y_stride + p * PK_PANEL_ROWS + row;
        float sum = quantised ? quantised_row(w, panel, row, a, t)
                    : narrow  ? narrow_row(w, panel, row, a, t)
                              : float_row(w, panel, row, a->x + t * a->x_stride, adding == PK_PART ? *out : 0);
        *out = adding == 1 ? *out + sum : sum;
      }
  }
}
