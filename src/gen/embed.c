/*
 * embed.c - at build time, turns sql/ and templates/ into X-macro rows on standard output.
 *
 *   embed sql FILE…        NAME rows for "-- name: x", FRAGMENT rows for "-- fragment: x", ADMIN
 * rows for "-- admin: x" embed migrations FILE… MIGRATION(number, name, up, down) rows for
 * NNN_name.sql and its .down.sql embed templates DIR FILE…   TEMPLATE(name, text) rows; the name is
 * the path below DIR
 *
 * In sql/, @columns and @params(n) are written out from patient.def, so that no statement lists the
 * patient's columns by hand. It stands alone: it is built before anything else.
 */
#include <ctype.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {
#define PATIENT_FIELD(name, ...) #name,
#include "clinic/patient.def"
#undef PATIENT_FIELD
};

enum { COLUMN_COUNT = sizeof(columns) / sizeof(columns[0]), MOST_PARAMS = 200 };

static _Noreturn void
die(const char *what, const char *name)
{
	fprintf(stderr, "embed: %s: %s\n", what, name);
	exit(1);
}

/* The file's content; never freed, this program lives for a moment. */
static char *
read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	size_t size = 0;
	size_t room = 1 << 16;
	char *text = malloc(room);

	if (file == NULL || text == NULL)
		die("cannot read", path);
	for (size_t n; (n = fread(text + size, 1, room - size - 1, file)) > 0;) {
		size += n;
		if (size + 1 == room && (text = realloc(text, room *= 2)) == NULL)
			die("no memory for", path);
	}
	fclose(file);
	text[size] = '\0';
	if (strlen(text) != size)
		die("contains a NUL", path);
	return text;
}

static void
put_char(char c)
{
	if (c == '\n')
		fputs("\\n\"\n\"", stdout);
	else if (c == '"' || c == '\\')
		printf("\\%c", c);
	else if (c == '?')
		fputs("\\?", stdout);
	else if ((unsigned char)c < 0x20 || (unsigned char)c > 0x7e)
		printf("\\%03o", (unsigned char)c);
	else
		putchar(c);
}

static void
put_literal(const char *text)
{
	putchar('"');
	for (; *text != '\0'; text++)
		put_char(*text);
	putchar('"');
}

static void
put_columns(void)
{
	for (int i = 0; i < COLUMN_COUNT; i++)
		printf("%s%s", i == 0 ? "" : ", ", columns[i]);
}

/* Writes one line of SQL, expanded, and keeps the highest parameter in `*params`. */
static void
put_sql_line(const char *line, size_t len, int *params)
{
	for (const char *at = line; at < line + len;) {
		int first = 0;
		int read = 0;
		if (strncmp(at, "@columns", 8) == 0) {
			put_columns();
			at += 8;
		} else if (sscanf(at, "@params(%d)%n", &first, &read) == 1 && read > 0) {
			for (int i = 0; i < COLUMN_COUNT; i++)
				printf("%s$%d", i == 0 ? "" : ", ", first + i);
			*params = first + COLUMN_COUNT - 1;
			at += read;
		} else {
			if (at[0] == '$' && isdigit((unsigned char)at[1])) {
				int number = (int)strtol(at + 1, NULL, 10);
				*params = number > *params ? number : *params;
			}
			put_char(*at++);
		}
	}
	putchar(' ');
}

/* Ends the row that is open, with its number of parameters. */
static void
end_row(bool *is_open, int *params)
{
	if (*is_open)
		printf("\", %d)\n", *params);
	*is_open = false;
	*params = 0;
}

static void
embed_sql_file(const char *path)
{
	static const struct {
		const char *mark;
		const char *macro;
	} kinds[] = { { "-- name: ", "NAME" },
		          { "-- fragment: ", "FRAGMENT" },
		          { "-- admin: ", "ADMIN" } };
	bool is_open = false;
	int params = 0;

	for (char *line = read_file(path), *next; line != NULL && *line != '\0'; line = next) {
		size_t len = strcspn(line, "\n");
		next = line[len] == '\0' ? NULL : line + len + 1;
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			size_t mark = strlen(kinds[i].mark);
			if (strncmp(line, kinds[i].mark, mark) != 0)
				continue;
			end_row(&is_open, &params);
			printf("%s(%.*s, \"", kinds[i].macro, (int)(len - mark), line + mark);
			is_open = true;
		}
		if (len == 0 || strncmp(line, "--", 2) == 0)
			continue;
		if (!is_open)
			die("SQL without a name in", path);
		while (len > 0 && (line[len - 1] == ';' || line[len - 1] == ' '))
			len--;
		put_sql_line(line, len, &params);
	}
	end_row(&is_open, &params);
	if (params > MOST_PARAMS)
		die("too many parameters in", path);
}

static void
embed_migration(char *path)
{
	char name[256];
	char down[4096];
	int number = 0;

	if (strstr(path, ".down.sql") != NULL)
		return;
	if (sscanf(basename(strdup(path)), "%d_%255[a-z0-9_].sql", &number, name) != 2)
		die("not NNN_name.sql", path);
	if (snprintf(down, sizeof(down), "%.*s.down.sql", (int)(strlen(path) - 4), path) >=
	    (int)sizeof(down))
		die("path too long", path);
	printf("MIGRATION(%d, \"%s\",\n", number, name);
	put_literal(read_file(path));
	printf(",\n");
	put_literal(read_file(down));
	printf(")\n");
}

static void
embed_template(const char *dir, const char *path)
{
	size_t skip = strlen(dir) + 1;
	size_t len = strlen(path);

	if (len < skip + 9 || strcmp(path + len - 9, ".mustache") != 0)
		die("not a template", path);
	printf("TEMPLATE(\"%.*s\",\n", (int)(len - skip - 9), path + skip);
	put_literal(read_file(path));
	printf(")\n");
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	printf("/* Made by src/gen/embed.c. */\n");
	if (strcmp(what, "sql") == 0)
		for (int i = 2; i < argc; i++)
			embed_sql_file(argv[i]);
	else if (strcmp(what, "migrations") == 0)
		for (int i = 2; i < argc; i++)
			embed_migration(argv[i]);
	else if (strcmp(what, "templates") == 0 && argc > 2)
		for (int i = 3; i < argc; i++)
			embed_template(argv[2], argv[i]);
	else
		die("usage", "embed sql|migrations|templates …");
	return fclose(stdout) == 0 ? 0 : 1;
}
