// Keys and values of some tokens, taken out of a cache and put into one again at another position.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "attention.h"

/// One layer's part of a block of tokens.
typedef struct {
  pk_cache cache;
  /// [head of the cache][width][token] and [head of the cache][width / 16][token][16], so that several tokens turn at once and
  /// values are copied as they lie.
  uint16_t *keys, *values;
  /// `position` is the first token's in the cache.
  size_t tokens, position;
  /// Of the angles by which keys are turned when they are put, rotated / 2 each, as `pk_rope` takes them: turning a key of
  /// position p by the angles of position d makes it one of p + d. NULL leaves them as they are, bit for bit.
  const float *cosines, *sines;
  size_t rotated;
  int halves;
} pk_block_task;

/// Copies a layer's keys and values from the cache into a block; a `ChunkFunction` over an array with one task a layer.
void pk_block_take_chunk(void *tasks, long layer, long thread);

/// Copies one layer's block into the cache, with keys turned, by the kernels of a level that this processor has.
void pk_block_put(const pk_block_task *task, int level);

/// The same as a `ChunkFunction` over an array with one task a layer, by the kernels that are in use.
void pk_block_put_chunk(void *tasks, long layer, long thread);
