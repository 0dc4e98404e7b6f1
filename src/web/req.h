/*
 * req.h - a request on its way through serve(), and the reply that grows with it.
 *
 * A handler reads `path`, `query` and `body`, calls clinic/, and fills the reply's model; it never
 * writes to the client, never knows a status number and never asks whether a browser or an API
 * client called: the reply is written once, after it returned, as JSON or through the route's
 * template.
 */
#ifndef CAREDESK_WEB_REQ_H
#define CAREDESK_WEB_REQ_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "clinic/session.h"
#include "sec/keyring.h"
#include "web/parse.h"

struct config;
struct route;
struct shared;

/* What a worker has for all its requests. */
struct app {
	const struct config *config;
	struct keyring keyring;
	struct session_rules rules;
	struct shared *shared;
	struct pg *pg;
	struct vault *vault;
	int migration; /* the newest that this program knows */
	const char *asset_version;
};

/* How the request's bytes are reached. */
struct transport {
	const char *(*variable)(void *from, const char *name); /* a CGI variable, NULL if missing */
	size_t (*read)(void *from, char *bytes, size_t len);
	void *from;
};

/* What the client is told when all went well. */
struct reply {
	const char *message;
	struct json_object *data;
	struct json_object *wanted; /* for a page: the patient it is about, where `data` is not it;
	                               after a conflict the client's values on top of what is saved */
	const char *location;       /* of what was created or changed: 201 for JSON, 303 for a page */
	bool is_created;
	const char *etag;       /* the version */
	bool is_unmodified;     /* the client has this version */
	const char *set_cookie; /* the session's, "" to remove it */
	const char *notice;     /* a name in page.c's table: what the next page says */
	const char *link;       /* a page that helps after a failure */
	const char *text;       /* a body that is no JSON and no page: metrics */
	const char *text_type;
	bool is_deleted; /* the record that a history is of */
	bool is_unready; /* /ready: the data, with the status of ERR_UNAVAILABLE */
	bool is_bare;    /* the data without an envelope: OpenAPI */
};

struct req {
	struct cx cx;
	struct app *app;
	struct transport transport;
	double start;
	bool is_api;
	bool is_json; /* the answer: of the API, and of a ROOT address */
	bool is_head;
	const char *method;
	const char *target; /* as it came */
	struct path path;   /* without the API's prefix */
	const struct route *route;
	const char *ref;         /* what stands for {id} in the path */
	const char *version_ref; /* and for {version} */
	const struct pair *query;
	struct json_object *body; /* an object; of a form, too */
	const char *form_text;    /* a form as it came, ended by NUL */
	const char *body_hash;    /* SHA-256, hexadecimal */
	const char *csrf;         /* of the session, for pages */
	struct reply reply;
};

/* A request header by its CGI name (HTTP_ACCEPT), "" where it is missing. */
const char *req_header(struct req *req, const char *name);

/* Prepares a request: arena, caller's address, request id. Nothing is judged yet. */
void req_init(struct req *req, struct app *app, struct arena *arena,
              const struct transport *transport);

/* Reads path, query and view; refuses what no route could mean. */
enum err req_parse(struct req *req) __attribute__((warn_unused_result));

/* Whether a body is to be read: what the route says of API clients; from a page every change is a
 * form, which carries at least the session's token. */
bool req_has_body(const struct req *req);

/* A form's names and values as the JSON object that an API client would have sent. */
struct json_object *form_object(struct req *req, const struct pair *pairs);

/* Reads the body into `body`: JSON for the API, a form for pages. */
enum err req_read_body(struct req *req) __attribute__((warn_unused_result));

/* The version that a change was made against: the body's, or If-Match's; NULL where there is none.
 */
enum err req_version(struct req *req, const char **version) __attribute__((warn_unused_result));

/* Records every query parameter that is not in `known` (ended by NULL) as a fault. */
enum err req_check_query(struct req *req, const char *const *known)
	__attribute__((warn_unused_result));

/* The whole way from the request to the reply's bytes. */
struct buf;
void serve(struct req *req, struct buf *out);

#endif
