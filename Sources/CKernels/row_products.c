#include "row_products.h"

#define PK_BODY "row_products_body.h"
#include "variants.h"

void pk_multiply_rows(const float *a, size_t rows, const float *b, size_t columns, size_t inner, float *out,
                      size_t out_stride, int adding) {
  PK_CALL(pk_multiply_rows, a, rows, b, columns, inner, out, out_stride, adding)
}

void pk_multiply_rows_at(int level, const float *a, size_t rows, const float *b, size_t columns, size_t inner, float *out,
                         size_t out_stride, int adding) {
#if defined(__x86_64__)
  if (level == 2) return pk_multiply_rows_avx512(a, rows, b, columns, inner, out, out_stride, adding);
  if (level == 1) return pk_multiply_rows_avx2(a, rows, b, columns, inner, out, out_stride, adding);
#endif
  (void)level;
  pk_multiply_rows_portable(a, rows, b, columns, inner, out, out_stride, adding);
}
