#define _GNU_SOURCE
#include "pk_libpq.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>

typedef void (*notice_processor)(void *argument, const char *message);

// Each function of the library: what it returns, its name, its parameters, and how they are passed on.
#define FUNCTIONS(F)                                                                                                  \
  F(pk_PQconninfoOption *, PQconninfoParse, (const char *address, char **error), (address, error))                    \
  F(pk_PGconn *, PQconnectStartParams,                                                                                \
    (const char *const *keywords, const char *const *values, int expand_dbname), (keywords, values, expand_dbname))   \
  F(int, PQconnectPoll, (pk_PGconn * connection), (connection))                                                       \
  F(int, PQstatus, (const pk_PGconn *connection), (connection))                                                       \
  F(char *, PQerrorMessage, (const pk_PGconn *connection), (connection))                                              \
  F(int, PQsocket, (const pk_PGconn *connection), (connection))                                                       \
  F(int, PQsetnonblocking, (pk_PGconn * connection, int is_nonblocking), (connection, is_nonblocking))                \
  F(int, PQflush, (pk_PGconn * connection), (connection))                                                             \
  F(int, PQsendQuery, (pk_PGconn * connection, const char *command), (connection, command))                           \
  F(int, PQsendQueryParams,                                                                                           \
    (pk_PGconn * connection, const char *command, int count, const unsigned *types, const char *const *values,        \
     const int *lengths, const int *formats, int result_format),                                                      \
    (connection, command, count, types, values, lengths, formats, result_format))                                     \
  F(int, PQconsumeInput, (pk_PGconn * connection), (connection))                                                      \
  F(int, PQisBusy, (pk_PGconn * connection), (connection))                                                            \
  F(pk_PGresult *, PQgetResult, (pk_PGconn * connection), (connection))                                               \
  F(pk_PGnotify *, PQnotifies, (pk_PGconn * connection), (connection))                                                \
  F(int, PQresultStatus, (const pk_PGresult *result), (result))                                                       \
  F(char *, PQresultErrorField, (const pk_PGresult *result, int field), (result, field))                              \
  F(int, PQntuples, (const pk_PGresult *result), (result))                                                            \
  F(int, PQnfields, (const pk_PGresult *result), (result))                                                            \
  F(char *, PQgetvalue, (const pk_PGresult *result, int row, int column), (result, row, column))                      \
  F(int, PQgetlength, (const pk_PGresult *result, int row, int column), (result, row, column))                        \
  F(int, PQgetisnull, (const pk_PGresult *result, int row, int column), (result, row, column))

#define PROCEDURES(F)                                            \
  F(PQconninfoFree, (pk_PQconninfoOption * options), (options))  \
  F(PQfinish, (pk_PGconn * connection), (connection))            \
  F(PQclear, (pk_PGresult * result), (result))                   \
  F(PQfreemem, (void *memory), (memory))

static struct {
#define MEMBER(type, name, parameters, arguments) type(*name) parameters;
  FUNCTIONS(MEMBER)
#undef MEMBER
#define MEMBER(name, parameters, arguments) void(*name) parameters;
  PROCEDURES(MEMBER)
#undef MEMBER
  notice_processor (*PQsetNoticeProcessor)(pk_PGconn *connection, notice_processor processor, void *argument);
} library;

#define FORWARD(type, name, parameters, arguments) \
  type pk_##name parameters { return library.name arguments; }
FUNCTIONS(FORWARD)
#undef FORWARD
#define FORWARD(name, parameters, arguments) \
  void pk_##name parameters { library.name arguments; }
PROCEDURES(FORWARD)
#undef FORWARD

/// What came of opening it; `library` is read only after that is known.
typedef enum { NOT_TRIED = 0, OPEN, MISSING } opening;

static opening open_library(void) {
  static const char *const names[] = {
#if defined(__APPLE__)
      "libpq.5.dylib",
      "/opt/homebrew/opt/libpq/lib/libpq.5.dylib",
#else
      "libpq.so.5",
#endif
  };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    void *handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!handle) continue;
    int is_whole = 1;
#define LOOK_UP(type, name, parameters, arguments) \
  is_whole &= (library.name = (type(*) parameters)dlsym(handle, #name)) != NULL;
    FUNCTIONS(LOOK_UP)
#undef LOOK_UP
#define LOOK_UP(name, parameters, arguments) \
  is_whole &= (library.name = (void(*) parameters)dlsym(handle, #name)) != NULL;
    PROCEDURES(LOOK_UP)
#undef LOOK_UP
    library.PQsetNoticeProcessor = (notice_processor(*)(pk_PGconn *, notice_processor, void *))dlsym(
        handle, "PQsetNoticeProcessor");
    if (is_whole && library.PQsetNoticeProcessor) return OPEN;
    dlclose(handle);
  }
  return MISSING;
}

int pk_libpq_open(void) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static _Atomic opening known = NOT_TRIED;
  opening now = atomic_load_explicit(&known, memory_order_acquire);
  if (now == NOT_TRIED) {
    pthread_mutex_lock(&lock);
    now = atomic_load_explicit(&known, memory_order_relaxed);
    if (now == NOT_TRIED) {
      now = open_library();
      atomic_store_explicit(&known, now, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
  }
  return now == OPEN ? 0 : -1;
}

static void say_nothing(void *argument, const char *message) {
  (void)argument;
  (void)message;
}

void pk_libpq_silence(pk_PGconn *connection) { library.PQsetNoticeProcessor(connection, say_nothing, NULL); }
