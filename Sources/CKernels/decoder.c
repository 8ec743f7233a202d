#include "decoder.h"

#include <sched.h>
#include <string.h>

#include "kernel_set.h"
#include "parking.h"

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static size_t chunk_count(size_t count, size_t per_chunk) { return (count + per_chunk - 1) / per_chunk; }

/// Chunks of the products with A; they come before those of the product that needs them.
static size_t hidden_chunks(const pk_hidden_task *hidden) {
  return hidden ? chunk_count(hidden->tokens, hidden->tokens_per_chunk) : 0;
}

static void make_hidden(pk_hidden_task *task, size_t chunk) {
  const size_t first = chunk * task->tokens_per_chunk, count = least(task->tokens_per_chunk, task->tokens - first);
  for (int i = 0; i < PK_LOW_RANK_PARTS; i++) {
    const pk_matrix *a = &task->a[i];
    if (!a->panels) continue;
    const pk_activations *hidden = &task->hidden[i];
    const size_t panels = pk_panel_count(a->rows);
    pk_multiply_panels(a, 0, panels, task->in, first, count, hidden->x, hidden->x_stride);
    for (size_t t = first; t < first + count; t++) {
      pk_scale(hidden->x + t * hidden->x_stride, task->scale[i], panels * PK_PANEL_ROWS);
      if (task->quantise[i]) pk_quantise_narrow(hidden, t);
    }
  }
  __atomic_fetch_add(&task->done, 1, __ATOMIC_RELEASE);
}

/// Chunks are claimed in order, so whoever makes what is waited for is at it.
static void await_hidden(const pk_hidden_task *task) {
  const long count = (long)hidden_chunks(task);
  for (int spins = 0; __atomic_load_n(&task->done, __ATOMIC_ACQUIRE) != count; spins++) {
    if (spins < 2000) {
      pk_pause();
    } else {
      sched_yield();
    }
  }
}

/// y += B·hidden for the panels that the updates have in this range.
static void add_updates(const pk_linear_task *task, size_t first, size_t last) {
  for (int i = 0; i < PK_LOW_RANK_PARTS; i++) {
    const pk_low_rank *update = &task->updates[i];
    if (!update->b.panels) continue;
    const size_t begin = update->first_panel, end = least(last, begin + pk_panel_count(update->b.rows));
    const size_t from = first > begin ? first : begin;
    if (from >= end) continue;
    pk_add_panels(&update->b, from - begin, end - begin, &update->hidden, 0, task->tokens, task->y + begin * PK_PANEL_ROWS,
                  task->y_stride);
  }
}

static void multiply_range(const pk_linear_task *task, size_t first, size_t last) {
  pk_multiply_panels(task->matrix, first, last, task->in, 0, task->tokens, task->y, task->y_stride);
}

size_t pk_linear_chunks(const pk_linear_task *task) {
  return hidden_chunks(task->hidden) + chunk_count(pk_panel_count(task->matrix->rows), task->panels_per_chunk);
}

void pk_linear_chunk(void *context, long chunk, long thread) {
  (void)thread;
  const pk_linear_task *task = context;
  const size_t before = hidden_chunks(task->hidden);
  if ((size_t)chunk < before) return make_hidden(task->hidden, (size_t)chunk);
  const size_t first = ((size_t)chunk - before) * task->panels_per_chunk;
  const size_t last = least(first + task->panels_per_chunk, pk_panel_count(task->matrix->rows));
  multiply_range(task, first, last);
  if (!task->hidden) return;
  await_hidden(task->hidden);
  add_updates(task, first, last);
}

void pk_gated_chunk(void *context, long chunk, long thread) {
  (void)thread;
  const pk_gated_task *task = context;
  const pk_linear_task *gate = &task->gate, *up = &task->up;
  const size_t before = hidden_chunks(gate->hidden);
  if ((size_t)chunk < before) return make_hidden(gate->hidden, (size_t)chunk);
  const size_t first = ((size_t)chunk - before) * gate->panels_per_chunk;
  const size_t last = least(first + gate->panels_per_chunk, pk_panel_count(gate->matrix->rows));
  multiply_range(gate, first, last);
  multiply_range(up, first, last);
  if (gate->hidden) {
    await_hidden(gate->hidden);
    add_updates(gate, first, last);
    add_updates(up, first, last);
  }
  const size_t offset = first * PK_PANEL_ROWS, width = (last - first) * PK_PANEL_ROWS;
  for (size_t t = 0; t < gate->tokens; t++) {
    pk_gate_times(task->activation, gate->y + t * gate->y_stride + offset, up->y + t * up->y_stride + offset, width);
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
  const size_t width = cache->width, group = task->query_heads / cache->heads;
  const size_t position = task->rows ? task->rows[t].position : task->position + t;
  const size_t place = task->rows ? task->rows[t].place : position;
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
    uint16_t *keys = cache->keys + head * cache->capacity * width + place / 16 * 16 * width + place % 16;
    pk_store_halves(key, width, keys, 16);
    for (size_t d = 0; d < width; d += 16)
      pk_store_halves(value + d, 16,
                      cache->values + head * cache->capacity * width + d * cache->capacity + place * 16, 1);
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
