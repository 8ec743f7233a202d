// Includes PK_BODY once for each processor that it is compiled for, and lets PK_CALL choose among what comes of it.
// PK_LEVEL is the level that the body is compiled for.
#include "kernel_set.h"
#include "lanes.h"

#define PK_SUFFIX portable
#define PK_LEVEL 0
#define PK_TARGET
#include PK_BODY
#undef PK_SUFFIX
#undef PK_LEVEL
#undef PK_TARGET

#if defined(__x86_64__)
#define PK_SUFFIX avx2
#define PK_LEVEL 1
#define PK_TARGET __attribute__((target("avx2,fma")))
#include PK_BODY
#undef PK_SUFFIX
#undef PK_LEVEL
#undef PK_TARGET

#define PK_SUFFIX avx512
#define PK_LEVEL 2
#define PK_TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")))
#include PK_BODY
#undef PK_SUFFIX
#undef PK_LEVEL
#undef PK_TARGET

#define PK_CALL(name, ...)                      \
  switch (pk_kernels_level()) {                 \
    case 2: return name##_avx512(__VA_ARGS__);  \
    case 1: return name##_avx2(__VA_ARGS__);    \
    default: return name##_portable(__VA_ARGS__); \
  }
#else
#define PK_CALL(name, ...) return name##_portable(__VA_ARGS__);
#endif
