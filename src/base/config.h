/*
 * config.h - the settings: one table (config.def), one commented file, the environment.
 *
 * Read once at the start of a program; a wrong or unknown setting, also an unknown CAREDESK_
 * variable in the environment, stops the start with one line that names it. The values live as long
 * as the program.
 */
#ifndef CAREDESK_BASE_CONFIG_H
#define CAREDESK_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct buf;

struct config {
#define SETTING_TEXT(name, fallback, comment) const char *name;
#define SETTING_INT(name, fallback, least, most, comment) int name;
#include "base/config.def"
#undef SETTING_TEXT
#undef SETTING_INT
};

/* Fills `config` from the defaults, then the file, then the environment (`environ` form). `text` is
 * the file's content or NULL. Returns NULL, or a sentence that names the setting. */
const char *config_parse(struct config *config, struct arena *arena, const char *text,
                         char *const *environment);

/* The same from the file that CAREDESK_CONF names, else `fallback` where that file exists. On a
 * fault writes it to standard error and ends the program with status 2. */
void config_load(struct config *config, struct arena *arena, const char *fallback);

/* One setting as text, NULL where there is none of that name. */
const char *config_get(const struct config *config, struct arena *arena, const char *name);

/* The whole commented file, with the settings in force. */
void config_print(const struct config *config, struct buf *out);

#endif
