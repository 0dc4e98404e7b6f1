# Tests of the C code: units (cmocka), fuzz targets, and what is done with them.
#
# One program a test file, linked with its room and those to its left alone, so that the linker
# refuses a call the wrong way. `make check TESTS=tests/unit/test_arena` runs one.

UNIT_BASE = $(BASE) $(CMOCKA_LIBS)
UNIT_SEC = $(SEC) $(BASE) $(CMOCKA_LIBS)
UNIT_DB = $(DB) $(BASE) $(CMOCKA_LIBS)
UNIT_VIEW = $(VIEW) $(BASE) $(CMOCKA_LIBS)
UNIT_CLINIC = $(CLINIC) $(CMOCKA_LIBS)
UNIT_WEB = $(WEB) $(CMOCKA_LIBS)

FUZZ_TARGETS = config cookie form json mustache path token
fuzz_programs = tests/fuzz/fuzz_config tests/fuzz/fuzz_cookie tests/fuzz/fuzz_form \
	tests/fuzz/fuzz_json tests/fuzz/fuzz_mustache tests/fuzz/fuzz_path tests/fuzz/fuzz_token

check_PROGRAMS = $(fuzz_programs)
if HAVE_CMOCKA
check_PROGRAMS += tests/unit/test_arena tests/unit/test_buf tests/unit/test_clock \
	tests/unit/test_config tests/unit/test_entity tests/unit/test_err \
	tests/unit/test_field_check tests/unit/test_json tests/unit/test_log tests/unit/test_str \
	tests/unit/test_uuid \
	tests/unit/test_digest tests/unit/test_keyring tests/unit/test_password tests/unit/test_seal \
	tests/unit/test_token \
	tests/unit/test_admin tests/unit/test_pg \
	tests/unit/test_format tests/unit/test_mustache tests/unit/test_template \
	tests/unit/test_mrn tests/unit/test_patient tests/unit/test_population tests/unit/test_role \
	tests/unit/test_search tests/unit/test_session tests/unit/test_statistics \
	tests/unit/test_form tests/unit/test_limit tests/unit/test_metrics tests/unit/test_openapi \
	tests/unit/test_parse tests/unit/test_route tests/unit/test_serve
endif

tests_unit_test_arena_LDADD = $(UNIT_BASE)
tests_unit_test_buf_LDADD = $(UNIT_BASE)
tests_unit_test_clock_LDADD = $(UNIT_BASE)
tests_unit_test_config_LDADD = $(UNIT_BASE)
tests_unit_test_entity_LDADD = $(UNIT_BASE)
tests_unit_test_err_LDADD = $(UNIT_BASE)
tests_unit_test_field_check_LDADD = $(UNIT_BASE)
tests_unit_test_json_LDADD = $(UNIT_BASE)
tests_unit_test_log_LDADD = $(UNIT_BASE)
tests_unit_test_str_LDADD = $(UNIT_BASE)
tests_unit_test_uuid_LDADD = $(UNIT_BASE)

tests_unit_test_digest_LDADD = $(UNIT_SEC)
tests_unit_test_keyring_LDADD = $(UNIT_SEC)
tests_unit_test_password_LDADD = $(UNIT_SEC)
tests_unit_test_password_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=crypt_r
tests_unit_test_seal_LDADD = $(UNIT_SEC)
tests_unit_test_token_LDADD = $(UNIT_SEC)

tests_unit_test_admin_LDADD = $(UNIT_DB)
tests_unit_test_pg_LDADD = $(UNIT_DB)

tests_unit_test_format_LDADD = $(UNIT_VIEW)
tests_unit_test_mustache_LDADD = $(UNIT_VIEW)
tests_unit_test_template_LDADD = $(UNIT_VIEW)

tests_unit_test_mrn_LDADD = $(UNIT_CLINIC)
tests_unit_test_patient_LDADD = $(UNIT_CLINIC)
tests_unit_test_population_LDADD = $(UNIT_CLINIC)
tests_unit_test_role_LDADD = $(UNIT_CLINIC)
tests_unit_test_search_LDADD = $(UNIT_CLINIC)
tests_unit_test_session_LDADD = $(UNIT_CLINIC)
tests_unit_test_statistics_LDADD = $(UNIT_CLINIC)

tests_unit_test_form_LDADD = $(UNIT_WEB)
tests_unit_test_limit_LDADD = $(UNIT_WEB)
tests_unit_test_metrics_LDADD = $(UNIT_WEB)
tests_unit_test_openapi_LDADD = $(UNIT_WEB)
tests_unit_test_parse_LDADD = $(UNIT_WEB)
tests_unit_test_route_LDADD = $(UNIT_WEB)
tests_unit_test_serve_LDADD = $(UNIT_WEB)

# Each fuzz target replays its corpus in `make check`.
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_config_LDADD = $(BASE)
tests_fuzz_fuzz_cookie_SOURCES = tests/fuzz/fuzz_cookie.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_cookie_LDADD = $(WEB)
tests_fuzz_fuzz_form_SOURCES = tests/fuzz/fuzz_form.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_form_LDADD = $(WEB)
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_json_LDADD = $(BASE)
tests_fuzz_fuzz_mustache_SOURCES = tests/fuzz/fuzz_mustache.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_mustache_LDADD = $(VIEW) $(BASE)
tests_fuzz_fuzz_path_SOURCES = tests/fuzz/fuzz_path.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_path_LDADD = $(WEB)
tests_fuzz_fuzz_token_SOURCES = tests/fuzz/fuzz_token.c tests/fuzz/replay_main.c
tests_fuzz_fuzz_token_LDADD = $(SEC) $(BASE)

TESTS = $(check_PROGRAMS)
AM_TESTS_ENVIRONMENT = CAREDESK_SRCDIR='$(srcdir)'; export CAREDESK_SRCDIR;

# make fuzz: each target under libFuzzer for FUZZ_SECONDS, beginning with its corpus. What it finds
# worth keeping stays in the build directory's tests/fuzz/found/<target>; FUZZ_ONLY="json form" runs
# some, and `make fuzz-merge` takes into the corpus what reaches code that nothing in it reaches.
FUZZ_CC = clang
FUZZ_SECONDS = 30
FUZZ_ONLY = $(FUZZ_TARGETS)
FUZZ_MAX_BYTES = 4096
FUZZ_FLAGS = -std=gnu17 -O1 -g -fno-omit-frame-pointer -DCAREDESK_ARENA_MALLOC \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all $(WARNINGS) $(AM_CPPFLAGS)
FUZZ_CODE = $(libbase_a_SOURCES) $(libsec_a_SOURCES) src/view/mustache.c src/web/parse.c
FUZZ_LIBS = $(JSONC_LIBS) $(UTF8PROC_LIBS) $(CRYPTO_LIBS) $(JWT_LIBS) $(XCRYPT_LIBS)

fuzz-build:
	@command -v $(FUZZ_CC) >/dev/null || { echo "make fuzz: $(FUZZ_CC) is missing (Debian: clang)" >&2; exit 1; }
	@$(MKDIR_P) tests/fuzz/live
	@sources=$$(for one in $(FUZZ_CODE); do case $$one in *.c) echo "$(srcdir)/$$one" ;; esac; done); \
	for one in $$sources; do \
		object=tests/fuzz/live/$$(basename "$$one" .c).o; \
		[ "$$object" -nt "$$one" ] && [ "$$object" -nt Makefile ] || \
			$(FUZZ_CC) $(FUZZ_FLAGS) -c -o "$$object" "$$one" || exit 1; \
	done; \
	for target in $(FUZZ_ONLY); do \
		$(FUZZ_CC) $(FUZZ_FLAGS) -o "tests/fuzz/live/run_$$target" \
			"$(srcdir)/tests/fuzz/fuzz_$$target.c" tests/fuzz/live/*.o $(FUZZ_LIBS) || exit 1; \
	done

fuzz: fuzz-build
	@for target in $(FUZZ_ONLY); do \
		$(MKDIR_P) "tests/fuzz/found/$$target"; \
		echo "fuzz $$target, $(FUZZ_SECONDS) s"; \
		"tests/fuzz/live/run_$$target" -max_total_time=$(FUZZ_SECONDS) -max_len=$(FUZZ_MAX_BYTES) \
			-timeout=20 -print_final_stats=1 -verbosity=0 \
			-artifact_prefix="tests/fuzz/found/$$target-" \
			"tests/fuzz/found/$$target" "$(srcdir)/tests/fuzz/corpus/$$target" || exit 1; \
	done

fuzz-merge: fuzz-build
	@for target in $(FUZZ_ONLY); do \
		"tests/fuzz/live/run_$$target" -merge=1 -set_cover_merge=1 -use_counters=0 \
			-max_len=2048 "$(srcdir)/tests/fuzz/corpus/$$target" "tests/fuzz/found/$$target" || exit 1; \
	done

# The same checks in build directories of their own, below this one. (embed lives for a moment and
# frees nothing, so leaks are looked for after the build.)
check-asan:
	@$(MKDIR_P) check-asan
	@test -f check-asan/Makefile || (cd check-asan && $(abs_srcdir)/configure --enable-silent-rules \
		--enable-developer --enable-asan >configure.log) || { tail check-asan/configure.log; exit 1; }
	ASAN_OPTIONS=detect_leaks=0 $(MAKE) -C check-asan all
	$(MAKE) -C check-asan check

coverage:
	@$(MKDIR_P) coverage
	@test -f coverage/Makefile || (cd coverage && $(abs_srcdir)/configure --enable-silent-rules \
		--enable-coverage CPPFLAGS=-DCAREDESK_COVERAGE >configure.log) || { tail coverage/configure.log; exit 1; }
	@find coverage -name '*.gcda' -exec rm -f {} +
	@$(MAKE) -C coverage check || echo "coverage: a test failed; what ran is counted all the same"
	@cd coverage && find src -name '*.gcno' ! -path 'src/gen/*' | sort | while read -r one; do \
		gcov -n -o "$$one" "$$one" 2>/dev/null; \
	done | awk -f $(abs_srcdir)/tests/unit/coverage.awk

lint:
	$(srcdir)/script/lint

format:
	$(srcdir)/script/format

.PHONY: check-asan coverage format fuzz fuzz-build fuzz-merge lint

clean-local: clean-tests
clean-tests:
	rm -rf check-asan coverage tests/fuzz/live

EXTRA_DIST += tests/unit/unit.h tests/unit/coverage.awk tests/data tests/fuzz/fuzz.h tests/fuzz/corpus
