#include "web/openapi.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/str.h"
#include "clinic/patient.h"
#include "clinic/search.h"
#include "web/route.h"

#include "base/compat.h"

#define ON(kind) (UINT64_C(1) << ERR_##kind)
_Static_assert(ERR_COUNT <= 64, "a set of failures is one word");

/* What an operation does besides answering, and when a header is sent. */
enum trait {
	ALWAYS = 1 << 0,
	VERSIONED = 1 << 1,
	CREATES = 1 << 2,
	CONDITIONAL = 1 << 3, /* answers 304 */
	LIMITED = 1 << 4,
	RETRIABLE = 1 << 5,
	CHALLENGED = 1 << 6,
	BARE = 1 << 7, /* no envelope */
	TEXT = 1 << 8, /* no JSON */
};

/* What the handlers do. `errors` are those that the route's own row doesn't tell. */
static const struct operation {
	const char *handler;
	const char *summary;
	const char *data; /* the schema of the envelope's data */
	const char *body;
	uint64_t errors;
	unsigned traits;
} operations[] = {
	{ "system_health", "Whether the program runs", "Health", NULL, 0, 0 },
	{ "system_ready", "Whether it can work; if not, the failure has these data, too", "Readiness", NULL,
	  0, 0 },
	{ "system_metrics", "Counters in the text format of Prometheus, for the addresses that may see them",
	  NULL, NULL, ON(FORBIDDEN), TEXT },
	{ "system_openapi", "This document", NULL, NULL, 0, BARE },
	{ "account_login", "Sign in", "Tokens", "Login", ON(CREDENTIALS), 0 },
	{ "account_refresh", "A new pair of tokens; the old refresh token is dead, and using it again ends "
	  "the session", "Tokens", "Refresh", ON(UNAUTHENTICATED) | ON(TOKEN_REVOKED), 0 },
	{ "account_logout", "Sign out: the session's tokens are refused from now on", NULL, NULL, 0, 0 },
	{ "account_me", "Who is signed in", "User", NULL, 0, 0 },
	{ "patient_list", "Find patients", "PatientList", NULL, ON(VALIDATION), 0 },
	{ "patient_post", "Register a patient", "Patient", "PatientInput", ON(KEY_REUSED),
	  CREATES | VERSIONED },
	{ "patient_show", "A patient's record", "Patient", NULL, ON(VALIDATION) | ON(PATIENT_NOT_FOUND),
	  CONDITIONAL | VERSIONED },
	{ "patient_put", "Change the fields that the body names", "Patient", "PatientChange",
	  ON(PATIENT_NOT_FOUND) | ON(VERSION), VERSIONED },
};

/* What they read besides the body. A `column` is a patient's field: name and rules are the field's. */
static const struct parameter {
	const char *handler;
	const char *in;
	const char *name;
	const char *type;
	int most; /* characters, or the largest number (the least is 1); 0: no such bound */
	const char *choices[6];
	const char *about;
	const char *column;
} parameters[] = {
	{ "patient_list", "query", "search", "string", 200, { 0 },
	  "Beginnings of words, in any order: names, MRN, digits of a phone number, date of birth.", NULL },
	{ "patient_list", "query", .column = "gender" },
	{ "patient_list", "query", .column = "status" },
	{ "patient_list", "query", .column = "date_of_birth" },
	{ "patient_list", "query", "page", "integer", 1000000, { 0 }, "1 where it is missing.", NULL },
	{ "patient_list", "query", "pageSize", "integer", SEARCH_PAGE_SIZE_MOST, { 0 },
	  "20 where it is missing.", NULL },
	{ "patient_list", "query", "sortBy", "string", 0,
	  { "name", "dateOfBirth", "createdAt", "updatedAt", "mrn" }, "name where it is missing.", NULL },
	{ "patient_list", "query", "sortOrder", "string", 0, { "asc", "desc" }, "asc where it is missing.",
	  NULL },
	{ "patient_post", "header", "Idempotency-Key", "string", 200, { 0 },
	  "Letters, digits and -_.: of the client's choice. The same key with the same body gives the first "
	  "answer again and registers nobody.", NULL },
	{ "patient_show", "header", "If-None-Match", "string", 0, { 0 },
	  "An ETag: while the record still has this version, the answer is 304.", NULL },
	{ "patient_show", "path", "id", "string", 0, { 0 }, "The record's id, or mrn: and its MRN.", NULL },
	{ "patient_put", "path", "id", "string", 0, { 0 }, "The record's id, or mrn: and its MRN.", NULL },
	{ "patient_put", "header", "If-Match", "string", 0, { 0 },
	  "An ETag: the version that the change is made against. The body's version goes before it; * is any "
	  "version.", NULL },
};

/*
 * The objects that no table describes. A name that ends in ? may be missing, a type that ends in ? may
 * be null. A type with a capital is another schema, after [] a list of it; "true" is that constant.
 */
static const struct member {
	const char *schema;
	const char *name;
	const char *type;
	const char *format;
	const char *about;
} members[] = {
	{ "Login", "email", "string", NULL, NULL },
	{ "Login", "password", "string", "password", NULL },
	{ "Refresh", "refreshToken", "string", NULL, NULL },
	{ "Tokens", "accessToken", "string", NULL, "For Authorization: Bearer." },
	{ "Tokens", "refreshToken", "string", NULL, "Good for one use." },
	{ "Tokens", "tokenType", "string", NULL, "Bearer" },
	{ "Tokens", "expiresIn", "integer", NULL, "Seconds that the access token is good." },
	{ "Tokens", "user", "User", NULL, NULL },
	{ "User", "id", "string", "uuid", NULL },
	{ "User", "email", "string", "email", NULL },
	{ "User", "fullName", "string", NULL, NULL },
	{ "User", "role", "Role", NULL, NULL },
	{ "User", "hospital", "Hospital", NULL, NULL },
	{ "User", "permissions", "[]Permission", NULL, NULL },
	{ "Hospital", "id", "string", NULL, "A decimal number." },
	{ "Hospital", "name", "string", NULL, NULL },
	{ "PatientInput", "version?", "integer", NULL, "Of no effect here." },
	{ "PatientInput", "allowDuplicate?", "boolean", NULL, "Of no effect so far." },
	{ "PatientChange", "version?", "integer", NULL, "The version that the change is made against." },
	{ "PatientChange", "allowDuplicate?", "boolean", NULL, "Of no effect here." },
	{ "PatientList", "data", "[]Patient", NULL, NULL },
	{ "PatientList", "pagination", "Pagination", NULL, NULL },
	{ "PatientList", "meta", "ListMeta", NULL, NULL },
	{ "Pagination", "page", "integer", NULL, NULL },
	{ "Pagination", "pageSize", "integer", NULL, NULL },
	{ "Pagination", "total", "integer", NULL, "At most what is counted: see totalIsEstimate." },
	{ "Pagination", "totalPages", "integer", NULL, NULL },
	{ "Pagination", "hasNext", "boolean", NULL, NULL },
	{ "Pagination", "hasPrev", "boolean", NULL, NULL },
	{ "Pagination", "totalIsEstimate", "boolean", NULL, "There are more than total says." },
	{ "Pagination", "nextCursor", "string?", NULL, NULL },
	{ "ListMeta", "processingTime", "number", NULL, "Milliseconds in the database." },
	{ "ListMeta", "filters", "object", NULL, "The parameters as they came." },
	{ "Health", "status", "string", NULL, "ok" },
	{ "Health", "version", "string", NULL, "The program's." },
	{ "Readiness", "status", "string", NULL, "ready, or not ready" },
	{ "Readiness", "database", "string", NULL, "up, or down" },
	{ "Readiness", "migrations", "string", NULL, "current, or not current" },
	{ "Readiness", "keys", "string", NULL, "present, or missing" },
	{ "Readiness", "outboxWaitingSeconds?", "integer", NULL, "The age of the oldest unsent event." },
	{ "Envelope", "success", "true", NULL, NULL },
	{ "Envelope", "message", "string", NULL, "For people." },
	{ "Envelope", "timestamp", "string", "date-time", NULL },
	{ "Envelope", "requestId", "string", NULL, "As in X-Request-Id." },
	{ "Envelope", "meta", "Meta", NULL, NULL },
	{ "Failure", "success", "false", NULL, NULL },
	{ "Failure", "error", "string", NULL, "The kind of failure as a type's name." },
	{ "Failure", "message", "string", NULL, "For people." },
	{ "Failure", "code", "ErrorCode", NULL, NULL },
	{ "Failure", "details?", "[]Detail", NULL, "All wrong fields at once." },
	{ "Failure", "data?", "object", NULL, "Of a readiness that isn't there." },
	{ "Failure", "timestamp", "string", "date-time", NULL },
	{ "Failure", "requestId", "string", NULL, "As in X-Request-Id." },
	{ "Failure", "meta", "Meta", NULL, NULL },
	{ "Detail", "field", "string", NULL, "The field's path: address.city." },
	{ "Detail", "code", "string", NULL, NULL },
	{ "Detail", "message", "string", NULL, "For people." },
	{ "Detail", "currentVersion?", "integer", NULL, "Of an outdated version: the record's." },
	{ "Detail", "changedBy?", "string", NULL, "Of an outdated version: who saved the newer one." },
	{ "Detail", "changedAt?", "string", "date-time", "Of an outdated version: when that was." },
	{ "Detail", "current?", "string?", NULL, "Of a field that differs: its value now." },
	{ "Meta", "processingTime?", "number", NULL, "Milliseconds." },
	{ "Meta", "userId?", "string", "uuid", "Who is signed in." },
	{ "Meta", "userRole?", "Role", NULL, NULL },
};

static const struct {
	const char *name;
	const char *type;
	const char *about;
	unsigned when;
} headers[] = {
	{ "X-Request-Id", "string", "The client's, where it sent a sane one.", ALWAYS },
	{ "ETag", "string", "The record's version, in quotes.", VERSIONED },
	{ "Location", "string", "The new record.", CREATES },
	{ "RateLimit-Limit", "integer", "Requests of this class in a minute.", LIMITED },
	{ "RateLimit-Remaining", "integer", "How many of them are left.", LIMITED },
	{ "RateLimit-Reset", "integer", "Seconds until all of them are there again.", LIMITED },
	{ "Retry-After", "integer", "Seconds to wait.", RETRIABLE },
	{ "WWW-Authenticate", "string", "Asks for a bearer token.", CHALLENGED },
};

static const struct {
	const char *type;
	const char *format;
	bool has_length;
} field_types[] = {
	[FIELD_TEXT] = { "string", NULL, true },
	[FIELD_DATE] = { "string", "date", false },
	[FIELD_EMAIL] = { "string", "email", true },
	[FIELD_PHONE] = { "string", NULL, true },
	[FIELD_ENUM] = { "string", NULL, false },
	[FIELD_BOOL] = { "boolean", NULL, false },
	[FIELD_INT] = { "integer", NULL, false },
	[FIELD_UUID] = { "string", "uuid", false },
	[FIELD_TIME] = { "string", "date-time", false },
};

static const char about_api[] =
	"What Caredesk answers to programs. /api is the same as /api/v1; every GET is answered as a HEAD, "
	"too. Names that a schema doesn't have are refused, in bodies as in queries.";

/* The member, made where it is not there yet. */
static struct json_object *
member_object(struct json_object *object, const char *key)
{
	struct json_object *member = json_member(object, key);

	return member != NULL ? member : json_add_object(object, key);
}

static struct json_object *
member_array(struct json_object *object, const char *key)
{
	struct json_object *member = json_member(object, key);

	return member != NULL ? member : json_add_array(object, key);
}

/* Texts that may be missing are left out: a null would say something else. */
static void
add_text(struct json_object *object, const char *key, const char *text)
{
	if (text != NULL)
		json_add(object, key, text);
}

static void
append_new(struct json_object *array, const char *text)
{
	for (size_t i = 0; i < json_object_array_length(array); i++)
		if (str_equal(json_object_get_string(json_object_array_get_idx(array, i)), text))
			return;
	json_append(array, text);
}

static void
add_ref(struct arena *arena, struct json_object *object, const char *kind, const char *name)
{
	json_add(object, "$ref", arena_printf(arena, "#/components/%s/%s", kind, name));
}

static void
add_type(struct json_object *schema, const char *type, bool may_be_null)
{
	if (!may_be_null) {
		json_add(schema, "type", type);
		return;
	}
	struct json_object *types = json_add_array(schema, "type");
	json_append(types, type);
	json_append(types, "null");
}

/* A type in the spelling of members[]. */
static void
add_spelled_type(struct arena *arena, struct json_object *schema, const char *type)
{
	size_t len = strcspn(type, "?");
	const char *word = arena_strndup(arena, type, len);

	if (str_has_prefix(word, "[]")) {
		json_add(schema, "type", "array");
		add_spelled_type(arena, json_add_object(schema, "items"), word + 2);
	} else if (isupper((unsigned char)*word)) {
		add_ref(arena, schema, "schemas", word);
	} else if (str_equal(word, "true") || str_equal(word, "false")) {
		json_add(schema, "type", "boolean");
		json_add_bool(schema, "const", str_equal(word, "true"));
	} else {
		add_type(schema, word, type[len] == '?');
	}
}

static bool
is_body(const char *schema)
{
	for (size_t i = 0; i < COUNT_OF(operations); i++)
		if (str_equal(operations[i].body, schema))
			return true;
	return false;
}

/* An object's schema, made where it is not there yet. What clients send is closed. */
static struct json_object *
object_schema(struct json_object *schemas, const char *name, bool is_closed)
{
	struct json_object *schema = member_object(schemas, name);

	if (json_member(schema, "type") == NULL)
		json_add(schema, "type", "object");
	if (is_closed)
		json_add_bool(schema, "additionalProperties", false);
	return schema;
}

static void
add_members(struct arena *arena, struct json_object *schemas)
{
	for (size_t i = 0; i < COUNT_OF(members); i++) {
		const struct member *member = &members[i];
		bool is_closed = is_body(member->schema);
		size_t len = strcspn(member->name, "?");
		const char *name = arena_strndup(arena, member->name, len);
		struct json_object *schema = object_schema(schemas, member->schema, is_closed);
		struct json_object *property = json_add_object(member_object(schema, "properties"), name);
		add_spelled_type(arena, property, member->type);
		add_text(property, "format", member->format);
		add_text(property, "description", member->about);
		if (member->name[len] == '\0')
			json_append(member_array(schema, "required"), name);
		/* Texts that are sent must not be empty, and versions count from 1. */
		if (is_closed && str_equal(member->type, "string"))
			json_add_int(property, "minLength", 1);
		if (is_closed && str_equal(member->type, "integer"))
			json_add_int(property, "minimum", 1);
	}
}

/* Whether a patient's record can't have this value, in the words of patient_check(): it is asked, so
 * that its rules stand there alone. */
static bool
is_refused(struct arena *arena, const struct field *field, const char *value)
{
	struct cx cx;
	struct patient patient = { 0 };

	cx_init(&cx, arena, NULL);
	field_set(field, &patient, value);
	if (patient_check(&cx, &patient) == OK)
		return false;
	for (const struct fault *fault = cx.faults; fault != NULL; fault = fault->next)
		if (strcmp(fault->field, field->path) == 0)
			return true;
	return false;
}

static void
add_field(struct arena *arena, struct json_object *schema, const struct field *field,
          bool may_be_null, bool is_input)
{
	add_type(schema, field_types[field->type].type, may_be_null);
	add_text(schema, "format", field_types[field->type].format);
	if (field_types[field->type].has_length)
		json_add_int(schema, "maxLength", (int64_t)field->max);
	if (field->flags & FIELD_READONLY)
		json_add_bool(schema, "readOnly", true);
	json_add(schema, "description",
	         field->hint == NULL ? field->label
	                             : arena_printf(arena, "%s. %s", field->label, field->hint));
	if (field->choices == NULL)
		return;
	struct json_object *values = json_add_array(schema, "enum");
	for (const struct choice *choice = field->choices; choice->value != NULL; choice++)
		if (!is_input || !is_refused(arena, field, choice->value))
			json_append(values, choice->value);
	if (may_be_null)
		must(json_object_array_add(values, NULL) == 0);
}

/* What an answer has of the patient: every field, null where it has no value. */
static void
add_patient(struct arena *arena, struct json_object *schemas)
{
	struct json_object *patient = object_schema(schemas, patient_entity.name, false);

	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		struct json_object *schema = patient;
		if (field->group != NULL) {
			schema = object_schema(member_object(patient, "properties"), field->group, false);
			append_new(member_array(patient, "required"), field->group);
		}
		json_append(member_array(schema, "required"), field->json);
		add_field(arena, json_add_object(member_object(schema, "properties"), field->json), field,
		          !(field->flags & (FIELD_REQUIRED | FIELD_READONLY)), false);
	}
}

/* What a client may send of the patient; null clears a field that the record need not have. */
static void
add_patient_input(struct arena *arena, struct json_object *schema)
{
	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		struct json_object *properties = member_object(schema, "properties");
		if (field->flags & FIELD_READONLY)
			continue;
		if (field->group != NULL) {
			struct json_object *group = object_schema(properties, field->group, true);
			if (json_member(group, "properties") == NULL)
				add_type(group, "object", true);
			properties = member_object(group, "properties");
		}
		add_field(arena, json_add_object(properties, field->json), field,
		          !(field->flags & FIELD_REQUIRED), true);
	}
}

/* What a new record must have. What is refused when it is missing, though not FIELD_REQUIRED, stands
 * for each other: one of them is enough. */
static void
add_patient_required(struct arena *arena, struct json_object *schema)
{
	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		if (!is_refused(arena, field, NULL))
			continue;
		must(field->group == NULL);
		if (field->flags & FIELD_REQUIRED) {
			json_append(member_array(schema, "required"), field->json);
			continue;
		}
		struct json_object *one = json_append_object(member_array(schema, "anyOf"));
		json_append(json_add_array(one, "required"), field->json);
		struct json_object *property = json_add_object(json_add_object(one, "properties"), field->json);
		json_add(property, "type", field_types[field->type].type);
	}
}

static struct json_object *
enum_schema(struct json_object *schemas, const char *name)
{
	struct json_object *schema = json_add_object(schemas, name);

	json_add(schema, "type", "string");
	return json_add_array(schema, "enum");
}

static void
add_schemas(struct arena *arena, struct json_object *schemas)
{
	add_members(arena, schemas);
	add_patient(arena, schemas);
	add_patient_input(arena, member_object(schemas, "PatientInput"));
	add_patient_required(arena, member_object(schemas, "PatientInput"));
	add_patient_input(arena, member_object(schemas, "PatientChange"));
	struct json_object *roles = enum_schema(schemas, "Role");
	for (size_t i = 0; role_name(i) != NULL; i++)
		json_append(roles, role_name(i));
	struct json_object *permissions = enum_schema(schemas, "Permission");
	for (int i = 0; i < PERMISSION_COUNT; i++)
		if (*permission_text((enum permission)i) != '\0')
			json_append(permissions, permission_text((enum permission)i));
	struct json_object *codes = enum_schema(schemas, "ErrorCode");
	for (int err = OK + 1; err < ERR_COUNT; err++)
		append_new(codes, err_info((enum err)err)->code);
}

static void
add_headers(struct arena *arena, struct json_object *response, unsigned when)
{
	struct json_object *object = json_add_object(response, "headers");

	for (size_t i = 0; i < COUNT_OF(headers); i++)
		if (headers[i].when & when)
			add_ref(arena, json_add_object(object, headers[i].name), "headers", headers[i].name);
}

static struct json_object *
add_content(struct json_object *object, const char *type)
{
	struct json_object *content = json_add_object(object, "content");

	return json_add_object(json_add_object(content, type), "schema");
}

/* The response for those of `errors` that have this status. Returns its name, made of them. */
static const char *
add_failure(struct arena *arena, struct json_object *responses, uint64_t errors, int status)
{
	const char *name = arena_printf(arena, "%d", status);
	const char *about = "";
	struct json_object *codes = json_object_in(arena);
	unsigned when = ALWAYS;

	for (int err = OK + 1; err < ERR_COUNT; err++) {
		const struct err_info *info = err_info((enum err)err);
		if (!(errors & UINT64_C(1) << err) || info->status != status)
			continue;
		append_new(member_array(codes, "enum"), info->code);
		about = arena_printf(arena, "%s%s%s: %s", about, *about == '\0' ? "" : " ", info->code,
		                     info->message);
		when |= err == ERR_RATE_LIMIT ? LIMITED | RETRIABLE : 0;
		when |= err == ERR_UNAVAILABLE ? RETRIABLE : 0;
		when |= status == err_info(ERR_UNAUTHENTICATED)->status ? CHALLENGED : 0;
	}
	struct json_object *list = json_member(codes, "enum");
	for (size_t i = 0; i < json_object_array_length(list); i++)
		name = arena_printf(arena, "%s-%s", name,
		                    json_object_get_string(json_object_array_get_idx(list, i)));
	if (json_member(responses, name) != NULL)
		return name;
	struct json_object *response = json_add_object(responses, name);
	json_add(response, "description", about);
	add_headers(arena, response, when);
	struct json_object *parts = json_add_array(add_content(response, "application/json"), "allOf");
	add_ref(arena, json_append_object(parts), "schemas", "Failure");
	struct json_object *properties = json_add_object(json_append_object(parts), "properties");
	must(json_object_object_add(properties, "code", json_object_get(codes)) == 0);
	return name;
}

/* What can go wrong on this route: on the way to the handler (see serve()), and in it. */
static uint64_t
errors_of(const struct route *route, const struct operation *operation)
{
	uint64_t errors = operation->errors | ON(BAD_REQUEST) | ON(URI_TOO_LONG) | ON(NOT_ACCEPTABLE) |
	                  ON(INTERNAL) | ON(UNAVAILABLE);

	if (route->permission != PERMISSION_PUBLIC)
		errors |= ON(UNAUTHENTICATED) | ON(TOKEN_EXPIRED) | ON(TOKEN_REVOKED);
	if (*permission_text(route->permission) != '\0')
		errors |= ON(FORBIDDEN);
	if (route->limit != CLASS_NONE)
		errors |= ON(RATE_LIMIT);
	if (route->flags & BODY)
		errors |= ON(VALIDATION) | ON(MALFORMED) | ON(TOO_LARGE) | ON(MEDIA_TYPE);
	if (!str_equal(route->method, "GET"))
		errors |= ON(UNKNOWN_OUTCOME);
	return errors;
}

static void
add_success(struct arena *arena, struct json_object *responses, const struct route *route,
            const struct operation *operation)
{
	unsigned when = ALWAYS | operation->traits | (route->limit == CLASS_NONE ? 0 : LIMITED);
	bool is_creation = operation->traits & CREATES;
	struct json_object *response = json_add_object(responses, is_creation ? "201" : "200");

	json_add(response, "description", is_creation ? "Created." : "Done.");
	add_headers(arena, response, when);
	if (operation->traits & TEXT) {
		json_add(add_content(response, "text/plain"), "type", "string");
		return;
	}
	struct json_object *schema = add_content(response, "application/json");
	if (operation->traits & BARE) {
		json_add(schema, "type", "object");
		return;
	}
	struct json_object *parts = json_add_array(schema, "allOf");
	add_ref(arena, json_append_object(parts), "schemas", "Envelope");
	if (operation->data != NULL) {
		struct json_object *part = json_append_object(parts);
		struct json_object *properties = json_add_object(part, "properties");
		add_ref(arena, json_add_object(properties, "data"), "schemas", operation->data);
		json_append(json_add_array(part, "required"), "data");
	}
	if (operation->traits & CONDITIONAL) {
		response = json_add_object(responses, "304");
		json_add(response, "description", "The client has this version.");
		add_headers(arena, response, when);
	}
}

static void
add_parameter(struct arena *arena, struct json_object *into, const struct parameter *parameter)
{
	bool is_number = str_equal(parameter->type, "integer");
	struct json_object *schema = json_add_object(into, "schema");

	json_add(into, "in", parameter->in);
	if (parameter->column != NULL) {
		const struct field *field = field_find(&patient_entity, parameter->column);
		must(field != NULL);
		json_add(into, "name", field->path);
		add_field(arena, schema, field, false, false);
		return;
	}
	json_add(into, "name", parameter->name);
	json_add(into, "description", parameter->about);
	if (str_equal(parameter->in, "path"))
		json_add_bool(into, "required", true);
	json_add(schema, "type", parameter->type);
	if (is_number)
		json_add_int(schema, "minimum", 1);
	if (parameter->most > 0)
		json_add_int(schema, is_number ? "maximum" : "maxLength", parameter->most);
	for (const char *const *choice = parameter->choices; *choice != NULL; choice++)
		json_append(member_array(schema, "enum"), *choice);
}
