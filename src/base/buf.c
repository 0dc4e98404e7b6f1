#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/compat.h"

enum { FIRST_SIZE = 256 };

void
buf_init(struct buf *buf, struct arena *arena, size_t hint)
{
	buf->arena = arena;
	buf->len = 0;
	buf->size = hint > 0 ? hint + 1 : FIRST_SIZE;
	buf->data = arena_alloc(arena, buf->size);
}

static void
buf_reserve(struct buf *buf, size_t more)
{
	if (buf->size - buf->len > more)
		return;
	size_t size = buf->size;
	while (size - buf->len <= more)
		must(!__builtin_mul_overflow(size, (size_t)2, &size));
	char *data = arena_alloc(buf->arena, size);
	memcpy(data, buf->data, buf->len);
	buf->data = data;
	buf->size = size;
}

void
buf_put(struct buf *buf, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	buf_reserve(buf, len);
	memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void
buf_puts(struct buf *buf, const char *text)
{
	buf_put(buf, text, strlen(text));
}

void
buf_putc(struct buf *buf, char byte)
{
	buf_put(buf, &byte, 1);
}

void
buf_printf(struct buf *buf, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	must(len >= 0);
	buf_reserve(buf, (size_t)len);
	va_start(args, format);
	vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
}

/* Appends `text`, each byte that `escape` names replaced by what it returns. */
static void
buf_put_escaped(struct buf *buf, const char *text, size_t len, const char *(*escape)(unsigned char))
{
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		const char *replacement = escape((unsigned char)text[i]);
		if (replacement == NULL)
			continue;
		buf_put(buf, text + start, i - start);
		buf_puts(buf, replacement);
		start = i + 1;
	}
	buf_put(buf, text + start, len - start);
}

static const char *
html_escape(unsigned char byte)
{
	static const char *const entity[256] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
	};

	return entity[byte];
}

void
buf_put_html(struct buf *buf, const char *text, size_t len)
{
	buf_put_escaped(buf, text, len, html_escape);
}

static const char *
json_escape(unsigned char byte)
{
	static const char *const control[32] = {
		"\\u0000", "\\u0001", "\\u0002", "\\u0003", "\\u0004", "\\u0005", "\\u0006", "\\u0007",
		"\\b",     "\\t",     "\\n",     "\\u000b", "\\f",     "\\r",     "\\u000e", "\\u000f",
		"\\u0010", "\\u0011", "\\u0012", "\\u0013", "\\u0014", "\\u0015", "\\u0016", "\\u0017",
		"\\u0018", "\\u0019", "\\u001a", "\\u001b", "\\u001c", "\\u001d", "\\u001e", "\\u001f",
	};

	if (byte < 32)
		return control[byte];
	return byte == '"' ? "\\\"" : byte == '\\' ? "\\\\" : NULL;
}

void
buf_put_json(struct buf *buf, const char *text)
{
	buf_putc(buf, '"');
	buf_put_escaped(buf, text, strlen(text), json_escape);
	buf_putc(buf, '"');
}
