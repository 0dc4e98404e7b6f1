/*
 * patient.h - what a patient is: the fields, the rules between them, the words it is found by.
 *
 * The fields stand in patient.def. Nothing here speaks to the database.
 */
#ifndef CAREDESK_CLINIC_PATIENT_H
#define CAREDESK_CLINIC_PATIENT_H

#include <stddef.h>

#include "base/err.h"
#include "base/entity.h"

/* Members are the columns of patient.def: canonical text, NULL where there is no value. */
struct json_object;

struct patient {
#define PATIENT_FIELD(name, ...) const char *name;
#define PATIENT_SEALED(name, ...) const char *name;
#include "clinic/patient.def"
#undef PATIENT_FIELD
#undef PATIENT_SEALED
	const char *wrapped_key; /* under which the sealed fields are; no field: never leaves clinic/ */
};

/* The table of the fields. Call patient_init() once before using it. */
extern struct entity patient_entity;
void patient_init(void);

/* The rules between fields, and the required ones; records every fault. */
enum err patient_check(struct cx *cx, const struct patient *patient)
	__attribute__((warn_unused_result));

/* Adds the record to `into` as this caller may see it: clinical fields only for who may read
 * records, the national id masked for everybody else. */
struct arena;
void patient_write(struct arena *arena, const struct caller *caller, const struct patient *patient,
                   struct json_object *into);

/* A field's value as this caller may see it; NULL where it may not. */
const char *patient_visible(struct arena *arena, const struct caller *caller,
                            const struct field *field, const char *value);

/* The name as lists sort it, folded for comparison: last name first. */
const char *patient_sort_name(struct arena *arena, const struct patient *patient);

/* The words the search box finds this patient by, ended by NULL, without doubles. */
const char **patient_words(struct arena *arena, const struct patient *patient);

#endif
