/*
 * JSON from outside: what json_check() lets through json-c must read, and what is read must come
 * back the same when it is printed.
 */
#include "fuzz.h"

#include "base/json.h"
#include "base/compat.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create(FUZZ_CAP);
	const char *fault = NULL;
	size_t members = 0;
	size_t at = 0;

	const char *refusal = json_check((const char *)data, size, &members, &at);
	must(at <= size && members <= size);
	struct json_object *root = json_read(arena, (const char *)data, size, &fault);
	must((root == NULL) == (fault != NULL));
	must(refusal == NULL || root == NULL);
	if (root != NULL) {
		const char *text = json_print(arena, root);
		struct json_object *again = json_read(arena, text, strlen(text), &fault);
		must(again != NULL && strcmp(json_print(arena, again), text) == 0);
	}
	arena_destroy(arena);
	return 0;
}
