// The system's libpq, opened when a shared pool is first used: a program that has none runs without it.
//
// Source: PostgreSQL 15, chapter 34, "libpq — C Library". The names are libpq's with `pk_` before them.
#pragma once
#include <stddef.h>

typedef struct pg_conn pk_PGconn;
typedef struct pg_result pk_PGresult;

/// What a server has told by NOTIFY.
typedef struct pk_PGnotify {
  char *relname;
  int be_pid;
  char *extra;
} pk_PGnotify;

/// A part of a connection's address.
typedef struct pk_PQconninfoOption {
  char *keyword, *envvar, *compiled, *val, *label, *dispchar;
  int dispsize;
} pk_PQconninfoOption;

enum { PK_CONNECTION_OK = 0, PK_CONNECTION_BAD = 1 };
enum { PK_PGRES_COMMAND_OK = 1, PK_PGRES_TUPLES_OK = 2 };
enum { PK_PGRES_POLLING_FAILED = 0, PK_PGRES_POLLING_READING = 1, PK_PGRES_POLLING_WRITING = 2, PK_PGRES_POLLING_OK = 3 };
/// Fields of an error: its SQLSTATE, and its sentence.
enum { PK_PG_DIAG_SQLSTATE = 'C', PK_PG_DIAG_MESSAGE_PRIMARY = 'M' };

/// Opens the library, unless that was done before; returns 0, or -1 where there is none. For all threads.
int pk_libpq_open(void);

// What follows may be called only after pk_libpq_open() has returned 0.
pk_PQconninfoOption *pk_PQconninfoParse(const char *address, char **error);
void pk_PQconninfoFree(pk_PQconninfoOption *options);
pk_PGconn *pk_PQconnectStartParams(const char *const *keywords, const char *const *values, int expand_dbname);
int pk_PQconnectPoll(pk_PGconn *connection);
void pk_PQfinish(pk_PGconn *connection);
int pk_PQstatus(const pk_PGconn *connection);
char *pk_PQerrorMessage(const pk_PGconn *connection);
int pk_PQsocket(const pk_PGconn *connection);
int pk_PQsetnonblocking(pk_PGconn *connection, int is_nonblocking);
int pk_PQflush(pk_PGconn *connection);
int pk_PQsendQuery(pk_PGconn *connection, const char *command);
int pk_PQsendQueryParams(pk_PGconn *connection, const char *command, int count, const unsigned *types,
                         const char *const *values, const int *lengths, const int *formats, int result_format);
int pk_PQconsumeInput(pk_PGconn *connection);
int pk_PQisBusy(pk_PGconn *connection);
pk_PGresult *pk_PQgetResult(pk_PGconn *connection);
pk_PGnotify *pk_PQnotifies(pk_PGconn *connection);
int pk_PQresultStatus(const pk_PGresult *result);
char *pk_PQresultErrorField(const pk_PGresult *result, int field);
int pk_PQntuples(const pk_PGresult *result);
int pk_PQnfields(const pk_PGresult *result);
char *pk_PQgetvalue(const pk_PGresult *result, int row, int column);
int pk_PQgetlength(const pk_PGresult *result, int row, int column);
int pk_PQgetisnull(const pk_PGresult *result, int row, int column);
void pk_PQclear(pk_PGresult *result);
void pk_PQfreemem(void *memory);
/// Keeps the server's notices off standard error.
void pk_libpq_silence(pk_PGconn *connection);
