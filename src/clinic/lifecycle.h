/*
 * lifecycle.h - deleting, restoring and archiving a record.
 *
 * A deleted record vanishes from every list and read, and stays in history and audit. An archived
 * one is still found, and cannot be changed until it is restored. Each step is a version of its
 * own.
 */
#ifndef CAREDESK_CLINIC_LIFECYCLE_H
#define CAREDESK_CLINIC_LIFECYCLE_H

#include "base/err.h"
#include "clinic/patient.h"

enum lifecycle { LIFECYCLE_DELETE, LIFECYCLE_RESTORE, LIFECYCLE_ARCHIVE };

/*
 * Takes the step. `version` is the one that the client saw, NULL where it does not care. A record
 * that is there already (deleting what is deleted) is not found; one that cannot take the step
 * (restoring what is neither deleted nor archived) is ERR_CONFLICT. On OK `*out` is the record as
 * it is now.
 */
enum err lifecycle_step(struct cx *cx, enum lifecycle step, const char *patient_id,
                        const char *version, struct patient *out)
	__attribute__((warn_unused_result));

#endif
