#include "clinic/lifecycle.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "base/uuid.h"
#include "clinic/audit.h"
#include "clinic/history.h"
#include "clinic/patient_store.h"
#include "clinic/sealed.h"
#include "db/pg.h"

#include "base/compat.h"

static const struct {
	enum statement statement;
	const char *change;
	const char *event;
	const char *action;
} steps[] = {
	[LIFECYCLE_DELETE] = { STATEMENT_patient_delete, "deleted", "patient.deleted",
	                       "patient.delete" },
	[LIFECYCLE_RESTORE] = { STATEMENT_patient_restore, "restored", "patient.restored",
	                        "patient.restore" },
	[LIFECYCLE_ARCHIVE] = { STATEMENT_patient_archive, "archived", "patient.archived",
	                        "patient.archive" },
};

/* Whether a record in this state can take the step; records why not. */
static enum err
check_step(struct cx *cx, enum lifecycle step, const struct patient *patient, bool is_deleted)
{
	bool is_archived = str_equal(patient->status, "archived");

	if (step == LIFECYCLE_RESTORE)
		return is_deleted || is_archived
		           ? OK
		           : fail(cx, ERR_CONFLICT, "This record is neither deleted nor archived.");
	if (is_deleted)
		return patient_not_found(cx, steps[step].action);
	if (step == LIFECYCLE_ARCHIVE && is_archived)
		return fail(cx, ERR_CONFLICT, "This record is archived already.");
	return OK;
}

static enum err
load_any(struct cx *cx, const char *action, const char *patient_id, struct patient *out,
         bool *is_deleted)
{
	if (!uuid_is_valid(patient_id))
		return patient_not_found(cx, action);
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_patient_load_any, patient_id);
	enum err err = pg_run(cx);
	if (err != OK)
		return err;
	if (pg_count(cx, slot) == 0)
		return patient_not_found(cx, action);
	pg_record(cx, slot, 0, &patient_entity, out);
	*is_deleted = pg_bool(cx, slot, 0, "is_deleted");
	return OK;
}

enum err
lifecycle_step(struct cx *cx, enum lifecycle step, const char *patient_id, const char *version,
               struct patient *out)
{
	bool is_deleted = false;
	enum err err = load_any(cx, steps[step].action, patient_id, out, &is_deleted);

	if (err == OK)
		err = check_step(cx, step, out, is_deleted);
	if (err != OK)
		return err;
	if (version != NULL && !str_equal(version, out->version))
		return patient_outdated(cx, out);
	const char *now = clock_text(cx->arena, clock_milliseconds());
	const char *next = version_after(cx->arena, out->version);
	pg_begin(cx, PG_WRITE);
	pg_add(cx, steps[step].statement, out->id, out->version, now, cx->caller.user_id);
	/* What is deleted cannot be found, and what is restored can be again. */
	const char *words = pg_array(cx->arena, patient_words(cx->arena, out));
	if (step == LIFECYCLE_DELETE)
		pg_add(cx, STATEMENT_patient_words_remove, out->id, "{}");
	else
		pg_add(cx, STATEMENT_patient_words_add, out->id, words);
	history_add(cx, out->id, steps[step].change);
	outbox_add(cx, steps[step].event, out->id, next);
	audit_add(cx, steps[step].action, out->id, "success");
	size_t slot = pg_add(cx, STATEMENT_patient_load_any, out->id);
	err = pg_run(cx);
	if (err != OK)
		return err;
	pg_record(cx, slot, 0, &patient_entity, out);
	return sealed_open(cx, slot, 0, out);
}
