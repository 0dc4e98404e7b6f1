#include "clinic/health.h"

#include <stdlib.h>

#include "db/pg.h"

#include "base/compat.h"

static int64_t
number_or_zero(const char *text)
{
	return text == NULL ? 0 : strtoll(text, NULL, 10);
}

void
health_check(struct cx *cx, struct health *out)
{
	pg_begin(cx, PG_READ);
	size_t slot = pg_add_array(cx, STATEMENT_ready, NULL, 0);
	out->is_database_up = pg_run(cx) == OK;
	if (out->is_database_up) {
		out->is_writable = pg_bool(cx, slot, 0, "is_writable");
		out->migration = (int)number_or_zero(pg_text(cx, slot, 0, "migration"));
		out->outbox_seconds = number_or_zero(pg_text(cx, slot, 0, "outbox_seconds"));
	}
	fail_clear(cx);
}
