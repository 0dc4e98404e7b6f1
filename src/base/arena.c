#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compat.h"

enum { BLOCK_SIZE = 64 * 1024, ALIGNMENT = 16 };

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(ALIGNMENT) char bytes[];
};

struct deferred {
	struct deferred *next;
	void (*undo)(void *thing);
	void *thing;
};

struct arena {
	struct block *blocks; /* newest first; the last one is kept over a reset */
	struct deferred *deferred;
	size_t used;
	size_t cap;
};

void
must_fail(const char *condition, const char *file, int line)
{
	fprintf(stderr,
	        "{\"level\":\"fatal\",\"event\":\"must\",\"condition\":\"%s\",\"at\":\"%s:%d\"}\n",
	        condition, file, line);
	abort();
}

static struct block *
block_create(size_t size)
{
	struct block *block = calloc(1, sizeof(*block) + size);

	must(block != NULL);
	block->size = size;
	return block;
}

struct arena *
arena_create(size_t cap)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	must(arena != NULL);
	arena->cap = cap;
	return arena;
}

/* Whether each allocation gets a malloc of its own. */
#ifdef CAREDESK_ARENA_MALLOC
static const bool block_per_allocation = true;
#else
static const bool block_per_allocation = false;
#endif

static struct block *
block_with_room(struct arena *arena, size_t size)
{
	struct block *newest = arena->blocks;

	if (!block_per_allocation && newest != NULL && newest->size - newest->used >= size)
		return newest;
	size_t want = block_per_allocation || size > BLOCK_SIZE ? size : BLOCK_SIZE;
	struct block *block = block_create(want);
	block->next = newest;
	arena->blocks = block;
	return block;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	/* Under ASan the exact size counts; else round up, so that the next one is aligned. */
	size_t rounded = block_per_allocation ? size
	                                      : (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);

	must(rounded >= size && rounded <= arena->cap - arena->used);
	struct block *block = block_with_room(arena, rounded);
	void *memory = block->bytes + block->used;
	block->used += rounded;
	arena->used += rounded;
	return memory;
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t total = 0;

	must(!__builtin_mul_overflow(count, size, &total));
	return arena_alloc(arena, total);
}

char *
arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	if (len > 0)
		memcpy(copy, text, len);
	return copy;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *
arena_vprintf(struct arena *arena, const char *format, va_list args)
{
	va_list again;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	must(len >= 0);
	char *text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = arena_vprintf(arena, format, args);
	va_end(args);
	return text;
}

void
arena_defer(struct arena *arena, void (*undo)(void *thing), void *thing)
{
	struct deferred *entry = arena_alloc(arena, sizeof(*entry));

	entry->undo = undo;
	entry->thing = thing;
	entry->next = arena->deferred;
	arena->deferred = entry;
}

size_t
arena_used(const struct arena *arena)
{
	return arena->used;
}

void
arena_reset(struct arena *arena)
{
	/* An undo may not allocate; the list is walked as it stands. */
	for (struct deferred *entry = arena->deferred; entry != NULL; entry = entry->next)
		entry->undo(entry->thing);
	arena->deferred = NULL;
	arena->used = 0;
	struct block *block = arena->blocks;
	arena->blocks = NULL;
	while (block != NULL) {
		struct block *next = block->next;
		explicit_bzero(block->bytes, block->used);
		if (next == NULL && block->size == BLOCK_SIZE && !block_per_allocation) {
			block->used = 0;
			arena->blocks = block;
		} else {
			free(block);
		}
		block = next;
	}
}

void
arena_destroy(struct arena *arena)
{
	if (arena == NULL)
		return;
	arena_reset(arena);
	free(arena->blocks);
	free(arena);
}
