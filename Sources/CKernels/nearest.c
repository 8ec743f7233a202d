#include "nearest.h"

#include "ahead.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void pk_nearest_scores_portable(const int8_t *codes, size_t rows, size_t width, const int16_t *query,
                                int32_t *scores) {
  for (size_t row = 0; row < rows; row++) {
    const int8_t *code = codes + row * width;
    int32_t sum = 0;
    for (size_t j = 0; j < width; j++) sum += (int32_t)code[j] * query[j];
    scores[row] = sum;
  }
}

#if defined(__x86_64__)
// vpmaddwd on codes widened to 16 bits; the compiler takes the twice as slow vpmulld for the loop above.
__attribute__((target("avx2"))) static void scores_avx2(const int8_t *codes, size_t rows, size_t width,
                                                        const int16_t *query, int32_t *scores) {
  const size_t whole = width & ~(size_t)15;
  for (size_t row = 0; row < rows; row++) {
    const int8_t *code = codes + row * width;
    pk_ask_ahead((const uint8_t *)code, width);
    __m256i even = _mm256_setzero_si256(), odd = even;
    size_t j = 0;
    for (; j + 32 <= whole; j += 32) {
      const __m256i a = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(code + j)));
      const __m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(code + j + 16)));
      even = _mm256_add_epi32(even, _mm256_madd_epi16(a, _mm256_loadu_si256((const __m256i *)(query + j))));
      odd = _mm256_add_epi32(odd, _mm256_madd_epi16(b, _mm256_loadu_si256((const __m256i *)(query + j + 16))));
    }
    if (j < whole) {
      const __m256i a = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(code + j)));
      even = _mm256_add_epi32(even, _mm256_madd_epi16(a, _mm256_loadu_si256((const __m256i *)(query + j))));
      j += 16;
    }
    even = _mm256_add_epi32(even, odd);
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(even), _mm256_extracti128_si256(even, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
    int32_t total = _mm_cvtsi128_si32(sum);
    for (; j < width; j++) total += (int32_t)code[j] * query[j];
    scores[row] = total;
  }
}
#endif

void pk_nearest_scores(const int8_t *codes, size_t rows, size_t width, const int16_t *query, int32_t *scores) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    scores_avx2(codes, rows, width, query, scores);
    return;
  }
#endif
  pk_nearest_scores_portable(codes, rows, width, query, scores);
}

double pk_nearest_exact(const float *a, const float *b, size_t width) {
  double lanes[8] = {0};
  size_t j = 0;
  for (; j + 8 <= width; j += 8)
    for (size_t lane = 0; lane < 8; lane++) lanes[lane] += (double)a[j + lane] * b[j + lane];
  double sum = 0;
  for (; j < width; j++) sum += (double)a[j] * b[j];
  for (size_t lane = 0; lane < 8; lane++) sum += lanes[lane];
  return sum;
}
