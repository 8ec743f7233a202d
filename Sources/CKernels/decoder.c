#include "decoder.h"

#include <string.h>

#include "kernel_set.h"

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

enum { LOW_RANK_TOKENS = 16 };

/// y += B·hidden for the panels that an update has in this range.
static void add_update(const pk_linear_task *task, const pk_low_rank *update, size_t first, size_t last) {
  const size_t begin = update->first_panel, end = begin + pk_panel_count(update->b.rows);
  float sums[LOW_RANK_TOKENS * PK_PANEL_ROWS];
  for (size_t p = first > begin ? first : begin; p < least(last, end); p++) {
    pk_matrix panel = update->b;
    panel.panels += (p - begin) * panel.panel_stride;
    for (size_t t = 0; t < task->tokens; t += LOW_RANK_TOKENS) {
      const size_t count = least(LOW_RANK_TOKENS, task->tokens - t);
      pk_activations hidden = {.x = update->hidden + t * update->hidden_stride,
                               .x_stride = update->hidden_stride, .columns = panel.columns};
      pk_multiply_panels(&panel, 0, 1, &hidden, 0, count, sums, PK_PANEL_ROWS);
      for (size_t k = 0; k < count; k++)
        pk_add(task->y + (t + k) * task->y_stride + p * PK_PANEL_ROWS, sums + k * PK_PANEL_ROWS, PK_PANEL_ROWS);
    }
  }
}

static void multiply_range(const pk_linear_task *task, size_t first, size_t last) {
  pk_multiply_panels(task->matrix, first, last, task->in, 0, task->tokens, task->y, task->y_stride);
  for (int i = 0; i < PK_LOW_RANK_PARTS; i++)
    if (task->updates[i].b.panels) add_update(task, &task->updates[i], first, last);
}

void pk_hidden_chunk(void *context, long chunk, long thread) {
  (void)thread;
  const pk_hidden_task *task = context;
  const size_t first = (size_t)chunk * task->tokens_per_chunk;
  const size_t count = least(task->tokens_per_chunk, task->tokens - first);
  for (int i = 0; i < PK_LOW_RANK_PARTS; i++) {
    const pk_matrix *a = &task->a[i];
    if (!a->panels) continue;
    pk_multiply_panels(a, 0, pk_panel_count(a->rows), task->in, first, count, task->hidden[i], task->hidden_stride);
    for (size_t t = first; t < first + count; t++)
      pk_scale(task->hidden[i] + t * task->hidden_stride, task->scale[i], pk_panel_count(a->rows) * PK_PANEL_ROWS);
  }
}

void pk_linear_chunk(void *context, long chunk, long thread) {
  (void)thread;
  const pk_linear_task *task = context;
  size_t first = (size_t)chunk * task->panels_per_chunk;
  multiply_range(task, first, least(first + task->panels_per_chunk, pk_panel_count(task->matrix->rows)));
}

void pk_gated_chunk(void *context, long chunk, long thread) {
  (void)thread;
  const pk_gated_task *task = context;
  const pk_linear_task *gate = &task->gate;
  size_t first = (size_t)chunk * gate->panels_per_chunk;
  size_t last = least(first + gate->panels_per_chunk, pk_panel_count(gate->matrix->rows));
  multiply_range(gate, first, last);
  multiply_range(&task->up, first, last);
  size_t offset = first * PK_PANEL_ROWS, width = (last - first) * PK_PANEL_ROWS;
  for (size_t t = 0; t < gate->tokens; t++) {
    pk_gate_times(task->activation, gate->y + t * gate->y_stride + offset,
                  task->up.y + t * task->up.y_stride + offset, width);
    if (task->quantise) pk_quantise(&task->out, t, offset, width);
  }
}

void pk_norm_chunk(void *context, long chunk, long thread) {
  (void)thread;
  const pk_norm_task *task = context;
  size_t first = (size_t)chunk * task->tokens_per_chunk, last = least(first + task->tokens_per_chunk, task->tokens);
  for (size_t t = first; t < last; t++) {
    float *x = task->x + t * task->x_stride, *out = task->out.x + t * task->out.x_stride;
    if (task->y && task->post_weight) {
      pk_rms_norm(task->y + t * task->y_stride, task->post_weight, task->epsilon, out, task->width);
      pk_add(x, out, task->width);
    } else if (task->y) {
      pk_add(x, task->y + t * task->y_stride, task->width);
    }
    if (!task->weight) continue;
    pk_rms_norm(x, task->weight, task->epsilon, out, task->width);
    if (task->quantise) pk_quantise(&task->out, t, 0, task->width);
  }
}

static void add_bias(float *x, const float *bias, size_t count) {
  if (!bias) return;
  for (size_t i = 0; i < count; i++) x[i] += bias[i];
}

static void finish_head(const pk_heads_task *task, float *head, const float *norm, const float *cosines,
                        const float *sines) {
  if (norm) pk_rms_norm(head, norm, task->epsilon, head, task->cache.width);
  pk_rope(head, cosines, sines, task->cache.width, task->rotated, task->halves);
}

static void take_apart(const pk_heads_task *task, size_t t) {
  const pk_cache *cache = &task->cache;
  const size_t width = cache->width, group = task->query_heads / cache->heads, position = task->position + t;
  const float *cosines = task->cosines + position * (task->rotated / 2);
  const float *sines = task->sines + position * (task->rotated / 2);
  float *row = task->projected + t * task->stride;
  add_bias(row, task->query_bias, task->query_heads * width);
  add_bias(row + task->key_offset, task->key_bias, cache->heads * width);
  add_bias(row + task->value_offset, task->value_bias, cache->heads * width);
  for (size_t head = 0; head < task->query_heads; head++) {
    float *query = task->queries + ((head / group * task->tokens + t) * group + head % group) * width;
    memcpy(query, row + head * width, width * sizeof(float));
    finish_head(task, query, task->query_norm, cosines, sines);
  }
  for (size_t head = 0; head < cache->heads; head++) {
    float *key = row + task->key_offset + head * width, *value = row + task->value_offset + head * width;
    finish_head(task, key, task->key_norm, cosines, sines);
    uint16_t *keys = cache->keys + head * cache->capacity * width + position / 16 * 16 * width + position % 16;
    pk_store_halves(key, width, keys, 16);
    for (size_t d = 0; d < width; d += 16)
      pk_store_halves(value + d, 16,
                      cache->values + head * cache->capacity * width + d * cache->capacity + position * 16, 1);
  }
}

void pk_heads_chunk(void *context, long chunk, long thread) {
  (void)thread;
  const pk_heads_task *task = context;
  size_t first = (size_t)chunk * task->tokens_per_chunk, last = least(first + task->tokens_per_chunk, task->tokens);
  for (size_t t = first; t < last; t++) take_apart(task, t);
}

void pk_quantise_chunk(void *context, long chunk, long thread) {
  (void)thread;
  const pk_quantise_task *task = context;
  size_t first = (size_t)chunk * task->tokens_per_chunk, last = least(first + task->tokens_per_chunk, task->tokens);
  for (size_t t = first; t < last; t++) pk_quantise(&task->rows, t, 0, task->rows.columns);
}
