/*
 * unit.h - what every unit test has: cmocka, an arena of its own, and two ways to look at what a
 * function does to its process.
 *
 * TEST(name) defines a test, whose name is a sentence; CASE(name) lists it. Each runs with a fresh
 * `arena`. This header comes before the project's: cmocka's macro fail() would spoil err.h.
 */
#ifndef CAREDESK_TESTS_UNIT_H
#define CAREDESK_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#undef fail
#undef fail_msg
#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

#include "base/arena.h"

#define TEST(name) static void name(void **unit_state __attribute__((unused)))
#define CASE(name) cmocka_unit_test_setup_teardown(name, unit_set_up, unit_tear_down)

enum { UNIT_CAP = 256 * 1024 * 1024 };

static struct arena *arena __attribute__((unused));

static inline int
unit_set_up(void **state)
{
	(void)state;
	arena = arena_create(UNIT_CAP);
	return 0;
}

static inline int
unit_tear_down(void **state)
{
	(void)state;
	arena_destroy(arena);
	arena = NULL;
	return 0;
}

/* Where the sources are: tests read their data there. */
static inline const char *
unit_source(const char *path)
{
	const char *root = getenv("CAREDESK_SRCDIR");

	return arena_printf(arena, "%s/%s", root == NULL ? "." : root, path);
}

/* A copy that ends where the text ends, without a NUL, so that AddressSanitizer sees who reads past
 * the end. Lives as long as the arena. */
static inline const char *
unit_exact(const void *bytes, size_t len)
{
	char *copy = malloc(len > 0 ? len : 1);

	must(copy != NULL);
	memcpy(copy, bytes, len);
	arena_defer(arena, free, copy);
	return copy;
}

/* Ends a child: nothing of the parent's is written twice, and `make coverage` sees what ran. */
#ifdef CAREDESK_COVERAGE
void __gcov_dump(void);
#else
#define __gcov_dump() ((void)0)
#endif

static inline _Noreturn void
unit_exit(int status)
{
	__gcov_dump();
	_exit(status);
}

/* How a child ends that calls the function: its status as waitpid() gives it. What it writes to
 * standard error goes to `errors` (size bytes, NUL included), or nowhere when that is NULL. */
static inline int
unit_child(void (*function)(void *thing), void *thing, char *errors, size_t size)
{
	int status = 0;
	int ends[2];
	size_t len = 0;

	must(pipe(ends) == 0);
	fflush(NULL);
	pid_t child = fork();
	must(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		signal(SIGSEGV, SIG_DFL); /* cmocka would go on with the next test in the child */
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		function(thing);
		unit_exit(0);
	}
	close(ends[1]);
	char bytes[4096];
	for (ssize_t n; (n = read(ends[0], bytes, sizeof(bytes))) > 0;)
		for (ssize_t i = 0; i < n && errors != NULL && len + 1 < size; i++)
			errors[len++] = bytes[i];
	if (errors != NULL)
		errors[len] = '\0';
	close(ends[0]);
	must(waitpid(child, &status, 0) == child);
	return status;
}

/* Whether the function ends its process as must() does. */
static inline bool
unit_dies(void (*function)(void *thing), void *thing)
{
	int status = unit_child(function, thing, NULL, 0);

	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#endif
