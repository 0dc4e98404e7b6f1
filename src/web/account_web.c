/*
 * account_web.c - signing in and out, for pages and API clients, and who one is.
 */
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "clinic/session.h"
#include "web/page.h"
#include "web/resume.h"
#include "web/route.h"

#include "base/compat.h"

/* A text that the body must have; its absence is recorded. */
static const char *
required_text(struct req *req, const char *name)
{
	struct json_object *value = json_member(req->body, name);
	const char *text = json_text(req->body, name);

	if (value != NULL && text == NULL)
		fail_field(&req->cx, name, "WRONG_TYPE", "This must be a text.");
	else if (text == NULL || *text == '\0')
		fail_field(&req->cx, name, "REQUIRED", "This is needed.");
	return text;
}

/* Names that the body must not go beyond. */
static void
check_names(struct req *req, const char *const *known)
{
	json_object_object_foreach(req->body, key, value)
	{
		bool is_known = false;
		(void)value;
		for (const char *const *name = known; *name != NULL; name++)
			is_known = is_known || strcmp(*name, key) == 0;
		if (!is_known)
			fail_field(&req->cx, key, "UNKNOWN_FIELD", "There is no field of this name.");
	}
}

static struct json_object *
user_json(struct req *req)
{
	const struct caller *caller = &req->cx.caller;
	struct json_object *user = json_object_in(req->cx.arena);

	json_add(user, "id", caller->user_id);
	json_add(user, "email", caller->email);
	json_add(user, "fullName", caller->full_name);
	json_add(user, "role", caller->role);
	struct json_object *hospital = json_add_object(user, "hospital");
	json_add(hospital, "id", caller->hospital_id);
	json_add(hospital, "name", caller->hospital_name);
	struct json_object *permissions = json_add_array(user, "permissions");
	for (int i = 0; i < PERMISSION_COUNT; i++)
		if (may(caller, (enum permission)i) && *permission_text((enum permission)i) != '\0')
			json_append(permissions, permission_text((enum permission)i));
	return user;
}

static enum err
sign_in(struct req *req, enum session_kind kind, struct tokens *tokens)
{
	static const char *const known[] = { "next", "form", "email", "password", NULL };
	const char *email = required_text(req, "email");
	const char *password = required_text(req, "password");

	check_names(req, req->is_api ? known + 2 : known);
	if (req->cx.err != OK)
		return req->cx.err;
	return session_login(&req->cx, &req->app->rules, &req->app->keyring, kind, email, password,
	                     tokens);
}

static void
reply_tokens(struct req *req, const struct tokens *tokens)
{
	struct json_object *data = json_object_in(req->cx.arena);

	json_add(data, "accessToken", tokens->access);
	json_add(data, "refreshToken", tokens->refresh);
	json_add(data, "tokenType", "Bearer");
	json_add_int(data, "expiresIn", tokens->expires_in);
	(void)json_object_object_add(data, "user", json_object_get(user_json(req)));
	req->reply.data = data;
}

enum err
account_login(struct req *req)
{
	struct tokens tokens = { 0 };
	enum err err = sign_in(req, SESSION_API, &tokens);

	if (err == OK)
		reply_tokens(req, &tokens);
	return err;
}

enum err
account_refresh(struct req *req)
{
	static const char *const known[] = { "refreshToken", NULL };
	struct tokens tokens = { 0 };
	const char *refresh = required_text(req, "refreshToken");

	check_names(req, known);
	if (req->cx.err != OK)
		return req->cx.err;
	enum err err = session_refresh(&req->cx, &req->app->rules, &req->app->keyring, refresh,
	                               &tokens);
	if (err == OK)
		reply_tokens(req, &tokens);
	return err;
}

enum err
account_me(struct req *req)
{
	enum err err = account_load(&req->cx);

	if (err == OK)
		req->reply.data = user_json(req);
	return err;
}

enum err
account_logout(struct req *req)
{
	enum err err = session_end(&req->cx);

	if (err != OK)
		return err;
	req->reply.message = "Signed out.";
	if (!req->is_api) {
		req->reply.set_cookie = "";
		req->reply.location = "/login";
	}
	return OK;
}

/* Where to go after signing in: a path of ours and nothing else ("//host" is another site). */
static const char *
safe_next(const char *next)
{
	if (next == NULL || next[0] != '/' || next[1] == '/' || next[1] == '\\' ||
	    str_has_control(next) || str_has_prefix(next, "/login") || strlen(next) > 2000)
		return "/";
	return next;
}

enum err
account_login_form(struct req *req)
{
	req->reply.data = json_object_in(req->cx.arena);
	return OK;
}

enum err
account_login_page(struct req *req)
{
	struct tokens tokens = { 0 };
	enum err err = sign_in(req, SESSION_BROWSER, &tokens);

	if (err != OK)
		return err;
	req->reply.set_cookie = tokens.cookie;
	req->csrf = session_csrf(&req->cx, &req->app->keyring);
	const char *next = safe_next(json_text(req->body, "next"));
	const char *form = json_text(req->body, "form");
	if (form == NULL || *form == '\0' || !resume_form(req, next, form))
		req->reply.location = next;
	return OK;
}

void
present_login(struct req *req, struct json_object *model)
{
	struct json_object *login = json_add_object(model, "login");
	const char *next = pairs_find(req->query, "next");

	const char *form = NULL;

	if (resume_is_due(req)) {
		next = resume_page(req);
		form = req->form_text;
		json_add_bool(login, "isEnded", true);
	} else if (req->body != NULL) {
		json_add(login, "email", json_text(req->body, "email"));
		next = json_text(req->body, "next");
		form = json_text(req->body, "form");
	}
	json_add(login, "keptForm", form);
	if (form != NULL && *form != '\0')
		json_add_bool(login, "isKept", true);
	json_add(login, "next", safe_next(next));
	json_add_bool(json_member(model, "page"), "isLogin", true);
	page_title(model, "Sign in");
}
