// How a thread of a team waits: a pause while it spins, a futex when it sleeps.
#pragma once
#include <stdint.h>

/// Tells the processor that this is a spin loop.
static inline void pk_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Sleeps until `pk_wake` is called on `word`; returns at once where `*word` is no longer `expected`. May wake early.
void pk_park(const void *word, uint32_t expected);

/// Wakes every thread that sleeps on `word`.
void pk_wake(const void *word);

/// Lowers the calling thread's scheduling priority (Linux: its own nice value), for work nobody waits for.
void pk_set_thread_nice(int nice);

/// The number of physical cores this process may run on; at least 1.
unsigned pk_physical_cores(void);
