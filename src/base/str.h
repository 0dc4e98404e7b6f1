/*
 * str.h - Unicode text: valid, normalised, counted in characters, split into words for search.
 * Unicode's own tables come from utf8proc.
 */
#ifndef CAREDESK_BASE_STR_H
#define CAREDESK_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Whether the bytes are well-formed UTF-8 (RFC 3629: no overlong forms, surrogates, or beyond
 * U+10FFFF). */
bool utf8_is_valid(const char *bytes, size_t len);

/* Characters (code points) in valid UTF-8. */
size_t utf8_length(const char *text);

/* Whether the text has a control character (categories Cc; also U+2028, U+2029). */
bool str_has_control(const char *text);

/* Whether the text has no run of more than 30 combining marks (Unicode's stream-safe format, UAX
 * #15 section 13). Ordering a longer run takes time that grows with its square. */
bool str_is_stream_safe(const char *text);

/* The text in NFC, white space at both ends cut off (spaces, tabs, and what Unicode calls a space).
 */
const char *str_normalise(struct arena *arena, const char *text);

/*
 * The words of a text as search compares them: case folded, compatibility forms resolved, marks
 * (diacritics) removed, split at everything that is not a letter or digit. Apostrophes vanish
 * without splitting ("O'Brien" is obrien). Ended by NULL; at most `most` words.
 */
const char **str_words(struct arena *arena, const char *text, size_t most);

/* The smallest text (in byte order) that is above every text that begins with `prefix`: the upper
 * bound of a range search. The prefix is valid UTF-8 and not empty. */
const char *str_prefix_end(struct arena *arena, const char *prefix);

/* The digits of a text. */
const char *str_digits(struct arena *arena, const char *text);

/* some_name in camelCase: someName. `size` counts the NUL; a name that doesn't fit is a must(). */
void str_camel(const char *name, char *out, size_t size);

/* Equality of texts of which either may be NULL. */
bool str_equal(const char *a, const char *b);

/* Whether the text begins with the other. */
bool str_has_prefix(const char *text, const char *prefix);

#endif
