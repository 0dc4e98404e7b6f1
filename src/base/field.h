/*
 * field.h - one field of a record: what it is called, what it may hold.
 *
 * A record is a struct whose members are all `const char *`: the value in its canonical text form,
 * NULL where there is none. (PostgreSQL's text protocol speaks the same form.) The struct and its
 * values live in an arena.
 */
#ifndef CAREDESK_BASE_FIELD_H
#define CAREDESK_BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>

enum field_type {
	FIELD_TEXT,  /* one line of anybody's script, NFC, no control characters */
	FIELD_LONG,  /* text of several lines */
	FIELD_DATE,  /* YYYY-MM-DD, a day that exists */
	FIELD_EMAIL, /* an address with one @ and a domain */
	FIELD_PHONE, /* as typed, with 4 to 15 digits in it */
	FIELD_ENUM,  /* one of `choices` */
	FIELD_BOOL,  /* "true" or "false" */
	FIELD_INT,   /* a whole number */
	FIELD_UUID,
	FIELD_TIME, /* RFC 3339, UTC, milliseconds */
};

enum field_flag {
	FIELD_REQUIRED = 1 << 0,
	FIELD_READONLY = 1 << 1, /* a client that sends it gets an error */
	FIELD_NOT_FUTURE = 1 << 2,
	FIELD_BIRTHDAY = 1 << 3, /* additionally: nobody is older than 130 */
	FIELD_SEALED = 1 << 5,   /* no column of its own: one of the values that are sealed together */
	FIELD_CLINICAL = 1 << 6, /* only for who may read records */
	FIELD_DEFAULT = 1 << 4,  /* never empty: the entity has a value for it where nobody says one */
};

/* A choice: the value that is stored and sent, and the word that people see. */
struct choice {
	const char *value;
	const char *label;
	bool is_system; /* only the system sets it */
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

/* One member of a record, read and written. */
const char *field_get(const struct field *field, const void *record);
void field_set(const struct field *field, void *record, const char *value);

/* The word for an enumeration's value ("Female" for female); NULL where the field has no such. */
const char *field_choice_label(const struct field *field, const char *value);

#endif
