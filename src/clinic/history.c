#include "clinic/history.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/uuid.h"
#include "clinic/audit.h"
#include "clinic/role.h"
#include "clinic/sealed.h"
#include "clinic/vault.h"
#include "db/pg.h"

#include "base/compat.h"

void
history_add(struct cx *cx, const char *patient_id, const char *change)
{
	pg_add(cx, STATEMENT_version_add, patient_id, change, cx->caller.address);
}

enum err
history_list(struct cx *cx, const char *patient_id, long page, long page_size, struct history *out)
{
	if (!uuid_is_valid(patient_id))
		return patient_not_found(cx, "patient.history");
	enum err err = vault_ready(cx); /* before the batch, as opening each row must not need one */
	if (err != OK)
		return err;
	pg_begin(cx, PG_READ);
	size_t rows = pg_add(cx, STATEMENT_version_list, patient_id,
	                     arena_printf(cx->arena, "%ld", page_size),
	                     arena_printf(cx->arena, "%ld", (page - 1) * page_size));
	size_t counted = pg_add(cx, STATEMENT_version_count, patient_id);
	size_t current = pg_add(cx, STATEMENT_version_current, patient_id);
	audit_add(cx, "patient.history", patient_id,
	          may(&cx->caller, PERMISSION_PATIENTS_DELETE) ? "if-known" : "if-found");
	err = pg_run(cx);
	if (err != OK)
		return err;
	out->total = strtol(pg_text(cx, counted, 0, "count"), NULL, 10);
	/* Who may not restore a deleted record may not know of it either. */
	out->is_deleted = pg_bool(cx, counted, 0, "is_deleted");
	bool is_hidden = out->is_deleted && !may(&cx->caller, PERMISSION_PATIENTS_DELETE);
	if (out->total == 0 || is_hidden)
		return fail(cx, ERR_PATIENT_NOT_FOUND, NULL);
	pg_record(cx, current, 0, &patient_entity, &out->current);
	size_t found = (size_t)pg_count(cx, rows);
	out->versions = arena_array(cx->arena, found + 1, sizeof(*out->versions));
	for (size_t i = 0; i < found; i++) {
		struct version *version = &out->versions[i];
		pg_record(cx, rows, (int)i, &patient_entity, &version->record);
		err = sealed_open(cx, rows, (int)i, &version->record);
		if (err != OK)
			return err;
		version->change = pg_text(cx, rows, (int)i, "change");
		version->address = pg_text(cx, rows, (int)i, "address");
		version->author = pg_text(cx, rows, (int)i, "author");
		if (i > 0)
			out->versions[i - 1].before = version->record;
	}
	out->count = found > (size_t)page_size ? (size_t)page_size : found;
	return OK;
}

enum err
history_find(struct cx *cx, const char *patient_id, const char *version, struct patient *out,
             bool *is_found)
{
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_version_load, patient_id, version);
	enum err err = pg_run(cx);
	*is_found = err == OK && pg_count(cx, slot) == 1;
	if (!*is_found)
		return err;
	pg_record(cx, slot, 0, &patient_entity, out);
	return sealed_open(cx, slot, 0, out);
}
