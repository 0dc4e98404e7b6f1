/*
 * system_web.c - what operators ask: health, readiness, metrics, the API's description.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/config.h"
#include "clinic/health.h"
#include "web/metrics.h"
#include "web/openapi.h"
#include "web/route.h"

#include "base/compat.h"

enum err
system_health(struct req *req)
{
	req->reply.data = json_object_in(req->cx.arena);
	json_add(req->reply.data, "status", "ok");
	json_add(req->reply.data, "version", PACKAGE_VERSION);
	return OK;
}

enum err
system_ready(struct req *req)
{
	struct health health = { 0 };
	struct json_object *data = json_object_in(req->cx.arena);

	health_check(&req->cx, &health);
	/* A newer one is good: while hosts are upgraded one by one, the old workers go on. */
	bool is_migrated = health.is_database_up && health.migration >= req->app->migration;
	bool is_ready = is_migrated && health.is_writable;
	json_add(data, "status", is_ready ? "ready" : "not ready");
	json_add(data, "database",
	         !health.is_database_up ? "down"
	         : health.is_writable   ? "up"
	                                : "read only");
	json_add(data, "migrations", is_migrated ? "current" : "not current");
	json_add(data, "keys", req->app->keyring.count > 0 ? "present" : "missing");
	if (health.is_database_up)
		json_add_int(data, "outboxWaitingSeconds", health.outbox_seconds);
	req->reply.data = data;
	req->reply.is_unready = !is_ready;
	return OK;
}

/* Whether the list of addresses, separated by spaces, has this one. */
static bool
is_listed(struct arena *arena, const char *list, const char *address)
{
	char *rest = arena_strdup(arena, list);

	for (char *one; (one = strsep(&rest, " ")) != NULL;)
		if (strcmp(one, address) == 0)
			return true;
	return false;
}

enum err
system_metrics(struct req *req)
{
	if (!is_listed(req->cx.arena, req->app->config->metrics_allow, req->cx.caller.address))
		return fail(&req->cx, ERR_FORBIDDEN, "Metrics are not for this address.");
	req->reply.text = metrics_text(req->cx.arena, req->app->shared);
	req->reply.text_type = "text/plain; version=0.0.4; charset=utf-8";
	return OK;
}

enum err
system_openapi(struct req *req)
{
	req->reply.data = openapi_document(req->cx.arena);
	req->reply.is_bare = true;
	return OK;
}
