/* metrics.h - the counters of all workers in Prometheus' text format (version 0.0.4). */
#ifndef CAREDESK_WEB_METRICS_H
#define CAREDESK_WEB_METRICS_H

struct arena;
struct shared;

/* Labels are routes' patterns, never addresses as they were asked for. */
const char *metrics_text(struct arena *arena, struct shared *shared);

#endif
