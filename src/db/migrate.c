/*
 * migrate.c - the tables' versions: sql/migrate/NNN_name.sql forward, NNN_name.down.sql back.
 *
 * The checksum of what was applied is kept: a migration that was changed afterwards stops
 * everything, because then nobody knows what the tables look like.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "db/admin.h"
#include "db/admin_conn.h"

#include "base/compat.h"

static const struct migration {
	int number;
	const char *name;
	const char *up;
	const char *down;
} migrations[] = {
#define MIGRATION(number, name, up, down) { number, name, up, down },
#include "gen/migrations.def"
#undef MIGRATION
};

enum { MIGRATE_CAP = 4 * 1024 * 1024 };

enum state { MISSING, APPLIED, CHANGED, UNKNOWN };

int
migrate_newest(void)
{
	return migrations[COUNT_OF(migrations) - 1].number;
}

/* FNV-1a of 64 bits: finds a change made by mistake, which is what it is for. */
static const char *
checksum(struct arena *arena, const char *text)
{
	unsigned long long sum = 14695981039346656037ull;

	for (; *text != '\0'; text++)
		sum = (sum ^ (unsigned char)*text) * 1099511628211ull;
	return arena_printf(arena, "%016llx", sum);
}

static const char *
number_text(struct arena *arena, const struct migration *migration)
{
	return arena_printf(arena, "%d", migration->number);
}

static enum state
state_of(struct admin *admin, struct arena *arena, const struct migration *migration)
{
	const char *applied = NULL;

	if (!admin_run(admin, arena, &applied, ADMIN_migrate_find, number_text(arena, migration)))
		return UNKNOWN;
	if (applied == NULL)
		return MISSING;
	return strcmp(applied, checksum(arena, migration->up)) == 0 ? APPLIED : CHANGED;
}

/* Takes the lock that only one machine has, and makes the book where there is none. */
static bool
open_book(struct admin *admin, struct arena *arena)
{
	static const enum admin_statement steps[] = {
		ADMIN_migrate_lock,       ADMIN_migrate_book_schema, ADMIN_migrate_book_table,
		ADMIN_migrate_book_usage, ADMIN_migrate_book_select,
	};

	for (size_t i = 0; i < COUNT_OF(steps); i++)
		if (!admin_run(admin, arena, NULL, steps[i]))
			return false;
	return true;
}

static bool
apply(struct admin *admin, struct arena *arena, const struct migration *migration)
{
	printf("migration %03d %s\n", migration->number, migration->name);
	return admin_begin(admin) && admin_run(admin, arena, NULL, ADMIN_migrate_patience) &&
	       admin_do(admin, migration->up, migration->name) &&
	       admin_run(admin, arena, NULL, ADMIN_migrate_note, number_text(arena, migration),
	                 migration->name, checksum(arena, migration->up)) &&
	       admin_commit(admin);
}

static bool
apply_missing(struct admin *admin, struct arena *arena)
{
	for (size_t i = 0; i < COUNT_OF(migrations); i++) {
		enum state state = state_of(admin, arena, &migrations[i]);
		if (state == UNKNOWN)
			return false;
		if (state == CHANGED) {
			fprintf(stderr, "caredesk: migration %03d %s was changed after it was applied\n",
			        migrations[i].number, migrations[i].name);
			return false;
		}
		if (state == MISSING && !apply(admin, arena, &migrations[i]))
			return false;
	}
	return true;
}

/* Runs `work` under the lock. Closing the connection would free it too, also when we are killed. */
static bool
with_book(struct admin *admin, bool (*work)(struct admin *admin, struct arena *arena))
{
	struct arena *arena = arena_create(MIGRATE_CAP);
	bool is_good = open_book(admin, arena) && work(admin, arena);

	is_good = is_good && admin_run(admin, arena, NULL, ADMIN_migrate_unlock);
	arena_destroy(arena);
	return is_good;
}

bool
migrate_up(struct admin *admin)
{
	return with_book(admin, apply_missing);
}

static bool
take_back(struct admin *admin, struct arena *arena)
{
	const struct migration *last = NULL;
	const char *number = NULL;

	if (!admin_run(admin, arena, &number, ADMIN_migrate_last))
		return false;
	if (number == NULL) {
		printf("no migration is applied\n");
		return true;
	}
	for (size_t i = 0; i < COUNT_OF(migrations); i++)
		if (strcmp(number_text(arena, &migrations[i]), number) == 0)
			last = &migrations[i];
	if (last == NULL) {
		fprintf(stderr, "caredesk: this program does not know migration %s\n", number);
		return false;
	}
	if (state_of(admin, arena, last) != APPLIED) {
		fprintf(stderr, "caredesk: migration %03d %s was changed after it was applied\n",
		        last->number, last->name);
		return false;
	}
	printf("taking back migration %03d %s\n", last->number, last->name);
	return admin_begin(admin) && admin_do(admin, last->down, last->name) &&
	       admin_run(admin, arena, NULL, ADMIN_migrate_forget, number) && admin_commit(admin);
}

bool
migrate_down(struct admin *admin)
{
	return with_book(admin, take_back);
}

static bool
print_status(struct admin *admin, struct arena *arena)
{
	for (size_t i = 0; i < COUNT_OF(migrations); i++) {
		enum state state = state_of(admin, arena, &migrations[i]);
		const char *when = NULL;
		if (state == UNKNOWN || !admin_run(admin, arena, &when, ADMIN_migrate_applied_at,
		                                   number_text(arena, &migrations[i])))
			return false;
		printf("%03d %-20s %s%s\n", migrations[i].number, migrations[i].name,
		       when == NULL ? "missing" : when, state == CHANGED ? " CHANGED SINCE" : "");
	}
	return true;
}

bool
migrate_status(struct admin *admin)
{
	struct arena *arena = arena_create(MIGRATE_CAP);
	const char *book = NULL;

	/* Only looks: makes no book where there is none, and waits for nobody. */
	bool is_good = admin_run(admin, arena, &book, ADMIN_migrate_book_find);
	if (is_good && book == NULL)
		printf("no migration is applied\n");
	else if (is_good)
		is_good = print_status(admin, arena);
	arena_destroy(arena);
	return is_good;
}
