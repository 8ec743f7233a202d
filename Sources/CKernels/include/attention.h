// Attention over a cache in half precision, laid out as panels so that both of its products are panel products.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// One layer's cache. Keys: a head's positions are rows of panels, [head][position / 16][width][16]. Values: a head's
/// dimensions are rows, [head][width / 16][capacity][16].
typedef struct {
  uint16_t *keys, *values;
  /// Positions there is room for; a multiple of 16.
  size_t capacity;
  size_t heads, width;
} pk_cache;

/// Causal attention of `tokens` tokens, the first at position `position`, whose keys and values are in the cache.
typedef struct {
  pk_cache cache;
  /// [head of the cache][token][query head of that group][width]; rows of a head lie `tokens`·`group`·`width` floats on.
  const float *queries;
  /// [token][query head][width], `out_stride` floats a token.
  float *out;
  size_t out_stride;
  size_t tokens, position, group;
  /// How many positions a token sees, itself included; 0 for all.
  size_t window;
  float scale, cap;
  /// Tokens of one chunk; a chunk is one head of the cache and these tokens.
  size_t tokens_per_chunk;
  /// `pk_attention_scratch` floats a thread.
  float *scratch;
  size_t scratch_stride;
} pk_attention_task;

/// Where a token of one of several texts stands that share their beginning.
typedef struct {
  /// In its text.
  size_t position;
  /// Where in `tails` its key and value lie. Those of the text's earlier tokens, as far as they are not shared, lie before.
  size_t place;
} pk_branch_row;

/// Causal attention of tokens of several texts that share their beginning: the positions below `shared` are in one cache, and
/// each text has the others in a stretch of `tails` of its own, at a multiple of 16.
typedef struct {
  pk_cache prefix, tails;
  /// A multiple of 16; no row's position is below.
  size_t shared;
  /// One a token.
  const pk_branch_row *rows;
  /// As in a `pk_attention_task`.
  const float *queries;
  float *out;
  size_t out_stride;
  size_t tokens, group, window;
  float scale, cap;
  size_t tokens_per_chunk;
  float *scratch;
  size_t scratch_stride;
} pk_branch_attention_task;

/// Chunks of a task.
size_t pk_branch_attention_chunks(const pk_branch_attention_task *task);

/// Does one chunk of a `pk_branch_attention_task`; a `ChunkFunction`. A token's result has the bits that it would have with
/// everything in one cache.
void pk_branch_attention_chunk(void *task, long chunk, long thread);

/// Floats that one thread needs.
size_t pk_attention_scratch(size_t tokens_per_chunk, size_t group, size_t width, size_t capacity);

/// Chunks of a task.
size_t pk_attention_chunks(const pk_attention_task *task);

/// Does one chunk of a `pk_attention_task`; a `ChunkFunction`.
void pk_attention_chunk(void *task, long chunk, long thread);
