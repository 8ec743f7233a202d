// The body of the sampling kernels, included once a variant.
#include "lanes_body.h"

/// The last floats, fewer than 16, and `filling` behind them.
static inline PK_TARGET __attribute__((always_inline)) pk_lanes PK_NAME(rest)(const float *x, size_t count, float filling) {
  float values[16];
  for (size_t i = 0; i < 16; i++) values[i] = i < count ? x[i] : filling;
  return PK_NAME(load)(values);
}

static PK_TARGET float PK_NAME(pk_highest)(const float *x, size_t count) {
  const size_t whole = count / 16 * 16;
  pk_lanes highest = PK_NAME(rest)(x + whole, count - whole, -INFINITY);
  for (size_t i = 0; i < whole; i += 16) highest = __builtin_elementwise_max(highest, PK_NAME(load)(x + i));
  return __builtin_reduce_max(highest);
}

static PK_TARGET size_t PK_NAME(pk_places_from)(const float *x, size_t count, float floor, int32_t *places, size_t capacity) {
  size_t found = 0;
  for (size_t i = 0; i < count; i += 16) {
    // Hardly any is high enough.
    if (i + 16 <= count && __builtin_reduce_max(PK_NAME(load)(x + i)) < floor) continue;
    for (size_t j = i; j < count && j < i + 16; j++) {
      if (x[j] < floor) continue;
      if (found == capacity) return found;
      places[found++] = (int32_t)j;
    }
  }
  return found;
}

static PK_TARGET float PK_NAME(pk_exponentials)(const float *x, size_t count, float highest, float *moment) {
  const size_t whole = count / 16 * 16;
  pk_lanes total = {0}, moments = {0};
  for (size_t i = 0; i < count; i += 16) {
    // What is filled up is below what a float can tell from 0 beside the highest's 1.
    const pk_lanes v = (i < whole ? PK_NAME(load)(x + i) : PK_NAME(rest)(x + i, count - whole, highest - 100)) - highest;
    const pk_lanes power = PK_NAME(exp)(v);
    total += power;
    moments += v * power;
  }
  *moment = PK_NAME(sum)(moments);
  return PK_NAME(sum)(total);
}
