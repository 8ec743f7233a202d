#include "blocks.h"

#include "linear.h"

#define PK_BODY "blocks_body.h"
#include "variants.h"

/// Turns keys of some positions of one panel of the cache; `from` is the first one's place in a block.
typedef void (*turner)(const pk_block_task *task, const uint16_t *from, uint16_t *to, size_t count);

static turner turner_at(int level) {
#if defined(__x86_64__)
  if (level >= 2) return turn_keys_avx512;
  if (level == 1) return turn_keys_avx2;
#endif
  (void)level;
  return turn_keys_portable;
}

/// Of the positions in one panel of the cache: the first one's key there, and how many there are.
typedef struct {
  uint16_t *keys;
  size_t count;
} stretch;

static stretch next_stretch(const pk_block_task *task, size_t head, size_t token) {
  const pk_cache *cache = &task->cache;
  const size_t position = task->position + token, lane = position % PK_PANEL_ROWS;
  const size_t room = PK_PANEL_ROWS - lane, left = task->tokens - token;
  uint16_t *panel = cache->keys + (head * cache->capacity + position - lane) * cache->width;
  return (stretch){panel + lane, left < room ? left : room};
}

/// The block's values of 16 dimensions and the cache's, both one position after another.
static void copy_values(const pk_block_task *task, size_t head, int taking) {
  const pk_cache *cache = &task->cache;
  for (size_t i = 0; i < cache->width; i += 16) {
    uint16_t *in_block = task->values + (head * cache->width + i) * task->tokens;
    uint16_t *in_cache = cache->values + (head * cache->width + i) * cache->capacity + task->position * 16;
    const size_t size = task->tokens * 16 * sizeof *in_block;
    if (taking)
      memcpy(in_block, in_cache, size);
    else
      memcpy(in_cache, in_block, size);
  }
}

void pk_block_take_chunk(void *tasks, long layer, long thread) {
  (void)thread;
  const pk_block_task *task = (const pk_block_task *)tasks + layer;
  const size_t width = task->cache.width;
  for (size_t head = 0; head < task->cache.heads; head++) {
    uint16_t *keys = task->keys + head * width * task->tokens;
    for (size_t token = 0; token < task->tokens;) {
      const stretch some = next_stretch(task, head, token);
      for (size_t i = 0; i < width; i++)
        memcpy(keys + i * task->tokens + token, some.keys + i * PK_PANEL_ROWS, some.count * sizeof *keys);
      token += some.count;
    }
    copy_values(task, head, 1);
  }
}

void pk_block_put(const pk_block_task *task, int level) {
  const turner turn = turner_at(level);
  const size_t width = task->cache.width, turned = task->cosines ? task->rotated : 0;
  for (size_t head = 0; head < task->cache.heads; head++) {
    const uint16_t *keys = task->keys + head * width * task->tokens;
    for (size_t token = 0; token < task->tokens;) {
      const stretch some = next_stretch(task, head, token);
      if (turned) turn(task, keys + token, some.keys, some.count);
      for (size_t i = turned; i < width; i++)
        memcpy(some.keys + i * PK_PANEL_ROWS, keys + i * task->tokens + token, some.count * sizeof *keys);
      token += some.count;
    }
    copy_values(task, head, 0);
  }
}

void pk_block_put_chunk(void *tasks, long layer, long thread) {
  (void)thread;
  pk_block_put((const pk_block_task *)tasks + layer, pk_kernels_level());
}
