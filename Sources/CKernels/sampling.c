#include "sampling.h"

#define PK_BODY "sampling_body.h"
#include "variants.h"

float pk_highest(const float *x, size_t count) { PK_CALL(pk_highest, x, count) }

size_t pk_places_from(const float *x, size_t count, float floor, int32_t *places, size_t capacity) {
  PK_CALL(pk_places_from, x, count, floor, places, capacity)
}

float pk_exponentials(const float *x, size_t count, float highest, float *moment) {
  PK_CALL(pk_exponentials, x, count, highest, moment)
}
