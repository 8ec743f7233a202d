#include "panels.h"

#include <math.h>
#include <string.h>

#include "half.h"
#include "linear.h"
#include "quantise.h"

// Numbers of tensor types in the GGUF format.
enum { F32 = 0, F16 = 1, Q4_0 = 2, Q4_1 = 3, Q5_0 = 6, Q5_1 = 7, Q8_0 = 8, Q4_K = 12, Q5_K = 13, Q6_K = 14, BF16 = 30 };

size_t pk_panel_bytes(pk_panel_kind kind, size_t columns) {
  switch (kind) {
    case PK_PANEL_F16:
    case PK_PANEL_BF16: return columns * 32;
    case PK_PANEL_F32: return columns * 64;
    case PK_PANEL_R8: return 64 + columns * 16;
    default: return columns / PK_BLOCK * pk_block_bytes(kind);
  }
}

int pk_panel_kind_of_type(uint32_t type) {
  switch (type) {
    case F32: return PK_PANEL_F32;
    case F16: return PK_PANEL_F16;
    case BF16: return PK_PANEL_BF16;
    case Q4_0:
    case Q4_1:
    case Q4_K: return PK_PANEL_Q4;
    case Q5_0:
    case Q5_1:
    case Q5_K: return PK_PANEL_U5;
    case Q6_K: return PK_PANEL_U6;
    case Q8_0: return PK_PANEL_S8;
    default: return -1;
  }
}

static uint16_t half_at(const uint8_t *p) {
  uint16_t half;
  memcpy(&half, p, 2);
  return half;
}

// MARK: Blocks as they are in the file

/// 32 columns of one row: codes, and scale and minimum of each 16 of them.
typedef struct {
  uint8_t codes[PK_BLOCK];
  float d[2], m[2];
} block_codes;

static void split_halves(const uint8_t *bytes, uint8_t *codes) {
  for (int i = 0; i < 16; i++) {
    codes[i] = bytes[i] & 15;
    codes[i + 16] = bytes[i] >> 4;
  }
}

static void set_scale(block_codes *out, float d, float m) {
  out->d[0] = out->d[1] = d;
  out->m[0] = out->m[1] = m;
}

static void add_fifth_bits(const uint8_t *bits, uint8_t *codes) {
  for (int i = 0; i < PK_BLOCK; i++) codes[i] |= (bits[i / 8] >> (i % 8) & 1) << 4;
}

/// The 6-bit scale and minimum number j of a K block of 256 (12 bytes hold 8 of both).
static void scale_of_k(const uint8_t *p, int j, int *scale, int *minimum) {
  if (j < 4) {
    *scale = p[j] & 63;
    *minimum = p[j + 4] & 63;
  } else {
    *scale = (p[j + 4] & 15) | (p[j - 4] >> 6) << 4;
    *minimum = (p[j + 4] >> 4) | (p[j] >> 6) << 4;
  }
}

static void read_q4_k(const uint8_t *super, int j, block_codes *out) {
  int scale, minimum;
  scale_of_k(super + 4, j, &scale, &minimum);
  const uint8_t *quants = super + 16 + j / 2 * 32;
  for (int i = 0; i < PK_BLOCK; i++) out->codes[i] = j & 1 ? quants[i] >> 4 : quants[i] & 15;
  set_scale(out, pk_half_to_float(half_at(super)) * (float)scale,
            -pk_half_to_float(half_at(super + 2)) * (float)minimum);
}

static void read_q5_k(const uint8_t *super, int j, block_codes *out) {
  int scale, minimum;
  scale_of_k(super + 4, j, &scale, &minimum);
  const uint8_t *high = super + 16, *quants = super + 48 + j / 2 * 32;
  for (int i = 0; i < PK_BLOCK; i++) {
    int low = j & 1 ? quants[i] >> 4 : quants[i] & 15;
    out->codes[i] = (uint8_t)(low | (high[i] >> j & 1) << 4);
  }
  set_scale(out, pk_half_to_float(half_at(super)) * (float)scale,
            -pk_half_to_float(half_at(super + 2)) * (float)minimum);
}

static void read_q6_k(const uint8_t *super, int j, block_codes *out) {
  // Two halves of 128 columns: 64 bytes of low bits and 32 of high bits each.
  const uint8_t *low = super + j / 4 * 64 + (j & 1) * 32, *high = super + 128 + j / 4 * 32;
  int from_high_nibble = j / 2 & 1, shift = (j & 3) * 2;
  for (int i = 0; i < PK_BLOCK; i++) {
    int nibble = from_high_nibble ? low[i] >> 4 : low[i] & 15;
    out->codes[i] = (uint8_t)(nibble | (high[i] >> shift & 3) << 4);
  }
  float d = pk_half_to_float(half_at(super + 208));
  for (int h = 0; h < 2; h++) {
    out->d[h] = d * (float)(int8_t)super[192 + j * 2 + h];
    out->m[h] = -32 * out->d[h];
  }
}

/// Block `j` (of 32 columns) of a row.
static void read_block(uint32_t type, const uint8_t *row, size_t j, block_codes *out) {
  const uint8_t *p;
  switch (type) {
    case Q5_0:
      p = row + j * 22;
      split_halves(p + 6, out->codes);
      add_fifth_bits(p + 2, out->codes);
      set_scale(out, pk_half_to_float(half_at(p)), -16 * pk_half_to_float(half_at(p)));
      break;
    case Q5_1:
      p = row + j * 24;
      split_halves(p + 8, out->codes);
      add_fifth_bits(p + 4, out->codes);
      set_scale(out, pk_half_to_float(half_at(p)), pk_half_to_float(half_at(p + 2)));
      break;
    case Q4_0:
      p = row + j * 18;
      split_halves(p + 2, out->codes);
      set_scale(out, pk_half_to_float(half_at(p)), -8 * pk_half_to_float(half_at(p)));
      break;
    case Q4_K: read_q4_k(row + j / 8 * 144, (int)(j % 8), out); break;
    case Q5_K: read_q5_k(row + j / 8 * 176, (int)(j % 8), out); break;
    default: read_q6_k(row + j / 8 * 210, (int)(j % 8), out); break;
  }
}

// MARK: Packing

/// Half precision holds a scale well enough when the relative error stays below that of rounding.
static int put_half(uint8_t *out, float value) {
  uint16_t half = pk_float_to_half(value);
  memcpy(out, &half, 2);
  return fabsf(pk_half_to_float(half) - value) <= fabsf(value) * 0x1p-10f ? 0 : -1;
}

static void put_codes(pk_panel_kind kind, const uint8_t *codes, size_t row, uint8_t *chunks) {
  if (kind == PK_PANEL_Q4) {
    for (int i = 0; i < 16; i++) chunks[i / 4 * 64 + row * 4 + i % 4] = (uint8_t)(codes[i] | codes[16 + i] << 4);
  } else {
    for (int i = 0; i < PK_BLOCK; i += 4) memcpy(chunks + i / 4 * 64 + row * 4, codes + i, 4);
  }
}

static int pack_codes(uint32_t type, pk_panel_kind kind, const uint8_t *rows, size_t stride, size_t count,
                      size_t columns, uint8_t *panel) {
  const int halves = kind == PK_PANEL_U6 ? 2 : 1;
  const size_t block_bytes = pk_panel_bytes(kind, PK_BLOCK);
  int status = 0;
  block_codes block;
  for (size_t j = 0; j < columns / PK_BLOCK; j++, panel += block_bytes) {
    for (size_t row = 0; row < count; row++) {
      read_block(type, rows + row * stride, j, &block);
      for (int h = 0; h < halves; h++) {
        status |= put_half(panel + h * 32 + row * 2, block.d[h]);
        status |= put_half(panel + halves * 32 + h * 32 + row * 2, block.m[h]);
      }
      put_codes(kind, block.codes, row, panel + halves * 64);
    }
  }
  return status;
}

// The two types of the default models go without decoding: their bytes only change places. Whole panels go four rows at
// once, in registers; it is what loading a model mostly does.

typedef uint32_t words4 __attribute__((vector_size(16)));
typedef uint16_t halves8 __attribute__((vector_size(16)));

/// Four words of four rows each, `stride` bytes apart, to where chunks of 64 bytes have the words of these rows.
static void spread_words(const uint8_t *rows, size_t stride, uint8_t *chunks) {
  words4 a, b, c, d;
  memcpy(&a, rows, 16);
  memcpy(&b, rows + stride, 16);
  memcpy(&c, rows + 2 * stride, 16);
  memcpy(&d, rows + 3 * stride, 16);
  const words4 ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab2 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const words4 cd = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd2 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  const words4 out[4] = {__builtin_shufflevector(ab, cd, 0, 1, 4, 5), __builtin_shufflevector(ab, cd, 2, 3, 6, 7),
                         __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5), __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7)};
  for (int i = 0; i < 4; i++) memcpy(chunks + 64 * i, &out[i], 16);
}

/// Scale and minimum of 8 rows, which lie side by side in each, apart.
static void spread_pairs(const uint8_t *rows, size_t stride, uint8_t *scales, uint8_t *minima) {
  uint32_t words[8];
  for (size_t row = 0; row < 8; row++) memcpy(&words[row], rows + row * stride, 4);
  halves8 a, b;
  memcpy(&a, words, 16);
  memcpy(&b, words + 4, 16);
  const halves8 even = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14);
  const halves8 odd = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15);
  memcpy(scales, &even, 16);
  memcpy(minima, &odd, 16);
}

static void pack_whole_q4_1(const uint8_t *rows, size_t stride, size_t columns, uint8_t *panel) {
  for (size_t j = 0; j < columns / PK_BLOCK; j++, rows += 20, panel += 320) {
    for (size_t row = 0; row < PK_PANEL_ROWS; row += 8)
      spread_pairs(rows + row * stride, stride, panel + row * 2, panel + 32 + row * 2);
    for (size_t row = 0; row < PK_PANEL_ROWS; row += 4)
      spread_words(rows + row * stride + 4, stride, panel + 64 + row * 4);
  }
}

static void pack_whole_q8_0(const uint8_t *rows, size_t stride, size_t columns, uint8_t *panel) {
  for (size_t j = 0; j < columns / PK_BLOCK; j++, rows += 34, panel += 544) {
    for (size_t row = 0; row < PK_PANEL_ROWS; row++) memcpy(panel + row * 2, rows + row * stride, 2);
    for (size_t row = 0; row < PK_PANEL_ROWS; row += 4) {
      spread_words(rows + row * stride + 2, stride, panel + 32 + row * 4);
      spread_words(rows + row * stride + 18, stride, panel + 288 + row * 4);
    }
  }
}

static void pack_q4_1(const uint8_t *rows, size_t stride, size_t count, size_t columns, uint8_t *panel) {
  if (count == PK_PANEL_ROWS) return pack_whole_q4_1(rows, stride, columns, panel);
  for (size_t j = 0; j < columns / PK_BLOCK; j++, panel += 320) {
    for (size_t row = 0; row < count; row++) {
      const uint8_t *p = rows + row * stride + j * 20;
      memcpy(panel + row * 2, p, 2);
      memcpy(panel + 32 + row * 2, p + 2, 2);
      for (int i = 0; i < 4; i++) memcpy(panel + 64 + i * 64 + row * 4, p + 4 + i * 4, 4);
    }
  }
}

static void pack_q8_0(const uint8_t *rows, size_t stride, size_t count, size_t columns, uint8_t *panel) {
  if (count == PK_PANEL_ROWS) return pack_whole_q8_0(rows, stride, columns, panel);
  for (size_t j = 0; j < columns / PK_BLOCK; j++, panel += 544) {
    for (size_t row = 0; row < count; row++) {
      const uint8_t *p = rows + row * stride + j * 34;
      memcpy(panel + row * 2, p, 2);
      for (int i = 0; i < 8; i++) memcpy(panel + 32 + i * 64 + row * 4, p + 2 + i * 4, 4);
    }
  }
}

static void pack_words(const uint8_t *rows, size_t stride, size_t count, size_t columns, size_t width,
                       uint8_t *panel) {
  for (size_t row = 0; row < count; row++)
    for (size_t c = 0; c < columns; c++)
      memcpy(panel + (c * PK_PANEL_ROWS + row) * width, rows + row * stride + c * width, width);
}

int pk_pack_panel(uint32_t type, const void *rows, size_t row_stride, size_t count, size_t columns, uint8_t *panel) {
  pk_panel_kind kind = (pk_panel_kind)pk_panel_kind_of_type(type);
  if (count < PK_PANEL_ROWS) memset(panel, 0, pk_panel_bytes(kind, columns));
  switch (type) {
    case Q4_1: pack_q4_1(rows, row_stride, count, columns, panel); return 0;
    case Q8_0: pack_q8_0(rows, row_stride, count, columns, panel); return 0;
    case F16:
    case BF16: pack_words(rows, row_stride, count, columns, 2, panel); return 0;
    case F32: pack_words(rows, row_stride, count, columns, 4, panel); return 0;
    default: return pack_codes(type, kind, rows, row_stride, count, columns, panel);
  }
}

/// As Q8_0 rounds them, 32 columns at a time.
static void pack_blocks_of_8_bits(const float *rows, size_t row_stride, size_t count, size_t columns, uint8_t *panel) {
  uint8_t blocks[PK_PANEL_ROWS * 34];
  for (size_t j = 0; j < columns / PK_BLOCK; j++) {
    for (size_t row = 0; row < count; row++) pk_quantise_q8_0(rows + row * row_stride + j * PK_BLOCK, blocks + row * 34, 1);
    pk_pack_panel(Q8_0, blocks, 34, count, PK_BLOCK, panel + j * pk_block_bytes(PK_PANEL_S8));
  }
}

static void pack_rows_of_8_bits(const float *rows, size_t row_stride, size_t count, size_t columns, uint8_t *panel) {
  for (size_t row = 0; row < count; row++) {
    const float *values = rows + row * row_stride;
    const float scale = pk_largest_magnitude(values, columns) / 127;
    memcpy(panel + row * sizeof scale, &scale, sizeof scale);
    if (scale == 0) continue;
    int8_t *codes = (int8_t *)panel + 64 + row * 4;
    for (size_t c = 0; c < columns; c++) codes[c / 4 * 64 + c % 4] = (int8_t)lrintf(values[c] / scale);
  }
}

void pk_pack_floats(const float *rows, size_t row_stride, size_t count, size_t columns, pk_panel_kind kind,
                    uint8_t *panel) {
  memset(panel, 0, pk_panel_bytes(kind, columns));
  if (kind == PK_PANEL_S8) return pack_blocks_of_8_bits(rows, row_stride, count, columns, panel);
  if (kind == PK_PANEL_R8) return pack_rows_of_8_bits(rows, row_stride, count, columns, panel);
  for (size_t row = 0; row < count; row++) {
    for (size_t c = 0; c < columns; c++) {
      size_t place = c * PK_PANEL_ROWS + row;
      float value = rows[row * row_stride + c];
      if (kind == PK_PANEL_F16) {
        uint16_t half = pk_float_to_half(value);
        memcpy(panel + place * 2, &half, 2);
      } else {
        memcpy(panel + place * 4, &value, 4);
      }
    }
  }
}

// MARK: Reading back

static float scale_at(const uint8_t *p, size_t row) { return pk_half_to_float(half_at(p + row * 2)); }

static void row_of_codes(pk_panel_kind kind, const uint8_t *panel, size_t columns, size_t row, float *out) {
  const int halves = kind == PK_PANEL_U6 ? 2 : 1;
  const int has_minimum = kind != PK_PANEL_S8;
  const size_t block_bytes = pk_panel_bytes(kind, PK_BLOCK);
  for (size_t j = 0; j < columns / PK_BLOCK; j++, panel += block_bytes, out += PK_BLOCK) {
    const uint8_t *chunks = panel + halves * (has_minimum ? 64 : 32);
    for (int c = 0; c < PK_BLOCK; c++) {
      int h = halves == 2 ? c / 16 : 0;
      float d = scale_at(panel + h * 32, row);
      float m = has_minimum ? scale_at(panel + halves * 32 + h * 32, row) : 0;
      uint8_t byte = kind == PK_PANEL_Q4 ? chunks[c % 16 / 4 * 64 + row * 4 + c % 4]
                                         : chunks[c / 4 * 64 + row * 4 + c % 4];
      int code = kind == PK_PANEL_Q4 ? (c < 16 ? byte & 15 : byte >> 4)
                                     : (kind == PK_PANEL_S8 ? (int8_t)byte : byte);
      out[c] = d * (float)code + m;
    }
  }
}

void pk_panel_row(const pk_matrix *matrix, size_t row, float *out) {
  const uint8_t *panel = matrix->panels + row / PK_PANEL_ROWS * matrix->panel_stride;
  size_t lane = row % PK_PANEL_ROWS;
  switch (matrix->kind) {
    case PK_PANEL_F16:
      for (size_t c = 0; c < matrix->columns; c++) out[c] = pk_half_to_float(half_at(panel + (c * 16 + lane) * 2));
      break;
    case PK_PANEL_BF16:
      for (size_t c = 0; c < matrix->columns; c++) out[c] = pk_bfloat_to_float(half_at(panel + (c * 16 + lane) * 2));
      break;
    case PK_PANEL_F32:
      for (size_t c = 0; c < matrix->columns; c++) memcpy(out + c, panel + (c * 16 + lane) * 4, 4);
      break;
    case PK_PANEL_R8: {
      float scale;
      memcpy(&scale, panel + lane * 4, 4);
      for (size_t c = 0; c < matrix->columns; c++) out[c] = scale * (float)((const int8_t *)panel)[64 + c / 4 * 64 + lane * 4 + c % 4];
      break;
    }
    default: row_of_codes(matrix->kind, panel, matrix->columns, lane, out);
  }
}
