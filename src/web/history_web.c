/*
 * history_web.c - a record's versions, and deleting, restoring, archiving it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "clinic/history.h"
#include "clinic/lifecycle.h"
#include "clinic/patient_store.h"
#include "view/format.h"
#include "web/list.h"
#include "web/page.h"
#include "web/patient_web.h"
#include "web/route.h"

#include "base/compat.h"

enum { HISTORY_PAGE_MOST = 100000, VERSION_DIGITS_MOST = 9 };

static void
add_version(struct req *req, struct json_object *items, const struct version *version)
{
	struct json_object *item = json_append_object(items);
	const struct patient *record = &version->record;

	(void)json_object_object_add(
		item, "version", entity_value(entity_find(&patient_entity, "version"), record->version));
	json_add(item, "change", version->change);
	json_add(item, "changedAt", record->updated_at);
	json_add(item, "changedBy", record->updated_by);
	json_add(item, "changedByName", version->author);
	if (may(&req->cx.caller, PERMISSION_AUDIT_READ))
		json_add(item, "address", version->address);
	struct json_object *changes = json_add_array(item, "changes");
	for (size_t i = 0; i < patient_entity.count; i++) {
		const struct field *field = &patient_entity.fields[i];
		const char *from = field_get(field, &version->before);
		const char *to = field_get(field, record);
		if ((field->flags & FIELD_READONLY) || str_equal(from, to))
			continue;
		/* Sealed values change in sight of who may see them; of the others' it only says that. */
		if ((field->flags & FIELD_CLINICAL) && !may(&req->cx.caller, PERMISSION_RECORDS_READ))
			continue;
		from = patient_visible(req->cx.arena, &req->cx.caller, field, from);
		to = patient_visible(req->cx.arena, &req->cx.caller, field, to);
		struct json_object *change = json_append_object(changes);
		json_add(change, "field", field->path);
		(void)json_object_object_add(change, "from", entity_value(field, from));
		(void)json_object_object_add(change, "to", entity_value(field, to));
	}
}

enum err
patient_history(struct req *req)
{
	static const char *const known[] = { "notice", "page", "pageSize", NULL };
	struct history history = { 0 };
	struct list_page page = { 0 };
	enum err err = req_check_query(req, req->is_api ? known + 1 : known);

	page.page = list_number(req, "page", 1, HISTORY_PAGE_MOST);
	page.page_size = list_number(req, "pageSize", HISTORY_PAGE_SIZE, HISTORY_PAGE_SIZE_MOST);
	if (req->cx.err != OK)
		return req->cx.err;
	err = history_list(&req->cx, req->ref, page.page, page.page_size, &history);
	if (err != OK)
		return err;
	page.total = history.total;
	struct json_object *items = list_begin(req, &page);
	for (size_t i = 0; i < history.count; i++)
		add_version(req, items, &history.versions[i]);
	/* Whose history it is, for the page's head. */
	req->reply.wanted = patient_json(req, &history.current);
	req->reply.is_deleted = history.is_deleted;
	return OK;
}

/* The reply to a change of the whole record. */
static void
reply_changed(struct req *req, const struct patient *patient, const char *message,
              const char *notice)
{
	req->reply.data = patient_json(req, patient);
	req->reply.message = message;
	req->reply.etag = patient->version;
	req->reply.notice = notice;
	if (!req->is_api)
		req->reply.location = patient_href(req, patient->id);
}

enum err
patient_history_restore(struct req *req)
{
	struct patient patient = { 0 };
	size_t digits = strspn(req->version_ref, "0123456789");

	if (digits == 0 || digits > VERSION_DIGITS_MOST || req->version_ref[digits] != '\0')
		return fail(&req->cx, ERR_NOT_FOUND, "There is no such version.");
	const char *seen = NULL;
	enum err err = req_version(req, &seen);
	if (err == OK)
		err = patient_restore_version(&req->cx, req->ref, req->version_ref, seen, &patient);
	if (err == OK)
		reply_changed(req, &patient, "The earlier version is the record again.", "back");
	return err;
}

static enum err
take_step(struct req *req, enum lifecycle step, struct patient *patient)
{
	const char *version = NULL;
	enum err err = req_version(req, &version);

	return err != OK ? err : lifecycle_step(&req->cx, step, req->ref, version, patient);
}

enum err
patient_delete(struct req *req)
{
	struct patient patient = { 0 };
	enum err err = take_step(req, LIFECYCLE_DELETE, &patient);

	if (err != OK)
		return err;
	reply_changed(req, &patient, "The patient is deleted.", "deleted");
	if (!req->is_api)
		req->reply.location = arena_printf(req->cx.arena, "/patients/%s/history", patient.id);
	return OK;
}

enum err
patient_restore(struct req *req)
{
	struct patient patient = { 0 };
	enum err err = take_step(req, LIFECYCLE_RESTORE, &patient);

	if (err == OK)
		reply_changed(req, &patient, "The patient is restored.", "restored");
	return err;
}

enum err
patient_archive(struct req *req)
{
	struct patient patient = { 0 };
	enum err err = take_step(req, LIFECYCLE_ARCHIVE, &patient);

	if (err == OK)
		reply_changed(req, &patient, "The patient is archived.", "archived");
	return err;
}

enum err
patient_delete_form(struct req *req)
{
	return patient_edit(req);
}

void
present_step(struct req *req, struct json_object *model)
{
	struct json_object *step = json_add_object(model, "step");
	const char *version = json_object_get_string(json_member(req->reply.data, "version"));

	patient_add_display(req, json_add_object(model, "display"), req->reply.data);
	json_add(step, "action", arena_printf(req->cx.arena, "/patients/%s/delete", req->ref));
	json_add(step, "archiveAction", arena_printf(req->cx.arena, "/patients/%s/archive", req->ref));
	json_add(step, "cancelHref", arena_printf(req->cx.arena, "/patients/%s", req->ref));
	json_add(step, "version", version);
	bool is_archived = str_equal(json_text(req->reply.data, "status"), "archived");
	page_title(model, is_archived ? "Delete this record?" : "Archive or delete this record?");
}

/* A changed value as people read it, "(empty)" where there is none. */
static const char *
shown(struct req *req, const struct field *field, struct json_object *change, const char *key)
{
	struct json_object *value = json_member(change, key);

	return value == NULL ? "(empty)" : field_text(req, field, json_object_get_string(value));
}

static void
present_changes(struct req *req, struct json_object *changes)
{
	for (size_t i = 0; i < json_object_array_length(changes); i++) {
		struct json_object *change = json_object_array_get_idx(changes, i);
		const struct field *field = entity_at(&patient_entity, json_text(change, "field"));
		json_add(change, "label", field->label);
		json_add(change, "fromText", shown(req, field, change, "from"));
		json_add(change, "toText", shown(req, field, change, "to"));
	}
}

static void
present_version(struct req *req, struct json_object *item, int64_t current, bool can_restore)
{
	static const char *const words[][2] = {
		{ "created", "Registered" }, { "updated", "Corrected" }, { "deleted", "Deleted" },
		{ "restored", "Restored" },  { "archived", "Archived" },
	};
	int64_t version = json_object_get_int64(json_member(item, "version"));

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (str_equal(words[i][0], json_text(item, "change")))
			json_add(item, "changeText", words[i][1]);
	json_add(item, "changedAtText", format_time(req->cx.arena, json_text(item, "changedAt")));
	if (str_equal(json_text(item, "change"), "created"))
		json_add_bool(item, "isCreated", true);
	if (version == current)
		json_add_bool(item, "isCurrent", true);
	else if (can_restore)
		json_add(item, "restoreAction",
		         arena_printf(req->cx.arena, "/patients/%s/history/%lld/restore", req->ref,
		                      (long long)version));
	present_changes(req, json_member(item, "changes"));
}

static const char *
history_href(struct req *req, int64_t page)
{
	return arena_printf(req->cx.arena, "/patients/%s/history?page=%lld", req->ref, (long long)page);
}

/* Where there is more than one page of versions. */
static void
add_pages(struct req *req, struct json_object *history)
{
	struct json_object *pages = json_member(req->reply.data, "pagination");
	int64_t page = json_object_get_int64(json_member(pages, "page"));
	int64_t total = json_object_get_int64(json_member(pages, "totalPages"));

	if (total < 2)
		return;
	struct json_object *links = json_add_object(history, "pages");
	json_add(links, "fromTo",
	         arena_printf(req->cx.arena, "Page %lld of %lld", (long long)page, (long long)total));
	if (page < total)
		json_add(links, "nextHref", history_href(req, page + 1));
	if (page > 1)
		json_add(links, "prevHref", history_href(req, page - 1));
}

void
present_history(struct req *req, struct json_object *model)
{
	struct json_object *items = json_member(req->reply.data, "data");
	struct json_object *current = req->reply.wanted;
	struct json_object *history = json_add_object(model, "history");
	bool is_archived = str_equal(json_text(current, "status"), "archived");
	bool is_deleted = req->reply.is_deleted;
	bool can_restore = !is_deleted && !is_archived &&
	                   may(&req->cx.caller, PERMISSION_PATIENTS_WRITE);
	int64_t version = json_object_get_int64(json_member(current, "version"));

	patient_add_display(req, json_add_object(model, "patient"), current);
	for (size_t i = 0; i < json_object_array_length(items); i++)
		present_version(req, json_object_array_get_idx(items, i), version, can_restore);
	json_add(history, "recordHref", arena_printf(req->cx.arena, "/patients/%s", req->ref));
	json_add_int(history, "version", version);
	if (can_restore)
		json_add_bool(history, "canRestore", true);
	if (is_deleted)
		json_add_bool(history, "isDeleted", true);
	if ((is_deleted || is_archived) && may(&req->cx.caller, PERMISSION_PATIENTS_DELETE))
		json_add(history, "restoreAction",
		         arena_printf(req->cx.arena, "/patients/%s/restore", req->ref));
	add_pages(req, history);
	page_title(model, "History of the record");
}
