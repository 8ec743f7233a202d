// Scores of int8 vectors against one query, for finding nearest neighbours. Integer arithmetic: all variants give the
// same numbers.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// scores[i] = Σ codes[i · width + j] · query[j], exact in 32 bits as long as 127 · Σ|query[j]| < 2^31.
void pk_nearest_scores(const int8_t *codes, size_t rows, size_t width, const int16_t *query, int32_t *scores);

/// The same without SIMD that is chosen at run time, to check against.
void pk_nearest_scores_portable(const int8_t *codes, size_t rows, size_t width, const int16_t *query, int32_t *scores);

/// Σ a[j] · b[j] in double precision.
double pk_nearest_exact(const float *a, const float *b, size_t width);
