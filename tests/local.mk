# The unit tests: one program a test file, linked with its room and those to its left alone.

if HAVE_CMOCKA
check_PROGRAMS = tests/unit/test_arena tests/unit/test_buf tests/unit/test_clock \
	tests/unit/test_config tests/unit/test_err tests/unit/test_json tests/unit/test_log \
	tests/unit/test_str tests/unit/test_uuid \
	tests/unit/test_entity tests/unit/test_field_check \
	tests/unit/test_digest tests/unit/test_keyring tests/unit/test_password tests/unit/test_token \
	tests/unit/test_admin tests/unit/test_pg \
	tests/unit/test_format tests/unit/test_mustache tests/unit/test_template \
	tests/unit/test_mrn tests/unit/test_patient tests/unit/test_population tests/unit/test_role \
	tests/unit/test_search tests/unit/test_session \
	tests/unit/test_limit tests/unit/test_metrics tests/unit/test_openapi tests/unit/test_parse \
	tests/unit/test_route tests/unit/test_serve
endif

tests_unit_test_arena_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_buf_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_clock_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_config_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_err_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_json_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_log_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_str_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_uuid_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_entity_LDADD = $(BASE) $(CMOCKA_LIBS)
tests_unit_test_field_check_LDADD = $(BASE) $(CMOCKA_LIBS)

tests_unit_test_digest_LDADD = $(SEC) $(BASE) $(CMOCKA_LIBS)
tests_unit_test_keyring_LDADD = $(SEC) $(BASE) $(CMOCKA_LIBS)
tests_unit_test_password_LDADD = $(SEC) $(BASE) $(CMOCKA_LIBS)
tests_unit_test_password_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=crypt_r
tests_unit_test_token_LDADD = $(SEC) $(BASE) $(CMOCKA_LIBS)

tests_unit_test_admin_LDADD = $(DB) $(BASE) $(CMOCKA_LIBS)
tests_unit_test_pg_LDADD = $(DB) $(BASE) $(CMOCKA_LIBS)

tests_unit_test_format_LDADD = $(VIEW) $(BASE) $(CMOCKA_LIBS)
tests_unit_test_mustache_LDADD = $(VIEW) $(BASE) $(CMOCKA_LIBS)
tests_unit_test_template_LDADD = $(VIEW) $(BASE) $(CMOCKA_LIBS)

tests_unit_test_mrn_LDADD = $(CLINIC) $(CMOCKA_LIBS)
tests_unit_test_patient_LDADD = $(CLINIC) $(CMOCKA_LIBS)
tests_unit_test_population_LDADD = $(CLINIC) $(CMOCKA_LIBS)
tests_unit_test_role_LDADD = $(CLINIC) $(CMOCKA_LIBS)
tests_unit_test_search_LDADD = $(CLINIC) $(CMOCKA_LIBS)
tests_unit_test_session_LDADD = $(CLINIC) $(CMOCKA_LIBS)

tests_unit_test_limit_LDADD = $(WEB) $(CMOCKA_LIBS)
tests_unit_test_metrics_LDADD = $(WEB) $(CMOCKA_LIBS)
tests_unit_test_openapi_LDADD = $(WEB) $(CMOCKA_LIBS)
tests_unit_test_parse_LDADD = $(WEB) $(CMOCKA_LIBS)
tests_unit_test_route_LDADD = $(WEB) $(CMOCKA_LIBS)
tests_unit_test_serve_LDADD = $(WEB) $(CMOCKA_LIBS)

TESTS = $(check_PROGRAMS)
AM_TESTS_ENVIRONMENT = CAREDESK_SRCDIR='$(srcdir)'; export CAREDESK_SRCDIR;

EXTRA_DIST += tests/unit/unit.h tests/data
