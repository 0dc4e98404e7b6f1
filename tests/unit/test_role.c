/*
 * Who may do what: the matrix of API.md once more, so that a change of role.def is seen twice.
 */
#include "unit.h"

#include "base/str.h"
#include "clinic/role.h"
#include "base/compat.h"

enum { ROLES = 7 };

static const char *const role_names[ROLES] = {
	"admin", "doctor", "nurse", "receptionist", "patient", "auditor", "service",
};

/* A column for each role, in the order above: x has it. A patient's "own" and a service's grants
 * come with the issue on access, and count as nothing until then. */
static const struct {
	const char *permission;
	const char *roles;
} matrix[] = {
	{ "patients:read", "xxxx..." },      { "patients:write", "xxxx..." },
	{ "patients:delete", "xx....." },    { "patients:bulk", "x......" },
	{ "patients:merge", "xx.x..." },     { "records:read", ".xx...." },
	{ "records:write", ".xx...." },      { "appointments:read", "xxxx..." },
	{ "appointments:write", "xxxx..." }, { "reports:read", "xxxx.x." },
	{ "audit:read", "x....x." },         { "users:manage", "x......" },
};

static enum permission
find_permission(const char *text)
{
	for (int i = 0; i < PERMISSION_COUNT; i++)
		if (strcmp(permission_text((enum permission)i), text) == 0)
			return (enum permission)i;
	fail_msg("there is no permission %s", text);
	return PERMISSION_COUNT;
}

TEST(the_roles_are_those_of_the_matrix)
{
	for (size_t i = 0; i < ROLES; i++)
		assert_string_equal(role_name(i), role_names[i]);
	assert_null(role_name(ROLES));
}

TEST(the_matrix_is_that_of_the_api)
{
	for (size_t row = 0; row < COUNT_OF(matrix); row++) {
		enum permission permission = find_permission(matrix[row].permission);
		for (size_t role = 0; role < ROLES; role++) {
			bool has = (role_permissions(role_names[role]) & 1u << permission) != 0;
			if (has != (matrix[row].roles[role] == 'x'))
				fail_msg("%s, %s: %s", role_names[role], matrix[row].permission,
				         has ? "has" : "lacks");
		}
	}
}

TEST(no_permission_is_outside_the_matrix)
{
	size_t count = 0;

	for (int i = 0; i < PERMISSION_COUNT; i++)
		count += *permission_text((enum permission)i) != '\0';
	assert_int_equal(count, COUNT_OF(matrix));
	assert_true(PERMISSION_COUNT <= 32);
}

TEST(whoever_is_signed_in_may_do_what_needs_no_more)
{
	for (size_t role = 0; role < ROLES; role++) {
		struct caller caller = {
			.is_signed_in = true,
			.permissions = role_permissions(role_names[role]),
		};
		assert_true(may(&caller, PERMISSION_SIGNED_IN));
		assert_true(may(&caller, PERMISSION_PUBLIC));
	}
}

TEST(who_is_not_signed_in_may_do_what_is_public_and_nothing_else)
{
	struct caller nobody = { .is_signed_in = false, .permissions = ~0u };

	for (int i = 0; i < PERMISSION_COUNT; i++)
		assert_int_equal(may(&nobody, (enum permission)i), i == PERMISSION_PUBLIC);
}

TEST(an_unknown_role_has_no_permission)
{
	static const char *const unknown[] = { "", "Admin", "admin ", "adm", "root", "doctor|admin" };

	for (size_t i = 0; i < COUNT_OF(unknown); i++) {
		struct caller caller = { .is_signed_in = true,
			                     .permissions = role_permissions(unknown[i]) };
		assert_int_equal(caller.permissions, 0);
		assert_false(may(&caller, PERMISSION_SIGNED_IN));
		assert_true(may(&caller, PERMISSION_PUBLIC));
		assert_null(role_label(unknown[i]));
	}
}

TEST(no_role_holds_what_is_public_as_a_permission)
{
	for (size_t role = 0; role < ROLES; role++)
		assert_int_equal(role_permissions(role_names[role]) & 1u << PERMISSION_PUBLIC, 0);
}

TEST(every_role_has_a_word_for_people)
{
	assert_string_equal(role_label("receptionist"), "Receptionist");
	for (size_t role = 0; role < ROLES; role++)
		assert_true(strlen(role_label(role_names[role])) > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_roles_are_those_of_the_matrix),
		CASE(the_matrix_is_that_of_the_api),
		CASE(no_permission_is_outside_the_matrix),
		CASE(whoever_is_signed_in_may_do_what_needs_no_more),
		CASE(who_is_not_signed_in_may_do_what_is_public_and_nothing_else),
		CASE(an_unknown_role_has_no_permission),
		CASE(no_role_holds_what_is_public_as_a_permission),
		CASE(every_role_has_a_word_for_people),
	};

	return cmocka_run_group_tests_name("role", tests, NULL, NULL);
}
