#include "blocks.h"

#include <string.h>

#include "dequantise.h"
#include "vector.h"

/// The widest head; models with wider ones are rejected.
enum { PK_BLOCK_WIDTH = 1024 };

static uint16_t *key_place(const pk_cache *cache, size_t head, size_t position) {
  return cache->keys + head * cache->capacity * cache->width + position / 16 * 16 * cache->width + position % 16;
}

/// The first 16 of a position's values; the next 16 lie `capacity`·16 on.
static uint16_t *value_place(const pk_cache *cache, size_t head, size_t position) {
  return cache->values + head * cache->capacity * cache->width + position * 16;
}

void pk_block_take_chunk(void *tasks, long layer, long thread) {
  (void)thread;
  const pk_block_task *task = (const pk_block_task *)tasks + layer;
  const pk_cache *cache = &task->cache;
  const size_t width = cache->width;
  for (size_t head = 0; head < cache->heads; head++)
    for (size_t t = 0; t < task->tokens; t++) {
      const size_t row = (head * task->tokens + t) * width;
      const uint16_t *key = key_place(cache, head, task->position + t);
      const uint16_t *value = value_place(cache, head, task->position + t);
      for (size_t i = 0; i < width; i++) task->keys[row + i] = key[i * 16];
      for (size_t i = 0; i < width; i += 16) memcpy(task->values + row + i, value + i * cache->capacity, 32);
    }
}

static void put_turned(const pk_block_task *task, const uint16_t *key, uint16_t *place) {
  float turned[PK_BLOCK_WIDTH];
  const size_t width = task->cache.width;
  for (size_t i = 0; i < width; i++) turned[i] = pk_half_to_float(key[i]);
  pk_rope(turned, task->cosines, task->sines, width, task->rotated, task->halves);
  pk_store_halves(turned, width, place, 16);
}

void pk_block_put_chunk(void *tasks, long layer, long thread) {
  (void)thread;
  const pk_block_task *task = (const pk_block_task *)tasks + layer;
  const pk_cache *cache = &task->cache;
  const size_t width = cache->width;
  for (size_t head = 0; head < cache->heads; head++)
    for (size_t t = 0; t < task->tokens; t++) {
      const size_t row = (head * task->tokens + t) * width;
      uint16_t *key = key_place(cache, head, task->position + t);
      uint16_t *value = value_place(cache, head, task->position + t);
      if (task->cosines) {
        put_turned(task, task->keys + row, key);
      } else {
        for (size_t i = 0; i < width; i++) key[i * 16] = task->keys[row + i];
      }
      for (size_t i = 0; i < width; i += 16) memcpy(value + i * cache->capacity, task->values + row + i, 32);
    }
}
