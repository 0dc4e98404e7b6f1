#include "clinic/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/field_check.h"
#include "base/str.h"
#include "clinic/audit.h"
#include "clinic/patient.h"
#include "db/pg.h"

#include "base/compat.h"

enum {
	SEARCH_WORDS_MOST = 8,
	SEARCH_LENGTH_MOST = 200,
	BROAD_OFFSET_MOST = 100,
	PHONE_DIGITS_LEAST = 5
};

static const struct {
	const char *name;
	enum fragment asc;
	enum fragment desc;
} orders[] = {
	{ "name", FRAGMENT_order_name_asc, FRAGMENT_order_name_desc },
	{ "dateOfBirth", FRAGMENT_order_date_of_birth_asc, FRAGMENT_order_date_of_birth_desc },
	{ "createdAt", FRAGMENT_order_created_at_asc, FRAGMENT_order_created_at_desc },
	{ "updatedAt", FRAGMENT_order_updated_at_asc, FRAGMENT_order_updated_at_desc },
	{ "mrn", FRAGMENT_order_mrn_asc, FRAGMENT_order_mrn_desc },
	/* All hits are exact here, and so of one relevance. */
	{ "relevance", FRAGMENT_order_name_asc, FRAGMENT_order_name_desc },
};

/* A part of a telephone number as people write it: digits and what they put between them. */
static bool
is_digits(const char *part)
{
	return strspn(part, "0123456789+-./()") == strlen(part) && strpbrk(part, "0123456789") != NULL;
}

/* Whether what follows is a telephone's extension, which is not searched for. */
static bool
is_extension(const char *part)
{
	return str_has_prefix(part, "ext") || (part[0] == 'x' && is_digits(part + 1));
}

/* Whether the part is a day; eight digits are none within a telephone number. */
static bool
is_day(const char *part, const char *text, struct day *day)
{
	bool is_bare = strspn(part, "0123456789") == strlen(part);

	return !(is_bare && strchr(text, '+') != NULL) && day_read(part, day);
}

/* The digits of all parts of a number, where they are enough for a telephone; else NULL. */
static const char *
phone_in(struct arena *arena, const char *text)
{
	char *rest = arena_strdup(arena, text);
	const char *digits = "";
	struct day day;

	for (char *part; (part = strsep(&rest, " \t")) != NULL;) {
		if (*digits != '\0' && is_extension(part))
			break;
		if (is_digits(part) && !is_day(part, text, &day))
			digits = arena_printf(arena, "%s%s", digits, str_digits(arena, part));
	}
	return strlen(digits) >= PHONE_DIGITS_LEAST ? digits : NULL;
}

const char **
search_words(struct arena *arena, const char *text)
{
	const char **words = arena_array(arena, SEARCH_WORDS_MOST + 1, sizeof(*words));
	char *rest = arena_strdup(arena, text);
	const char *phone = phone_in(arena, text);
	size_t count = 0;
	struct day day;

	if (phone != NULL)
		words[count++] = phone;
	for (char *part; (part = strsep(&rest, " \t")) != NULL && count < SEARCH_WORDS_MOST;) {
		if (phone != NULL && is_extension(part))
			break;
		if (is_day(part, text, &day)) {
			words[count++] = str_digits(arena, day_text(arena, day));
			continue;
		}
		if (phone != NULL && is_digits(part))
			continue;
		const char **some = str_words(arena, part, SEARCH_WORDS_MOST - count);
		for (; *some != NULL && count < SEARCH_WORDS_MOST; some++)
			words[count++] = *some;
	}
	return words;
}

static enum fragment
read_order(struct cx *cx, const struct search *search)
{
	bool is_descending = str_equal(search->sort_order, "desc");
	const char *by = search->sort_by == NULL ? "name" : search->sort_by;

	if (search->sort_order != NULL && !is_descending && !str_equal(search->sort_order, "asc"))
		fail_field(cx, "sortOrder", "INVALID_CHOICE", "This must be asc or desc.");
	for (size_t i = 0; i < COUNT_OF(orders); i++)
		if (str_equal(by, orders[i].name))
			return is_descending ? orders[i].desc : orders[i].asc;
	fail_field(cx, "sortBy", "INVALID_CHOICE",
	           "This must be name, dateOfBirth, createdAt, updatedAt, mrn or relevance.");
	return orders[0].asc;
}

/* Adds "field = value" where it was asked for, after the field's own rules. */
static void
add_filter(struct cx *cx, struct query *queries[2], enum fragment fragment, const char *column,
           const char *text)
{
	const char *value = NULL;

	if (text == NULL || *text == '\0' ||
	    field_check(cx, entity_find(&patient_entity, column), text, &value) != OK)
		return;
	for (int i = 0; i < 2 && value != NULL; i++)
		query_add(queries[i], fragment, value);
}

/* The bounds of the words' ranges. */
struct ranges {
	const char **low;
	const char **high;
	size_t count;
	bool is_hopeless; /* something was typed, and there is no word in it */
};

static struct ranges
read_words(struct cx *cx, const char *text)
{
	struct ranges ranges = { 0 };

	if (text == NULL || *str_normalise(cx->arena, text) == '\0')
		return ranges;
	if (utf8_length(text) > SEARCH_LENGTH_MOST) {
		fail_field(cx, "search", "TOO_LONG", "At most %d characters fit.", SEARCH_LENGTH_MOST);
		return ranges;
	}
	ranges.low = search_words(cx->arena, text);
	ranges.high = arena_array(cx->arena, SEARCH_WORDS_MOST + 1, sizeof(*ranges.high));
	for (; ranges.low[ranges.count] != NULL; ranges.count++)
		ranges.high[ranges.count] = str_prefix_end(cx->arena, ranges.low[ranges.count]);
	ranges.is_hopeless = ranges.count == 0;
	return ranges;
}

/* The beginnings of the list's and the count's query: of everybody, or of who has the words. */
static void
begin_queries(struct cx *cx, struct query *queries[2], const struct ranges *ranges)
{
	const char *lows = ranges->count == 0 ? NULL : pg_array(cx->arena, ranges->low);
	const char *highs = ranges->count == 0 ? NULL : pg_array(cx->arena, ranges->high);
	const char *words = arena_printf(cx->arena, "%zu", ranges->count);

	for (int i = 0; i < 2 && ranges->count > 0; i++)
		query_add(queries[i], FRAGMENT_hits, lows, highs, words);
	query_add(queries[0], ranges->count > 0 ? FRAGMENT_hits_select : FRAGMENT_list_select);
	query_add(queries[1], ranges->count > 0 ? FRAGMENT_hits_count : FRAGMENT_list_count);
	for (int i = 0; i < 2 && ranges->is_hopeless; i++)
		query_add(queries[i], FRAGMENT_list_nobody);
}

/* Any words, any filters, any page. */
static void
compose(struct cx *cx, struct query *queries[2], const struct search *search,
        const struct ranges *ranges, enum fragment order)
{
	begin_queries(cx, queries, ranges);
	add_filter(cx, queries, FRAGMENT_list_gender, "gender", search->gender);
	add_filter(cx, queries, FRAGMENT_list_status, "status", search->status);
	add_filter(cx, queries, FRAGMENT_list_date_of_birth, "date_of_birth", search->date_of_birth);
	query_add(queries[0], order);
	query_add(queries[0], FRAGMENT_list_page, arena_printf(cx->arena, "%ld", search->page_size),
	          arena_printf(cx->arena, "%ld", (search->page - 1) * search->page_size));
	query_add(queries[1], FRAGMENT_list_count_end);
}

static bool
is_given(const char *text)
{
	return text != NULL && *text != '\0';
}

/* Whether it is one word alone, and one of the first pages: what people at a desk type first. */
static bool
is_broad(const struct search *search, const struct ranges *ranges)
{
	return ranges->count == 1 && !is_given(search->gender) && !is_given(search->status) &&
	       !is_given(search->date_of_birth) &&
	       (search->page - 1) * search->page_size <= BROAD_OFFSET_MOST;
}

static void
compose_broad(struct cx *cx, struct query *queries[2], const struct search *search,
              const struct ranges *ranges, enum fragment order)
{
	const char *low = ranges->low[0];
	const char *high = ranges->high[0];
	const char *size = arena_printf(cx->arena, "%ld", search->page_size);
	const char *offset = arena_printf(cx->arena, "%ld", (search->page - 1) * search->page_size);
	const char *end = arena_printf(cx->arena, "%ld", search->page * search->page_size);

	query_add(queries[0], FRAGMENT_broad_begin, low, high, low, high, low, high);
	query_add(queries[0], order);
	query_add(queries[0], FRAGMENT_broad_limit, end);
	query_add(queries[0], FRAGMENT_broad_end);
	query_add(queries[0], order);
	query_add(queries[0], FRAGMENT_list_page, size, offset);
	query_add(queries[1], FRAGMENT_broad_count, low, high);
}

static void
read_result(struct cx *cx, size_t rows, size_t counted, struct search_result *out)
{
	out->count = (size_t)pg_count(cx, rows);
	out->patients = arena_array(cx->arena, out->count + 1, sizeof(*out->patients));
	for (size_t i = 0; i < out->count; i++)
		pg_record(cx, rows, (int)i, &patient_entity, &out->patients[i]);
	out->total = strtol(pg_text(cx, counted, 0, "count"), NULL, 10);
	out->is_estimate = out->total > SEARCH_COUNT_LIMIT;
	if (out->is_estimate)
		out->total = SEARCH_COUNT_LIMIT;
}

enum err
patient_search(struct cx *cx, const struct search *search, struct search_result *out)
{
	struct query *queries[2] = { query_create(cx), query_create(cx) };
	enum fragment order = read_order(cx, search);
	struct ranges ranges = read_words(cx, search->search);

	if ((search->page - 1) * search->page_size > SEARCH_COUNT_LIMIT)
		fail_field(cx, "page", "OUT_OF_RANGE",
		           "Pages end after %d patients. Please search for fewer.", SEARCH_COUNT_LIMIT);
	if (is_broad(search, &ranges))
		compose_broad(cx, queries, search, &ranges, order);
	else
		compose(cx, queries, search, &ranges, order);
	if (cx->err != OK)
		return cx->err;
	pg_begin(cx, PG_READ);
	size_t rows = pg_add_query(cx, queries[0]);
	size_t counted = pg_add_query(cx, queries[1]);
	audit_add(cx, "patient.search", NULL, "success");
	enum err err = pg_run(cx);
	if (err == OK)
		read_result(cx, rows, counted, out);
	return err;
}
