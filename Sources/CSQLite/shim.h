#ifndef TVAERINDEKS_CSQLITE_SHIM_H
#define TVAERINDEKS_CSQLITE_SHIM_H

#include <malloc.h>
#include <sqlite3.h>
#include <stddef.h>

/* The C library has it and shows it to GNU sources only. */
void *memmem(const void *text, size_t length, const void *part, size_t size);

/* The calls below are variadic or use casts that Swift cannot write. */

static inline int tv_db_config_flag(sqlite3 *db, int option, int value) {
    return sqlite3_db_config(db, option, value, (int *)0);
}

/* Before the library is first used; afterwards it changes nothing. */
static inline int tv_config_flag(int option, int value) {
    return sqlite3_config(option, value);
}

static inline int tv_bind_text(sqlite3_stmt *s, int i, const void *p, int n) {
    return sqlite3_bind_text(s, i, (const char *)p, n, SQLITE_TRANSIENT);
}

static inline int tv_bind_blob(sqlite3_stmt *s, int i, const void *p, int n) {
    return sqlite3_bind_blob(s, i, p, n, SQLITE_TRANSIENT);
}

/* For bytes that outlive the step: no copy is made. */
static inline int tv_bind_text_borrowed(sqlite3_stmt *s, int i, const void *p, int n) {
    return sqlite3_bind_text(s, i, (const char *)p, n, SQLITE_STATIC);
}

static inline int tv_bind_blob_borrowed(sqlite3_stmt *s, int i, const void *p, int n) {
    return sqlite3_bind_blob(s, i, p, n, SQLITE_STATIC);
}

/* The door to FTS5's own interface; NULL where FTS5 is missing. */
static inline fts5_api *tv_fts5_api(sqlite3 *db) {
    fts5_api *api = 0;
    sqlite3_stmt *s = 0;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &s, 0) == SQLITE_OK) {
        sqlite3_bind_pointer(s, 1, (void *)&api, "fts5_api_ptr", 0);
        sqlite3_step(s);
    }
    sqlite3_finalize(s);
    return api;
}

/* Keeps up to `bytes` of freed memory with the process; not in Swift's module of the C library. */
static inline void tv_keep_freed_memory(int bytes) {
    mallopt(M_MMAP_THRESHOLD, bytes);
    mallopt(M_TRIM_THRESHOLD, bytes);
}

/* kolonner(t, a, b): which columns of row `t` hold the expression's first `a` phrases, those before the
 * `b`th, and the others; sixteen bits each, the first lowest, and in them one bit a column. */
static inline void tv_fts5_kolonner(const Fts5ExtensionApi *api, Fts5Context *row,
                                    sqlite3_context *result, int count, sqlite3_value **values) {
    sqlite3_int64 mask = 0;
    int phrases = api->xPhraseCount(row);
    if (count != 2) {
        sqlite3_result_error(result, "kolonner takes two counts", -1);
        return;
    }
    int first = sqlite3_value_int(values[0]);
    int second = sqlite3_value_int(values[1]);
    for (int phrase = 0; phrase < phrases; phrase++) {
        Fts5PhraseIter iterator;
        int column;
        int shift = phrase < first ? 0 : phrase < second ? 16 : 32;
        int code = api->xPhraseFirstColumn(row, phrase, &iterator, &column);
        if (code != SQLITE_OK) {
            sqlite3_result_error_code(result, code);
            return;
        }
        for (; column >= 0; api->xPhraseNextColumn(row, &iterator, &column))
            mask |= 1LL << (column + shift);
    }
    sqlite3_result_int64(result, mask);
}

/* Lends FTS5 the function above. */
static inline int tv_fts5_add_kolonner(fts5_api *api) {
    return api->xCreateFunction(api, "kolonner", (void *)0, tv_fts5_kolonner, (void (*)(void *))0);
}

typedef int (*tv_token_callback)(void *, int, const char *, int, int, int);

#endif
