/*
 * format.h - dates, ages, numbers and names as people read them.
 */
#ifndef CAREDESK_VIEW_FORMAT_H
#define CAREDESK_VIEW_FORMAT_H

#include <stddef.h>

#include "base/clock.h"

struct arena;

/* 1990-01-15 as "15 Jan 1990"; the text itself when it is no date. */
const char *format_day(struct arena *arena, const char *text);

/* An RFC 3339 time as "15 Jan 1990, 09:30 UTC". */
const char *format_time(struct arena *arena, const char *text);

/* How old: "3 days", "7 weeks", "5 months", "36 years": the unit that tells a doctor something. */
const char *format_age(struct arena *arena, const char *birthday, struct day today);

/* A number with thin groups of three: 12,345. */
const char *format_number(struct arena *arena, long number);

/* The `count` parts with the separator between them; those that are NULL or empty are left out. */
const char *format_join(struct arena *arena, const char *const *parts, size_t count,
                        const char *separator);

#endif
