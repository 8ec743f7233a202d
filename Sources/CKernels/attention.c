#include "attention.h"

#include <string.h>

#include "kernel_set.h"
#include "vector.h"

size_t pk_attention_scratch(size_t tokens_per_chunk, size_t group, size_t width, size_t capacity) {
  return tokens_per_chunk * group * (capacity + 2 * width);
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }
static size_t most(size_t a, size_t b) { return a > b ? a : b; }

/// The first position that a token sees, which counts itself among `window` if that is not 0.
static size_t first_seen(size_t position, size_t window) {
  return window && position + 1 > window ? position + 1 - window : 0;
}

/// Makes weights of a token's scores, of positions from `start` on, and returns their sum; what it does not see becomes 0, up to
/// `stride`.
static float weigh(float *scores, size_t position, size_t start, size_t window, float scale, float cap, size_t stride) {
  const size_t low = first_seen(position, window);
  const size_t skipped = low > start ? low - start : 0, aligned = skipped / 16 * 16;
  for (size_t i = aligned; i < skipped; i++) scores[i] = -1e30f;
  memset(scores, 0, aligned * sizeof(float));
  const size_t seen = position + 1 - start;
  float sum = pk_softmax(scores + aligned, seen - aligned, scale, cap);
  if (skipped > aligned && cap > 0)
    for (size_t i = aligned; i < skipped; i++) {
      sum -= scores[i];
      scores[i] = 0;
    }
  const size_t written = aligned + (seen - aligned + 15) / 16 * 16;
  memset(scores + written, 0, (stride - written) * sizeof(float));
  return sum;
}

size_t pk_attention_chunks(const pk_attention_task *task) {
  return task->cache.heads * ((task->tokens + task->tokens_per_chunk - 1) / task->tokens_per_chunk);
}

void pk_attention_chunk(void *context, long chunk, long thread) {
  const pk_attention_task *task = context;
  const pk_cache *cache = &task->cache;
  const size_t width = cache->width, group = task->group;
  const size_t head = (size_t)chunk % cache->heads;
  const size_t first = (size_t)chunk / cache->heads * task->tokens_per_chunk;
  const size_t left = task->tokens - first;
  const size_t tokens = left < task->tokens_per_chunk ? left : task->tokens_per_chunk, rows = tokens * group;
  const size_t begin_position = task->position + first, end = begin_position + tokens;
  // The first position that any of these tokens sees, at a panel's start.
  const size_t start = first_seen(begin_position, task->window) / PK_PANEL_ROWS * PK_PANEL_ROWS;
  const size_t panels = pk_panel_count(end - start), stride = panels * PK_PANEL_ROWS;
  float *scores = task->scratch + (size_t)thread * task->scratch_stride, *mixed = scores + rows * stride;
  float sums[256];

  pk_activations queries = {.x = (float *)task->queries + (head * task->tokens + first) * group * width,
                            .x_stride = width, .columns = width};
  pk_matrix keys = {.panels = (const uint8_t *)(cache->keys + head * cache->capacity * width + start * width),
                    .panel_stride = width * 32, .rows = end - start, .columns = width, .kind = PK_PANEL_F16};
  pk_multiply_panels(&keys, 0, panels, &queries, 0, rows, scores, stride);

  for (size_t row = 0; row < rows; row++)
    sums[row] = weigh(scores + row * stride, begin_position + row / group, start, task->window, task->scale, task->cap, stride);

  pk_activations weights = {.x = scores, .x_stride = stride, .columns = end - start};
  pk_matrix values = {.panels = (const uint8_t *)(cache->values + head * cache->capacity * width + start * 16),
                      .panel_stride = cache->capacity * 32, .rows = width, .columns = end - start,
                      .kind = PK_PANEL_F16};
  pk_multiply_panels(&values, 0, width / PK_PANEL_ROWS, &weights, 0, rows, mixed, width);
  for (size_t row = 0; row < rows; row++) {
    float *out = task->out + (first + row / group) * task->out_stride + (head * group + row % group) * width;
    memcpy(out, mixed + row * width, width * sizeof(float));
    pk_scale(out, 1.0f / sums[row], width);
  }
}

// MARK: Texts that share their beginning

size_t pk_branch_attention_chunks(const pk_branch_attention_task *task) {
  return task->prefix.heads * ((task->tokens + task->tokens_per_chunk - 1) / task->tokens_per_chunk);
}

void pk_branch_attention_chunk(void *context, long chunk, long thread) {
  const pk_branch_attention_task *task = context;
  const pk_cache *prefix = &task->prefix, *tails = &task->tails;
  const size_t width = prefix->width, group = task->group, shared = task->shared;
  const size_t head = (size_t)chunk % prefix->heads;
  const size_t first = (size_t)chunk / prefix->heads * task->tokens_per_chunk;
  const size_t tokens = least(task->tokens_per_chunk, task->tokens - first), rows = tokens * group;
  const pk_branch_row *places = task->rows + first;
  size_t lowest = places[0].position, highest = lowest;
  for (size_t t = 1; t < tokens; t++) {
    lowest = least(lowest, places[t].position);
    highest = most(highest, places[t].position);
  }
  const size_t start = first_seen(lowest, task->window) / PK_PANEL_ROWS * PK_PANEL_ROWS;
  const size_t stride = pk_panel_count(highest + 1 - start) * PK_PANEL_ROWS;
  // Scores [row][stride], in the order of positions wherever they lie.
  const size_t in_prefix = shared > start ? shared - start : 0, begin = start + in_prefix;
  float *scores = task->scratch + (size_t)thread * task->scratch_stride, *mixed = scores + rows * stride;
  float sums[256];

  const uint16_t *prefix_keys = prefix->keys + head * prefix->capacity * width + start * width;
  const uint16_t *tail_keys = tails->keys + head * tails->capacity * width;
  const uint16_t *prefix_values = prefix->values + head * prefix->capacity * width + start * 16;
  const uint16_t *tail_values = tails->values + head * tails->capacity * width;
  const pk_activations queries = {.x = (float *)task->queries + (head * task->tokens + first) * group * width,
                                  .x_stride = width, .columns = width};
  pk_matrix keys = {.panels = (const uint8_t *)prefix_keys, .panel_stride = width * 32, .rows = in_prefix, .columns = width,
                    .kind = PK_PANEL_F16};
  pk_multiply_panels(&keys, 0, in_prefix / PK_PANEL_ROWS, &queries, 0, rows, scores, stride);
  for (size_t t = 0; t < tokens; t++) {
    const size_t count = places[t].position + 1 - begin, place = places[t].place + 1 - count;
    keys.panels = (const uint8_t *)(tail_keys + place * width);
    keys.rows = count;
    pk_multiply_panels(&keys, 0, pk_panel_count(count), &queries, t * group, group, scores + in_prefix, stride);
  }

  for (size_t row = 0; row < rows; row++)
    sums[row] = weigh(scores + row * stride, places[row / group].position, start, task->window, task->scale, task->cap, stride);

  memset(mixed, 0, rows * 2 * width * sizeof(float));
  pk_activations weights = {.x = scores, .x_stride = stride, .columns = in_prefix};
  pk_matrix values = {.panels = (const uint8_t *)prefix_values, .panel_stride = prefix->capacity * 32, .rows = width,
                      .columns = in_prefix, .kind = PK_PANEL_F16};
  pk_add_part(&values, 0, width / PK_PANEL_ROWS, &weights, 0, rows, mixed, 2 * width);
  weights.x = scores + in_prefix;
  values.panel_stride = tails->capacity * 32;
  for (size_t t = 0; t < tokens; t++) {
    const size_t count = places[t].position + 1 - begin, place = places[t].place + 1 - count;
    values.panels = (const uint8_t *)(tail_values + place * 16);
    values.columns = weights.columns = count;
    pk_add_part(&values, 0, width / PK_PANEL_ROWS, &weights, t * group, group, mixed, 2 * width);
  }
  for (size_t row = 0; row < rows; row++) {
    float *out = task->out + (first + row / group) * task->out_stride + (head * group + row % group) * width;
    memcpy(out, mixed + row * 2 * width, width * sizeof(float));
    pk_add(out, mixed + row * 2 * width + width, width);
    pk_scale(out, 1.0f / sums[row], width);
  }
}
