#include "web/route.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"

#include "base/compat.h"

const struct route routes[] = {
#define ROUTE(method, path, handler, permission, class, flags, template, present)                  \
	{ #method,       path,  #handler, handler, PERMISSION_##permission,                            \
	  CLASS_##class, flags, template, present },
#include "web/routes.def"
#undef ROUTE
};

const size_t route_count = COUNT_OF(routes);

const struct route *
route_of(const char *handler)
{
	for (size_t i = 0; i < route_count; i++)
		if (strcmp(routes[i].name, handler) == 0)
			return &routes[i];
	must(!"a route of this handler");
	return NULL;
}

/* Whether the path fits the pattern; `refs` are what stands for {id}, and for what follows it. */
static bool
is_match(const char *pattern, const struct path *path, const char *refs[2])
{
	const char *const *segment = path->segments;
	size_t count = 0;

	for (pattern++; *pattern != '\0'; segment++) {
		size_t len = strcspn(pattern, "/");
		if (*segment == NULL)
			return false;
		if (*pattern == '{') {
			must(count < 2);
			refs[count++] = *segment;
		} else if (strlen(*segment) != len || strncmp(*segment, pattern, len) != 0) {
			return false;
		}
		pattern += len + (pattern[len] == '/');
	}
	return *segment == NULL;
}

enum err
route_match(struct req *req, const char **allow)
{
	unsigned view = req->is_api ? API : PAGE | ROOT;
	const char *fixed = NULL; /* the pattern without {id} wins over the one with it */

	*allow = NULL;
	for (size_t i = 0; i < route_count; i++) {
		const char *refs[2] = { NULL, NULL };
		if (!(routes[i].flags & view) || !is_match(routes[i].path, &req->path, refs))
			continue;
		if (fixed != NULL && refs[0] != NULL)
			continue;
		if (refs[0] == NULL)
			fixed = routes[i].path;
		if (routes[i].flags & ROOT)
			req->is_json = true;
		bool is_get = strcmp(routes[i].method, "GET") == 0;
		*allow = *allow == NULL ? routes[i].method
		                        : arena_printf(req->cx.arena, "%s, %s", *allow, routes[i].method);
		if (is_get)
			*allow = arena_printf(req->cx.arena, "%s, HEAD", *allow);
		if (!str_equal(routes[i].method, req->is_head ? "GET" : req->method))
			continue;
		req->route = &routes[i];
		req->ref = refs[0];
		req->version_ref = refs[1];
		return OK;
	}
	return fail(&req->cx, *allow == NULL ? ERR_NOT_FOUND : ERR_METHOD, NULL);
}
