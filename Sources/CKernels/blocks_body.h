// The vector part of `blocks.c`, included once a variant.
#include "lanes_body.h"

typedef uint16_t PK_NAME(unsigned_half_lanes) __attribute__((vector_size(32)));

// Finite values only: subnormal ones are those of the product, too.
static inline PK_TARGET __attribute__((always_inline)) pk_lanes PK_NAME(floats)(const uint16_t *halves) {
  PK_NAME(unsigned_half_lanes) narrow;
  memcpy(&narrow, halves, sizeof narrow);
  pk_int_lanes bits = __builtin_convertvector(narrow, pk_int_lanes);
  pk_lanes size = (pk_lanes)((bits & 0x7fff) << 13) * 0x1p112f;
  return (pk_lanes)((pk_int_lanes)size | (bits & 0x8000) << 16);
}

// As `pk_float_to_half`, for finite values.
static inline PK_TARGET __attribute__((always_inline)) void PK_NAME(store_as_halves)(uint16_t *out, pk_lanes x) {
  pk_int_lanes bits = (pk_int_lanes)x, rest = bits & 0x7fffffff;
  pk_int_lanes normal = (rest - 0x38000000 + 0xfff + (rest >> 13 & 1)) >> 13;
  pk_int_lanes small = (pk_int_lanes)((pk_lanes)rest + 0.5f) - 0x3f000000;
  pk_int_lanes is_small = rest < 0x38800000, is_large = rest >= 0x477ff000;
  pk_int_lanes size = (is_small & small) | (~is_small & normal);
  size = (is_large & 0x7c00) | (~is_large & size);
  PK_NAME(unsigned_half_lanes) narrow =
      __builtin_convertvector(size | (bits >> 16 & 0x8000), PK_NAME(unsigned_half_lanes));
  memcpy(out, &narrow, sizeof narrow);
}

static inline PK_TARGET __attribute__((always_inline)) void PK_NAME(turn)(
    const uint16_t *first, const uint16_t *second, uint16_t *first_out, uint16_t *second_out, float cosine, float sine) {
  pk_lanes a = PK_NAME(floats)(first), b = PK_NAME(floats)(second);
  PK_NAME(store_as_halves)(first_out, a * cosine - b * sine);
  PK_NAME(store_as_halves)(second_out, a * sine + b * cosine);
}

static PK_TARGET void PK_NAME(turn_keys)(const pk_block_task *task, const uint16_t *from, uint16_t *to, size_t count) {
  const size_t tokens = task->tokens, pairs = task->rotated / 2;
  for (size_t i = 0; i < pairs; i++) {
    const size_t a = task->halves ? i : 2 * i, b = task->halves ? i + pairs : 2 * i + 1;
    const uint16_t *first = from + a * tokens, *second = from + b * tokens;
    if (count == PK_PANEL_ROWS) {
      PK_NAME(turn)(first, second, to + a * 16, to + b * 16, task->cosines[i], task->sines[i]);
      continue;
    }
    uint16_t some[4][PK_PANEL_ROWS] = {{0}};
    memcpy(some[0], first, count * sizeof *first);
    memcpy(some[1], second, count * sizeof *second);
    PK_NAME(turn)(some[0], some[1], some[2], some[3], task->cosines[i], task->sines[i]);
    memcpy(to + a * 16, some[2], count * sizeof *to);
    memcpy(to + b * 16, some[3], count * sizeof *to);
  }
}
