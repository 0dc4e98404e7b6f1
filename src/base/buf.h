/*
 * buf.h - bytes that grow, in an arena.
 *
 * A buf always ends in a NUL that `len` does not count, so buf.data can be read as a C string at
 * any time. Growth copies inside the arena; what was there before stays until the arena is reset.
 */
#ifndef CAREDESK_BASE_BUF_H
#define CAREDESK_BASE_BUF_H

#include <stddef.h>

struct arena;

struct buf {
	char *data;
	size_t len;
	size_t size;
	struct arena *arena;
};

/* An empty buf; `hint` is how many bytes are expected (0: do not know). */
void buf_init(struct buf *buf, struct arena *arena, size_t hint);

/* Append bytes, a string, one byte, formatted text. */
void buf_put(struct buf *buf, const void *bytes, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char byte);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Append text with the five characters that HTML gives a meaning (& < > " ') written as entities.
 */
void buf_put_html(struct buf *buf, const char *text, size_t len);

/* Append text as a JSON string, quotes included. The text must be UTF-8. */
void buf_put_json(struct buf *buf, const char *text);

#endif
