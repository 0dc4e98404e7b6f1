/*
 * Templates: what mustache_check() accepts can be rendered.
 */
#include "fuzz.h"

#include "base/buf.h"
#include "base/json.h"
#include "view/mustache.h"
#include "base/compat.h"

static bool
find(const char *name, size_t len, struct template_source *out)
{
	static const char partial[] = "[{{a}}]\n{{#o}}\n {{{.}}}\n{{/o}}\n\ntext";

	if (len != 1 || name[0] != 'p')
		return false;
	*out = (struct template_source){ partial, strlen(partial) };
	return true;
}

static struct json_object *
model_in(struct arena *arena)
{
	struct json_object *model = json_object_in(arena);
	struct json_object *list = json_add_array(model, "l");

	json_add(model, "a", "<\"&'>");
	json_add(model, "n", NULL);
	json_add_int(model, "i", -5);
	json_add_double(model, "d", 0.125);
	json_add_bool(model, "t", true);
	json_add_bool(model, "f", false);
	json_add(json_add_object(model, "o"), "a", "inner");
	/* What is in the list hides it: sections in each other would multiply without end. */
	for (int i = 0; i < 2; i++) {
		struct json_object *row = json_append_object(list);
		json_add(row, "a", "row");
		json_add(row, "l", i == 0 ? "" : "once");
	}
	return model;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create(FUZZ_CAP);
	const char *fault = NULL;
	struct buf out;

	struct template_source source = { (const char *)data, size };
	bool is_sound = mustache_check(source, &fault);
	must(is_sound == (fault == NULL));
	if (is_sound) {
		buf_init(&out, arena, 0);
		mustache_render(&out, source, model_in(arena), find);
		mustache_render(&out, source, NULL, find);
	}
	arena_destroy(arena);
	return 0;
}
