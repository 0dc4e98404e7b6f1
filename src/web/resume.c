#include "web/resume.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "web/route.h"
#include "web/who.h"

#include "base/compat.h"

bool
resume_is_due(struct req *req)
{
	bool is_ended = req->cx.err == ERR_UNAUTHENTICATED || req->cx.err == ERR_TOKEN_REVOKED;

	return is_ended && !req->is_api && req->route != NULL && (req->route->flags & FORM) &&
	       req->form_text != NULL && who_is_own(req);
}

/* The page with the same template that a GET shows: /patients/new for POST /patients. */
static const struct route *
page_of(const struct route *route)
{
	bool has_ref = strchr(route->path, '{') != NULL;

	for (size_t i = 0; i < route_count; i++) {
		const struct route *page = &routes[i];
		if ((page->flags & PAGE) && str_equal(page->method, "GET") &&
		    str_equal(page->template, route->template) &&
		    (strchr(page->path, '{') != NULL) == has_ref)
			return page;
	}
	return NULL;
}

const char *
resume_page(struct req *req)
{
	const struct route *page = page_of(req->route);

	if (page == NULL)
		return "/";
	size_t before = strcspn(page->path, "{");
	if (page->path[before] == '\0')
		return page->path;
	const char *after = strchr(page->path, '}') + 1;
	return arena_printf(req->cx.arena, "%.*s%s%s", (int)before, page->path,
	                    url_encode(req->cx.arena, req->ref), after);
}

bool
resume_form(struct req *req, const char *next, const char *form_text)
{
	struct req page = *req;
	const struct pair *pairs = NULL;
	const char *allow = NULL;

	page.method = "GET";
	page.target = next;
	page.body = NULL;
	page.cx.faults_end = &page.cx.faults; /* its faults are its own, should it be dropped */
	if (!path_parse(req->cx.arena, next, &page.path) || route_match(&page, &allow) != OK ||
	    !pairs_parse(req->cx.arena, form_text, strlen(form_text), &pairs) ||
	    !may(&page.cx.caller, page.route->permission) || page.route->handler(&page) != OK)
		return false;
	page.reply.set_cookie = req->reply.set_cookie;
	page.reply.notice = "kept";
	page.body = form_object(&page, pairs);
	*req = page;
	req->cx.faults_end = &req->cx.faults;
	return true;
}
