#include "base/json.h"

#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/compat.h"

static void
undo_put(void *thing)
{
	(void)json_object_put(thing);
}

/* Members of all objects in a tree, which json-c has freed of doubled keys. */
static size_t
count_members(struct json_object *value)
{
	size_t count = 0;

	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, member)
		{
			(void)key;
			count += 1 + count_members(member);
		}
	} else if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			count += count_members(json_object_array_get_idx(value, i));
	}
	return count;
}

struct json_object *
json_read(struct arena *arena, const char *bytes, size_t len, const char **fault)
{
	size_t members = 0;
	size_t at = 0;

	*fault = json_check(bytes, len, &members, &at);
	if (*fault != NULL) {
		*fault = arena_printf(arena, "%s (at byte %zu)", *fault, at);
		return NULL;
	}
	must(len <= INT_MAX);
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH_LIMIT + 1);
	must(tokener != NULL);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	struct json_object *root = json_tokener_parse_ex(tokener, bytes, (int)len);
	bool is_parsed = root != NULL && json_tokener_get_error(tokener) == json_tokener_success;
	json_tokener_free(tokener);
	if (root != NULL)
		arena_defer(arena, undo_put, root);
	if (!is_parsed || !json_object_is_type(root, json_type_object)) {
		*fault = "an object is expected, in curly brackets";
		return NULL;
	}
	if (count_members(root) != members) {
		*fault = "a name stands twice in one object";
		return NULL;
	}
	return root;
}

struct json_object *
json_object_in(struct arena *arena)
{
	struct json_object *object = json_object_new_object();

	must(object != NULL);
	arena_defer(arena, undo_put, object);
	return object;
}

static struct json_object *
add(struct json_object *object, const char *key, struct json_object *value)
{
	must(json_object_object_add(object, key, value) == 0);
	return value;
}

void
json_add(struct json_object *object, const char *key, const char *text)
{
	(void)add(object, key, text == NULL ? NULL : json_object_new_string(text));
}

void
json_add_int(struct json_object *object, const char *key, int64_t number)
{
	(void)add(object, key, json_object_new_int64(number));
}

void
json_add_double(struct json_object *object, const char *key, double number)
{
	char text[64];

	must(snprintf(text, sizeof(text), "%.3f", number) < (int)sizeof(text));
	(void)add(object, key, json_object_new_double_s(number, text));
}

void
json_add_bool(struct json_object *object, const char *key, bool value)
{
	(void)add(object, key, json_object_new_boolean(value));
}

struct json_object *
json_add_object(struct json_object *object, const char *key)
{
	return add(object, key, json_object_new_object());
}

struct json_object *
json_add_array(struct json_object *object, const char *key)
{
	return add(object, key, json_object_new_array());
}

struct json_object *
json_append_object(struct json_object *array)
{
	struct json_object *object = json_object_new_object();

	must(json_object_array_add(array, object) == 0);
	return object;
}

void
json_append(struct json_object *array, const char *text)
{
	must(json_object_array_add(array, json_object_new_string(text)) == 0);
}

struct json_object *
json_member(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;

	(void)json_object_object_get_ex(object, key, &value);
	return value;
}

const char *
json_text(struct json_object *object, const char *key)
{
	struct json_object *value = json_member(object, key);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

const char *
json_print(struct arena *arena, struct json_object *object)
{
	size_t len = 0;
	const char *text = json_object_to_json_string_length(
		object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	must(text != NULL);
	return arena_strndup(arena, text, len);
}
