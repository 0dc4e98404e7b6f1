/*
 * field.h - an entity's fields as a table, and everything that walks it.
 *
 * An entity (a patient) is described once, by a .def file of X-macro rows. The rows make the struct's
 * members and the table of struct field; JSON in and out, validation, forms, SQL columns and OpenAPI
 * all walk that table, so that a new field is one row there, one migration and one line in a
 * template. A record is a struct whose members are all `const char *`: the value in its canonical
 * text form, NULL where there is none. (PostgreSQL's text protocol speaks the same form.) The struct
 * and its values live in an arena.
 */
#ifndef CAREDESK_BASE_FIELD_H
#define CAREDESK_BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct json_object;

enum field_type {
	FIELD_TEXT,  /* one line of anybody's script, NFC, no control characters */
	FIELD_DATE,  /* YYYY-MM-DD, a day that exists */
	FIELD_EMAIL, /* an address with one @ and a domain */
	FIELD_PHONE, /* as typed, with 4 to 15 digits in it */
	FIELD_ENUM,  /* one of `choices` */
	FIELD_BOOL,  /* "true" or "false" */
	FIELD_INT,   /* a whole number */
	FIELD_UUID,
	FIELD_TIME,  /* RFC 3339, UTC, milliseconds */
};

enum field_flag {
	FIELD_REQUIRED = 1 << 0,
	FIELD_READONLY = 1 << 1, /* a client that sends it gets an error */
	FIELD_NOT_FUTURE = 1 << 2,
	FIELD_BIRTHDAY = 1 << 3, /* additionally: nobody is older than 130 */
};

/* A choice: the value that is stored and sent, and the word that people see. */
struct choice {
	const char *value;
	const char *label;
};

struct field {
	const char *name;  /* the SQL column and the struct's member: address_city */
	const char *group; /* the JSON object it stands in (address), NULL at the top */
	enum field_type type;
	size_t max; /* characters (code points), not bytes */
	unsigned flags;
	const struct choice *choices; /* ended by value == NULL */
	const char *label;            /* for people */
	const char *hint;             /* a line under the input, or NULL */
	const char *autocomplete;     /* the HTML attribute; "off" for other people's data */
	size_t offset;                /* of the member */
	char json[40];                /* addressCity or, in its group, city: made by entity_init() */
	char path[56];                /* address.city: errors and forms name a field so */
};

struct entity {
	const char *name;
	struct field *fields;
	size_t count;
	size_t size; /* of the struct */
};

/* Spells each field's JSON name and path. Once, at the start of a program. */
void entity_init(struct entity *entity);

/* One member of a record, read and written. */
const char *field_get(const struct field *field, const void *record);
void field_set(const struct field *field, void *record, const char *value);

/* The field with this column name, or NULL. */
const struct field *field_find(const struct entity *entity, const char *name);

/* The word for an enumeration's value ("Female" for female); NULL where the field has no such. */
const char *field_choice_label(const struct field *field, const char *value);

/*
 * Reads a JSON object into `record`: what the object names is changed (null clears), the rest stays.
 * Every fault is recorded with fail_field(), so that the client sees all of them at once: unknown
 * and read-only names, wrong types, values that break the field's rules. `also` lists top-level
 * names that belong to the request and not to the entity (version, allowDuplicate), ended by NULL.
 * Returns ERR_VALIDATION when anything was recorded.
 */
enum err entity_read(struct cx *cx, const struct entity *entity, struct json_object *from,
                     const char *const *also, void *record) __attribute__((warn_unused_result));

/* Records FIELD_REQUIRED fields without a value. */
void entity_check_required(struct cx *cx, const struct entity *entity, const void *record);

/* Adds every field that has a value (and null for those that have none) to `into`. */
void entity_write(const struct entity *entity, const void *record, struct json_object *into);

/* Lists the paths of the fields in which two records differ, in the table's order; the array lives
 * in the arena and is ended by NULL. */
const char **entity_diff(struct cx *cx, const struct entity *entity, const void *a, const void *b);

#endif
