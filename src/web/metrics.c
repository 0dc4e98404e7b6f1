#include "web/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "web/route.h"
#include "web/shared.h"

#include "base/compat.h"

static void
put_header(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* The labels of a route; `number` ROUTES_MOST is what matched none. */
static const char *
labels(struct arena *arena, size_t number)
{
	struct buf text;

	buf_init(&text, arena, 100);
	if (number == ROUTES_MOST)
		buf_puts(&text, "method=\"-\",route=\"-\"");
	else
		buf_printf(&text, "method=\"%s\",route=\"%s\",handler=\"%s\"", routes[number].method,
		           routes[number].path, routes[number].name);
	return text.data;
}

static void
each_route(struct arena *arena, struct shared *shared, struct buf *out,
           void (*put)(struct buf *out, const char *labels, struct route_counters *counters))
{
	for (size_t i = 0; i <= ROUTES_MOST; i++)
		if (i < route_count || i == ROUTES_MOST)
			put(out, labels(arena, i), &shared->routes[i]);
}

static void
put_requests(struct buf *out, const char *names, struct route_counters *counters)
{
	for (int class = 1; class < 6; class ++) {
		uint64_t count = atomic_load(&counters->by_class[class]);
		if (count > 0)
			buf_printf(out, "caredesk_http_requests_total{%s,status=\"%dxx\"} %" PRIu64 "\n", names,
			           class, count);
	}
}

static void
put_histogram(struct buf *out, const char *names, struct route_counters *counters)
{
	uint64_t count = 0;

	for (int i = 0; i <= BUCKETS; i++)
		count += atomic_load(&counters->buckets[i]);
	if (count == 0)
		return;
	uint64_t below = 0;
	for (int i = 0; i <= BUCKETS; i++) {
		char bound[32] = "+Inf";
		below += atomic_load(&counters->buckets[i]);
		if (i < BUCKETS)
			snprintf(bound, sizeof(bound), "%g", shared_bounds[i] / 1000);
		buf_printf(out, "caredesk_http_request_duration_seconds_bucket{%s,le=\"%s\"} %" PRIu64 "\n",
		           names, bound, below);
	}
	buf_printf(out, "caredesk_http_request_duration_seconds_sum{%s} %.6f\n", names,
	           (double)atomic_load(&counters->microseconds) / 1e6);
	buf_printf(out, "caredesk_http_request_duration_seconds_count{%s} %" PRIu64 "\n", names, count);
}

static void
put_database_time(struct buf *out, const char *names, struct route_counters *counters)
{
	if (atomic_load(&counters->round_trips) > 0)
		buf_printf(out, "caredesk_database_seconds_total{%s} %.6f\n", names,
		           (double)atomic_load(&counters->db_microseconds) / 1e6);
}

static void
put_round_trips(struct buf *out, const char *names, struct route_counters *counters)
{
	uint64_t trips = atomic_load(&counters->round_trips);

	if (trips > 0)
		buf_printf(out, "caredesk_database_round_trips_total{%s} %" PRIu64 "\n", names, trips);
}

const char *
metrics_text(struct arena *arena, struct shared *shared)
{
	struct buf out;

	buf_init(&out, arena, 16 * 1024);
	put_header(&out, "caredesk_http_requests_total", "counter",
	           "Requests by route and status class.");
	each_route(arena, shared, &out, put_requests);
	put_header(&out, "caredesk_http_request_duration_seconds", "histogram",
	           "Time on the server by route.");
	each_route(arena, shared, &out, put_histogram);
	put_header(&out, "caredesk_database_seconds_total", "counter", "Time waiting for PostgreSQL.");
	each_route(arena, shared, &out, put_database_time);
	put_header(&out, "caredesk_database_round_trips_total", "counter",
	           "Batches sent to PostgreSQL.");
	each_route(arena, shared, &out, put_round_trips);
	put_header(&out, "caredesk_errors_total", "counter", "Failures by kind.");
	for (int err = OK + 1; err < ERR_COUNT; err++)
		buf_printf(&out,
		           "caredesk_errors_total{code=\"%s\",error=\"%s\",kind=\"%d\"} %" PRIu64 "\n",
		           err_info((enum err)err)->code, err_info((enum err)err)->name, err,
		           atomic_load(&shared->errors[err]));
	put_header(&out, "caredesk_workers_started_total", "counter",
	           "Workers started, respawned ones included.");
	buf_printf(&out, "caredesk_workers_started_total %" PRIu64 "\n",
	           atomic_load(&shared->workers_started));
	return out.data;
}
