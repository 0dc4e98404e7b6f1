/*
 * entity.h - an entity's fields as a table, and everything that walks it.
 *
 * An entity (a patient) is described once, by a .def file of X-macro rows. The rows make the
 * struct's members and the table of struct field; JSON in and out, validation, forms, SQL columns
 * and OpenAPI all walk that table, so that a new field is one row there, one migration and one line
 * in a template.
 */
#ifndef CAREDESK_BASE_ENTITY_H
#define CAREDESK_BASE_ENTITY_H

#include <stddef.h>

#include "base/err.h"
#include "base/field.h"

struct json_object;

struct entity {
	const char *name;
	struct field *fields;
	size_t count;
	size_t size; /* of the struct */
};

/* Spells each field's JSON name and path. Once, at the start of a program. */
void entity_init(struct entity *entity);

/* The field with this path (address.city), or NULL. */
const struct field *entity_at(const struct entity *entity, const char *path);

/* The field with this column name, or NULL. */
const struct field *entity_find(const struct entity *entity, const char *name);

/*
 * Reads a JSON object into `record`: what the object names is changed (null clears), the rest
 * stays. Every fault is recorded with fail_field(), so that the client sees all of them at once:
 * unknown and read-only names, wrong types, values that break the field's rules. `also` lists
 * top-level names that belong to the request and not to the entity (version, allowDuplicate), ended
 * by NULL. Returns ERR_VALIDATION when anything was recorded.
 */
enum err entity_read(struct cx *cx, const struct entity *entity, struct json_object *from,
                     const char *const *also, void *record) __attribute__((warn_unused_result));

/* Records FIELD_REQUIRED fields without a value. */
void entity_check_required(struct cx *cx, const struct entity *entity, const void *record);

/* Adds every field to `into`, null for those without a value; those with one of the flags `without`
 * are left out. */
void entity_write(const struct entity *entity, const void *record, unsigned without,
                  struct json_object *into);

/* One value as JSON: a boolean, a number, a text, or NULL for none. The caller's tree takes it. */
struct json_object *entity_value(const struct field *field, const char *text);

/* Lists the paths of the fields in which two records differ, in the table's order; the array lives
 * in the arena and is ended by NULL. */
const char **entity_diff(struct cx *cx, const struct entity *entity, const void *a, const void *b);

#endif
