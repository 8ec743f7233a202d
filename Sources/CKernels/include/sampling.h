// What is asked of the logits of a token: the highest, those that are high enough, and the sum of a softmax. The variant is
// chosen at run time as in vector.h; counts may be any.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The highest of `count` floats, at least one; nothing is said where one is not a number.
float pk_highest(const float *x, size_t count);

/// The places of floats that are at least `floor`, in ascending order, the first `capacity` of them; returns how many.
size_t pk_places_from(const float *x, size_t count, float floor, int32_t *places, size_t capacity);

/// Σ e^(x - highest); nothing overflows where `highest` is. `moment` becomes Σ (x - highest)·e^(x - highest), of which an
/// entropy is made.
float pk_exponentials(const float *x, size_t count, float highest, float *moment);
