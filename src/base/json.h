/*
 * json.h - JSON from outside, read strictly; and short ways to build a reply's model with json-c.
 *
 * json-c alone takes what it must not: overlong UTF-8, NaN, raw control characters, doubled keys
 * (the last wins), a NUL inside a key, integers beyond 64 bits. So the bytes are checked here
 * first, by a pure function with a fuzz target, and only then parsed. Trees made by json_read() and
 * json_object_in() belong to the arena; nobody calls json_object_put() on them.
 */
#ifndef CAREDESK_BASE_JSON_H
#define CAREDESK_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

struct arena;

enum { JSON_DEPTH_LIMIT = 32, JSON_VALUES_LIMIT = 20000 };

/*
 * Whether the bytes are one JSON text (RFC 8259) within our limits: well-formed UTF-8, at most
 * JSON_DEPTH_LIMIT levels of objects and arrays, JSON_VALUES_LIMIT values (a megabyte of "[],"
 * would become a hundred when parsed), no \u0000, no lone surrogates, integers within 64 bits and
 * other numbers finite. `members` receives the number of members of all objects. Returns NULL, or a
 * short sentence that says what is wrong, with the offset in `*at`.
 */
const char *json_check(const char *bytes, size_t len, size_t *members, size_t *at);

/* Parses bytes that must hold a JSON object without doubled keys; the tree lives as long as the
 * arena. NULL, with a sentence in `*fault`, when they don't. */
struct json_object *json_read(struct arena *arena, const char *bytes, size_t len,
                              const char **fault);

/* A new empty object that lives as long as the arena: the root of a model. */
struct json_object *json_object_in(struct arena *arena);

/* Adds a member. A NULL text becomes null; a double is written with three digits after the point.
 * The objects made belong to the tree. */
void json_add(struct json_object *object, const char *key, const char *text);
void json_add_int(struct json_object *object, const char *key, int64_t number);
void json_add_double(struct json_object *object, const char *key, double number);
void json_add_bool(struct json_object *object, const char *key, bool value);
struct json_object *json_add_object(struct json_object *object, const char *key);
struct json_object *json_add_array(struct json_object *object, const char *key);
/* Appends a new object to an array. */
struct json_object *json_append_object(struct json_object *array);
void json_append(struct json_object *array, const char *text);

/* Reads a member: NULL where it is missing, null, or not of that type. */
const char *json_text(struct json_object *object, const char *key);
struct json_object *json_member(struct json_object *object, const char *key);

/* The tree as compact JSON text, in the arena. */
const char *json_print(struct arena *arena, struct json_object *object);

#endif
