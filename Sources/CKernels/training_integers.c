// Products of 16-bit integers with block scales. vpdpwssd does twice the multiply-adds of a float FMA on the processors that have
// it, where bfloat16 products are twice as fast on some and half as fast on others; and 12 and 16 bits to a block lose less.
#include <string.h>

#include "kernel_set.h"
#include "training.h"

void pk_multiply_integers_portable(const pk_integer_product *p) {
  for (size_t i = 0; i < p->rows; i++) {
    const int16_t *a = p->a + i * p->a_row;
    float *c = p->c + i * p->c_row;
    float sum[PK_PRODUCT_COLUMNS] = {0};
    for (size_t block = 0; block < p->blocks; block++) {
      const int16_t *b = p->b + block * 32 * 32;
      for (size_t j = 0; j < p->columns; j++) {
        int32_t dot = 0;
        for (int k = 0; k < 32; k++) dot += (int32_t)a[block * 32 + (size_t)k] * b[k / 2 * 64 + (int)j * 2 + k % 2];
        sum[j] += (float)dot * (p->a_scales[i * p->a_scale_row + block] * p->b_scales[block * 32 + j]);
      }
    }
    for (size_t k = 0; p->narrow.a && k < p->narrow.inner; k++)
      for (size_t j = 0; j < p->columns; j++) sum[j] += p->narrow.a[i * p->narrow.a_row + k] * p->narrow.b[k * p->narrow.b_row + j];
    for (size_t j = 0; j < p->columns; j++) c[j] = p->adding ? c[j] + sum[j] : sum[j];
  }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")))
#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
// Assembly, since the compiler takes the intrinsic apart into vpmaddwd and vpaddd, which is twice the work here.
#define ADD_PRODUCTS(sum, w, x) __asm__("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(w), "v"(x))

INLINE void integer_tile(const pk_integer_product *p, size_t i, const int n, const int v) {
  const int16_t *a = p->a + i * p->a_row, *b = p->b;
  const float *a_scales = p->a_scales + i * p->a_scale_row, *b_scales = p->b_scales;
  __m512 sum[6][2];
  UNROLL for (int r = 0; r < n; r++) UNROLL for (int j = 0; j < v; j++) sum[r][j] = _mm512_setzero_ps();
  for (size_t block = 0; block < p->blocks; block++, a += 32, b += 1024, b_scales += 32) {
    __m512i dot[6][2];
    UNROLL for (int r = 0; r < n; r++) UNROLL for (int j = 0; j < v; j++) dot[r][j] = _mm512_setzero_si512();
    UNROLL for (int k = 0; k < 16; k++) {
      __m512i w[2];
      UNROLL for (int j = 0; j < v; j++) w[j] = _mm512_loadu_si512(b + k * 64 + j * 32);
      UNROLL for (int r = 0; r < n; r++) {
        int32_t pair;
        memcpy(&pair, a + (size_t)r * p->a_row + 2 * k, 4);
        const __m512i x = _mm512_set1_epi32(pair);
        UNROLL for (int j = 0; j < v; j++) {
          ADD_PRODUCTS(dot[r][j], w[j], x);
        }
      }
    }
    UNROLL for (int r = 0; r < n; r++) {
      const __m512 scale = _mm512_set1_ps(a_scales[(size_t)r * p->a_scale_row + block]);
      UNROLL for (int j = 0; j < v; j++)
        sum[r][j] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(dot[r][j]),
                                    _mm512_mul_ps(scale, _mm512_loadu_ps(b_scales + 16 * j)), sum[r][j]);
    }
  }
  if (p->narrow.a) {
    const float *x = p->narrow.a + i * p->narrow.a_row;
    for (size_t k = 0; k < p->narrow.inner; k++) {
      __m512 w[2];
      UNROLL for (int j = 0; j < v; j++) w[j] = _mm512_loadu_ps(p->narrow.b + k * p->narrow.b_row + 16 * j);
      UNROLL for (int r = 0; r < n; r++) UNROLL for (int j = 0; j < v; j++)
        sum[r][j] = _mm512_fmadd_ps(w[j], _mm512_set1_ps(x[(size_t)r * p->narrow.a_row + k]), sum[r][j]);
    }
  }
  UNROLL for (int r = 0; r < n; r++) UNROLL for (int j = 0; j < v; j++) {
    float *out = p->c + (i + (size_t)r) * p->c_row + 16 * j;
    _mm512_storeu_ps(out, p->adding ? _mm512_add_ps(_mm512_loadu_ps(out), sum[r][j]) : sum[r][j]);
  }
}

#define TILES(n, v) \
  for (; i + (n) <= p->rows; i += (n)) integer_tile(p, i, n, v);

TARGET static void multiply_avx512(const pk_integer_product *p) {
  size_t i = 0;
  if (p->columns == 32) {
    TILES(6, 2) TILES(2, 2) TILES(1, 2)
  } else {
    TILES(6, 1) TILES(2, 1) TILES(1, 1)
  }
}
#endif

int pk_has_fast_integers(void) {
#if defined(__x86_64__)
  return pk_kernels_level() == 2;
#else
  return 0;
#endif
}

void pk_multiply_integers(const pk_integer_product *product) {
#if defined(__x86_64__)
  if (pk_kernels_level() == 2) return multiply_avx512(product);
#endif
  pk_multiply_integers_portable(product);
}
