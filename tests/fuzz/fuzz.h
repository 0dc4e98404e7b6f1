/*
 * fuzz.h - what every fuzz target has: an arena for one input, and a way to say that something
 * cannot be. A target is built twice: by libFuzzer (make fuzz), and with replay_main.c (make
 * check).
 */
#ifndef CAREDESK_TESTS_FUZZ_H
#define CAREDESK_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { FUZZ_CAP = 512 * 1024 * 1024 };

/* The target, as libFuzzer calls it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as a text that ends in NUL; what follows a NUL in them is cut off, as C sees it. */
static inline const char *
fuzz_text(struct arena *arena, const uint8_t *data, size_t size)
{
	return arena_strndup(arena, (const char *)data, strnlen((const char *)data, size));
}

#endif
