/*
 * err.h - how things fail, and the context that carries a failure.
 *
 * A function that can fail returns enum err; the one that notices the failure records it in the
 * request's context with fail() or fail_field() and returns its kind, and everybody above only
 * passes the kind on. What a kind means to a client (status, code, words) stands in err.def and
 * nowhere else. Messages are shown to people: they never repeat a stored value, SQL or a path.
 */
#ifndef CAREDESK_BASE_ERR_H
#define CAREDESK_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct json_object;
struct pg;
struct vault;

enum err {
	OK = 0,
#define ERR(kind, status, code, name, message) ERR_##kind,
#include "base/err.def"
#undef ERR
	ERR_COUNT
};

struct err_info {
	int status;
	const char *code;
	const char *name;
	const char *message;
};

/* A body of nothing but wrong names gets no answer of megabytes. */
enum { FAULTS_MOST = 200 };

/* What a failure means to a client. Never NULL; OK has no entry. */
const struct err_info *err_info(enum err err);

/* One wrong field. `extra`, a JSON object, carries members that only this kind of fault has. */
struct fault {
	struct fault *next;
	const char *field;
	const char *code;
	const char *message;
	struct json_object *extra;
};

/* Who asks, as far as it is known. Texts are "" rather than NULL, so that they can be parameters.
 */
struct caller {
	bool is_signed_in;
	const char *hospital_id; /* decimal */
	const char *hospital_name;
	const char *user_id; /* UUID */
	const char *session_id;
	const char *full_name;
	const char *email;
	const char *role;     /* name, as in clinic/role.def */
	unsigned permissions; /* bits of enum permission */
	const char *address;
	const char *user_agent;
	const char *request_id;
};

/* What every function between the route and the database is given. */
struct cx {
	struct arena *arena;
	struct pg *pg;
	struct vault *vault;
	struct caller caller;
	enum err err; /* the failure that was recorded, if any */
	const char *message;
	struct fault *faults; /* in the order in which they were found */
	struct fault **faults_end;
	size_t fault_count;
	bool is_typed;     /* values come from a form: dates in other spellings are read, too */
	double db_elapsed; /* milliseconds spent waiting for PostgreSQL */
	int round_trips;   /* to PostgreSQL */
};

/* An empty context on this arena and connection (NULL where none is needed). */
void cx_init(struct cx *cx, struct arena *arena, struct pg *pg);

/* Records a failure and returns its kind. NULL or no message: the words of err.def. The first
 * failure recorded stays. */
enum err fail(struct cx *cx, enum err err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Records one wrong field, under ERR_VALIDATION unless another failure was recorded before. The
 * strings must live as long as the arena. After FAULTS_MOST of them no more are kept. Returns the
 * fault, for `extra`. */
struct fault *fail_field(struct cx *cx, const char *field, const char *code, const char *format,
                         ...) __attribute__((format(printf, 4, 5)));

/* Whether a fault was recorded for the field. */
bool fail_has(const struct cx *cx, const char *field);

/* Forgets what was recorded: for a caller that mends the failure itself. */
void fail_clear(struct cx *cx);

#endif
