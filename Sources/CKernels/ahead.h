#pragma once
#include <stddef.h>
#include <stdint.h>

/// How far ahead of what is read memory is asked for. A processor's own prefetching ends at each page of 4 KB, and leaves
/// a core at a third of what memory gives.
enum { PK_AHEAD = 5120, PK_LINE = 64 };

static inline __attribute__((always_inline)) void pk_ask_ahead(const uint8_t *from, size_t bytes) {
  for (size_t line = 0; line < bytes; line += PK_LINE) __builtin_prefetch(from + PK_AHEAD + line);
}
