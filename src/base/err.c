#include "base/err.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/compat.h"

static const struct err_info infos[] = {
#define ERR(kind, status, code, name, message) [ERR_##kind] = { status, code, name, message },
#include "base/err.def"
#undef ERR
};

const struct err_info *
err_info(enum err err)
{
	must(err > OK && err < ERR_COUNT);
	return &infos[err];
}

void
cx_init(struct cx *cx, struct arena *arena, struct pg *pg)
{
	static const struct caller nobody = {
		.hospital_id = "",
		.hospital_name = "",
		.user_id = "",
		.session_id = "",
		.full_name = "",
		.email = "",
		.role = "",
		.address = "",
		.user_agent = "",
		.request_id = "",
	};

	memset(cx, 0, sizeof(*cx));
	cx->arena = arena;
	cx->pg = pg;
	cx->caller = nobody;
	cx->faults_end = &cx->faults;
}

enum err
fail(struct cx *cx, enum err err, const char *format, ...)
{
	va_list args;

	if (cx->err != OK)
		return cx->err;
	cx->err = err;
	cx->message = err_info(err)->message;
	if (format != NULL) {
		va_start(args, format);
		cx->message = arena_vprintf(cx->arena, format, args);
		va_end(args);
	}
	return err;
}

struct fault *
fail_field(struct cx *cx, const char *field, const char *code, const char *format, ...)
{
	struct fault *fault = arena_alloc(cx->arena, sizeof(*fault));
	va_list args;

	fault->field = field;
	fault->code = code;
	va_start(args, format);
	fault->message = arena_vprintf(cx->arena, format, args);
	va_end(args);
	if (cx->fault_count < FAULTS_MOST) {
		*cx->faults_end = fault;
		cx->faults_end = &fault->next;
		cx->fault_count++;
	}
	if (cx->err == OK)
		(void)fail(cx, ERR_VALIDATION, NULL);
	return fault;
}

bool
fail_has(const struct cx *cx, const char *field)
{
	for (const struct fault *fault = cx->faults; fault != NULL; fault = fault->next)
		if (strcmp(fault->field, field) == 0)
			return true;
	return false;
}

void
fail_clear(struct cx *cx)
{
	cx->err = OK;
	cx->message = NULL;
	cx->faults = NULL;
	cx->faults_end = &cx->faults;
	cx->fault_count = 0;
}
