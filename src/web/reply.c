#include "web/reply.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "web/page.h"
#include "web/resume.h"
#include "web/route.h"
#include "web/who.h"

#include "base/compat.h"

enum { RETRY_SECONDS = 2 };

/* On every answer (R56). No inline script or style is allowed anywhere. */
static const char security_headers[] =
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
	"img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
	"frame-ancestors 'none'\r\n"
	"Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
	"X-Content-Type-Options: nosniff\r\n"
	"X-Frame-Options: DENY\r\n"
	"X-XSS-Protection: 0\r\n"
	"Referrer-Policy: same-origin\r\n"
	"Permissions-Policy: camera=(), geolocation=(), microphone=()\r\n"
	"Cross-Origin-Opener-Policy: same-origin\r\n"
	"Cross-Origin-Resource-Policy: same-origin\r\n"
	"Cache-Control: no-store\r\n";

static int
status_of(const struct req *req)
{
	const struct reply *reply = &req->reply;

	if (req->cx.err != OK)
		return err_info(req->cx.err)->status;
	if (reply->is_unready)
		return err_info(ERR_UNAVAILABLE)->status;
	if (reply->is_unmodified)
		return 304;
	if (!req->is_api && reply->location != NULL)
		return 303;
	return reply->is_created ? 201 : 200;
}

/* Somebody who is not signed in and asks for a page is led to the login, and back. */
static void
lead_to_login(struct req *req)
{
	bool is_nobody = req->cx.err == ERR_UNAUTHENTICATED || req->cx.err == ERR_TOKEN_REVOKED;

	if (req->is_api || !is_nobody || resume_is_due(req))
		return;
	const char *next = str_equal(req->method, "GET") ? req->target : "/";
	fail_clear(&req->cx);
	memset(&req->reply, 0, sizeof(req->reply));
	req->reply.location = str_equal(next, "/") ? "/login"
	                                           : arena_printf(req->cx.arena, "/login?next=%s",
	                                                          url_encode(req->cx.arena, next));
}

/* JSON: the new resource. A page: where the browser goes on, and what that page says first. */
static void
put_location(struct req *req, struct buf *out)
{
	const struct reply *reply = &req->reply;
	bool has_notice = !req->is_api && reply->notice != NULL;

	buf_printf(out, "Location: %s%s%s%s\r\n", req->is_api ? "/api/v1" : "", reply->location,
	           has_notice ? "?notice=" : "", has_notice ? reply->notice : "");
}

static void
put_headers(struct req *req, const struct limit_state *limit, const char *allow, struct buf *out)
{
	const struct reply *reply = &req->reply;
	enum err err = req->cx.err;
	bool is_unavailable = err == ERR_UNAVAILABLE || err == ERR_UNKNOWN_OUTCOME || reply->is_unready;

	buf_puts(out, security_headers);
	buf_printf(out, "X-Request-Id: %s\r\n", req->cx.caller.request_id);
	if (err == ERR_METHOD)
		buf_printf(out, "Allow: %s\r\n", allow);
	if (err != OK && err_info(err)->status == err_info(ERR_UNAUTHENTICATED)->status && req->is_api)
		buf_puts(out, "WWW-Authenticate: Bearer realm=\"caredesk\"\r\n");
	if (is_unavailable)
		buf_printf(out, "Retry-After: %d\r\n", RETRY_SECONDS);
	if (limit->limit > 0)
		buf_printf(out, "RateLimit-Limit: %d\r\nRateLimit-Remaining: %d\r\nRateLimit-Reset: %d\r\n",
		           limit->limit, limit->remaining, limit->reset);
	if (err == ERR_RATE_LIMIT)
		buf_printf(out, "Retry-After: %d\r\n", limit->retry_after);
	if (reply->etag != NULL && err == OK)
		buf_printf(out, "ETag: \"%s\"\r\n", reply->etag);
	if (reply->location != NULL && err == OK)
		put_location(req, out);
	if (reply->set_cookie != NULL)
		buf_printf(
			out, "Set-Cookie: " SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax%s\r\n",
			reply->set_cookie, *reply->set_cookie == '\0' ? "; Max-Age=0" : "");
}

static void
add_details(struct req *req, struct json_object *root)
{
	struct json_object *details = json_add_array(root, "details");

	for (const struct fault *fault = req->cx.faults; fault != NULL; fault = fault->next) {
		struct json_object *detail = json_append_object(details);
		json_add(detail, "field", fault->field);
		json_add(detail, "code", fault->code);
		json_add(detail, "message", fault->message);
		if (fault->extra == NULL)
			continue;
		json_object_object_foreach(fault->extra, key, value)(void)
			json_object_object_add(detail, key, json_object_get(value));
	}
}

/* The envelope of API.md. */
static struct json_object *
envelope(struct req *req)
{
	struct json_object *root = json_object_in(req->cx.arena);
	const struct caller *caller = &req->cx.caller;
	bool is_good = req->cx.err == OK && !req->reply.is_unready;

	json_add_bool(root, "success", is_good);
	if (!is_good) {
		const struct err_info *info = err_info(req->cx.err == OK ? ERR_UNAVAILABLE : req->cx.err);
		json_add(root, "error", info->name);
		json_add(root, "message", req->cx.err == OK ? info->message : req->cx.message);
		json_add(root, "code", info->code);
		if (req->cx.faults != NULL)
			add_details(req, root);
	} else {
		json_add(root, "message", req->reply.message == NULL ? "OK" : req->reply.message);
	}
	if (is_good || req->reply.is_unready)
		(void)json_object_object_add(root, "data", json_object_get(req->reply.data));
	json_add(root, "timestamp", clock_text(req->cx.arena, clock_milliseconds()));
	json_add(root, "requestId", caller->request_id);
	struct json_object *meta = json_add_object(root, "meta");
	json_add_double(meta, "processingTime", clock_elapsed() - req->start);
	if (caller->is_signed_in) {
		json_add(meta, "userId", caller->user_id);
		json_add(meta, "userRole", caller->role);
	}
	return root;
}

/* The body, and its Content-Type. */
static void
render(struct req *req, int status, struct buf *body, const char **type)
{
	*type = req->is_json ? "application/json" : "text/html; charset=utf-8";
	if (status == 303 || status == 304)
		return;
	if (req->reply.text != NULL && req->cx.err == OK) {
		*type = req->reply.text_type;
		buf_puts(body, req->reply.text);
	} else if (req->is_json) {
		struct json_object *root = req->reply.is_bare && req->cx.err == OK ? req->reply.data
		                                                                   : envelope(req);
		buf_puts(body, json_print(req->cx.arena, root));
		buf_putc(body, '\n');
	} else {
		page_render(req, status, body);
	}
}

int
reply_write(struct req *req, const struct limit_state *limit, const char *allow, struct buf *out)
{
	struct buf body;
	const char *type = NULL;

	lead_to_login(req);
	int status = status_of(req);
	buf_init(&body, req->cx.arena, 16 * 1024);
	render(req, status, &body, &type);
	buf_printf(out, "Status: %d\r\n", status);
	put_headers(req, limit, allow, out);
	if (body.len > 0)
		buf_printf(out, "Content-Type: %s\r\n", type);
	if (body.len > 0 || status != 304)
		buf_printf(out, "Content-Length: %zu\r\n", body.len);
	buf_printf(out, "Server-Timing: app;dur=%.2f, db;dur=%.2f\r\n\r\n",
	           clock_elapsed() - req->start - req->cx.db_elapsed, req->cx.db_elapsed);
	if (!req->is_head)
		buf_put(out, body.data, body.len);
	return status;
}
