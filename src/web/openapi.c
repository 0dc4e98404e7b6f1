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

/* What an answer is like (CONDITIONAL: also 304; BARE: without an envelope; TEXT: no JSON), and
 * when a header is sent. */
enum trait { ALWAYS = 1, VERSIONED = 2, CREATES = 4, CONDITIONAL = 8, BARE = 16, TEXT = 32 };
enum { LIMITED = 64, RETRIABLE = 128, CHALLENGED = 256 };

/* The handlers. `body` and `data` are types; `errors` those that the route's row doesn't tell. */
static const struct operation {
	const char *handler, *summary, *body, *data;
	uint64_t errors;
	unsigned traits;
} operations[] = {
	{ "system_health", "Whether the program runs", NULL, "Health", 0, 0 },
	{ "system_ready", "Whether it can work; a failure has data, too", NULL, "Readiness", 0, 0 },
	{ "system_metrics", "Counters for Prometheus", NULL, "string", ON(FORBIDDEN), TEXT },
	{ "system_openapi", "This document", NULL, "object", 0, BARE },
	{ "account_login", "Sign in", "Login", "Tokens", ON(CREDENTIALS), 0 },
	{ "account_refresh", "New tokens; the old refresh token is dead", "Refresh", "Tokens",
	  ON(UNAUTHENTICATED) | ON(TOKEN_REVOKED), 0 },
	{ "account_logout", "Sign out: the session's tokens are dead", NULL, NULL, 0, 0 },
	{ "account_me", "Who is signed in", NULL, "User", 0, 0 },
	{ "patient_list", "Find patients", NULL, "PatientList", ON(VALIDATION), 0 },
	{ "patient_post", "Register a patient, once for a key", "PatientInput", "Patient",
	  ON(KEY_REUSED), CREATES },
	{ "patient_show", "A patient's record", NULL, "Patient", ON(VALIDATION) | ON(PATIENT_NOT_FOUND),
	  CONDITIONAL },
	{ "patient_put", "Change the fields that the body names", "PatientChange", "Patient",
	  ON(PATIENT_NOT_FOUND) | ON(VERSION), VERSIONED },
	{ "patient_delete", "Delete the record; its history stays", NULL, "Patient",
	  ON(VALIDATION) | ON(PATIENT_NOT_FOUND) | ON(VERSION), VERSIONED },
	{ "patient_restore", "Restore a deleted or archived record", NULL, "Patient",
	  ON(VALIDATION) | ON(PATIENT_NOT_FOUND) | ON(VERSION) | ON(CONFLICT), VERSIONED },
	{ "patient_archive", "Archive the record: found, and not to be changed", NULL, "Patient",
	  ON(VALIDATION) | ON(PATIENT_NOT_FOUND) | ON(VERSION) | ON(CONFLICT), VERSIONED },
	{ "patient_history", "What each version changed, the newest first", NULL, "VersionList",
	  ON(VALIDATION) | ON(PATIENT_NOT_FOUND), 0 },
	{ "patient_history_restore", "Make an earlier version the record again", NULL, "Patient",
	  ON(VALIDATION) | ON(PATIENT_NOT_FOUND) | ON(NOT_FOUND) | ON(VERSION), VERSIONED },
	{ "statistics_show", "How many patients there are, and when they were registered", NULL,
	  "Statistics", ON(VALIDATION), 0 },
};

/* What handlers read besides the body. */
static const struct parameter {
	const char *handler, *in, *name;
	const char *type; /* NULL: `name` is a patient's column, and its rules apply */
	int most;         /* characters, or the largest number (the least is 1); 0: no such bound */
	const char *about;
} parameters[] = {
	{ "patient_list", "query", "search", "string", 200, "Beginnings of words, numbers, a date." },
	{ "patient_list", "query", "gender", NULL, 0, "Only patients with this." },
	{ "patient_list", "query", "status", NULL, 0, "Only patients with this." },
	{ "patient_list", "query", "date_of_birth", NULL, 0, "Only patients with this." },
	{ "patient_list", "query", "page", "integer", 1000000, "The first where it is missing." },
	{ "patient_list", "query", "pageSize", "integer", SEARCH_PAGE_SIZE_MOST, "On a page." },
	{ "patient_list", "query", "sortBy", "name|dateOfBirth|createdAt|updatedAt|mrn", 0,
	  "name where it is missing." },
	{ "patient_list", "query", "sortOrder", "asc|desc", 0, "asc where it is missing." },
	{ "patient_post", "header", "Idempotency-Key", "string", 200, "Letters, digits and -_.:" },
	{ "patient_show", "path", "id", "string", 0, "An id, or mrn: and an MRN." },
	{ "patient_show", "header", "If-None-Match", "string", 0, "The ETag of what is known." },
	{ "patient_put", "path", "id", "string", 0, "An id, or mrn: and an MRN." },
	{ "patient_put", "header", "If-Match", "string", 0,
	  "The ETag that the change is made against, where the body has no version; * is any." },
	{ "patient_delete", "path", "id", "string", 0, "The id." },
	{ "patient_delete", "header", "If-Match", "string", 0, "The ETag that was seen." },
	{ "patient_restore", "path", "id", "string", 0, "The id." },
	{ "patient_archive", "path", "id", "string", 0, "The id." },
	{ "patient_history", "path", "id", "string", 0, "The id, also of a deleted record." },
	{ "patient_history", "query", "page", "integer", 100000, "The first where it is missing." },
	{ "patient_history", "query", "pageSize", "integer", 100, "On a page." },
	{ "patient_history_restore", "path", "id", "string", 0, "The id." },
	{ "patient_history_restore", "path", "version", "integer", 0, "The earlier version." },
	{ "statistics_show", "query", "from", "date", 0, "The first day of registration that counts." },
	{ "statistics_show", "query", "to", "date", 0, "The last day of registration that counts." },
};

/* The objects that no table describes, as name:type. A name that ends in ? may be missing, a type
 * that ends in ? be null. A type with a capital is another schema, after [] a list of it; | is an
 * enumeration; "true" is that constant; what is no type in JSON is a text's format. */
static const struct shape {
	const char *name;
	bool is_sent; /* by clients: closed, its texts not empty, its numbers above 0 */
	const char *members;
} shapes[] = {
	{ "Login", true, "email:string password:password" },
	{ "Refresh", true, "refreshToken:string" },
	{ "Tokens", false,
	  "accessToken:string refreshToken:string tokenType:string expiresIn:integer user:User" },
	{ "User", false,
	  "id:uuid email:email fullName:string role:Role hospital:Hospital permissions:[]Permission" },
	{ "Hospital", false, "id:string name:string" },
	{ "PatientInput", true, "version?:integer allowDuplicate?:boolean" },
	{ "PatientChange", true, "version?:integer allowDuplicate?:boolean" },
	{ "PatientList", false, "data:[]Patient pagination:Pagination meta:ListMeta" },
	{ "VersionList", false, "data:[]Version pagination:Pagination meta:ListMeta" },
	{ "Version", false,
	  "version:integer change:created|updated|deleted|restored|archived changedAt:date-time "
	  "changedBy:uuid changedByName:string? address:string changes:[]Change" },
	{ "Change", false, "field:string" },
	{ "Statistics", false,
	  "total:integer range:Range byStatus:[]Tally byGender:[]Tally byAgeBand:[]Tally "
	  "byBloodType:[]Tally byMaritalStatus:[]Tally byCity:[]Tally byPhysician:[]Tally "
	  "registrations:Registrations" },
	{ "Range", false, "from:date? to:date?" },
	{ "Tally", false, "value:string? label:string count:integer share:number others?:integer" },
	{ "Registrations", false, "perDay:[]Period perWeek:[]Period perMonth:[]Period" },
	{ "Period", false, "value:string label:string from:date to:date count:integer" },
	{ "Pagination", false,
	  "page:integer pageSize:integer total:integer totalPages:integer "
	  "hasNext:boolean hasPrev:boolean totalIsEstimate:boolean nextCursor:string?" },
	{ "ListMeta", false, "processingTime:number filters:object" },
	{ "Health", false, "status:string version:string" },
	{ "Readiness", false,
	  "status:string database:string migrations:string keys:string outboxWaitingSeconds?:integer" },
	{ "Envelope", false,
	  "success:true message:string timestamp:date-time requestId:string meta:Meta" },
	{ "Failure", false,
	  "success:false error:string message:string code:ErrorCode data?:object "
	  "details?:[]Detail timestamp:date-time requestId:string meta:Meta" },
	{ "Detail", false,
	  "field:string code:string message:string currentVersion?:integer "
	  "changedBy?:string changedAt?:date-time contested?:boolean" },
	{ "Meta", false, "processingTime?:number userId?:uuid userRole?:Role" },
};

static const struct {
	const char *name, *type, *about;
	unsigned when;
} headers[] = {
	{ "X-Request-Id", "string", "The client's, where it sent a sane one.", ALWAYS },
	{ "ETag", "string", "The record's version, in quotes.", VERSIONED | CREATES | CONDITIONAL },
	{ "Location", "string", "The new record.", CREATES },
	{ "RateLimit-Limit", "integer", "Requests of this class in a minute.", LIMITED },
	{ "RateLimit-Remaining", "integer", "How many of them are left.", LIMITED },
	{ "RateLimit-Reset", "integer", "Seconds until all of them are there again.", LIMITED },
	{ "Retry-After", "integer", "Seconds to wait.", RETRIABLE },
	{ "WWW-Authenticate", "string", "Asks for a bearer token.", CHALLENGED },
};

static const char *const field_types[] = {
	[FIELD_LONG] = "string",    [FIELD_TEXT] = "string",  [FIELD_DATE] = "date",
	[FIELD_EMAIL] = "email",    [FIELD_PHONE] = "string", [FIELD_ENUM] = "string",
	[FIELD_BOOL] = "boolean",   [FIELD_INT] = "integer",  [FIELD_UUID] = "uuid",
	[FIELD_TIME] = "date-time",
};

/* The member, made where it is not there yet. */
static struct json_object *
object_at(struct json_object *object, const char *key)
{
	struct json_object *member = json_member(object, key);

	return member != NULL ? member : json_add_object(object, key);
}

/* Puts a text into the array `key`, made where it is not there yet. False: the text was in it. */
static bool
add_to(struct json_object *object, const char *key, const char *text)
{
	struct json_object *array = json_member(object, key);

	if (array == NULL)
		array = json_add_array(object, key);
	for (size_t i = 0; i < json_object_array_length(array); i++)
		if (str_equal(json_object_get_string(json_object_array_get_idx(array, i)), text))
			return false;
	json_append(array, text);
	return true;
}

/* Small letters and digits, _ for anything else. */
static const char *
lower(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *at = copy; *at != '\0'; at++)
		*at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '_';
	return copy;
}

/* A type in the spelling of shapes[]. */
static void
add_type(struct arena *arena, struct json_object *schema, const char *spelled)
{
	size_t len = strcspn(spelled, "?");
	char *word = arena_strndup(arena, spelled, len);

	if (str_has_prefix(word, "[]")) {
		json_add(schema, "type", "array");
		add_type(arena, json_add_object(schema, "items"), word + 2);
	} else if (isupper((unsigned char)*word)) {
		json_add(schema, "$ref", arena_printf(arena, "#/components/schemas/%s", word));
	} else if (strchr(word, '|') != NULL) {
		json_add(schema, "type", "string");
		for (char *one; (one = strsep(&word, "|")) != NULL;)
			(void)add_to(schema, "enum", one);
	} else if (str_equal(word, "true") || str_equal(word, "false")) {
		json_add_bool(schema, "const", str_equal(word, "true"));
	} else {
		const char *sought = arena_printf(arena, " %s ", word);
		bool is_format = strstr(" string integer number boolean object ", sought) == NULL;
		if (is_format)
			json_add(schema, "format", word);
		json_add(schema, "type", is_format ? "string" : word);
		if (spelled[len] == '?') {
			json_append(json_add_array(schema, "type"), is_format ? "string" : word);
			(void)add_to(schema, "type", "null");
		}
	}
}

static void
add_shape(struct arena *arena, struct json_object *schemas, const struct shape *shape)
{
	struct json_object *schema = json_add_object(schemas, shape->name);
	char *rest = arena_strdup(arena, shape->members);

	json_add(schema, "type", "object");
	json_add_bool(schema, "additionalProperties", !shape->is_sent);
	for (char *type; (type = strsep(&rest, " ")) != NULL;) {
		const char *member = strsep(&type, ":");
		const char *name = arena_strndup(arena, member, strcspn(member, "?"));
		struct json_object *property = json_add_object(object_at(schema, "properties"), name);
		add_type(arena, property, type);
		if (strcmp(name, member) == 0)
			(void)add_to(schema, "required", name);
		if (shape->is_sent && !str_equal(type, "boolean"))
			json_add_int(property, str_equal(type, "integer") ? "minimum" : "minLength", 1);
	}
}

/* Whether a record can't have this value. patient_check() is asked: its rules stand there alone. */
static bool
is_refused(struct arena *arena, const struct field *field, const char *value)
{
	struct cx cx;
	struct patient patient = { 0 };

	cx_init(&cx, arena, NULL);
	field_set(field, &patient, value);
	const struct fault *fault = patient_check(&cx, &patient) == OK ? NULL : cx.faults;
	while (fault != NULL && strcmp(fault->field, field->path) != 0)
		fault = fault->next;
	return fault != NULL;
}

static void
add_field(struct arena *arena, struct json_object *schema, const struct field *field,
          bool may_be_null, bool is_sent)
{
	const char *type = field_types[field->type];
	bool has_length = str_equal(type, "string") || str_equal(type, "email");

	add_type(arena, schema, arena_printf(arena, "%s%s", type, may_be_null ? "?" : ""));
	json_add(schema, "title", field->label);
	json_add(schema, "description", field->hint == NULL ? field->label : field->hint);
	if (field->flags & FIELD_READONLY)
		json_add_bool(schema, "readOnly", true);
	if (field->choices == NULL && has_length)
		json_add_int(schema, "maxLength", (int64_t)field->max);
	const struct choice *choice = field->choices;
	for (; choice != NULL && choice->value != NULL; choice++)
		if (!is_sent || !choice->is_system)
			(void)add_to(schema, "enum", choice->value);
	if (choice != NULL && may_be_null)
		must(json_object_array_add(json_member(schema, "enum"), NULL) == 0);
}

/* What a new record must have. A field that is refused when it is missing, though not
 * FIELD_REQUIRED, is one of several that stand for each other. */
static void
add_required(struct arena *arena, struct json_object *schema, const struct field *field)
{
	if (!(field->flags & FIELD_REQUIRED)) {
		struct json_object *list = json_member(schema, "anyOf");
		schema = json_append_object(list == NULL ? json_add_array(schema, "anyOf") : list);
		add_type(arena, json_add_object(object_at(schema, "properties"), field->json),
		         field_types[field->type]);
	}
	(void)add_to(schema, "required", field->json);
}

/* The patient's fields. An answer has all of them, null where there is no value. A client sends
 * those that it may set; null clears a field (or a whole group) that the record need not have. */
static void
add_fields(struct arena *arena, struct json_object *schema, bool is_sent, bool is_new)
{
	unsigned filled = is_sent ? FIELD_REQUIRED : FIELD_REQUIRED | FIELD_READONLY;

	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		struct json_object *object = schema;
		if (is_sent && (field->flags & FIELD_READONLY))
			continue;
		if (field->group != NULL) {
			object = object_at(object_at(schema, "properties"), field->group);
			add_type(arena, object, is_sent ? "object?" : "object");
			json_add_bool(object, "additionalProperties", !is_sent);
			if (!is_sent)
				(void)add_to(schema, "required", field->group);
		}
		if (!is_sent && !(field->flags & FIELD_SEALED)) /* lists leave those out */
			(void)add_to(object, "required", field->json);
		if (is_new && is_refused(arena, field, NULL))
			add_required(arena, object, field);
		add_field(arena, json_add_object(object_at(object, "properties"), field->json), field,
		          !(field->flags & filled), is_sent);
	}
}

static void
add_schemas(struct arena *arena, struct json_object *schemas)
{
	for (size_t i = 0; i < COUNT_OF(shapes); i++)
		add_shape(arena, schemas, &shapes[i]);
	add_fields(arena, object_at(schemas, patient_entity.name), false, false);
	add_fields(arena, object_at(schemas, "PatientInput"), true, true);
	add_fields(arena, object_at(schemas, "PatientChange"), true, false);
	for (size_t i = 0; role_name(i) != NULL; i++)
		(void)add_to(object_at(schemas, "Role"), "enum", role_name(i));
	for (enum permission i = 0; i < PERMISSION_COUNT; i++)
		if (*permission_text(i) != '\0')
			(void)add_to(object_at(schemas, "Permission"), "enum", permission_text(i));
	for (enum err err = OK + 1; err < ERR_COUNT; err++)
		(void)add_to(object_at(schemas, "ErrorCode"), "enum", err_info(err)->code);
}

/* Adds a response, and returns the schema of its body. */
static struct json_object *
add_response(struct json_object *responses, const char *name, const char *about, unsigned when)
{
	struct json_object *response = json_add_object(responses, name);
	const char *type = when & TEXT ? "text/plain" : "application/json";

	json_add(response, "description", about);
	for (size_t i = 0; i < COUNT_OF(headers); i++) {
		if (!(headers[i].when & when))
			continue;
		struct json_object *list = object_at(response, "headers");
		struct json_object *header = json_add_object(list, headers[i].name);
		json_add(header, "description", headers[i].about);
		json_add(json_add_object(header, "schema"), "type", headers[i].type);
	}
	return json_add_object(json_add_object(json_add_object(response, "content"), type), "schema");
}

/* Makes a schema that is `base` and says more of one property, which is returned. */
static struct json_object *
extend(struct arena *arena, struct json_object *schema, const char *base, const char *property)
{
	struct json_object *parts = json_add_array(schema, "allOf");

	add_type(arena, json_append_object(parts), base);
	struct json_object *part = json_append_object(parts);
	(void)add_to(part, "required", property);
	return json_add_object(json_add_object(part, "properties"), property);
}

/* The name (status and codes) of the response for those of `errors` that have this status. */
static const char *
failure_name(struct arena *arena, struct json_object *responses, uint64_t errors, int status)
{
	const char *name = arena_printf(arena, "%d", status);
	const char *about = "";
	struct json_object *codes = json_object_in(arena);
	unsigned when = status == err_info(ERR_UNAUTHENTICATED)->status ? ALWAYS | CHALLENGED : ALWAYS;

	for (enum err err = OK + 1; err < ERR_COUNT; err++) {
		const struct err_info *info = err_info(err);
		if (!(errors & UINT64_C(1) << err) || info->status != status)
			continue;
		if (add_to(codes, "enum", info->code))
			name = arena_printf(arena, "%s-%s", name, info->code);
		about = arena_printf(arena, "%s%s: %s ", about, info->code, info->message);
		when |= err == ERR_RATE_LIMIT    ? LIMITED | RETRIABLE
		        : err == ERR_UNAVAILABLE ? RETRIABLE
		                                 : 0;
	}
	if (json_member(responses, name) != NULL)
		return name;
	struct json_object *schema = add_response(responses, name, about, when);
	struct json_object *code = extend(arena, schema, "Failure", "code");
	must(json_object_object_add(code, "enum", json_object_get(json_member(codes, "enum"))) == 0);
	return name;
}

/* What can go wrong: on the way to the handler (see serve()), and in it. */
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
	return str_equal(route->method, "GET") ? errors : errors | ON(UNKNOWN_OUTCOME);
}

static void
add_responses(struct arena *arena, struct json_object *into, const struct route *route,
              const struct operation *operation, struct json_object *shared)
{
	unsigned when = ALWAYS | operation->traits | (route->limit == CLASS_NONE ? 0 : LIMITED);
	uint64_t errors = errors_of(route, operation);
	struct json_object *schema = when & CREATES ? add_response(into, "201", "Created.", when)
	                                            : add_response(into, "200", "Done.", when);

	if (when & (TEXT | BARE))
		add_type(arena, schema, operation->data);
	else if (operation->data == NULL)
		add_type(arena, schema, "Envelope");
	else
		add_type(arena, extend(arena, schema, "Envelope", "data"), operation->data);
	if (when & CONDITIONAL) {
		(void)add_response(into, "304", "The client has this version.", when);
		json_object_object_del(json_member(into, "304"), "content");
	}
	for (enum err err = OK + 1; err < ERR_COUNT; err++) {
		const char *key = arena_printf(arena, "%d", err_info(err)->status);
		if (!(errors & UINT64_C(1) << err) || json_member(into, key) != NULL)
			continue;
		const char *name = failure_name(arena, shared, errors, err_info(err)->status);
		json_add(json_add_object(into, key), "$ref",
		         arena_printf(arena, "#/components/responses/%s", name));
	}
}

static void
add_parameter(struct arena *arena, struct json_object *into, const struct parameter *parameter)
{
	struct json_object *schema = json_add_object(into, "schema");
	const struct field *field = entity_find(&patient_entity, parameter->name);
	bool is_number = str_equal(parameter->type, "integer");

	json_add(into, "in", parameter->in);
	json_add_bool(into, "required", str_equal(parameter->in, "path"));
	must(parameter->type != NULL || field != NULL);
	json_add(into, "name", parameter->type == NULL ? field->path : parameter->name);
	json_add(into, "description", parameter->about);
	if (parameter->type == NULL)
		add_field(arena, schema, field, false, false);
	else
		add_type(arena, schema, parameter->type);
	if (is_number)
		json_add_int(schema, "minimum", 1);
	if (parameter->most > 0)
		json_add_int(schema, is_number ? "maximum" : "maxLength", parameter->most);
}

static void
add_operation(struct arena *arena, struct json_object *paths, const struct route *route,
              struct json_object *components)
{
	struct json_object *path = object_at(paths, route->path);
	struct json_object *into = json_add_object(path, lower(arena, route->method));
	const char *permission = permission_text(route->permission);
	const struct operation *operation = operations;
	const char *id = route->name;
	struct json_object *security = json_add_array(into, "security");
	struct json_object *list = json_add_array(into, "parameters");

	while (strcmp(operation->handler, route->name) != 0)
		must(++operation < operations + COUNT_OF(operations));
	must(!(route->flags & BODY) == (operation->body == NULL));
	/* A second route of the handler adds its method, a third the path as well. */
	for (const char *more = route->method; !add_to(components, "ids", id); more = route->path + 1)
		id = arena_printf(arena, "%s_%s", id, lower(arena, more));
	json_add(into, "operationId", id);
	json_add(into, "summary", operation->summary);
	(void)add_to(into, "tags", arena_strndup(arena, route->name, strcspn(route->name, "_")));
	if (route->permission != PERMISSION_PUBLIC)
		(void)json_add_array(json_append_object(security), "Bearer");
	if (*permission != '\0')
		json_add(into, "x-permission", permission);
	for (size_t i = 0; i < COUNT_OF(parameters); i++)
		if (strcmp(parameters[i].handler, route->name) == 0)
			add_parameter(arena, json_append_object(list), &parameters[i]);
	if (route->flags & BODY) {
		struct json_object *body = json_add_object(into, "requestBody");
		json_add_bool(body, "required", true);
		body = json_add_object(json_add_object(body, "content"), "application/json");
		add_type(arena, json_add_object(body, "schema"), operation->body);
	}
	add_responses(arena, json_add_object(into, "responses"), route, operation,
	              json_member(components, "responses"));
}

struct json_object *
openapi_document(struct arena *arena)
{
	struct json_object *root = json_object_in(arena);
	struct json_object *info = json_add_object(root, "info");
	struct json_object *paths = json_add_object(root, "paths");
	struct json_object *components = json_add_object(root, "components");
	struct json_object *schemes = json_add_object(components, "securitySchemes");

	(void)json_add_object(components, "responses");
	json_add(root, "openapi", "3.1.0");
	json_add(info, "title", "Caredesk");
	json_add(info, "version", PACKAGE_VERSION);
	json_add(info, "description", "/api is the same as /api/v1; what answers GET answers HEAD.");
	json_add(json_append_object(json_add_array(root, "servers")), "url", "/api/v1");
	json_add(json_add_object(schemes, "Bearer"), "type", "http");
	json_add(json_member(schemes, "Bearer"), "scheme", "bearer");
	for (size_t i = 0; i < route_count; i++)
		if (routes[i].flags & API)
			add_operation(arena, paths, &routes[i], components);
	json_object_object_del(components, "ids"); /* add_operation() needed them */
	add_schemas(arena, json_add_object(components, "schemas"));
	return root;
}
