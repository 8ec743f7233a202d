// Types and names for files whose body is compiled once a variant.
#pragma once
#include <math.h>
#include <stdint.h>
#include <string.h>

// Every function that takes or returns vectors is inlined, so how they would be passed does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

typedef float pk_lanes __attribute__((vector_size(64)));
typedef float pk_lanes_unaligned __attribute__((vector_size(64), aligned(4)));
typedef int32_t pk_int_lanes __attribute__((vector_size(64)));

#define PK_JOIN2(a, b) a##_##b
#define PK_JOIN(a, b) PK_JOIN2(a, b)
#define PK_NAME(name) PK_JOIN(name, PK_SUFFIX)
