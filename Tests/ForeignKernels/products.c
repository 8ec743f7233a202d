// Compares the product of one processor with the portable one, over all kinds of panels and tile sizes.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linear.h"
#include "vector.h"

#ifndef PRODUCT_UNDER_TEST
#error "name the function that is checked"
#endif

enum { PANELS = 3, ROWS = PANELS * PK_PANEL_ROWS };

static void fill(pk_panel_kind kind, uint8_t *panels, size_t stride, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) panels[i] = (uint8_t)(rand() >> 7);
  if (pk_panel_is_quantised(kind)) {
    // Scales of ordinary size in half precision.
    for (size_t i = 0; i < bytes; i += pk_block_bytes(kind))
      for (size_t k = 0; k < pk_chunks_offset(kind); k += 2) {
        uint16_t half = (uint16_t)(0x2000 + rand() % 1024);
        memcpy(panels + i + k, &half, 2);
      }
  } else if (kind == PK_PANEL_F32 || kind == PK_PANEL_R8) {
    // Of R8 only the scales.
    const size_t floats = kind == PK_PANEL_F32 ? stride : 64;
    for (size_t first = 0; first < bytes; first += stride)
      for (size_t i = 0; i < floats; i += 4) {
        float value = ((float)rand() / (float)RAND_MAX - 0.5f) / (kind == PK_PANEL_R8 ? 64 : 1);
        memcpy(panels + first + i, &value, 4);
      }
  } else {
    for (size_t i = 0; i < bytes; i += 2) {
      uint16_t word = (uint16_t)(kind == PK_PANEL_F16 ? 0x3000 + rand() % 1024 : 0x3F00 + rand() % 128);
      memcpy(panels + i, &word, 2);
    }
  }
}

/// The largest difference, relative to values of at least 1.
static float difference(pk_panel_kind kind, size_t tokens, size_t columns, int adding) {
  const size_t stride = pk_panel_bytes(kind, columns), blocks = columns / PK_BLOCK;
  uint8_t *panels = malloc(PANELS * stride);
  fill(kind, panels, stride, PANELS * stride);
  pk_activations a = {.x = malloc(tokens * columns * sizeof(float)), .x_stride = columns,
                      .q = malloc(tokens * columns * sizeof(int16_t)), .d = malloc(tokens * blocks * sizeof(float)),
                      .s = malloc(tokens * blocks * sizeof(float)), .h = malloc(2 * tokens * blocks * sizeof(float)),
                      .columns = columns};
  for (size_t i = 0; i < tokens * columns; i++) a.x[i] = (float)rand() / (float)RAND_MAX - 0.5f;
  for (size_t t = 0; t < tokens; t++) kind == PK_PANEL_R8 ? pk_quantise_narrow(&a, t) : pk_quantise(&a, t, 0, columns);
  pk_matrix w = {.panels = panels, .panel_stride = stride, .rows = ROWS, .columns = columns, .kind = kind};
  float *expected = calloc(tokens * ROWS, sizeof(float)), *found = calloc(tokens * ROWS, sizeof(float));
  for (size_t i = 0; i < tokens * ROWS; i++) expected[i] = found[i] = (float)rand() / (float)RAND_MAX - 0.5f;
  pk_multiply_scalar(&w, 0, PANELS, &a, 0, tokens, expected, ROWS, adding);
  PRODUCT_UNDER_TEST(&w, 0, PANELS, &a, 0, tokens, found, ROWS, adding);
  float worst = 0;
  for (size_t i = 0; i < tokens * ROWS; i++) {
    float error = fabsf(expected[i] - found[i]) / fmaxf(1, fabsf(expected[i]));
    if (!(error <= worst)) worst = error;
  }
  free(panels), free(a.x), free(a.q), free(a.d), free(a.s), free(a.h), free(expected), free(found);
  return worst;
}

int main(void) {
  int wrong = 0;
  float worst = 0;
  for (pk_panel_kind kind = PK_PANEL_Q4; kind <= PK_PANEL_R8; kind++)
    for (size_t tokens = 1; tokens <= 27; tokens++)
      for (size_t columns = 256; columns <= 768; columns += 256)
        for (int adding = 0; adding < 2; adding++) {
          if (kind == PK_PANEL_R8 && columns > PK_NARROW_COLUMNS) continue;
          float error = difference(kind, tokens, columns, adding);
          if (!(error <= worst)) worst = error;
          if (error <= 1e-4f) continue;
          wrong++;
          printf("kind %d, %zu tokens, %zu columns: %g\n", kind, tokens, columns, (double)error);
        }
  printf("largest difference %g\n", (double)worst);
  return wrong > 0;
}
