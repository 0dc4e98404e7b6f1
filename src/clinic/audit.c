#include "clinic/audit.h"

#include "base/log.h"
#include "db/pg.h"

#include "base/compat.h"

void
audit_add(struct cx *cx, const char *action, const char *patient_id, const char *outcome)
{
	const struct caller *who = &cx->caller;

	pg_add(cx, STATEMENT_audit_add, who->user_id, who->role, who->session_id, action, patient_id,
	       outcome, who->address, who->user_agent, who->request_id);
}

void
audit_refusal(struct cx *cx, const char *action, const char *outcome)
{
	struct cx own;

	cx_init(&own, cx->arena, cx->pg);
	own.caller = cx->caller;
	own.caller.is_signed_in = false; /* the row is owed also when the session has just ended */
	pg_begin(&own, PG_READ);
	audit_add(&own, action, NULL, outcome);
	if (pg_run(&own) != OK)
		log_event(LOG_ERROR, "audit_lost", "action", action, "requestId", own.caller.request_id,
		          NULL);
}

enum err
patient_not_found(struct cx *cx, const char *action)
{
	audit_refusal(cx, action, "not-found");
	return fail(cx, ERR_PATIENT_NOT_FOUND, NULL);
}

void
outbox_add(struct cx *cx, const char *type, const char *patient_id, const char *version)
{
	pg_add(cx, STATEMENT_outbox_add, type, patient_id, version);
}
