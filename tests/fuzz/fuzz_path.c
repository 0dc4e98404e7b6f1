/*
 * Paths of request targets: no segment that comes out can lead anywhere else.
 */
#include "fuzz.h"

#include "base/str.h"
#include "web/parse.h"
#include "base/compat.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create(FUZZ_CAP);
	const char *target = fuzz_text(arena, data, size);
	struct path path;

	if (path_parse(arena, target, &path)) {
		size_t count = 0;
		must(target[0] == '/');
		for (; path.segments[count] != NULL; count++) {
			const char *segment = path.segments[count];
			must(*segment != '\0' && utf8_is_valid(segment, strlen(segment)));
			must(strchr(segment, '/') == NULL && strchr(segment, '\\') == NULL);
			must(strcmp(segment, ".") != 0 && strcmp(segment, "..") != 0);
			must(!str_has_control(segment));
		}
		must(count <= PATH_SEGMENTS_MOST);
	}
	arena_destroy(arena);
	return 0;
}
