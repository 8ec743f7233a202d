// Products of few rows with a matrix that lies as a file has it: a linear layer over one short text.
#pragma once
#include <stddef.h>

/// out[r][c] = Σ_k a[r][k]·b[c][k], or += where `adding` is set; all three are dense and row-major.
///
/// `b` is read once for each four rows and nothing is packed, which a general product spends most of its time on when `rows`
/// is small. A sum is made in the same order whatever stands beside it: splitting rows or columns among threads changes no bit.
/// `out` has rows of `out_stride` floats, so that a thread can fill some columns.
void pk_multiply_rows(const float *a, size_t rows, const float *b, size_t columns, size_t inner, float *out,
                      size_t out_stride, int adding);

/// The same by the kernels of a level (2 AVX-512, 1 AVX2, 0 portable) that this processor has, for tests.
void pk_multiply_rows_at(int level, const float *a, size_t rows, const float *b, size_t columns, size_t inner, float *out,
                         size_t out_stride, int adding);
