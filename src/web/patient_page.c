/*
 * patient_page.c - what only the pages of patients need: words for codes, links, inputs.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "base/uuid.h"
#include "clinic/patient.h"
#include "clinic/search.h"
#include "view/format.h"
#include "web/page.h"
#include "web/patient_web.h"
#include "web/route.h"

#include "base/compat.h"

enum { LONG_NAME = 80 };

static const char *
full_name(struct req *req, struct json_object *patient)
{
	const char *parts[] = { json_text(patient, "namePrefix"), json_text(patient, "firstName"),
		                    json_text(patient, "middleName"), json_text(patient, "lastName"),
		                    json_text(patient, "nameSuffix") };

	return format_join(req->cx.arena, parts, COUNT_OF(parts), " ");
}

/* The first characters of first and last name; any script's. */
static const char *
initials(struct req *req, struct json_object *patient)
{
	const char *names[] = { json_text(patient, "firstName"), json_text(patient, "lastName") };
	const char *letters[2] = { NULL, NULL };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (names[i] == NULL)
			continue;
		size_t len = 1;
		while (((unsigned char)names[i][len] & 0xc0) == 0x80)
			len++;
		letters[i] = arena_strndup(req->cx.arena, names[i], len);
	}
	return format_join(req->cx.arena, letters, COUNT_OF(letters), "");
}

static void
add_label(struct json_object *display, struct json_object *patient, const char *column,
          const char *key)
{
	const struct field *field = entity_find(&patient_entity, column);

	json_add(display, key, field_choice_label(field, value_at(field, patient)));
}

static void
add_flags(struct json_object *display, const char *status)
{
	if (str_equal(status, "active"))
		json_add_bool(display, "isActive", true);
	if (str_equal(status, "inactive") || str_equal(status, "archived"))
		json_add_bool(display, "isInactive", true);
	if (str_equal(status, "archived"))
		json_add_bool(display, "isArchived", true);
	if (str_equal(status, "deceased"))
		json_add_bool(display, "isDeceased", true);
}

void
patient_add_display(struct req *req, struct json_object *display, struct json_object *patient)
{
	struct arena *arena = req->cx.arena;
	const char *id = json_text(patient, "id");
	const char *birthday = json_text(patient, "dateOfBirth");
	const char *sorted[] = { json_text(patient, "lastName"), json_text(patient, "firstName") };
	struct json_object *address = json_member(patient, "address");

	json_add(display, "id", id);
	json_add(display, "href", arena_printf(arena, "/patients/%s", id));
	json_add(display, "editHref", arena_printf(arena, "/patients/%s/edit", id));
	const char *name = full_name(req, patient);
	json_add(display, "name", name);
	if (utf8_length(name) > LONG_NAME)
		json_add_bool(display, "isLong",
		              true); /* no wristband that stays in sight: it would fill it */
	json_add(display, "sortName", format_join(arena, sorted, COUNT_OF(sorted), ", "));
	json_add(display, "initials", initials(req, patient));
	json_add(display, "mrn", json_text(patient, "mrn"));
	json_add(display, "phone", json_text(patient, "phone"));
	json_add(display, "city", json_text(address, "city"));
	if (birthday != NULL) {
		json_add(display, "dateOfBirthText", format_day(arena, birthday));
		if (!str_equal(json_text(patient, "status"), "deceased"))
			json_add(display, "ageText", format_age(arena, birthday, clock_today()));
	}
	add_label(display, patient, "gender", "genderLabel");
	add_label(display, patient, "status", "statusLabel");
	add_flags(display, json_text(patient, "status"));
}

static void
add_times(struct req *req, struct json_object *display, struct json_object *patient)
{
	json_add_int(display, "version", json_object_get_int64(json_member(patient, "version")));
	json_add(display, "createdText", format_time(req->cx.arena, json_text(patient, "createdAt")));
	json_add(display, "updatedText", format_time(req->cx.arena, json_text(patient, "updatedAt")));
}

void
present_patient(struct req *req, struct json_object *model)
{
	struct json_object *data = req->reply.data;
	struct json_object *display = json_add_object(model, "display");

	patient_add_display(req, display, data);
	add_times(req, display, data);
	if (may(&req->cx.caller, PERMISSION_RECORDS_READ))
		json_add_bool(display, "isClinical", true);
	(void)json_object_object_add(display, "field",
	                             json_object_get(shown_fields(req, &patient_entity, data)));
	page_title(model, json_text(display, "name"));
}

/* Words that are parts of a name: at most `most`, ended by NULL; `values` gets what is none. */
static const char **
name_words(struct req *req, const char *text, struct json_object *values, size_t most)
{
	const char **words = arena_array(req->cx.arena, most + 1, sizeof(*words));
	char *rest = arena_strdup(req->cx.arena, text);
	const char *digits = "";
	size_t count = 0;
	struct day day;

	for (char *part; (part = strsep(&rest, " ")) != NULL;) {
		if (day_read(part, &day))
			json_add(values, "dateOfBirth", day_text(req->cx.arena, day));
		else if (strpbrk(part, "0123456789") != NULL)
			digits = arena_printf(req->cx.arena, "%s%s%s", digits, *digits ? " " : "", part);
		else if (*part != '\0' && count < most)
			words[count++] = part;
	}
	if (*digits != '\0')
		json_add(values, "phone", digits);
	return words;
}

/* The search box's words as a first guess at a record, for registering who was not found: "Maria
 * del Carmen Lopez 1990-01-31", or "Lopez, Maria". */
static struct json_object *
guess_from_search(struct req *req)
{
	struct json_object *values = json_object_in(req->cx.arena);
	const char *search = pairs_find(req->query, "search");

	if (search == NULL)
		return values;
	const char **words = name_words(req, str_normalise(req->cx.arena, search), values, 12);
	size_t count = 0;
	while (words[count] != NULL)
		count++;
	if (count == 0)
		return values;
	size_t comma = strcspn(words[0], ",");
	if (words[0][comma] == ',') {
		json_add(values, "lastName", arena_strndup(req->cx.arena, words[0], comma));
		json_add(values, "firstName", format_join(req->cx.arena, words + 1, count - 1, " "));
		return values;
	}
	json_add(values, "firstName", words[0]);
	if (count > 2)
		json_add(values, "middleName", format_join(req->cx.arena, words + 1, count - 2, " "));
	if (count > 1)
		json_add(values, "lastName", words[count - 1]);
	return values;
}

static void
add_new(struct req *req, struct json_object *model, struct json_object *form)
{
	const char *key = req->body == NULL ? NULL : json_text(req->body, "idempotencyKey");

	json_add_bool(form, "isNew", true);
	json_add(form, "action", "/patients");
	json_add(form, "idempotencyKey", key == NULL ? uuid_create(req->cx.arena) : key);
	json_add(form, "cancelHref", "/");
	json_add(form, "submitLabel", "Register");
	page_title(model, "Register a patient");
}

/* After a conflict the form carries the current version, so that saving again is a decision. */
static const char *
form_version(struct req *req)
{
	for (const struct fault *fault = req->cx.faults; fault != NULL; fault = fault->next)
		if (fault->extra != NULL && json_member(fault->extra, "currentVersion") != NULL)
			return json_object_get_string(json_member(fault->extra, "currentVersion"));
	if (req->body != NULL)
		return json_text(req->body, "version");
	return json_object_get_string(json_member(req->reply.data, "version"));
}

static void
add_edit(struct req *req, struct json_object *model, struct json_object *form)
{
	const char *href = arena_printf(req->cx.arena, "/patients/%s", req->ref);

	json_add_bool(form, "isEdit", true);
	json_add(form, "action", href);
	json_add(form, "version", form_version(req));
	json_add(form, "cancelHref", href);
	json_add(form, "submitLabel", "Save");
	if (req->reply.data != NULL) {
		struct json_object *patient = json_add_object(model, "patient");
		patient_add_display(req, patient, req->reply.data);
		(void)json_object_object_add(
			patient, "field", json_object_get(shown_fields(req, &patient_entity, req->reply.data)));
	}
	page_title(model, "Correct the record");
}

void
present_form(struct req *req, struct json_object *model)
{
	struct json_object *form = json_add_object(model, "form");
	struct json_object *values = req->body != NULL ? req->body : req->reply.data;

	if (req->reply.wanted != NULL)
		values = req->reply.wanted;

	if (req->ref == NULL && req->body == NULL)
		values = guess_from_search(req);
	if (req->ref == NULL)
		add_new(req, model, form);
	else
		add_edit(req, model, form);
	(void)json_object_object_add(form, "field",
	                             json_object_get(form_fields(req, &patient_entity, values)));
}

/* The list's address with another page. */
static const char *
page_href(struct req *req, int64_t page)
{
	const char *href = arena_printf(req->cx.arena, "/patients?page=%lld", (long long)page);

	for (const struct pair *pair = req->query; pair->name != NULL; pair++)
		if (strcmp(pair->name, "page") != 0)
			href = arena_printf(req->cx.arena, "%s&%s=%s", href, pair->name,
			                    url_encode(req->cx.arena, pair->value));
	return href;
}

static int64_t
number_at(struct json_object *object, const char *key)
{
	return json_object_get_int64(json_member(object, key));
}

static const char *
count_text(struct req *req, struct json_object *pages)
{
	int64_t total = number_at(pages, "total");
	const char *number = format_number(req->cx.arena, (long)total);

	if (json_object_get_boolean(json_member(pages, "totalIsEstimate")))
		return arena_printf(req->cx.arena, "More than %s patients", number);
	return arena_printf(req->cx.arena, "%s patient%s", number, total == 1 ? "" : "s");
}

static void
add_results(struct req *req, struct json_object *results, struct json_object *pages, size_t count)
{
	struct arena *arena = req->cx.arena;
	const char *query = pairs_find(req->query, "search");
	bool is_search = query != NULL && *query != '\0';
	int64_t first = (number_at(pages, "page") - 1) * number_at(pages, "pageSize") + 1;

	if (count == 0)
		json_add_bool(results, "isEmpty", true);
	if (is_search)
		json_add_bool(results, "isSearch", true);
	json_add(results, "countText", count_text(req, pages));
	json_add(results, "fromTo",
	         arena_printf(arena, "%s–%s of %s", format_number(arena, (long)first),
	                      format_number(arena, (long)first + (long)count - 1),
	                      format_number(arena, (long)number_at(pages, "total"))));
	if (json_object_get_boolean(json_member(pages, "hasNext")))
		json_add(results, "nextHref", page_href(req, number_at(pages, "page") + 1));
	if (json_object_get_boolean(json_member(pages, "hasPrev")))
		json_add(results, "prevHref", page_href(req, number_at(pages, "page") - 1));
	json_add(results, "newHref",
	         is_search ? arena_printf(arena, "/patients/new?search=%s", url_encode(arena, query))
	                   : "/patients/new");
}

void
present_list(struct req *req, struct json_object *model)
{
	page_title(model, "Patients");
	if (req->cx.err != OK)
		return;
	struct json_object *list = json_member(req->reply.data, "data");
	size_t count = json_object_array_length(list);

	for (size_t i = 0; i < count; i++) {
		struct json_object *patient = json_object_array_get_idx(list, i);
		patient_add_display(req, json_add_object(patient, "display"), patient);
	}
	add_results(req, json_add_object(model, "results"), json_member(req->reply.data, "pagination"),
	            count);
}

void
present_home(struct req *req, struct json_object *model)
{
	page_title(model,
	           may(&req->cx.caller, PERMISSION_PATIENTS_READ) ? "Find a patient" : "Welcome");
}
