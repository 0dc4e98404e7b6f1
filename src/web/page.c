#include "web/page.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "view/format.h"
#include "view/mustache.h"
#include "view/template.h"
#include "web/resume.h"
#include "web/route.h"
#include "web/who.h"

#include "base/compat.h"

/* What a page says after the change that led to it. */
static const struct {
	const char *name;
	const char *text;
} notices[] = {
	{ "created", "Registered." },
	{ "saved", "Saved." },
	{ "unchanged", "Nothing was changed." },
	{ "back", "The earlier version is the record again." },
	{ "deleted", "Deleted. It can be restored here." },
	{ "restored", "Restored." },
	{ "archived", "Archived." },
	{ "kept", "You are signed in again, and your form is as you left it. It is not saved yet." },
};

/* A few words over what the failure's message says in a sentence. */
static const char *
page_error_heading(enum err err)
{
	switch (err) {
	case ERR_NOT_FOUND:
		return "Nothing here";
	case ERR_PATIENT_NOT_FOUND:
		return "No such patient";
	case ERR_VERSION:
		return "Somebody was faster";
	case ERR_FORBIDDEN:
	case ERR_CSRF:
		return "Not allowed";
	case ERR_UNAVAILABLE:
	case ERR_UNKNOWN_OUTCOME:
	case ERR_RATE_LIMIT:
		return "One moment, please";
	case ERR_INTERNAL:
		return "Something went wrong";
	default:
		return "That did not work";
	}
}

void
page_title(struct json_object *model, const char *title)
{
	struct json_object *page = json_member(model, "page");

	json_add(page, "title", title);
	json_add(page, "heading", title);
}

static void
add_frame(struct req *req, struct json_object *model)
{
	const struct caller *caller = &req->cx.caller;
	struct json_object *page = json_add_object(model, "page");
	struct json_object *asset = json_add_object(model, "asset");
	const char *query = req->query == NULL ? NULL : pairs_find(req->query, "search");

	json_add(page, "path", req->target);
	json_add(asset, "css",
	         arena_printf(req->cx.arena, "/static/caredesk.css?v=%s", req->app->asset_version));
	json_add(asset, "js",
	         arena_printf(req->cx.arena, "/static/caredesk.js?v=%s", req->app->asset_version));
	json_add(asset, "icon",
	         arena_printf(req->cx.arena, "/static/favicon.svg?v=%s", req->app->asset_version));
	json_add(json_add_object(model, "search"), "query", query == NULL ? "" : query);
	if (!caller->is_signed_in) {
		/* Who it is could not be found out; the form, shown again, keeps the token it came with. */
		if (req->body != NULL && who_is_own(req))
			json_add(model, "csrf", json_text(req->body, "csrf"));
		return;
	}
	struct json_object *me = json_add_object(model, "me");
	json_add(me, "fullName", caller->full_name);
	json_add(me, "roleLabel", role_label(caller->role));
	json_add(me, "hospitalName", caller->hospital_name);
	json_add(model, "csrf", req->csrf);
	struct json_object *can = json_add_object(model, "can");
	if (may(caller, PERMISSION_PATIENTS_WRITE))
		json_add_bool(can, "write", true);
	if (may(caller, PERMISSION_PATIENTS_READ))
		json_add_bool(can, "read", true);
	if (may(caller, PERMISSION_PATIENTS_DELETE))
		json_add_bool(can, "delete", true);
	if (may(caller, PERMISSION_REPORTS_READ))
		json_add_bool(can, "reports", true);
}

static void
add_notice(struct req *req, struct json_object *model)
{
	const char *name = req->query == NULL ? NULL : pairs_find(req->query, "notice");

	if (req->reply.notice != NULL)
		name = req->reply.notice;

	for (size_t i = 0; name != NULL && i < COUNT_OF(notices); i++)
		if (strcmp(notices[i].name, name) == 0)
			json_add(json_add_object(model, "notice"), "text", notices[i].text);
}

/* The id of a field's input, which links from the list of faults lead to. */
static const char *
anchor(struct req *req, const char *path)
{
	char *id = arena_printf(req->cx.arena, "f-%s", path);

	for (char *at = id; *at != '\0'; at++)
		if (*at == '.')
			*at = '-';
	return id;
}

static void
add_conflict(struct req *req, struct json_object *error, const struct fault *fault)
{
	const char *at = fault->extra == NULL ? NULL : json_text(fault->extra, "changedAt");

	if (at == NULL)
		return;
	json_add(error, "changedBy", json_text(fault->extra, "changedBy"));
	json_add(error, "changedAtText", format_time(req->cx.arena, at));
}

static void
add_error(struct req *req, struct json_object *model, int status)
{
	struct json_object *error = json_add_object(model, "error");
	enum err err = req->cx.err;
	long count = 0;

	json_add_int(error, "status", status);
	json_add(error, "code", err_info(err)->code);
	json_add(error, "message", req->cx.message);
	json_add(error, "heading", page_error_heading(err));
	if (!str_equal(req->method, "GET"))
		json_add_bool(error, "isPost", true);
	if (req->reply.link != NULL) {
		json_add(error, "linkHref", req->reply.link);
		json_add(error, "linkText", "Open the record");
	}
	if (err == ERR_VALIDATION)
		json_add_bool(error, "isValidation", true);
	if (err == ERR_VERSION)
		json_add_bool(error, "isConflict", true);
	if (err == ERR_UNAVAILABLE || err == ERR_UNKNOWN_OUTCOME)
		json_add_bool(error, "isUnavailable", true);
	struct json_object *details = json_add_array(error, "details");
	for (const struct fault *fault = req->cx.faults; fault != NULL; fault = fault->next) {
		add_conflict(req, error, fault);
		if (strcmp(fault->field, "version") == 0)
			continue;
		struct json_object *detail = json_append_object(details);
		json_add(detail, "field", fault->field);
		json_add(detail, "message", fault->message);
		json_add(detail, "anchor", anchor(req, fault->field));
		count++;
	}
	json_add_int(error, "count", count);
	if (count > 0)
		json_add(error, "countText",
		         arena_printf(req->cx.arena, "%ld field%s", count, count == 1 ? "" : "s"));
}

/* Whether a failed form is shown again, rather than an error page. */
static bool
is_mendable(struct req *req)
{
	if (req->route == NULL || !(req->route->flags & FORM))
		return false;
	if (str_equal(req->method, "GET"))
		return req->cx.err == ERR_VALIDATION;
	switch (req->cx.err) {
	case ERR_VALIDATION:
	case ERR_VERSION:
	case ERR_CONFLICT:
	case ERR_NATIONAL_ID:
	case ERR_CREDENTIALS:
	case ERR_KEY_REUSED:
	case ERR_RATE_LIMIT:
	case ERR_INTERNAL:
	case ERR_UNAVAILABLE:
	case ERR_UNKNOWN_OUTCOME:
		return req->body != NULL;
	case ERR_CSRF:
		/* From our own page, with a token of another session: shown again with the right one. */
		return req->body != NULL && req->cx.caller.is_signed_in && who_is_own(req);
	default:
		return false;
	}
}

/* The page's template, and its presenter's additions. */
static const char *
fill_model(struct req *req, struct json_object *model)
{
	if (resume_is_due(req)) {
		const struct route *login = route_of("account_login_form");
		login->present(req, model);
		return login->template;
	}
	if (req->cx.err != OK && !is_mendable(req)) {
		page_title(model, page_error_heading(req->cx.err));
		return "error/page";
	}
	if (req->reply.data != NULL)
		(void)json_object_object_add(model, "data", json_object_get(req->reply.data));
	if (req->cx.err == OK)
		add_notice(req, model);
	if (req->route->present != NULL)
		req->route->present(req, model);
	return req->route->template;
}

void
page_render(struct req *req, int status, struct buf *out)
{
	struct json_object *model = json_object_in(req->cx.arena);
	struct template_source source;

	add_frame(req, model);
	page_title(model, "Caredesk");
	if (req->cx.err != OK)
		add_error(req, model, status);
	const char *name = fill_model(req, model);
	must(template_find(name, strlen(name), &source));
	mustache_render(out, source, model, template_find);
}
