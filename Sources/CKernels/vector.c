#include "vector.h"

#include "half.h"

#define PK_BODY "vector_body.h"
#include "variants.h"

void pk_rms_norm(const float *x, const float *weight, float epsilon, float *out, size_t width) {
  PK_CALL(pk_rms_norm, x, weight, epsilon, out, width)
}

void pk_add(float *x, const float *y, size_t count) { PK_CALL(pk_add, x, y, count) }

void pk_scale(float *x, float scale, size_t count) { PK_CALL(pk_scale, x, scale, count) }

void pk_gate_times(pk_gate kind, float *gate, const float *up, size_t count) {
  PK_CALL(pk_gate_times, kind, gate, up, count)
}

void pk_quantise(const pk_activations *a, size_t t, size_t first, size_t count) {
  PK_CALL(pk_quantise, a, t, first, count)
}

void pk_quantise_narrow(const pk_activations *a, size_t t) { PK_CALL(pk_quantise_narrow, a, t) }

float pk_softmax(float *x, size_t count, float scale, float cap) { PK_CALL(pk_softmax, x, count, scale, cap) }

void pk_rope(float *x, const float *cosines, const float *sines, size_t width, size_t rotated, int halves) {
  PK_CALL(pk_rope, x, cosines, sines, width, rotated, halves)
}

void pk_store_halves(const float *x, size_t count, uint16_t *out, size_t stride) {
  for (size_t i = 0; i < count; i++) out[i * stride] = pk_float_to_half(x[i]);
}
