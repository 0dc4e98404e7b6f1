/*
 * Forms and queries: what is read is valid UTF-8 without NUL, and comes back the same when it is
 * encoded again.
 */
#include "fuzz.h"

#include "base/buf.h"
#include "base/str.h"
#include "web/parse.h"
#include "base/compat.h"

static void
check_again(struct arena *arena, const struct pair *pairs)
{
	struct buf text;
	const struct pair *again = NULL;

	buf_init(&text, arena, 0);
	for (const struct pair *pair = pairs; pair->name != NULL; pair++) {
		must(utf8_is_valid(pair->name, strlen(pair->name)));
		must(utf8_is_valid(pair->value, strlen(pair->value)));
		must(pairs_find(pairs, pair->name) != NULL);
		buf_printf(&text, "&%s=%s", url_encode(arena, pair->name), url_encode(arena, pair->value));
	}
	must(pairs_parse(arena, text.data, text.len, &again));
	for (; pairs->name != NULL; pairs++, again++)
		must(strcmp(pairs->name, again->name) == 0 && strcmp(pairs->value, again->value) == 0);
	must(again->name == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create(FUZZ_CAP);
	const struct pair *pairs = NULL;

	if (pairs_parse(arena, (const char *)data, size, &pairs))
		check_again(arena, pairs);
	arena_destroy(arena);
	return 0;
}
