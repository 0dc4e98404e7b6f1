/* uuid.h - identifiers of records: UUID version 7 (RFC 9562), which sort by the time they were
 * made. */
#ifndef CAREDESK_BASE_UUID_H
#define CAREDESK_BASE_UUID_H

#include <stdbool.h>

struct arena;

/* A new UUIDv7 in lower-case text: 48 bits of milliseconds, 74 random bits from the kernel. */
const char *uuid_create(struct arena *arena);

/* Whether the text is a UUID of any version, in the usual form of 36 characters. */
bool uuid_is_valid(const char *text);

#endif
