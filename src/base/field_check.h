/*
 * field_check.h - whether one value is what its field asks for. Pure: no entity, no database.
 */
#ifndef CAREDESK_BASE_FIELD_CHECK_H
#define CAREDESK_BASE_FIELD_CHECK_H

#include <stdbool.h>

#include "base/err.h"
#include "base/field.h"

/* Checks a value (NULL and white space: none) and brings it to its canonical form: NFC, trimmed,
 * enumerations as they are listed, e-mail domains in lower case. On a fault records it with
 * fail_field() and returns ERR_VALIDATION. */
enum err field_check(struct cx *cx, const struct field *field, const char *text,
                     const char **canonical) __attribute__((warn_unused_result));

/* Whether the text can be an e-mail address: one @, a local part of at most 64 bytes, a domain of
 * labels with a dot between them, no white space. (RFC 5321's length limits; whether somebody reads
 * it only a message can tell.) */
bool email_is_plausible(const char *text);

/* Whether the text can be a telephone number: 4 to 15 digits (E.164), a + only in front, and
 * otherwise spaces, dots, dashes, slashes, brackets; "ext" or "x" and up to 6 digits may follow. */
bool phone_is_plausible(const char *text);

#endif
