/*
 * log.h - one JSON object a line on standard error.
 *
 * Never a patient's data: values are ids, names of routes and statements, counts and durations.
 */
#ifndef CAREDESK_BASE_LOG_H
#define CAREDESK_BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below this level are left out. */
void log_set_level(enum log_level level);

/* Writes an event with pairs of texts (key, value), ended by a NULL key. A NULL value leaves the
 * pair out. One write(2) a line, so lines of several workers don't mix. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

#endif
