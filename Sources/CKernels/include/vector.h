// What a decoder does between its matrix products, in float32. The variant (AVX-512, AVX2, portable) is chosen at run
// time; all do the same operations lane by lane. Lengths are multiples of 16 unless said otherwise.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "linear.h"

/// Between the two halves of a gated feed-forward layer.
typedef enum { PK_SILU = 0, PK_GELU_TANH = 1 } pk_gate;

/// out = x / √(mean(x²) + ε) · weight, of `width` floats; `out` may be `x`.
void pk_rms_norm(const float *x, const float *weight, float epsilon, float *out, size_t width);

/// x += y.
void pk_add(float *x, const float *y, size_t count);

/// x *= scale.
void pk_scale(float *x, float scale, size_t count);

/// gate = activation(gate) · up.
void pk_gate_times(pk_gate kind, float *gate, const float *up, size_t count);

/// Quantises `count` floats (a multiple of 32) from column `first` on of token `t` into the other parts of `a`: int16, a
/// scale a block of 32, rounded to nearest even.
void pk_quantise(const pk_activations *a, size_t t, size_t first, size_t count);

/// As `pk_quantise` for a token's whole row, with one scale: what a PK_PANEL_R8 is multiplied by. Only `q` and `d` are written,
/// a `d` a token; `columns` is a multiple of 16.
void pk_quantise_narrow(const pk_activations *a, size_t t);

/// x = exp(scale·x - max) over `count` floats, padded to a multiple of 16 with any values; returns the sum of the results.
/// What lies in the padding becomes 0. With `cap` above 0 scores are first cap·tanh(scale·x / cap).
float pk_softmax(float *x, size_t count, float scale, float cap);

/// Rotates a head of `width` floats in place: pairs (2i, 2i + 1), or (i, i + width/2) when `halves` is set, by the angles
/// whose cosines and sines are given, `rotated`/2 each; what lies beyond `rotated` stays.
void pk_rope(float *x, const float *cosines, const float *sines, size_t width, size_t rotated, int halves);

/// Half precision, rounded to nearest even, `count` values of which `stride` apart in `out`.
void pk_store_halves(const float *x, size_t count, uint16_t *out, size_t stride);
