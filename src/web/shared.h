/*
 * shared.h - memory that all workers of a host share: counters for /metrics, and rate limits.
 *
 * A file, mapped by each worker and made when missing; counters start at zero then. Its name
 * carries its layout, so that programs of two versions never share one. Everything in it is changed
 * with atomic operations alone; a worker that dies leaves nothing locked.
 */
#ifndef CAREDESK_WEB_SHARED_H
#define CAREDESK_WEB_SHARED_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/err.h"

enum { ROUTES_MOST = 128, BUCKETS = 10, LIMIT_SLOTS = 8192 };

struct route_counters {
	_Atomic uint64_t by_class[6]; /* answers with status 0xx … 5xx */
	_Atomic uint64_t buckets[BUCKETS + 1];
	_Atomic uint64_t microseconds;
	_Atomic uint64_t db_microseconds;
	_Atomic uint64_t round_trips;
};

/* A token bucket in one word: see limit.c. */
struct limit_slot {
	_Atomic uint64_t owner;
	_Atomic uint64_t full_at;
};

struct shared {
	struct route_counters routes[ROUTES_MOST + 1]; /* the last: no route matched */
	_Atomic uint64_t errors[ERR_COUNT];
	_Atomic uint64_t workers_started;
	struct limit_slot limits[LIMIT_SLOTS];
};

/* Maps the file, making it where needed. NULL, with errno, when that can't be done. */
struct shared *shared_open(const char *path);

/* The upper bounds of the latency histogram's buckets, in milliseconds. */
extern const double shared_bounds[BUCKETS];

/* Counts an answer. `route` is an index into routes[], or -1. */
void shared_count(struct shared *shared, long route, int status, enum err err, double milliseconds,
                  double db_milliseconds, int round_trips);

#endif
