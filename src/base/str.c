#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compat.h"

enum { MARKS_MOST = 30 };

bool
utf8_is_valid(const char *bytes, size_t len)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)bytes;
	utf8proc_ssize_t left = (utf8proc_ssize_t)len;

	while (left > 0) {
		utf8proc_int32_t code;
		utf8proc_ssize_t n = utf8proc_iterate(p, left, &code);
		if (n <= 0)
			return false;
		p += n;
		left -= n;
	}
	return true;
}

size_t
utf8_length(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xc0) != 0x80)
			count++;
	return count;
}

/* Reads the next character of valid UTF-8 and moves on; 0 at the end. */
static utf8proc_int32_t
utf8_next(const char **text)
{
	utf8proc_int32_t code = 0;

	if (**text == '\0')
		return 0;
	utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)*text, -1, &code);
	must(n > 0);
	*text += n;
	return code;
}

bool
str_has_control(const char *text)
{
	for (utf8proc_int32_t code; (code = utf8_next(&text)) != 0;) {
		utf8proc_category_t category = utf8proc_category(code);
		if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
		    category == UTF8PROC_CATEGORY_ZP)
			return true;
	}
	return false;
}

static bool
is_space(utf8proc_int32_t code)
{
	return code == ' ' || (code >= '\t' && code <= '\r') || code == 0x85 || code == 0xfeff ||
	       utf8proc_category(code) == UTF8PROC_CATEGORY_ZS;
}

/* utf8proc_map_custom with what it returns moved into the arena. */
static char *
str_map(struct arena *arena, const char *text, size_t len, utf8proc_option_t options,
        utf8proc_custom_func first)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n = utf8proc_map_custom((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len,
	                                         &mapped, options | UTF8PROC_STABLE, first, NULL);

	must(n >= 0);
	char *copy = arena_strndup(arena, (const char *)mapped, (size_t)n);
	explicit_bzero(mapped, (size_t)n);
	free(mapped);
	return copy;
}

bool
str_is_stream_safe(const char *text)
{
	int run = 0;

	for (utf8proc_int32_t code; (code = utf8_next(&text)) != 0;) {
		run = utf8proc_get_property(code)->combining_class != 0 ? run + 1 : 0;
		if (run > MARKS_MOST)
			return false;
	}
	return true;
}

const char *
str_normalise(struct arena *arena, const char *text)
{
	const char *start = NULL;
	const char *end = text;

	for (const char *at = text; *at != '\0';) {
		const char *before = at;
		if (is_space(utf8_next(&at)))
			continue;
		if (start == NULL)
			start = before;
		end = at;
	}
	if (start == NULL)
		return "";
	const char *trimmed = arena_strndup(arena, start, (size_t)(end - start));
	if (!str_is_stream_safe(trimmed))
		return trimmed;
	return str_map(arena, trimmed, strlen(trimmed), UTF8PROC_COMPOSE, NULL);
}

static bool
is_word(utf8proc_int32_t code)
{
	utf8proc_category_t category = utf8proc_category(code);

	return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
	       (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_NO);
}

static bool
is_apostrophe(utf8proc_int32_t code)
{
	return code == '\'' || code == 0x2019 || code == 0x2018 || code == 0x02bc || code == 0x02bb ||
	       code == '`';
}

/* The acute accent on its own is typed as an apostrophe; its compatibility form has a space. */
static utf8proc_int32_t
acute_to_apostrophe(utf8proc_int32_t code, void *nothing)
{
	(void)nothing;
	return code == 0xb4 ? '\'' : code;
}

const char **
str_words(struct arena *arena, const char *text, size_t most)
{
	const char **words = arena_array(arena, most + 1, sizeof(*words));
	if (!str_is_stream_safe(text))
		return words;
	/* STRIPMARK works on decomposed text and leaves it decomposed where it had no mark to strip. */
	const char *folded = str_map(arena, text, strlen(text),
	                             UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE |
	                                 UTF8PROC_STRIPMARK | UTF8PROC_IGNORE,
	                             acute_to_apostrophe);
	struct buf word;
	size_t count = 0;

	buf_init(&word, arena, strlen(folded));
	for (const char *at = folded; count < most;) {
		const char *before = at;
		utf8proc_int32_t code = utf8_next(&at);
		if (code != 0 && is_apostrophe(code))
			continue;
		if (code != 0 && is_word(code)) {
			buf_put(&word, before, (size_t)(at - before));
			continue;
		}
		if (word.len > 0)
			words[count++] = arena_strndup(arena, word.data, word.len);
		word.len = 0;
		if (code == 0)
			break;
	}
	return words;
}

const char *
str_prefix_end(struct arena *arena, const char *prefix)
{
	/* U+10FFFF is a non-character that no word contains, and the last in UTF-8's byte order. */
	return arena_printf(arena, "%s\xf4\x8f\xbf\xbf", prefix);
}

const char *
str_digits(struct arena *arena, const char *text)
{
	char *digits = arena_alloc(arena, strlen(text) + 1);
	size_t len = 0;

	for (; *text != '\0'; text++)
		if (isdigit((unsigned char)*text))
			digits[len++] = *text;
	return digits;
}

void
str_camel(const char *name, char *out, size_t size)
{
	size_t len = 0;
	bool is_upper = false;

	for (; *name != '\0'; name++) {
		if (*name == '_') {
			is_upper = true;
			continue;
		}
		must(len + 1 < size);
		out[len++] = is_upper ? (char)toupper((unsigned char)*name) : *name;
		is_upper = false;
	}
	out[len] = '\0';
}

bool
str_equal(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
str_has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}
