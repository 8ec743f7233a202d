// The steps of a decoder layer that a thread team shares: each `…_chunk` is a `ChunkFunction` over its task.
#pragma once
#include <stddef.h>

#include "attention.h"
#include "linear.h"
#include "vector.h"

/// The matrices that one low-rank update may be made of: queries, keys and values lie in one matrix.
#define PK_LOW_RANK_PARTS 3

/// B of an update ΔW = B·A of some rows of a matrix (LoRA, Hu et al. 2021), beside the products A·a that it is multiplied by.
typedef struct {
  /// [rows][rank], of a float kind or R8; no panels where nothing is added.
  pk_matrix b;
  /// The panel of the matrix that its first row belongs to.
  size_t first_panel;
  /// [token][rank] and more, up to the columns of B.
  pk_activations hidden;
} pk_low_rank;

/// hidden = scale·A·a for the updates of one input, some tokens a chunk.
typedef struct {
  /// [rank][columns] each; no panels where there is nothing.
  pk_matrix a[PK_LOW_RANK_PARTS];
  /// As the update has it; a row has room for whole panels.
  pk_activations hidden[PK_LOW_RANK_PARTS];
  /// Whether B is a PK_PANEL_R8, which wants them quantised.
  int quantise[PK_LOW_RANK_PARTS];
  const pk_activations *in;
  float scale[PK_LOW_RANK_PARTS];
  size_t tokens, tokens_per_chunk;
  /// Chunks that are through; 0 at first. Read and written atomically.
  long done;
} pk_hidden_task;

/// y = W·a, panels shared out; with updates y = W·a + Σ B·hidden.
typedef struct {
  const pk_matrix *matrix;
  const pk_activations *in;
  size_t tokens;
  float *y;
  size_t y_stride;
  size_t panels_per_chunk;
  pk_low_rank updates[PK_LOW_RANK_PARTS];
  /// What makes the updates' `hidden`, in chunks before those of this product: nobody waits for it who has a product
  /// of W left to make. NULL without updates.
  pk_hidden_task *hidden;
} pk_linear_task;

/// How many chunks a `pk_linear_task` has; a `pk_gated_task` has those of its gate.
size_t pk_linear_chunks(const pk_linear_task *task);

void pk_linear_chunk(void *task, long chunk, long thread);

/// out = activation(gate·a) · (up·a), quantised as well when the next product wants it.
typedef struct {
  pk_linear_task gate, up;
  pk_gate activation;
  /// Its `x` is the gate's `y`.
  pk_activations out;
  int quantise;
} pk_gated_task;

/// The gate's `hidden` makes those of both. `panels_per_chunk` is even, so that a chunk is whole blocks of 32.
void pk_gated_chunk(void *task, long chunk, long thread);

/// x += y (normalised first where `post_weight` is set), then out = norm(x), a token a step.
typedef struct {
  float *x;
  size_t x_stride;
  /// NULL: nothing is added.
  const float *y;
  size_t y_stride;
  const float *post_weight;
  /// NULL: only the sum is made.
  const float *weight;
  float epsilon;
  size_t width, tokens;
  pk_activations out;
  int quantise;
  size_t tokens_per_chunk;
} pk_norm_task;

void pk_norm_chunk(void *task, long chunk, long thread);

/// Takes the product of the query, key and value projections apart: adds biases, normalises heads, rotates, puts keys and
/// values into the cache.
typedef struct {
  /// [token][queries | keys | values], each part `…_offset` floats in.
  float *projected;
  size_t stride, key_offset, value_offset;
  /// NULL without.
  const float *query_bias, *key_bias, *value_bias, *query_norm, *key_norm;
  float epsilon;
  size_t query_heads;
  pk_cache cache;
  /// As attention wants them.
  float *queries;
  size_t tokens, position;
  /// NULL for tokens that follow each other from `position` on; otherwise where each stands, with its place in `cache`.
  const pk_branch_row *rows;
  /// [position][rotated / 2] each.
  const float *cosines, *sines;
  size_t rotated;
  int halves;
  size_t tokens_per_chunk;
} pk_heads_task;

void pk_heads_chunk(void *task, long chunk, long thread);

/// Quantises whole rows, a token a step.
typedef struct {
  pk_activations rows;
  size_t tokens, tokens_per_chunk;
} pk_quantise_task;

void pk_quantise_chunk(void *task, long chunk, long thread);
