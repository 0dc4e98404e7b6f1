#include "unit.h"

#include "base/buf.h"
#include "base/str.h"
#include "db/admin.h"
#include "base/compat.h"

static const char *
copied(const char *value)
{
	struct buf row;

	buf_init(&row, arena, 1);
	copy_field(&row, value);
	return row.data;
}

TEST(a_value_of_a_copy_row_has_what_ends_values_escaped)
{
	assert_string_equal(copied("Anna"), "Anna");
	assert_string_equal(copied(""), "");
	assert_string_equal(copied(NULL), "\\N");
	assert_string_equal(copied("\\N"), "\\\\N");
	assert_string_equal(copied("\\."), "\\\\.");
	assert_string_equal(copied("a\tb\nc\rd\\e"), "a\\tb\\nc\\rd\\\\e");
	assert_string_equal(copied("Zoë 王 😀"), "Zoë 王 😀");
}

static void
open_nothing(void *nothing)
{
	(void)nothing;
	if (admin_open("host=/no/such/folder dbname=x user=x") != NULL)
		_exit(1);
}

TEST(a_server_that_is_not_there_is_named_to_the_sysadmin)
{
	char line[2000];
	int status = unit_child(open_nothing, NULL, line, sizeof(line));

	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	assert_true(str_has_prefix(line, "caredesk: cannot connect to PostgreSQL: "));
}

TEST(the_newest_migration_is_the_number_of_migrations)
{
	assert_true(migrate_newest() >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_value_of_a_copy_row_has_what_ends_values_escaped),
		CASE(a_server_that_is_not_there_is_named_to_the_sysadmin),
		CASE(the_newest_migration_is_the_number_of_migrations),
	};

	return cmocka_run_group_tests_name("admin", tests, NULL, NULL);
}
