#include "web/limit.h"

#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "web/route.h"
#include "web/shared.h"

#include "base/compat.h"

enum { MINUTE = 60000000, SECOND = 1000000, PROBES = 8 }; /* time in microseconds */

static uint64_t
hash_text(uint64_t sum, const char *text)
{
	for (; *text != '\0'; text++)
		sum = (sum ^ (unsigned char)*text) * 1099511628211ull; /* FNV-1a */
	return sum;
}

/*
 * The owner's slot: its own, an unused one, or one whose allowance is full again (its owner loses
 * nothing). Where all are taken, two share the first: they are limited together, never let go.
 */
static struct limit_slot *
find_slot(struct shared *shared, uint64_t owner, uint64_t now)
{
	struct limit_slot *first = &shared->limits[owner % LIMIT_SLOTS];

	for (uint64_t i = 0; i < PROBES; i++) {
		struct limit_slot *slot = &shared->limits[(owner + i) % LIMIT_SLOTS];
		if (atomic_load(&slot->owner) == owner)
			return slot;
	}
	for (uint64_t i = 0; i < PROBES; i++) {
		struct limit_slot *slot = &shared->limits[(owner + i) % LIMIT_SLOTS];
		uint64_t before = atomic_load(&slot->owner);
		if ((before == 0 || atomic_load(&slot->full_at) <= now * 1000) &&
		    atomic_compare_exchange_strong(&slot->owner, &before, owner))
			return slot;
	}
	return first;
}

bool
limit_step(struct limit_slot *slot, int limit, uint64_t now, struct limit_state *out)
{
	uint64_t cost = MINUTE / (uint64_t)limit + (MINUTE % limit != 0);
	uint64_t whole = cost * (uint64_t)limit; /* a minute, and what rounding up adds */
	uint64_t full_at = atomic_load(&slot->full_at);
	uint64_t next = 0;
	bool is_taken = false;

	now *= 1000;
	do {
		next = (full_at > now ? full_at : now) + cost;
		is_taken = next - now <= whole;
		if (!is_taken)
			next = full_at;
	} while (is_taken && !atomic_compare_exchange_weak(&slot->full_at, &full_at, next));
	uint64_t used = next > now ? next - now : 0;
	out->limit = limit;
	out->remaining = used >= whole ? 0 : (int)((whole - used) / cost);
	out->reset = (int)((used + SECOND - 1) / SECOND);
	out->retry_after = is_taken ? 0 : (int)((used + cost - whole + SECOND - 1) / SECOND);
	return is_taken;
}

enum err
limit_take(struct req *req, struct limit_state *out)
{
	const struct config *config = req->app->config;
	const int limits[] = {
		[CLASS_NONE] = 0,
		[CLASS_AUTH] = config->rate_limit_auth,
		[CLASS_GENERAL] = config->rate_limit_general,
		[CLASS_SEARCH] = config->rate_limit_search,
		[CLASS_BULK] = config->rate_limit_bulk,
		[CLASS_STATISTICS] = config->rate_limit_statistics,
	};
	const struct caller *caller = &req->cx.caller;
	int limit = limits[req->route->limit];
	uint64_t now = (uint64_t)clock_milliseconds();
	/* Signing in is of an address, also for somebody who has a session of his own. */
	bool is_of_user = caller->is_signed_in && req->route->limit != CLASS_AUTH;

	memset(out, 0, sizeof(*out));
	if (limit == 0)
		return OK;
	uint64_t owner = 14695981039346656037ull + (uint64_t)req->route->limit;
	owner = hash_text(owner, is_of_user ? caller->user_id : caller->address) | 1;
	if (limit_step(find_slot(req->app->shared, owner, now), limit, now, out))
		return OK;
	return fail(&req->cx, ERR_RATE_LIMIT, NULL);
}
