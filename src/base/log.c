#include "base/log.h"

#include <stdarg.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/compat.h"

enum { LOG_CAP = 1024 * 1024 };

static enum log_level threshold = LOG_INFO;

void
log_set_level(enum log_level level)
{
	threshold = level;
}

void
log_event(enum log_level level, const char *event, ...)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };
	static struct arena *arena;
	struct buf line;
	va_list args;

	if (level < threshold)
		return;
	if (arena == NULL)
		arena = arena_create(LOG_CAP);
	buf_init(&line, arena, 512);
	buf_printf(&line, "{\"time\":\"%s\",\"level\":\"%s\",\"pid\":%d,\"event\":",
	           clock_text(arena, clock_milliseconds()), names[level], (int)getpid());
	buf_put_json(&line, event);
	va_start(args, event);
	for (const char *key; (key = va_arg(args, const char *)) != NULL;) {
		const char *value = va_arg(args, const char *);
		if (value == NULL)
			continue;
		buf_putc(&line, ',');
		buf_put_json(&line, key);
		buf_putc(&line, ':');
		buf_put_json(&line, value);
	}
	va_end(args);
	buf_puts(&line, "}\n");
	/* Nobody is left to tell when the log itself can't be written. */
	if (write(STDERR_FILENO, line.data, line.len) < 0)
		threshold = LOG_ERROR;
	arena_reset(arena);
}
