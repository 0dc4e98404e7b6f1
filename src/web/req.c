#include "web/req.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/str.h"
#include "base/uuid.h"
#include "sec/digest.h"
#include "web/route.h"

#include "base/compat.h"

enum {
	TARGET_LONGEST = 4096,
	ID_LONGEST = 100,
	USER_AGENT_LONGEST = 200,
	STRANGER_BODY_MOST = 16 * 1024, /* before signing in: two short texts */
	FORM_BODY_MOST = 256 * 1024,    /* of a page: read before it is known who sends it */
};

const char *
req_header(struct req *req, const char *name)
{
	const char *value = req->transport.variable(req->transport.from, name);

	return value == NULL ? "" : value;
}

/* The client's user agent as it may be stored: printable ASCII, not longer than a line. */
static const char *
user_agent(struct req *req)
{
	char *text = arena_strdup(req->cx.arena, req_header(req, "HTTP_USER_AGENT"));
	size_t len = strnlen(text, USER_AGENT_LONGEST);

	text[len] = '\0';
	for (char *at = text; *at != '\0'; at++)
		if (*at < 0x20 || *at > 0x7e)
			*at = '?';
	return text;
}

void
req_init(struct req *req, struct app *app, struct arena *arena, const struct transport *transport)
{
	memset(req, 0, sizeof(*req));
	cx_init(&req->cx, arena, app->pg);
	req->cx.vault = app->vault;
	req->app = app;
	req->transport = *transport;
	req->start = clock_elapsed();
	req->method = req_header(req, "REQUEST_METHOD");
	req->target = req_header(req, "REQUEST_URI");
	req->is_head = strcmp(req->method, "HEAD") == 0;
	req->is_api = str_has_prefix(req->target, "/api/") || str_equal(req->target, "/api");
	req->is_json = req->is_api;
	req->cx.is_typed = !req->is_api;
	req->cx.caller.address = req_header(req, "REMOTE_ADDR");
	req->cx.caller.user_agent = user_agent(req);
	const char *id = req_header(req, "HTTP_X_REQUEST_ID");
	req->cx.caller.request_id = is_sane_id(id, ID_LONGEST) ? id : uuid_create(arena);
}

/* Takes /api/v1 or /api off the front. */
static void
drop_prefix(struct req *req)
{
	const char **segments = req->path.segments;
	size_t drop = str_equal(segments[1], "v1") ? 2 : 1;

	memmove(segments, segments + drop, (PATH_SEGMENTS_MOST + 1 - drop) * sizeof(*segments));
}

enum err
req_parse(struct req *req)
{
	size_t question = strcspn(req->target, "?");
	const char *query = req->target + question + (req->target[question] == '?');

	if (strlen(req->target) > TARGET_LONGEST)
		return fail(&req->cx, ERR_URI_TOO_LONG, NULL);
	if (!path_parse(req->cx.arena, req->target, &req->path))
		return fail(&req->cx, ERR_BAD_REQUEST, "The address is not readable.");
	if (!pairs_parse(req->cx.arena, query, strlen(query), &req->query))
		return fail(&req->cx, ERR_BAD_REQUEST, "The part of the address after ? is not readable.");
	if (req->is_api)
		drop_prefix(req);
	if (req->is_api && !accepts_json(req_header(req, "HTTP_ACCEPT")))
		return fail(&req->cx, ERR_NOT_ACCEPTABLE, NULL);
	return OK;
}

/* A form's names and values as the JSON object an API client would have sent: a.b is a member of an
 * object a. A name that came twice has its last value (a checkbox overrides the hidden input before
 * it). */
struct json_object *
form_object(struct req *req, const struct pair *pairs)
{
	struct json_object *root = json_object_in(req->cx.arena);

	for (; pairs->name != NULL; pairs++) {
		const char *dot = strchr(pairs->name, '.');
		struct json_object *object = root;
		const char *name = pairs->name;
		if (dot != NULL) {
			const char *group = arena_strndup(req->cx.arena, name, (size_t)(dot - name));
			object = json_member(root, group);
			if (!json_object_is_type(object, json_type_object))
				object = json_add_object(root, group);
			name = dot + 1;
		}
		json_add(object, name, pairs->value);
	}
	return root;
}

static enum err
parse_body(struct req *req, const char *bytes, size_t len)
{
	const struct pair *pairs = NULL;
	const char *fault = NULL;

	if (!req->is_api) {
		if (!pairs_parse(req->cx.arena, bytes, len, &pairs))
			return fail(&req->cx, ERR_BAD_REQUEST, "The form is not readable.");
		req->body = form_object(req, pairs);
		req->form_text = bytes;
		return OK;
	}
	req->body = json_read(req->cx.arena, bytes, len, &fault);
	if (req->body == NULL)
		return fail(&req->cx, ERR_MALFORMED, "The body is not readable JSON: %s.", fault);
	return OK;
}

bool
req_has_body(const struct req *req)
{
	if (req->is_api)
		return (req->route->flags & BODY) != 0;
	return !str_equal(req->route->method, "GET");
}

enum err
req_read_body(struct req *req)
{
	const char *type = req->is_api ? "application/json" : "application/x-www-form-urlencoded";
	const char *length = req_header(req, "CONTENT_LENGTH");
	size_t limit = (size_t)req->app->config->body_limit_kb * 1024;
	char *end = NULL;

	if (!req->is_api)
		limit = FORM_BODY_MOST;
	else if (req->route->permission == PERMISSION_PUBLIC)
		limit = STRANGER_BODY_MOST;
	if (!media_type_is(req_header(req, "CONTENT_TYPE"), type))
		return fail(&req->cx, ERR_MEDIA_TYPE, "The body must be %s.", type);
	unsigned long long len = strtoull(length, &end, 10);
	if (*length == '\0' || *length == '-' || *end != '\0')
		return fail(&req->cx, ERR_BAD_REQUEST, "The request does not say how long its body is.");
	if (len > limit)
		return fail(&req->cx, ERR_TOO_LARGE, NULL);
	char *bytes = arena_alloc(req->cx.arena, (size_t)len + 1);
	if (req->transport.read(req->transport.from, bytes, (size_t)len) != len)
		return fail(&req->cx, ERR_MALFORMED, "The body ended too early.");
	req->body_hash = digest_hex(req->cx.arena, bytes, (size_t)len);
	return parse_body(req, bytes, (size_t)len);
}

/* A version as text: digits, without leading zeros. */
static bool
is_version(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits >= 1 && digits <= 9 && text[digits] == '\0' && text[0] != '0';
}

enum err
req_version(struct req *req, const char **version)
{
	struct json_object *member = req->body == NULL ? NULL : json_member(req->body, "version");
	const char *match = req_header(req, "HTTP_IF_MATCH");
	const char *text = member == NULL ? NULL : json_object_get_string(member);

	*version = NULL;
	if (text == NULL && *match != '\0') {
		match += str_has_prefix(match, "W/") ? 2 : 0;
		size_t len = strlen(match);
		text = len > 2 && match[0] == '"' && match[len - 1] == '"'
		           ? arena_strndup(req->cx.arena, match + 1, len - 2)
		           : match;
		if (str_equal(text, "*"))
			return OK;
	}
	if (text == NULL)
		return OK;
	if (!is_version(text)) {
		fail_field(&req->cx, "version", "WRONG_TYPE",
		           "The version must be a whole number above 0.");
		return ERR_VALIDATION;
	}
	*version = arena_strdup(req->cx.arena, text);
	return OK;
}

enum err
req_check_query(struct req *req, const char *const *known)
{
	for (const struct pair *pair = req->query; pair->name != NULL; pair++) {
		bool is_known = false;
		for (const char *const *name = known; *name != NULL; name++)
			is_known = is_known || strcmp(*name, pair->name) == 0;
		if (!is_known)
			fail_field(&req->cx, pair->name, "UNKNOWN_PARAMETER",
			           "There is no parameter of this name.");
	}
	return req->cx.err;
}
