/*
 * parse.h - what browsers and clients send beside JSON: paths, queries, forms, cookies, Accept.
 *
 * Pure functions on bytes from outside, each with a fuzz target. Values come out percent-decoded
 * and are valid UTF-8 without NUL; what is not is refused as a whole, never cut or replaced.
 */
#ifndef CAREDESK_WEB_PARSE_H
#define CAREDESK_WEB_PARSE_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum { PATH_SEGMENTS_MOST = 8, PAIRS_MOST = 200 };

/* A path in segments, ended by NULL: "/patients/x" is {"patients", "x"}, "/" is {}. */
struct path {
	const char *segments[PATH_SEGMENTS_MOST + 1];
};

/* Splits and decodes the path of a request target (what stands before ?). False for an empty, "."
 * or
 * ".." segment, an encoded slash or NUL, bad escapes, control characters or too many segments. One
 * slash at the end is allowed. */
bool path_parse(struct arena *arena, const char *target, struct path *out);

struct pair {
	const char *name;
	const char *value;
};

/* Reads application/x-www-form-urlencoded bytes: `*out` in order, ended by a NULL name. */
bool pairs_parse(struct arena *arena, const char *bytes, size_t len, const struct pair **out);

/* The last value of a name, NULL where there is none. */
const char *pairs_find(const struct pair *pairs, const char *name);

/* The value of a cookie in a Cookie header, NULL where there is none. */
const char *cookie_find(struct arena *arena, const char *header, const char *name);

/* Whether an Accept header (NULL: none) takes application/json. */
bool accepts_json(const char *header);

/* Whether an If-None-Match header ("": none) has this entity tag, or is *. Weak tags compare as
 * strong ones (RFC 9110, 13.1.2). */
bool etag_matches(const char *header, const char *tag);

/* Whether a Content-Type is this media type, parameters aside. */
bool media_type_is(const char *header, const char *type);

/* Whether the text can be a request id or an idempotency key: 1 to `most` letters, digits, - _ . :
 */
bool is_sane_id(const char *text, size_t most);

/* The text percent-encoded, for a query's value. */
const char *url_encode(struct arena *arena, const char *text);

#endif
