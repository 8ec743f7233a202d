// Which kernels run on this processor.
#pragma once
#include "linear.h"

/// Names of the kernels that this processor can run, best first; NULL after the last.
const char *const *pk_kernels_available(void);

/// The kernels in use: the best ones, or those that `PILLOW_KERNELS` names (`avx512`, `avx2`, `neon`, `scalar`) if this
/// processor has them.
const char *pk_kernels_name(void);

/// The product of the kernels of that name, whatever is in use, for tests; NULL if this processor has none.
pk_multiply pk_kernels_product(const char *name);

/// The product of the kernels in use.
void pk_multiply_panels(const pk_matrix *matrix, size_t first, size_t last, const pk_activations *a, size_t first_token,
                        size_t tokens, float *y, size_t y_stride);

/// The same, added to what `y` holds.
void pk_add_panels(const pk_matrix *matrix, size_t first, size_t last, const pk_activations *a, size_t first_token,
                   size_t tokens, float *y, size_t y_stride);

/// One part of a product over columns of several matrices: see `PK_PART`.
void pk_add_part(const pk_matrix *matrix, size_t first, size_t last, const pk_activations *a, size_t first_token,
                 size_t tokens, float *y, size_t y_stride);

/// 2 for AVX-512, 1 for AVX2 or NEON, 0 for portable code, of the kernels in use.
int pk_kernels_level(void);
