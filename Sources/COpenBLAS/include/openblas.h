// The system's OpenBLAS, opened when a product is first asked of it: most runs need none, and opening it is a good part
// of the time in which a program starts.
#pragma once
#include <stddef.h>

/// Whether a matrix is read as it lies or transposed; the numbers are CBLAS's.
typedef enum { PK_AS_IS = 111, PK_TRANSPOSED = 112 } pk_transposition;

/// The environment variable that names OpenBLAS's code for a processor in place of what it finds.
#define PK_OPENBLAS_CORE_VARIABLE "OPENBLAS_CORETYPE"

/// Opens the library, unless that was done before; returns 0, or -1 where there is none. For all threads.
///
/// - `core`: what to set `PK_OPENBLAS_CORE_VARIABLE` to where the environment has none; may be NULL. Only the first call's counts.
int pk_openblas_open(const char *core);

/// OpenBLAS's name of the processor that it computes for; NULL where there is no library.
const char *pk_openblas_core(void);

/// out = a · b + beta · out with one thread, of row-major matrices: `rows` × `inner` and `inner` × `columns` after their
/// transposition, `…_stride` floats from one row to the next as they lie.
///
/// By plain loops where there is no library: right, and slow.
void pk_sgemm(pk_transposition of_a, pk_transposition of_b, int rows, int columns, int inner, const float *a,
              int a_stride, const float *b, int b_stride, float beta, float *out, int out_stride);

/// The plain loops, to check against.
void pk_sgemm_portable(pk_transposition of_a, pk_transposition of_b, int rows, int columns, int inner, const float *a,
                       int a_stride, const float *b, int b_stride, float beta, float *out, int out_stride);
