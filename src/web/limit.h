/*
 * limit.h - rate limits by class, shared by all workers of a host.
 *
 * Each user (or address, where nobody is signed in) may send so many requests of a class in a
 * minute. The generic cell rate algorithm (ITU-T I.371): one time stamp says when the allowance is
 * full again.
 */
#ifndef CAREDESK_WEB_LIMIT_H
#define CAREDESK_WEB_LIMIT_H

#include <stdint.h>

#include "web/req.h"

/* What the RateLimit headers say. `limit` 0: none applies. Times in seconds. */
struct limit_state {
	int limit;
	int remaining;
	int reset;
	int retry_after;
};

/* Takes one from the caller's allowance. ERR_RATE_LIMIT when there is none left. */
enum err limit_take(struct req *req, struct limit_state *out) __attribute__((warn_unused_result));

/* The algorithm alone, on one time stamp: `limit` a minute, `now` in milliseconds. Returns whether
 * one is left, and fills the state. */
struct limit_slot;
bool limit_step(struct limit_slot *slot, int limit, uint64_t now, struct limit_state *out);

#endif
