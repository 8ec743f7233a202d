// Weights as the kernels read them: panels of 16 rows, interleaved so that one load feeds all of them.
//
// Rows of a GGUF tensor lie one after another, and a product would have to sum up across each row's lanes. In a panel
// neighbouring lanes belong to neighbouring rows, so sums stay in their lanes and memory is read once, in order.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Rows of a panel.
#define PK_PANEL_ROWS 16
/// Columns that share their scales in a quantised panel, and in quantised activations.
#define PK_BLOCK 32
/// The most columns of a PK_PANEL_R8.
#define PK_NARROW_COLUMNS 512

/// How a panel stores its weights. Quantised kinds are made of blocks of 32 columns; scales and minima are in half
/// precision, one a row. Codes lie in chunks of 64 bytes: byte `4·row + c` of chunk i is the code of column 4i + c.
typedef enum {
  /// w = d·q + m, 0 ≤ q ≤ 15: 16 d, 16 m, 4 chunks; the high halves of chunk i are columns 16 + 4i … 16 + 4i + 3.
  PK_PANEL_Q4 = 0,
  /// w = d·q + m, 0 ≤ q ≤ 31: 16 d, 16 m, 8 chunks.
  PK_PANEL_U5 = 1,
  /// w = d·q + m, 0 ≤ q ≤ 63, d and m of 16 columns each: 2×16 d, 2×16 m, 8 chunks.
  PK_PANEL_U6 = 2,
  /// w = d·q, -128 ≤ q ≤ 127: 16 d, 8 chunks.
  PK_PANEL_S8 = 3,
  /// Half precision: column after column, 16 rows each.
  PK_PANEL_F16 = 4,
  /// The upper half of float32, in the same order.
  PK_PANEL_BF16 = 5,
  PK_PANEL_F32 = 6,
  /// For matrices of few columns: w = d·q, -127 ≤ q ≤ 127, a scale a row: 16 d in float32, then chunks as in a quantised
  /// kind. `columns` is a multiple of 16 and at most `PK_NARROW_COLUMNS`, so that sums fit int32.
  PK_PANEL_R8 = 7,
} pk_panel_kind;

/// A matrix of panels. The last panel's missing rows are zero.
typedef struct {
  const uint8_t *panels;
  /// From one panel to the next, in bytes.
  size_t panel_stride;
  size_t rows, columns;
  pk_panel_kind kind;
} pk_matrix;

static inline size_t pk_panel_count(size_t rows) { return (rows + PK_PANEL_ROWS - 1) / PK_PANEL_ROWS; }
static inline int pk_panel_is_quantised(pk_panel_kind kind) { return kind <= PK_PANEL_S8; }

/// Bytes of one panel; for quantised kinds `columns` is a multiple of 32.
size_t pk_panel_bytes(pk_panel_kind kind, size_t columns);

/// The kind that holds a GGUF tensor type (its number in the format) without loss, or with scales rounded to half
/// precision (K types); -1 if there is none and the weights have to be dequantised.
int pk_panel_kind_of_type(uint32_t type);

/// Packs up to 16 rows into one panel.
///
/// - `type`: the GGUF type of the rows, one that `pk_panel_kind_of_type` knows.
/// - `rows`: the first of `count` rows, `row_stride` bytes apart.
/// - Returns 0, or -1 when a scale does not fit half precision; the rows then have to be dequantised.
int pk_pack_panel(uint32_t type, const void *rows, size_t row_stride, size_t count, size_t columns, uint8_t *panel);

/// Packs up to 16 rows of finite floats into one panel of the kind F32, F16, S8 (as Q8_0 rounds) or R8.
void pk_pack_floats(const float *rows, size_t row_stride, size_t count, size_t columns, pk_panel_kind kind,
                    uint8_t *panel);

/// One row of a matrix as floats: an embedding.
void pk_panel_row(const pk_matrix *matrix, size_t row, float *out);
