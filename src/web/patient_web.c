/*
 * patient_web.c - patients: the handlers, for JSON and pages alike.
 */
#include "clinic/patient.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "clinic/patient_store.h"
#include "clinic/search.h"
#include "web/list.h"
#include "web/patient_web.h"
#include "web/route.h"

#include "base/compat.h"

enum { KEY_LONGEST = 200 };

/* Names in a body that belong to the request, not to the patient: of API clients, and of forms. */
static const char *const also_create[2][4] = { { "csrf", "idempotencyKey", "allowDuplicate" },
	                                           { "allowDuplicate" } };
static const char *const also_update[2][4] = { { "csrf", "version" }, { "version" } };

struct json_object *
patient_json(struct req *req, const struct patient *patient)
{
	struct json_object *data = json_object_in(req->cx.arena);

	patient_write(req->cx.arena, &req->cx.caller, patient, data);
	return data;
}

const char *
patient_href(struct req *req, const char *id)
{
	return arena_printf(req->cx.arena, "/patients/%s", id);
}

/* The key of a creation: the header's, or the one the form was made with. NULL where there is none.
 */
static enum err
read_key(struct req *req, const char **key)
{
	const char *text = req_header(req, "HTTP_IDEMPOTENCY_KEY");

	*key = NULL;
	if (!req->is_api)
		text = json_text(req->body, "idempotencyKey");
	if (text == NULL || *text == '\0')
		return OK;
	if (!is_sane_id(text, KEY_LONGEST)) {
		fail_field(&req->cx, "Idempotency-Key", "INVALID_KEY",
		           "The key must be 1 to %d letters, digits and -_.:", KEY_LONGEST);
		return ERR_VALIDATION;
	}
	*key = text;
	return OK;
}

enum err
patient_post(struct req *req)
{
	struct patient patient = { 0 };
	struct idempotency idempotency = { .body_hash = req->body_hash };
	bool is_repeat = false;
	enum err err = read_key(req, &idempotency.key);

	if (err == OK)
		err = patient_create(&req->cx, req->body, also_create[req->is_api],
		                     idempotency.key == NULL ? NULL : &idempotency, &patient,
		                     &req->reply.data, &is_repeat);
	if (err == ERR_KEY_REUSED && patient.id != NULL)
		req->reply.link = patient_href(req, patient.id);
	if (err != OK)
		return err;
	req->reply.message = "The patient is registered.";
	req->reply.is_created = true;
	req->reply.location = patient_href(req, patient.id);
	req->reply.etag = patient.version;
	req->reply.notice = "created";
	return OK;
}

enum err
patient_show(struct req *req)
{
	static const char *const known[] = { "notice", NULL };
	struct patient patient = { 0 };
	const char *match = req_header(req, "HTTP_IF_NONE_MATCH");
	enum err err = req_check_query(req, req->is_api ? known + 1 : known);

	if (err == OK)
		err = patient_load(&req->cx, req->ref, "patient.read", &patient);
	if (err != OK)
		return err;
	req->reply.data = patient_json(req, &patient);
	req->reply.etag = req->is_api ? patient.version : NULL;
	req->reply.is_unmodified = req->is_api && etag_matches(match, patient.version);
	return OK;
}

enum err
patient_new(struct req *req)
{
	req->reply.data = json_object_in(req->cx.arena);
	return OK;
}

enum err
patient_edit(struct req *req)
{
	struct patient patient = { 0 };
	enum err err = patient_load(&req->cx, req->ref, "patient.read", &patient);

	if (err == OK)
		req->reply.data = patient_json(req, &patient);
	return err;
}

enum err
patient_put(struct req *req)
{
	struct patient patient = { 0 };
	struct patient saved = { 0 };
	struct change change = { .from = req->body, .also = also_update[req->is_api] };
	enum err err = req_version(req, &change.version);

	if (err == OK)
		err = patient_update(&req->cx, req->ref, &change, &saved, &patient);
	if (err == ERR_VERSION && patient.id != NULL)
		req->reply.wanted = patient_json(req, &patient);
	if (saved.id != NULL)
		req->reply.data = patient_json(req, err == OK ? &patient : &saved);
	if (err != OK)
		return err;
	req->reply.message = "The patient is saved.";
	req->reply.etag = patient.version;
	req->reply.notice = str_equal(saved.version, patient.version) ? "unchanged" : "saved";
	if (!req->is_api)
		req->reply.location = patient_href(req, patient.id);
	return OK;
}

enum err
patient_list(struct req *req)
{
	static const char *const known[] = { "search",   "gender", "status",    "dateOfBirth", "page",
		                                 "pageSize", "sortBy", "sortOrder", NULL };
	struct search search = {
		.search = pairs_find(req->query, "search"),
		.gender = pairs_find(req->query, "gender"),
		.status = pairs_find(req->query, "status"),
		.date_of_birth = pairs_find(req->query, "dateOfBirth"),
		.page = list_number(req, "page", 1, SEARCH_PAGE_MOST),
		.page_size = list_number(req, "pageSize", SEARCH_PAGE_SIZE, SEARCH_PAGE_SIZE_MOST),
		.sort_by = pairs_find(req->query, "sortBy"),
		.sort_order = pairs_find(req->query, "sortOrder"),
	};
	struct search_result result = { 0 };
	enum err err = req_check_query(req, known);

	/* With a fault already, it only looks for more. */
	err = patient_search(&req->cx, &search, &result);
	if (err != OK)
		return err;
	struct list_page page = { search.page, search.page_size, result.total, result.is_estimate };
	struct json_object *list = list_begin(req, &page);
	for (size_t i = 0; i < result.count; i++)
		entity_write(&patient_entity, &result.patients[i], FIELD_SEALED, json_append_object(list));
	return OK;
}

enum err
home_index(struct req *req)
{
	req->reply.data = json_object_in(req->cx.arena);
	return OK;
}
