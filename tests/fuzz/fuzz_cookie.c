/*
 * Headers that are lists: Cookie, Accept, Content-Type, and ids.
 */
#include "fuzz.h"

#include "web/parse.h"
#include "base/compat.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create(FUZZ_CAP);
	const char *header = fuzz_text(arena, data, size);
	const char *value = cookie_find(arena, header, "__Host-caredesk");

	must(value == NULL || strchr(value, ';') == NULL);
	must(value == NULL || strstr(header, "__Host-caredesk=") != NULL);
	(void)accepts_json(header);
	must(!media_type_is(header, "application/json") ||
	     strlen(header) >= strlen("application/json"));
	must(!is_sane_id(header, 100) || strlen(header) <= 100);
	arena_destroy(arena);
	return 0;
}
