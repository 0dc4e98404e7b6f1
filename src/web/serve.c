/*
 * serve.c - the way of a request, from top to bottom.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "clinic/audit.h"
#include "web/limit.h"
#include "web/reply.h"
#include "web/req.h"
#include "web/route.h"
#include "web/shared.h"
#include "web/who.h"

#include "base/compat.h"

/* Nobody, where somebody is needed; or somebody whose role may not. */
static enum err
check_permission(struct req *req)
{
	enum permission permission = req->route->permission;

	if (may(&req->cx.caller, permission))
		return OK;
	if (!req->cx.caller.is_signed_in)
		return fail(&req->cx, ERR_UNAUTHENTICATED, NULL);
	audit_refusal(&req->cx, req->route->name, "forbidden");
	return fail(&req->cx, ERR_FORBIDDEN, NULL);
}

/* Who is signed in, for the head of an error page; that nobody can be found out is no failure. */
static void
recognise(struct req *req)
{
	struct cx failed = req->cx;

	if (req->is_json)
		return;
	fail_clear(&req->cx);
	if (who_is_it(req) != OK)
		fail_clear(&req->cx);
	failed.caller = req->cx.caller;
	failed.db_elapsed = req->cx.db_elapsed;
	failed.round_trips = req->cx.round_trips;
	req->cx = failed;
	if (req->cx.faults == NULL)
		req->cx.faults_end = &req->cx.faults;
}

/* Refusals roll back what they refuse, so their audit row is a batch of its own. (What was not
 * found has its row already, as has a refused login.) */
static void
record_refusal(struct req *req)
{
	enum err err = req->cx.err;

	if (!req->cx.caller.is_signed_in || req->route == NULL)
		return;
	if (err == ERR_CSRF || err == ERR_VERSION || err == ERR_CONFLICT || err == ERR_NATIONAL_ID ||
	    err == ERR_TOKEN_REVOKED)
		audit_refusal(&req->cx, req->route->name, err_info(err)->code);
}

static void
log_request(struct req *req, int status, double elapsed)
{
	struct arena *arena = req->cx.arena;

	log_event(LOG_INFO, "request", "requestId", req->cx.caller.request_id, "method",
	          req->route == NULL ? "-" : req->route->method, "route",
	          req->route == NULL ? "-" : req->route->path, "view", req->is_api ? "json" : "page",
	          "status", arena_printf(arena, "%d", status), "ms",
	          arena_printf(arena, "%.2f", elapsed), "dbMs",
	          arena_printf(arena, "%.2f", req->cx.db_elapsed), "roundTrips",
	          arena_printf(arena, "%d", req->cx.round_trips), "user",
	          req->cx.caller.is_signed_in ? req->cx.caller.user_id : NULL, NULL);
}

void
serve(struct req *req, struct buf *out)
{
	struct limit_state limit = { 0 };
	const char *allow = "";
	enum err err = req_parse(req);

	if (err == OK)
		err = route_match(req, &allow);
	if (err != OK)
		recognise(req);
	/* A form is read before anything can refuse it, so that it can be shown again filled in. */
	if (err == OK && !req->is_api && req_has_body(req))
		err = req_read_body(req);
	if (err == OK)
		err = who_is_it(req);
	if (err == OK)
		err = limit_take(req, &limit);
	if (err == OK)
		err = check_permission(req);
	if (err == OK && req->is_api && req_has_body(req))
		err = req_read_body(req);
	if (err == OK)
		err = who_sent_it(req);
	if (err == OK)
		err = req->route->handler(req);
	must(err == req->cx.err);
	if (err != OK)
		record_refusal(req);
	int status = reply_write(req, &limit, allow, out);
	double elapsed = clock_elapsed() - req->start;
	shared_count(req->app->shared, req->route == NULL ? -1 : req->route - routes, status,
	             req->cx.err, elapsed, req->cx.db_elapsed, req->cx.round_trips);
	log_request(req, status, elapsed);
}
