#include "attention.h"

#include <string.h>

#include "kernel_set.h"
#include "vector.h"

size_t pk_attention_scratch(size_t tokens_per_chunk, size_t group, size_t width, size_t capacity) {
  return tokens_per_chunk * group * (capacity + width);
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
  size_t start = task->window && begin_position + 1 > task->window ? begin_position + 1 - task->window : 0;
  start = start / PK_PANEL_ROWS * PK_PANEL_ROWS;
  const size_t panels = pk_panel_count(end - start), stride = panels * PK_PANEL_ROWS;
  float *scores = task->scratch + (size_t)thread * task->scratch_stride, *mixed = scores + rows * stride;
  float sums[256];

  pk_activations queries = {.x = (float *)task->queries + (head * task->tokens + first) * group * width,
                            .x_stride = width, .columns = width};
  pk_matrix keys = {.panels = (const uint8_t *)(cache->keys + head * cache->capacity * width + start * width),
                    .panel_stride = width * 32, .rows = end - start, .columns = width, .kind = PK_PANEL_F16};
  pk_multiply_panels(&keys, 0, panels, &queries, 0, rows, scores, stride);

  for (size_t row = 0; row < rows; row++) {
    float *of_row = scores + row * stride;
    size_t position = begin_position + row / group;
    size_t low = task->window && position + 1 > task->window ? position + 1 - task->window : 0;
    size_t skipped = low > start ? low - start : 0, aligned = skipped / 16 * 16;
    for (size_t i = aligned; i < skipped; i++) of_row[i] = -1e30f;
    memset(of_row, 0, aligned * sizeof(float));
    size_t seen = position + 1 - start;
    sums[row] = pk_softmax(of_row + aligned, seen - aligned, task->scale, task->cap);
    if (skipped > aligned && task->cap > 0)
      for (size_t i = aligned; i < skipped; i++) {
        sums[row] -= of_row[i];
        of_row[i] = 0;
      }
    size_t written = aligned + (seen - aligned + 15) / 16 * 16;
    memset(of_row + written, 0, (stride - written) * sizeof(float));
  }

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
