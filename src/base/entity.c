#include "base/entity.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/field_check.h"
#include "base/json.h"
#include "base/str.h"

#include "base/compat.h"

void
entity_init(struct entity *entity)
{
	for (size_t i = 0; i < entity->count; i++) {
		struct field *field = &entity->fields[i];
		char camel[sizeof(field->json)];
		str_camel(field->name, camel, sizeof(camel));
		const char *json = camel;
		if (field->group != NULL) {
			must(str_has_prefix(camel, field->group));
			json = camel + strlen(field->group);
		}
		for (size_t at = 0; at == 0 || json[at - 1] != '\0'; at++)
			field->json[at] = json[at];
		if (field->group != NULL)
			field->json[0] = (char)(field->json[0] | 0x20); /* Street → street */
		const char *group = field->group == NULL ? "" : field->group;
		const char *dot = field->group == NULL ? "" : ".";
		must(strlen(group) + strlen(dot) + strlen(field->json) < sizeof(field->path));
		size_t len = strlen(group);
		memcpy(field->path, group, len + 1);
		memcpy(field->path + len, dot, strlen(dot) + 1);
		len += strlen(dot);
		memcpy(field->path + len, field->json, strlen(field->json) + 1);
	}
}

const struct field *
entity_find(const struct entity *entity, const char *name)
{
	for (size_t i = 0; i < entity->count; i++)
		if (strcmp(entity->fields[i].name, name) == 0)
			return &entity->fields[i];
	return NULL;
}

const struct field *
entity_at(const struct entity *entity, const char *path)
{
	for (size_t i = 0; i < entity->count; i++)
		if (strcmp(entity->fields[i].path, path) == 0)
			return &entity->fields[i];
	return NULL;
}

/* The field at `group`.`key` (group NULL at the top), or NULL. */
static const struct field *
field_at(const struct entity *entity, const char *group, const char *key)
{
	for (size_t i = 0; i < entity->count; i++) {
		const struct field *field = &entity->fields[i];
		if (str_equal(field->group, group) && strcmp(field->json, key) == 0)
			return field;
	}
	return NULL;
}

static bool
is_group(const struct entity *entity, const char *key)
{
	for (size_t i = 0; i < entity->count; i++)
		if (str_equal(entity->fields[i].group, key))
			return true;
	return false;
}

/* The client's value as text. False when its JSON type is not the field's. */
static bool
value_text(const struct field *field, struct json_object *value, const char **text)
{
	*text = NULL;
	if (value == NULL)
		return true;
	if (json_object_is_type(value, json_type_string)) {
		*text = json_object_get_string(value);
		/* A NUL can't be here: json_check() refused it. */
		return true;
	}
	if (field->type == FIELD_BOOL && json_object_is_type(value, json_type_boolean)) {
		*text = json_object_get_boolean(value) ? "true" : "false";
		return true;
	}
	return false;
}

static const char *
type_word(const struct field *field)
{
	return field->type == FIELD_BOOL ? "true or false" : "a text";
}

static void
read_value(struct cx *cx, const struct field *field, struct json_object *value, void *record)
{
	const char *text = NULL;

	if (field->flags & FIELD_READONLY)
		fail_field(cx, field->path, "READ_ONLY", "%s is set by the system.", field->label);
	else if (!value_text(field, value, &text))
		fail_field(cx, field->path, "WRONG_TYPE", "%s must be %s.", field->label, type_word(field));
	else if (field_check(cx, field, text, &text) == OK)
		field_set(field, record, text);
}

static void
fail_unknown(struct cx *cx, const char *group, const char *key)
{
	const char *path = group == NULL ? arena_strdup(cx->arena, key)
	                                 : arena_printf(cx->arena, "%s.%s", group, key);

	fail_field(cx, path, "UNKNOWN_FIELD", "There is no field of this name.");
}

/* One level of the object: the top (group NULL), or a group's members. */
static void
read_members(struct cx *cx, const struct entity *entity, const char *group,
             struct json_object *from, const char *const *also, void *record)
{
	json_object_object_foreach(from, key, value)
	{
		const struct field *field = field_at(entity, group, key);
		bool is_also = false;
		for (const char *const *name = also; group == NULL && name != NULL && *name != NULL; name++)
			is_also = is_also || strcmp(*name, key) == 0;
		if (is_also)
			continue;
		if (field != NULL)
			read_value(cx, field, value, record);
		else if (group != NULL || !is_group(entity, key))
			fail_unknown(cx, group, key);
		else if (json_object_is_type(value, json_type_object))
			read_members(cx, entity, arena_strdup(cx->arena, key), value, NULL, record);
		else if (value == NULL)
			for (size_t i = 0; i < entity->count; i++) {
				if (str_equal(entity->fields[i].group, key) &&
				    !(entity->fields[i].flags & FIELD_READONLY))
					field_set(&entity->fields[i], record, NULL);
			}
		else
			fail_field(cx, arena_strdup(cx->arena, key), "WRONG_TYPE", "This must be an object.");
	}
}

enum err
entity_read(struct cx *cx, const struct entity *entity, struct json_object *from,
            const char *const *also, void *record)
{
	read_members(cx, entity, NULL, from, also, record);
	return cx->err;
}

void
entity_check_required(struct cx *cx, const struct entity *entity, const void *record)
{
	for (size_t i = 0; i < entity->count; i++) {
		const struct field *field = &entity->fields[i];
		if ((field->flags & FIELD_REQUIRED) && field_get(field, record) == NULL &&
		    !fail_has(cx, field->path))
			fail_field(cx, field->path, "REQUIRED", "%s is needed.", field->label);
	}
}

struct json_object *
entity_value(const struct field *field, const char *text)
{
	if (text == NULL)
		return NULL;
	if (field->type == FIELD_BOOL)
		return json_object_new_boolean(strcmp(text, "true") == 0);
	if (field->type == FIELD_INT)
		return json_object_new_int64(strtoll(text, NULL, 10));
	return json_object_new_string(text);
}

void
entity_write(const struct entity *entity, const void *record, unsigned without,
             struct json_object *into)
{
	for (size_t i = 0; i < entity->count; i++) {
		const struct field *field = &entity->fields[i];
		struct json_object *object = into;
		if (field->flags & without)
			continue;
		if (field->group != NULL) {
			object = json_member(into, field->group);
			if (object == NULL)
				object = json_add_object(into, field->group);
		}
		must(json_object_object_add(object, field->json,
		                            entity_value(field, field_get(field, record))) == 0);
	}
}

const char **
entity_diff(struct cx *cx, const struct entity *entity, const void *a, const void *b)
{
	const char **paths = arena_array(cx->arena, entity->count + 1, sizeof(*paths));
	size_t count = 0;

	for (size_t i = 0; i < entity->count; i++) {
		const struct field *field = &entity->fields[i];
		if (!(field->flags & FIELD_READONLY) &&
		    !str_equal(field_get(field, a), field_get(field, b)))
			paths[count++] = field->path;
	}
	return paths;
}
