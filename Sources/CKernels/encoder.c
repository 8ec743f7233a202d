#include "encoder_kernels.h"

#include "lanes.h"

#define PK_SUFFIX portable
#define PK_TARGET
#include "encoder_body.h"
#undef PK_SUFFIX
#undef PK_TARGET

#if defined(__x86_64__)
#define PK_SUFFIX avx2
#define PK_TARGET __attribute__((target("avx2,fma")))
#include "encoder_body.h"
#undef PK_SUFFIX
#undef PK_TARGET

#define PK_SUFFIX avx512
#define PK_TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")))
#include "encoder_body.h"
#undef PK_SUFFIX
#undef PK_TARGET

#define PK_CALL(name, ...)                                                                  \
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&            \
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))             \
    name##_avx512(__VA_ARGS__);                                                             \
  else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))                 \
    name##_avx2(__VA_ARGS__);                                                               \
  else                                                                                      \
    name##_portable(__VA_ARGS__)
#else
#define PK_CALL(name, ...) name##_portable(__VA_ARGS__)
#endif

void pk_encoder_gelu(float *x, size_t count) { PK_CALL(pk_encoder_gelu, x, count); }

void pk_encoder_layer_norm(const float *x, const float *y, const float *weight, const float *bias, float epsilon,
                           float *out, size_t rows, size_t width) {
  PK_CALL(pk_encoder_layer_norm, x, y, weight, bias, epsilon, out, rows, width);
}

void pk_encoder_attention(const float *q, const float *k, const float *v, size_t stride, float *out, size_t out_stride,
                          size_t tokens, size_t width, float scale, float *scores) {
  PK_CALL(pk_encoder_attention, q, k, v, stride, out, out_stride, tokens, width, scale, scores);
}
