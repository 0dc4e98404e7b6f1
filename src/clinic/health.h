/* health.h - whether the database can be worked with. */
#ifndef CAREDESK_CLINIC_HEALTH_H
#define CAREDESK_CLINIC_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct health {
	bool is_database_up;
	bool is_writable; /* no standby, and not set to read only: every read writes its audit row */
	int migration;    /* the newest that was applied */
	int64_t outbox_seconds; /* how long the oldest unpublished event has been waiting */
};

/* Looks. A database that does not answer is no failure of the request: the context's is cleared. */
void health_check(struct cx *cx, struct health *out);

#endif
