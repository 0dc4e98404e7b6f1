#include "base/config.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include "base/compat.h"

extern char **environ;

struct setting {
	const char *name;
	size_t offset;
	bool is_int;
	const char *fallback; /* of a text */
	int number;           /* the default of a number */
	int least;
	int most;
	const char *comment;
};

static const struct setting settings[] = {
#define SETTING_TEXT(name, fallback, comment)                                                      \
	{ #name, offsetof(struct config, name), false, fallback, 0, 0, 0, comment },
#define SETTING_INT(name, fallback, least, most, comment)                                          \
	{ #name, offsetof(struct config, name), true, NULL, fallback, least, most, comment },
#include "base/config.def"
#undef SETTING_TEXT
#undef SETTING_INT
};

static const char **
text_of(const struct config *config, const struct setting *setting)
{
	return (const char **)((char *)config + setting->offset);
}

static int *
number_of(const struct config *config, const struct setting *setting)
{
	return (int *)((char *)config + setting->offset);
}

static const struct setting *
setting_find(const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT_OF(settings); i++)
		if (strlen(settings[i].name) == len && strncmp(settings[i].name, name, len) == 0)
			return &settings[i];
	return NULL;
}

static const char *
setting_set(struct config *config, struct arena *arena, const struct setting *setting,
            const char *value, const char *where)
{
	char *end = NULL;

	if (!setting->is_int) {
		*text_of(config, setting) = arena_strdup(arena, value);
		return NULL;
	}
	errno = 0;
	long number = strtol(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || number < setting->least ||
	    number > setting->most)
		return arena_printf(arena, "%s: %s must be a whole number from %d to %d", where,
		                    setting->name, setting->least, setting->most);
	*number_of(config, setting) = (int)number;
	return NULL;
}

/* One line of the file: `name = value`, a comment, or nothing. */
static const char *
parse_line(struct config *config, struct arena *arena, char *line, int number)
{
	const char *where = arena_printf(arena, "line %d", number);
	char *name = line + strspn(line, " \t\r");
	size_t len = strcspn(name, " \t\r=");

	if (*name == '\0' || *name == '#')
		return NULL;
	char *value = name + len;
	value += strspn(value, " \t");
	if (*value != '=')
		return arena_printf(arena, "%s: not of the form name = value", where);
	value++;
	value += strspn(value, " \t");
	size_t value_len = strlen(value);
	while (value_len > 0 && isspace((unsigned char)value[value_len - 1]))
		value[--value_len] = '\0';
	const struct setting *setting = setting_find(name, len);
	if (setting == NULL)
		return arena_printf(arena, "%s: there is no setting %.*s", where, (int)len, name);
	return setting_set(config, arena, setting, value, where);
}

static const char *
parse_file(struct config *config, struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);
	const char *fault = NULL;

	for (int number = 1; copy != NULL && fault == NULL; number++) {
		char *line = strsep(&copy, "\n");
		fault = parse_line(config, arena, line, number);
	}
	return fault;
}

/* CAREDESK_HTTPS_PORT=1 sets https_port. CAREDESK_CONF names the file; CAREDESK_TEST_… is for
 * tests. */
static const char *
parse_variable(struct config *config, struct arena *arena, const char *variable)
{
	char *name = arena_strdup(arena, variable + strlen("CAREDESK_"));
	char *equals = strchr(name, '=');

	if (equals == NULL || str_has_prefix(name, "CONF=") || str_has_prefix(name, "TEST_"))
		return NULL;
	*equals = '\0';
	for (char *at = name; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	const struct setting *setting = setting_find(name, strlen(name));
	const char *where = arena_printf(arena, "environment variable %.*s",
	                                 (int)strcspn(variable, "="), variable);
	if (setting == NULL)
		return arena_printf(arena, "%s: there is no setting %s", where, name);
	return setting_set(config, arena, setting, equals + 1, where);
}

/* Rules that a single bound can't say. */
static const char *
check_rules(const struct config *config)
{
	static const char *const levels[] = { "debug", "info", "warn", "error", NULL };
	bool is_level = false;

	for (const char *const *level = levels; *level != NULL; level++)
		is_level = is_level || str_equal(config->log_level, *level);
	if (!is_level)
		return "log_level must be debug, info, warn or error";
	if (!str_equal(config->synchronous_commit, "on") &&
	    !str_equal(config->synchronous_commit, "off"))
		return "synchronous_commit must be on or off";
	if (config->request_timeout_ms <= config->statement_timeout_ms)
		return "request_timeout_ms must be above statement_timeout_ms";
	return NULL;
}

const char *
config_parse(struct config *config, struct arena *arena, const char *text, char *const *environment)
{
	const char *fault = NULL;

	for (size_t i = 0; i < COUNT_OF(settings); i++) {
		if (settings[i].is_int)
			*number_of(config, &settings[i]) = settings[i].number;
		else
			*text_of(config, &settings[i]) = settings[i].fallback;
	}
	if (text != NULL)
		fault = parse_file(config, arena, text);
	for (; fault == NULL && *environment != NULL; environment++)
		if (str_has_prefix(*environment, "CAREDESK_"))
			fault = parse_variable(config, arena, *environment);
	return fault != NULL ? fault : check_rules(config);
}

static const char *
read_file(struct arena *arena, const char *path)
{
	FILE *file = fopen(path, "re");
	struct buf text;
	char chunk[4096];
	size_t n;

	if (file == NULL)
		return NULL;
	buf_init(&text, arena, sizeof(chunk));
	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_put(&text, chunk, n);
	bool is_whole = !ferror(file);
	fclose(file);
	return is_whole ? text.data : NULL;
}

void
config_load(struct config *config, struct arena *arena, const char *fallback)
{
	const char *named = getenv("CAREDESK_CONF");
	const char *path = named != NULL ? named : fallback;
	const char *text = read_file(arena, path);
	const char *fault = NULL;

	if (text == NULL && (named != NULL || errno != ENOENT))
		fault = strerror(errno);
	else
		fault = config_parse(config, arena, text, environ);
	if (fault == NULL)
		return;
	fprintf(stderr, "caredesk: %s: %s\n", path, fault);
	exit(2);
}

const char *
config_get(const struct config *config, struct arena *arena, const char *name)
{
	const struct setting *setting = setting_find(name, strlen(name));

	if (setting == NULL)
		return NULL;
	return setting->is_int ? arena_printf(arena, "%d", *number_of(config, setting))
	                       : *text_of(config, setting);
}

void
config_print(const struct config *config, struct buf *out)
{
	buf_puts(out,
	         "# caredesk.conf - the settings of Caredesk. Each is also an environment variable,\n"
	         "# CAREDESK_ and the name in capitals, which wins over this file.\n");
	for (size_t i = 0; i < COUNT_OF(settings); i++) {
		const struct setting *setting = &settings[i];
		buf_puts(out, "\n# ");
		for (const char *at = setting->comment; *at != '\0'; at++) {
			buf_putc(out, *at);
			if (*at == '\n')
				buf_puts(out, "# ");
		}
		if (setting->is_int)
			buf_printf(out, "\n%s = %d\n", setting->name, *number_of(config, setting));
		else
			buf_printf(out, "\n%s = %s\n", setting->name, *text_of(config, setting));
	}
}
