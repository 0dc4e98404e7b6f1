/*
 * arena.h - the one lifetime of a request.
 *
 * Everything a request allocates comes from its arena and goes with it: handlers never free. Memory
 * is zeroed when handed out and wiped when the arena is reset, so nothing of one patient's request
 * is left for the next. What has to be released in another way (a PGresult, a JSON tree) is tied to
 * the arena with arena_defer(). An allocation never returns NULL: a request that asks for more than
 * the cap ends the process (see must()), and a new worker takes its place. Built with
 * CAREDESK_ARENA_MALLOC (--enable-asan), each allocation is a malloc of its own, so that
 * AddressSanitizer sees every byte past its end.
 */
#ifndef CAREDESK_BASE_ARENA_H
#define CAREDESK_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Makes an arena that may hand out at most `cap` bytes between two resets. Ends the process when
 * the system has no memory. The caller owns it until arena_destroy(). */
struct arena *arena_create(size_t cap);

/* Runs what was deferred, in reverse order, wipes all memory that was handed out, and makes the
 * arena as good as new. Pointers into it are dead from here on. */
void arena_reset(struct arena *arena);

/* As arena_reset(), and gives the arena itself back. NULL is allowed. */
void arena_destroy(struct arena *arena);

/* `size` zeroed bytes, aligned for any type. Never NULL, also for size 0. */
void *arena_alloc(struct arena *arena, size_t size);

/* Zeroed memory for `count` members of `size` bytes each; the product is checked for overflow. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Copies, ended by NUL. arena_strndup() copies exactly `len` bytes. arena_strdup(NULL) is NULL. */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);

/* A formatted string of exactly the length it needs. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Calls `undo(thing)` at the next reset; the last deferred is called first. */
void arena_defer(struct arena *arena, void (*undo)(void *thing), void *thing);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

/* Ends the process with a line in the log when `condition` does not hold. Stays on in production:
 * a worker that finds the impossible dies and is replaced. */
#define must(condition) ((condition) ? (void)0 : must_fail(#condition, __FILE__, __LINE__))
_Noreturn void must_fail(const char *condition, const char *file, int line);

#endif
