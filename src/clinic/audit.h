/*
 * audit.h - who did what to whom: a row in the same batch as what it records.
 */
#ifndef CAREDESK_CLINIC_AUDIT_H
#define CAREDESK_CLINIC_AUDIT_H

#include "base/err.h"

/* Queues an audit row of the context's caller. `action` is a word such as patient.read;
 * `patient_id` may be NULL; `outcome` is success or why not. A read says if-found: success where
 * the patient is there, not-found where not (or deleted; if-known counts the deleted as well). */
void audit_add(struct cx *cx, const char *action, const char *patient_id, const char *outcome);

/* Records, in a batch of its own, that a signed-in caller was refused: what was refused has been
 * rolled back. A failure to record is logged, and does not change the answer. */
void audit_refusal(struct cx *cx, const char *action, const char *outcome);

/* The failure that there is no such patient, with its audit row. */
enum err patient_not_found(struct cx *cx, const char *action);

/* Queues an outbox row: what other systems are told of a change. */
void outbox_add(struct cx *cx, const char *type, const char *patient_id, const char *version);

#endif
