/* keys.h - the key file, and the master key that wraps the hospitals' keys. */
#ifndef CAREDESK_MAIN_KEYS_H
#define CAREDESK_MAIN_KEYS_H

#include <stdbool.h>

struct config;

/* Wraps every hospital's key anew under the newest master key of the key file. Each is a statement
 * of its own that changes nothing but a key that still is as it was read: the command may be
 * interrupted and run again, and workers go on all the while. Prints how many were wrapped anew. */
bool keys_rotate(const struct config *config);

#endif
