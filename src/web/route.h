/*
 * route.h - the table of routes, and the way into it.
 */
#ifndef CAREDESK_WEB_ROUTE_H
#define CAREDESK_WEB_ROUTE_H

#include <stddef.h>

#include "clinic/role.h"
#include "web/req.h"

enum route_flag {
	API = 1 << 0,
	PAGE = 1 << 1,
	ROOT = 1 << 2,
	BODY = 1 << 3,
	FORM = 1 << 4,
};

/* Classes of rate limits, as the settings name them. */
enum route_class {
	CLASS_NONE,
	CLASS_AUTH,
	CLASS_GENERAL,
	CLASS_SEARCH,
	CLASS_BULK,
	CLASS_STATISTICS
};

struct route {
	const char *method;
	const char *path;
	const char *name; /* of the handler */
	enum err (*handler)(struct req *req);
	enum permission permission;
	enum route_class limit;
	unsigned flags;
	const char *template;
	void (*present)(struct req *req, struct json_object *model);
};

extern const struct route routes[];
extern const size_t route_count;

/* The first route of a handler, which must have one. */
const struct route *route_of(const char *handler);

/* Finds the request's route by its path, view and method. Unknown path: ERR_NOT_FOUND; another
 * method: ERR_METHOD, with what Allow must say in `*allow`. */
enum err route_match(struct req *req, const char **allow) __attribute__((warn_unused_result));

/* The handlers and presenters of routes.def. */
#define ROUTE(method, path, handler, permission, class, flags, template, present)                  \
	enum err handler(struct req *req) __attribute__((warn_unused_result));
#include "web/routes.def"
#undef ROUTE
void present_login(struct req *req, struct json_object *model);
void present_home(struct req *req, struct json_object *model);
void present_list(struct req *req, struct json_object *model);
void present_form(struct req *req, struct json_object *model);
void present_patient(struct req *req, struct json_object *model);
void present_history(struct req *req, struct json_object *model);
void present_step(struct req *req, struct json_object *model);
void present_reports(struct req *req, struct json_object *model);

#endif
