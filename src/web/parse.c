#include "web/parse.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include "base/compat.h"

static int
hex_value(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* Decodes percent escapes (and + as a space in forms). NULL for bad escapes, NUL, invalid UTF-8. */
static char *
decode(struct arena *arena, const char *bytes, size_t len, bool is_form)
{
	char *out = arena_alloc(arena, len + 1);
	size_t written = 0;

	for (size_t i = 0; i < len; i++) {
		char c = bytes[i];
		if (c == '%') {
			if (i + 2 >= len || !isxdigit((unsigned char)bytes[i + 1]) ||
			    !isxdigit((unsigned char)bytes[i + 2]))
				return NULL;
			c = (char)(hex_value(bytes[i + 1]) * 16 + hex_value(bytes[i + 2]));
			i += 2;
		} else if (c == '+' && is_form) {
			c = ' ';
		}
		if (c == '\0')
			return NULL;
		out[written++] = c;
	}
	return utf8_is_valid(out, written) ? out : NULL;
}

bool
path_parse(struct arena *arena, const char *target, struct path *out)
{
	size_t end = strcspn(target, "?#");
	size_t count = 0;

	memset(out, 0, sizeof(*out));
	if (end == 0 || target[0] != '/')
		return false;
	for (size_t at = 1; at < end;) {
		size_t len = strcspn(target + at, "/");
		if (at + len > end)
			len = end - at;
		char *segment = decode(arena, target + at, len, false);
		if (segment == NULL || *segment == '\0' || count == PATH_SEGMENTS_MOST)
			return false;
		if (strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0 ||
		    strchr(segment, '/') != NULL || strchr(segment, '\\') != NULL ||
		    str_has_control(segment))
			return false;
		out->segments[count++] = segment;
		at += len + 1;
	}
	return true;
}

bool
pairs_parse(struct arena *arena, const char *bytes, size_t len, const struct pair **out)
{
	struct pair *pairs = arena_array(arena, PAIRS_MOST + 1, sizeof(*pairs));
	size_t count = 0;

	*out = pairs;
	for (size_t at = 0; at < len;) {
		const char *start = bytes + at;
		const char *amp = memchr(start, '&', len - at);
		size_t item = amp == NULL ? len - at : (size_t)(amp - start);
		at += item + 1;
		if (item == 0)
			continue;
		const char *equals = memchr(start, '=', item);
		size_t name = equals == NULL ? item : (size_t)(equals - start);
		if (count == PAIRS_MOST)
			return false;
		pairs[count].name = decode(arena, start, name, true);
		pairs[count].value = equals == NULL ? "" : decode(arena, equals + 1, item - name - 1, true);
		if (pairs[count].name == NULL || pairs[count].value == NULL) {
			pairs[count].name = NULL;
			return false;
		}
		count++;
	}
	return true;
}

const char *
pairs_find(const struct pair *pairs, const char *name)
{
	const char *value = NULL;

	for (; pairs->name != NULL; pairs++)
		if (strcmp(pairs->name, name) == 0)
			value = pairs->value;
	return value;
}

const char *
cookie_find(struct arena *arena, const char *header, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = header; at != NULL && *at != '\0';) {
		at += strspn(at, "; \t");
		size_t item = strcspn(at, ";");
		if (item > len && at[len] == '=' && strncmp(at, name, len) == 0)
			return arena_strndup(arena, at + len + 1, item - len - 1);
		at += item;
	}
	return NULL;
}

bool
accepts_json(const char *header)
{
	static const char *const good[] = { "application/json", "application/*", "*/*" };

	if (header == NULL || *header == '\0')
		return true;
	for (const char *at = header; *at != '\0';) {
		at += strspn(at, ", \t");
		size_t item = strcspn(at, ",");
		size_t type = strcspn(at, ",; \t");
		const char *q = memmem(at, item, "q=0", 3);
		bool is_refused = q != NULL && strspn(q + 3, ".0") == strcspn(q + 3, ",; \t");
		for (size_t i = 0; i < COUNT_OF(good) && !is_refused; i++)
			if (type == strlen(good[i]) && strncasecmp(at, good[i], type) == 0)
				return true;
		at += item;
	}
	return false;
}

bool
etag_matches(const char *header, const char *tag)
{
	size_t len = strlen(tag);

	for (const char *at = header; *at != '\0';) {
		at += strspn(at, ", \t");
		size_t item = strcspn(at, ",");
		const char *quoted = str_has_prefix(at, "W/") ? at + 2 : at;
		if (*at == '*' ||
		    (quoted[0] == '"' && strncmp(quoted + 1, tag, len) == 0 && quoted[len + 1] == '"'))
			return true;
		at += item;
	}
	return false;
}

bool
media_type_is(const char *header, const char *type)
{
	if (header == NULL)
		return false;
	header += strspn(header, " \t");
	size_t len = strcspn(header, "; \t");
	return len == strlen(type) && strncasecmp(header, type, len) == 0;
}

bool
is_sane_id(const char *text, size_t most)
{
	size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

	return len >= 1 && len <= most && text[len] == '\0';
}

const char *
url_encode(struct arena *arena, const char *text)
{
	struct buf out;

	buf_init(&out, arena, strlen(text) * 3);
	for (; *text != '\0'; text++) {
		if (isalnum((unsigned char)*text) || strchr("-_.~", *text) != NULL)
			buf_putc(&out, *text);
		else
			buf_printf(&out, "%%%02X", (unsigned char)*text);
	}
	return out.data;
}
