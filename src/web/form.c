/*
 * form.c - an entity's fields as the inputs of a form, and as facts on a page.
 */
#include <string.h>

#include "base/arena.h"
#include "base/entity.h"
#include "base/str.h"
#include "view/format.h"
#include "clinic/role.h"
#include "web/page.h"

#include "base/compat.h"

const char *
value_at(const struct field *field, struct json_object *values)
{
	struct json_object *object = values;

	if (field->group != NULL)
		object = json_member(values, field->group);
	struct json_object *value = json_member(object, field->json);
	if (value == NULL || json_object_is_type(value, json_type_object) ||
	    json_object_is_type(value, json_type_array))
		return NULL;
	const char *text = json_object_get_string(value);
	return *text == '\0' ? NULL : text;
}

/* The object that the field's own one goes into: the group's, made when first needed. */
static struct json_object *
place_of(const struct field *field, struct json_object *root)
{
	if (field->group == NULL)
		return root;
	struct json_object *group = json_member(root, field->group);
	return group != NULL ? group : json_add_object(root, field->group);
}

static const char *
input_type(const struct field *field)
{
	switch (field->type) {
	case FIELD_EMAIL:
		return "email";
	case FIELD_PHONE:
		return "tel";
	default:
		return "text";
	}
}

static void
add_choices(struct json_object *input, const struct field *field, const char *value)
{
	struct json_object *choices = json_add_array(input, "choices");

	json_add_bool(input, "isChoice", true);
	if (!(field->flags & FIELD_DEFAULT)) {
		struct json_object *none = json_append_object(choices);
		json_add(none, "value", "");
		json_add(none, "label", field->flags & FIELD_REQUIRED ? "Please choose" : "Not given");
	}
	for (const struct choice *one = field->choices; one->value != NULL; one++) {
		if (one->is_system && !str_equal(one->value, value))
			continue;
		struct json_object *choice = json_append_object(choices);
		json_add(choice, "value", one->value);
		json_add(choice, "label", one->label);
		if (str_equal(one->value, value))
			json_add_bool(choice, "selected", true);
	}
}

/* What is wrong with the field, and what somebody else saved in it meanwhile. */
static void
add_faults(struct req *req, struct json_object *input, const struct field *field)
{
	json_add(input, "error", NULL); /* null hides the page's own `error` from the template */
	for (const struct fault *fault = req->cx.faults; fault != NULL; fault = fault->next) {
		if (strcmp(fault->field, field->path) != 0)
			continue;
		json_add(input, "error", fault->message);
		if (req->cx.err != ERR_VERSION || fault->extra == NULL)
			continue;
		json_add(input, "error", NULL);
		if (!json_object_get_boolean(json_member(fault->extra, "contested")))
			continue;
		struct json_object *current = json_member(fault->extra, "current");
		const char *value = current == NULL ? "" : json_object_get_string(current);
		json_add(input, "theirs", *value == '\0' ? "(empty)" : field_text(req, field, value));
		json_add(input, "theirsValue", value);
	}
}

static void
add_input(struct req *req, struct json_object *root, const struct field *field, const char *value)
{
	struct json_object *input = json_add_object(place_of(field, root), field->json);
	char *id = arena_printf(req->cx.arena, "f-%s", field->path);

	for (char *at = id; *at != '\0'; at++)
		if (*at == '.')
			*at = '-';
	json_add(input, "id", id);
	json_add(input, "name", field->path);
	json_add(input, "label", field->label);
	json_add(input, "value", value == NULL ? "" : value);
	json_add(input, "hint", field->hint);
	json_add(input, "autocomplete", field->autocomplete);
	json_add(input, "inputType", input_type(field));
	json_add_int(input, "maxLength", (int64_t)field->max);
	json_add(input, "theirs", NULL);
	if (field->flags & FIELD_REQUIRED)
		json_add_bool(input, "required", true);
	if (field->type == FIELD_DATE)
		json_add_bool(input, "isDate", true);
	if (field->type == FIELD_BOOL) {
		json_add_bool(input, "isBool", true);
		/* What an empty box means: no where something was said before, else nothing. */
		json_add(input, "offValue", value == NULL ? "" : "false");
		if (str_equal(value, "true"))
			json_add_bool(input, "checked", true);
	} else if (field->choices != NULL) {
		add_choices(input, field, value);
	} else if (field->type == FIELD_LONG) {
		json_add_bool(input, "isLong", true);
	} else {
		json_add_bool(input, "isText", true);
	}
	add_faults(req, input, field);
}

struct json_object *
form_fields(struct req *req, const struct entity *entity, struct json_object *values)
{
	struct json_object *root = json_object_in(req->cx.arena);

	for (size_t i = 0; i < entity->count; i++)
		if (!(entity->fields[i].flags & FIELD_READONLY) &&
		    (!(entity->fields[i].flags & FIELD_CLINICAL) ||
		     may(&req->cx.caller, PERMISSION_RECORDS_WRITE)))
			add_input(req, root, &entity->fields[i], value_at(&entity->fields[i], values));
	return root;
}

const char *
field_text(struct req *req, const struct field *field, const char *value)
{
	const char *label = field_choice_label(field, value);

	if (label != NULL)
		return label;
	if (field->type == FIELD_DATE)
		return format_day(req->cx.arena, value);
	if (field->type == FIELD_TIME)
		return format_time(req->cx.arena, value);
	if (field->type == FIELD_BOOL)
		return str_equal(value, "true") ? "Yes" : "No";
	return value;
}

/* A telephone number as a tel: address has it: digits, and a + in front. */
static const char *
tel_href(struct req *req, const char *value)
{
	return arena_printf(req->cx.arena, "tel:%s%s", *value == '+' ? "+" : "",
	                    str_digits(req->cx.arena, value));
}

struct json_object *
shown_fields(struct req *req, const struct entity *entity, struct json_object *values)
{
	struct json_object *root = json_object_in(req->cx.arena);

	for (size_t i = 0; i < entity->count; i++) {
		const struct field *field = &entity->fields[i];
		const char *value = value_at(field, values);
		if (value == NULL || (field->type == FIELD_BOOL && str_equal(value, "false")))
			continue;
		struct json_object *fact = json_add_object(place_of(field, root), field->json);
		json_add(fact, "label", field->label);
		json_add(fact, "text", field_text(req, field, value));
		if (field->type == FIELD_PHONE)
			json_add(fact, "telHref", tel_href(req, value));
		if (field->type == FIELD_EMAIL)
			json_add(fact, "mailHref", arena_printf(req->cx.arena, "mailto:%s", value));
	}
	return root;
}
