#include "main/seed.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/json.h"
#include "base/uuid.h"
#include "clinic/mrn.h"
#include "clinic/patient.h"
#include "clinic/population.h"
#include "clinic/role.h"
#include "db/admin.h"
#include "sec/digest.h"
#include "sec/password.h"

#include "base/compat.h"

enum {
	SEED_CAP = 256 * 1024 * 1024,
	BATCH = 2000,
	PASSWORD_BYTES = 12,
	FIRST_NUMBER = 1000000, /* below what the sequence gives out: 30^5 */
};

static const uint64_t population_seed = 20261120;

static const char *const people[] = {
	"Ada Adler", "Dr Dana Okafor", "Noa Lindqvist", "Rita Mensah",
	"Pat Novak", "Arun Iyer",      "Interface",
};

static bool
write_logins(const char *path, struct arena *arena, struct json_object *logins)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	const char *text = json_object_to_json_string_ext(logins, JSON_C_TO_STRING_PRETTY);
	bool is_good = fd >= 0 && fchmod(fd, 0600) == 0 && dprintf(fd, "%s\n", text) > 0;

	(void)arena;
	if (fd >= 0)
		is_good = fsync(fd) == 0 && close(fd) == 0 && is_good;
	if (!is_good)
		fprintf(stderr, "caredesk: cannot write %s\n", path);
	return is_good;
}

static bool
seed_accounts(struct admin *admin, struct arena *arena, const char *hospital,
              struct json_object *logins)
{
	for (size_t i = 0; role_name(i) != NULL; i++) {
		const char *role = role_name(i);
		const char *email = arena_printf(arena, "%s@demo.example", role);
		const char *password = random_token(arena, PASSWORD_BYTES);
		if (!admin_run(admin, arena, NULL, ADMIN_seed_account, hospital, uuid_create(arena), email,
		               people[i], role, password_hash(arena, password)))
			return false;
		struct json_object *login = json_object_new_object();
		json_add(login, "role", role);
		json_add(login, "email", email);
		json_add(login, "password", password);
		must(json_object_array_add(logins, login) == 0);
	}
	return true;
}

bool
seed_hospital(const struct config *config, const char *path)
{
	struct admin *admin = admin_open(config->owner_database);
	struct arena *arena = arena_create(SEED_CAP);
	struct json_object *logins = json_object_new_array();
	const char *hospital = NULL;

	bool is_good = admin != NULL && admin_run(admin, arena, &hospital, ADMIN_seed_hospital_find);
	if (is_good && hospital == NULL) {
		/* The file is written before the commit: no account without its password on disk. */
		is_good = admin_begin(admin) &&
		          admin_run(admin, arena, &hospital, ADMIN_seed_hospital, "Caredesk Demo Hospital",
		                    "US") &&
		          seed_accounts(admin, arena, hospital, logins) &&
		          write_logins(path, arena, logins) && admin_commit(admin);
		if (is_good)
			printf("seeded the demo hospital: %s\n", path);
	}
	(void)json_object_put(logins);
	arena_destroy(arena);
	if (admin != NULL)
		admin_close(admin);
	return is_good;
}

/* Times of registration spread over the last three years, the newest last. */
static const char *
registered_at(struct arena *arena, uint64_t index, long count)
{
	int64_t span = (int64_t)3 * 365 * 86400 * 1000;
	int64_t back = span - span / (count + 1) * (int64_t)(index + 1);

	return clock_text(arena, clock_milliseconds() - back);
}

static void
put_patient(struct arena *arena, struct buf *rows, struct buf *words, const char *hospital,
            const struct patient *patient)
{
	copy_field(rows, hospital);
	buf_putc(rows, '\t');
	copy_field(rows, patient_sort_name(arena, patient));
	for (size_t i = 0; i < patient_entity.count; i++) {
		if (patient_entity.fields[i].flags & FIELD_SEALED)
			continue;
		buf_putc(rows, '\t');
		copy_field(rows, field_get(&patient_entity.fields[i], patient));
	}
	buf_putc(rows, '\n');
	for (const char **word = patient_words(arena, patient); *word != NULL; word++) {
		buf_printf(words, "%s\t", hospital);
		copy_field(words, *word);
		buf_printf(words, "\t%s\n", patient->id);
	}
}

static bool
seed_batch(struct admin *admin, const struct population *population, const char *hospital,
           const char *account, uint64_t from, uint64_t to, long count)
{
	struct arena *arena = arena_create(SEED_CAP);
	struct buf rows;
	struct buf words;

	buf_init(&rows, arena, 1 << 20);
	buf_init(&words, arena, 1 << 20);
	for (uint64_t i = from; i < to; i++) {
		struct patient patient = { 0 };
		population_person(population, population_seed, i, &patient, arena);
		patient.id = uuid_create(arena);
		patient.mrn = mrn_text(arena, FIRST_NUMBER + (int64_t)i);
		patient.version = "1";
		patient.created_at = patient.updated_at = registered_at(arena, i, count);
		patient.created_by = patient.updated_by = account;
		put_patient(arena, &rows, &words, hospital, &patient);
	}
	bool is_good = admin_begin(admin) && admin_copy(admin, ADMIN_seed_copy_patients, &rows) &&
	               admin_copy(admin, ADMIN_seed_copy_words, &words) && admin_commit(admin);
	arena_destroy(arena);
	return is_good;
}

static bool
fill(struct admin *admin, struct arena *arena, long count, const char *names)
{
	const char *fault = NULL;
	const char *hospital = NULL;
	const char *account = NULL;
	const char *present = NULL;
	const struct population *population = population_load(arena, names, &fault);

	if (population == NULL) {
		fprintf(stderr, "caredesk: %s\n", fault);
		return false;
	}
	if (!admin_run(admin, arena, &hospital, ADMIN_seed_hospital_find) || hospital == NULL ||
	    !admin_run(admin, arena, &account, ADMIN_seed_account_find, hospital) || account == NULL ||
	    !admin_run(admin, arena, &present, ADMIN_seed_count, hospital))
		return false;
	long from = strtol(present, NULL, 10);
	for (long at = from; at < count; at += BATCH) {
		long to = at + BATCH < count ? at + BATCH : count;
		if (!seed_batch(admin, population, hospital, account, (uint64_t)at, (uint64_t)to, count))
			return false;
	}
	printf("patients: %ld\n", from > count ? from : count);
	return from >= count || (admin_run(admin, arena, NULL, ADMIN_seed_versions, hospital) &&
	                         admin_run(admin, arena, NULL, ADMIN_seed_analyze));
}

bool
seed_patients(const struct config *config, long count, const char *names)
{
	struct admin *admin = admin_open(config->owner_database);
	struct arena *arena = arena_create(SEED_CAP);
	bool is_good = admin != NULL && fill(admin, arena, count, names);

	arena_destroy(arena);
	if (admin != NULL)
		admin_close(admin);
	return is_good;
}
