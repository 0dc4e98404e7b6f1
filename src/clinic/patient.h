/*
 * patient.h - a patient's record: created, loaded, changed, with its audit and outbox rows.
 *
 * The fields stand in patient.def. Each function here speaks to the database in whole batches: what
 * is read and the audit row that says who read it, what is changed, its outbox row and its audit
 * row, succeed or fail together. All memory is the request's arena.
 */
#ifndef CAREDESK_CLINIC_PATIENT_H
#define CAREDESK_CLINIC_PATIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/entity.h"

struct json_object;

/* Members are the columns of patient.def: canonical text, NULL where there is no value. */
struct patient {
#define PATIENT_FIELD(name, ...) const char *name;
#include "clinic/patient.def"
#undef PATIENT_FIELD
};

/* The table of the fields. Call patient_init() once before using it. */
extern struct entity patient_entity;
void patient_init(void);

/* The rules between fields, and the required ones; records every fault. */
enum err patient_check(struct cx *cx, const struct patient *patient)
	__attribute__((warn_unused_result));

/* What a repeated creation is recognised by; NULL: it is not. `body_hash` is SHA-256 in hex. */
struct idempotency {
	const char *key;
	const char *body_hash;
};

/*
 * Creates a record from what the client sent: id, MRN, version and times are drawn here. On OK
 * `*answer` is the new patient as JSON, and `*out` the record; a repeated creation (same key, same
 * body) gives the first answer again and creates nothing, and `*is_repeat` says so. The same key
 * with another body is ERR_KEY_REUSED.
 */
enum err patient_create(struct cx *cx, struct json_object *from, const char *const *also,
                        const struct idempotency *idempotency, struct patient *out,
                        struct json_object **answer, bool *is_repeat)
	__attribute__((warn_unused_result));

/* Loads a record by its id, or by "mrn:…". ERR_PATIENT_NOT_FOUND also for what another hospital
 * has. Writes the audit row `action`. */
enum err patient_load(struct cx *cx, const char *ref, const char *action, struct patient *out)
	__attribute__((warn_unused_result));

/*
 * Changes the fields that `from` names. `version` is the version that the client saw, NULL where it
 * does not care. ERR_VERSION when that is no longer current; then the faults say who changed what,
 * and when. On OK `*out` is the record as saved; a change that changes nothing writes nothing but
 * the audit row.
 */
enum err patient_update(struct cx *cx, const char *ref, struct json_object *from,
                        const char *const *also, const char *version, struct patient *out)
	__attribute__((warn_unused_result));

/* The name as lists sort it, folded for comparison: last name first. */
const char *patient_sort_name(struct arena *arena, const struct patient *patient);

/* The words the search box finds this patient by, ended by NULL, without doubles. */
const char **patient_words(struct arena *arena, const struct patient *patient);

#endif
