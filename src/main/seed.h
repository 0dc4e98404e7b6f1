/* seed.h - the demo hospital of script/server, and its synthetic patients. */
#ifndef CAREDESK_MAIN_SEED_H
#define CAREDESK_MAIN_SEED_H

#include <stdbool.h>

struct config;

/* Makes a hospital with one account for each role, and writes their random passwords to `path`,
 * mode 0600, as JSON. Does nothing when there is a hospital already. */
bool seed_hospital(const struct config *config, const char *path);

/* Fills the hospital up to `count` synthetic patients, from the name corpora in `names`. */
bool seed_patients(const struct config *config, long count, const char *names);

#endif
