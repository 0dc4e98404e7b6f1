#include "web/who.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/str.h"
#include "sec/digest.h"
#include "web/route.h"

#include "base/compat.h"

enum err
who_is_it(struct req *req)
{
	const char *header = req_header(req, "HTTP_AUTHORIZATION");

	if (!req->is_api) {
		const char *cookie = cookie_find(req->cx.arena, req_header(req, "HTTP_COOKIE"),
		                                 SESSION_COOKIE);
		enum err err = cookie == NULL ? OK : session_resume(&req->cx, &req->app->rules, cookie);
		if (err == OK && req->cx.caller.is_signed_in)
			req->csrf = session_csrf(&req->cx, &req->app->keyring);
		return err;
	}
	if (*header == '\0' || req->route->permission == PERMISSION_PUBLIC)
		return OK;
	if (strncasecmp(header, "Bearer ", strlen("Bearer ")) != 0)
		return fail(&req->cx, ERR_UNAUTHENTICATED, "Authorization must be Bearer and a token.");
	const char *token = header + strlen("Bearer ");
	return session_from_token(&req->cx, &req->app->keyring, token + strspn(token, " "));
}

/* Browsers send Origin with every POST, and Sec-Fetch-Site with everything. */
bool
who_is_own(struct req *req)
{
	const char *origin = req_header(req, "HTTP_ORIGIN");
	const char *site = req_header(req, "HTTP_SEC_FETCH_SITE");
	const char *own = arena_printf(req->cx.arena, "https://%s", req_header(req, "HTTP_HOST"));

	if (*site != '\0' && !str_equal(site, "same-origin") && !str_equal(site, "none"))
		return false;
	return *origin == '\0' || strcasecmp(origin, own) == 0;
}

enum err
who_sent_it(struct req *req)
{
	if (req->is_api || !req_has_body(req))
		return OK;
	if (!who_is_own(req))
		return fail(&req->cx, ERR_CSRF, NULL);
	if (req->route->permission == PERMISSION_PUBLIC)
		return OK;
	const char *sent = json_text(req->body, "csrf");
	if (sent == NULL || req->csrf == NULL || !secret_equal(sent, req->csrf))
		return fail(&req->cx, ERR_CSRF,
		            "You signed in again after this form was opened. Nothing is lost: please "
		            "save again.");
	return OK;
}
