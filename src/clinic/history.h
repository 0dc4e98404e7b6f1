/*
 * history.h - the versions of a record: what each change changed.
 *
 * Every change saves the whole record as it then is, in the change's own batch. Differences are
 * found by comparing neighbours. Nothing ever removes a version but the destruction of the patient.
 */
#ifndef CAREDESK_CLINIC_HISTORY_H
#define CAREDESK_CLINIC_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "clinic/patient.h"

enum { HISTORY_PAGE_SIZE = 20, HISTORY_PAGE_SIZE_MOST = 100 };

/* One version. What it changed is the difference to `before`, which is all empty for the first. */
struct version {
	struct patient record;
	struct patient before;
	const char *change; /* created, updated, deleted, restored or archived */
	const char *address;
	const char *author; /* a name; NULL where the account is gone */
};

struct history {
	struct version *versions; /* newest first */
	size_t count;
	long total;
	struct patient current; /* the record as it is, without what is sealed */
	bool is_deleted;
};

/* Queues the saving of a record's present version in the batch that made it. */
void history_add(struct cx *cx, const char *patient_id, const char *change);

/* Loads a page of a record's versions, also of one that is deleted. */
enum err history_list(struct cx *cx, const char *patient_id, long page, long page_size,
                      struct history *out) __attribute__((warn_unused_result));

/* Loads one version; `*is_found` is false where there is none (or was none yet). */
enum err history_find(struct cx *cx, const char *patient_id, const char *version,
                      struct patient *out, bool *is_found) __attribute__((warn_unused_result));

#endif
