/*
 * statistics_web.c - statistics: the handler, and the geometry of the charts on the page of
 * reports.
 *
 * Templates only draw: every place and size is a whole number made here. A bar is as many percent
 * of its room as the row has of the largest row. A plot is PLOT_WIDTH by PLOT_HEIGHT units, of
 * which the browser makes as many pixels as fit.
 */
#include "clinic/statistics.h"

#include <string.h>

#include "base/arena.h"
#include "base/entity.h"
#include "base/str.h"
#include "view/format.h"
#include "web/page.h"
#include "web/route.h"

#include "base/compat.h"

enum {
	PLOT_WIDTH = 360,
	PLOT_HEIGHT = 190,
	PLOT_TOP = 22,        /* above the columns: the largest one's number */
	PLOT_BASE = 164,      /* below it: what the columns are */
	PLOT_RIGHT = 28,      /* half of the last column's words */
	PLOT_DIGIT = 8,       /* how wide one digit of the scale is */
	PLOT_GAP = 2,         /* between columns */
	PLOT_TEXT = 5,        /* from a text's middle down to its line */
	PLOT_STEPS_MOST = 4,  /* lines of the scale above 0 */
	PLOT_LABELS_MOST = 5, /* words side by side below the columns */
	PERIOD_COUNT = PERIOD_MONTH + 1
};

static const struct {
	const char *json;
	const char *heading;
	const char
		*other; /* what one of those is that have no row of their own, and what several are */
	const char *others;
} kinds[BY_COUNT] = {
	[BY_STATUS] = { "byStatus", "Status", "value", "values" },
	[BY_GENDER] = { "byGender", "Gender", "value", "values" },
	[BY_AGE_BAND] = { "byAgeBand", "Age", "age", "ages" },
	[BY_BLOOD_TYPE] = { "byBloodType", "Blood type", "type", "types" },
	[BY_MARITAL_STATUS] = { "byMaritalStatus", "Marital status", "value", "values" },
	[BY_CITY] = { "byCity", "City", "city", "cities" },
	[BY_PHYSICIAN] = { "byPhysician", "Physician", "physician", "physicians" },
};

static const struct {
	const char *json;
	const char *heading;
	const char *one;
	const char *many;
	size_t label_every; /* of many columns, counted from the last, so many have one label */
} periods[PERIOD_COUNT] = {
	[PERIOD_DAY] = { "perDay", "Registrations per day", "day", "days", 7 },
	[PERIOD_WEEK] = { "perWeek", "Registrations per week", "week", "weeks", 5 },
	[PERIOD_MONTH] = { "perMonth", "Registrations per month", "month", "months", 6 },
};

/* The order of the plots on the page: the long view first. */
static const enum period plot_order[] = { PERIOD_MONTH, PERIOD_WEEK, PERIOD_DAY };

static const char *
share_text(struct arena *arena, long share)
{
	return arena_printf(arena, "%ld.%ld", share / 10, share % 10);
}

static void
add_tallies(struct arena *arena, struct json_object *data, enum statistics_by by,
            const struct statistics *statistics)
{
	struct json_object *rows = json_add_array(data, kinds[by].json);
	const struct tallies *tallies = &statistics->by[by];

	for (size_t i = 0; i < tallies->count; i++) {
		const struct tally *tally = &tallies->rows[i];
		struct json_object *row = json_append_object(rows);
		long share = share_of(tally->count, statistics->total);
		bool is_rest = tally->others > 0;
		json_add(row, "value", is_rest ? "other" : tally->value);
		json_add(row, "label",
		         is_rest ? arena_printf(arena, "%s other %s", format_number(arena, tally->others),
		                                tally->others == 1 ? kinds[by].other : kinds[by].others)
		                 : tally->label);
		json_add_int(row, "count", tally->count);
		(void)json_object_object_add(
			row, "share", json_object_new_double_s((double)share / 10, share_text(arena, share)));
		if (is_rest)
			json_add_int(row, "others", tally->others);
	}
}

static void
add_series(struct arena *arena, struct json_object *data, const struct series *series)
{
	struct json_object *rows = json_add_array(data, periods[series->period].json);

	for (size_t i = 0; i < series->count; i++) {
		const struct registrations *one = &series->rows[i];
		struct json_object *row = json_append_object(rows);
		const char *first = day_text(arena, one->first);
		const char *words = format_day(arena, first);
		int year = 0;
		int week = iso_week(one->first, &year);
		if (series->period == PERIOD_WEEK) {
			json_add(row, "value", arena_printf(arena, "%04d-W%02d", year, week));
			json_add(row, "label", arena_printf(arena, "Week %d of %d", week, year));
		} else if (series->period == PERIOD_MONTH) {
			json_add(row, "value", arena_strndup(arena, first, strlen("2026-01")));
			json_add(row, "label", strchr(words, ' ') + 1);
		} else {
			json_add(row, "value", first);
			json_add(row, "label", words);
		}
		json_add(row, "from", first);
		json_add(row, "to", day_text(arena, one->last));
		json_add_int(row, "count", one->count);
	}
}

enum err
statistics_show(struct req *req)
{
	static const char *const known[] = { "from", "to", NULL };
	struct arena *arena = req->cx.arena;
	struct statistics_range range = { pairs_find(req->query, "from"),
		                              pairs_find(req->query, "to") };
	struct statistics statistics = { 0 };
	enum err err = req_check_query(req, known);

	/* Also after a fault: all of them are to be told at once. */
	err = statistics_load(&req->cx, &range, &statistics);
	if (err != OK)
		return err;
	struct json_object *data = json_object_in(arena);
	req->reply.data = data;
	json_add_int(data, "total", statistics.total);
	struct json_object *bounds = json_add_object(data, "range");
	json_add(bounds, "from", range.from);
	json_add(bounds, "to", range.to);
	for (enum statistics_by by = 0; by < BY_COUNT; by++)
		add_tallies(arena, data, by, &statistics);
	struct json_object *registrations = json_add_object(data, "registrations");
	for (size_t i = 0; i < PERIOD_COUNT; i++)
		add_series(arena, registrations, &statistics.series[i]);
	return OK;
}

static long
number_at(struct json_object *object, const char *key)
{
	return (long)json_object_get_int64(json_member(object, key));
}

/* The number of the row that counts most, and how much; the first of several. */
static size_t
largest(struct json_object *rows, long *count)
{
	size_t found = 0;

	*count = 0;
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		long one = number_at(json_object_array_get_idx(rows, i), "count");
		if (one > *count) {
			*count = one;
			found = i;
		}
	}
	return found;
}

static const char *
patients_text(struct arena *arena, long count)
{
	return arena_printf(arena, "%s patient%s", format_number(arena, count), count == 1 ? "" : "s");
}

/* A table with bars: adds to each row what only people need. */
static void
present_tallies(struct req *req, struct json_object *into, enum statistics_by by)
{
	struct json_object *rows = json_member(req->reply.data, kinds[by].json);
	long most = 0;

	json_add(into, "id", kinds[by].json);
	json_add(into, "heading", kinds[by].heading);
	(void)json_object_object_add(into, "rows", json_object_get(rows));
	if (by == BY_CITY || by == BY_PHYSICIAN)
		json_add_bool(into, "isLong", true);
	(void)largest(rows, &most);
	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		long count = number_at(row, "count");
		json_add(row, "countText", format_number(req->cx.arena, count));
		json_add(row, "shareText", json_object_get_string(json_member(row, "share")));
		if (count > 0) /* however few they are, they are seen */
			json_add_int(row, "width", count * 100 < most ? 1 : count * 100 / most);
	}
}

/* The distance of the scale's lines: 1, 2 or 5 and zeros, the least that needs no more lines than
 * PLOT_STEPS_MOST. */
static long
scale_step(long most)
{
	long step = 1;

	for (int i = 0; step * PLOT_STEPS_MOST < most; i++)
		step = i % 3 == 1 ? step / 2 * 5 : step * 2;
	return step;
}

/* Where a plot's columns stand, and what its top is worth. */
struct frame {
	long left;
	long top;
	size_t count;
};

static long
column_x(const struct frame *frame, size_t i)
{
	return frame->left + (PLOT_WIDTH - PLOT_RIGHT - frame->left) * (long)i / (long)frame->count;
}

/* How high a count is; somebody is at least 1 high. */
static long
height_of(const struct frame *frame, long count)
{
	long height = (count * (PLOT_BASE - PLOT_TOP) + frame->top / 2) / frame->top;

	return count > 0 && height == 0 ? 1 : height;
}

static void
add_text(struct json_object *texts, long x, long y, const char *text)
{
	struct json_object *one = json_append_object(texts);

	json_add_int(one, "x", x);
	json_add_int(one, "y", y);
	json_add(one, "text", text);
}

static void
add_scale(struct arena *arena, struct json_object *plot, const struct frame *frame, long step)
{
	struct json_object *lines = json_add_array(plot, "lines");

	for (long value = 0; value <= frame->top; value += step) {
		long y = PLOT_BASE - height_of(frame, value);
		struct json_object *line = json_append_object(lines);
		json_add_int(line, "x1", frame->left);
		json_add_int(line, "x2", PLOT_WIDTH - PLOT_RIGHT);
		json_add_int(line, "y", y);
		json_add_int(line, "textX", frame->left - PLOT_TEXT);
		json_add_int(line, "textY", y + PLOT_TEXT);
		json_add(line, "text", format_number(arena, value));
	}
}

/* Of how many columns one has a label: of few columns as many as there is room for. */
static size_t
label_every(enum period period, size_t count)
{
	size_t every = periods[period].label_every;

	return count > every * 2 ? every : (count + PLOT_LABELS_MOST - 1) / PLOT_LABELS_MOST;
}

/* What stands under a column: 16 Nov, and Nov 2026 for a month. */
static const char *
axis_text(struct arena *arena, enum period period, struct json_object *row)
{
	const char *day = format_day(arena, json_text(row, "from"));

	if (period == PERIOD_MONTH)
		return json_text(row, "label");
	return arena_strndup(arena, day, (size_t)(strrchr(day, ' ') - day));
}

/* Not over yet, or cut by the range. */
static bool
is_part(enum period period, struct json_object *row)
{
	struct day first;
	struct day last;

	must(day_parse(json_text(row, "from"), &first) && day_parse(json_text(row, "to"), &last));
	return !period_is_whole(period, first, last) || day_compare(last, clock_today()) >= 0;
}

static void
add_columns(struct arena *arena, struct json_object *plot, enum period period,
            struct json_object *rows, const struct frame *frame)
{
	struct json_object *columns = json_add_array(plot, "columns");
	struct json_object *labels = json_add_array(plot, "labels");

	for (size_t i = 0; i < frame->count; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		struct json_object *column = json_append_object(columns);
		long x = column_x(frame, i);
		long width = column_x(frame, i + 1) - x - PLOT_GAP;
		long height = height_of(frame, number_at(row, "count"));
		json_add(row, "countText", format_number(arena, number_at(row, "count")));
		json_add_int(column, "x", x);
		json_add_int(column, "y", PLOT_BASE - height);
		json_add_int(column, "width", width);
		json_add_int(column, "height", height);
		if (is_part(period, row)) {
			json_add_bool(column, "isPart", true);
			json_add_bool(row, "isPart", true);
		}
		json_add(
			column, "text",
			arena_printf(arena, "%s: %s", json_text(row, "label"), json_text(row, "countText")));
		if ((frame->count - 1 - i) % label_every(period, frame->count) == 0)
			add_text(labels, x + width / 2, PLOT_HEIGHT - PLOT_TEXT, axis_text(arena, period, row));
	}
}

static const char *
plot_summary(struct arena *arena, enum period period, struct json_object *rows, size_t at,
             long most)
{
	size_t count = json_object_array_length(rows);
	const char *many = count == 1 ? periods[period].one : periods[period].many;
	long sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += number_at(json_object_array_get_idx(rows, i), "count");
	if (sum == 0)
		return arena_printf(arena, "Nobody in %zu %s", count, many);
	return arena_printf(arena, "%s in %zu %s. Busiest: %s, %s", format_number(arena, sum), count,
	                    many, json_text(json_object_array_get_idx(rows, at), "label"),
	                    format_number(arena, most));
}

/* A plot of columns, with a table of its numbers. */
static void
present_series(struct req *req, struct json_object *plot, enum period period)
{
	struct arena *arena = req->cx.arena;
	struct json_object *rows = json_member(json_member(req->reply.data, "registrations"),
	                                       periods[period].json);
	long most = 0;
	size_t at = largest(rows, &most);
	long step = scale_step(most);
	long steps = most <= step ? 1 : (most + step - 1) / step;
	struct frame frame = { .top = steps * step, .count = json_object_array_length(rows) };

	frame.left = (long)strlen(format_number(arena, frame.top)) * PLOT_DIGIT + 2 * PLOT_TEXT;
	json_add(plot, "id", periods[period].json);
	json_add(plot, "heading", periods[period].heading);
	json_add(plot, "summary", plot_summary(arena, period, rows, at, most));
	(void)json_object_object_add(plot, "rows", json_object_get(rows));
	if (frame.count == 0)
		return;
	json_add_int(plot, "width", PLOT_WIDTH);
	json_add_int(plot, "height", PLOT_HEIGHT);
	add_scale(arena, plot, &frame, step);
	add_columns(arena, plot, period, rows, &frame);
	if (most > 0)
		add_text(json_add_array(plot, "peak"),
		         (column_x(&frame, at) + column_x(&frame, at + 1)) / 2,
		         PLOT_BASE - height_of(&frame, most) - PLOT_TEXT, format_number(arena, most));
}

/* Ranges that people ask for: links. */
static void
add_choices(struct req *req, struct json_object *reports)
{
	struct arena *arena = req->cx.arena;
	struct json_object *choices = json_add_array(reports, "choices");
	struct day today = clock_today();
	const char *month = day_text(arena, day_at(day_number(today) - (STATISTICS_DAYS - 1)));
	const char *const all[][2] = {
		{ "All", "/reports" },
		{ "The last 30 days", arena_printf(arena, "/reports?from=%s", month) },
		{ "This year", arena_printf(arena, "/reports?from=%04d-01-01", today.year) },
		{ "Last year", arena_printf(arena, "/reports?from=%04d-01-01&to=%04d-12-31", today.year - 1,
		                            today.year - 1) },
	};

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		struct json_object *choice = json_append_object(choices);
		json_add(choice, "text", all[i][0]);
		json_add(choice, "href", all[i][1]);
		if (str_equal(req->target, all[i][1]))
			json_add_bool(choice, "isCurrent", true);
	}
}

/* The range's form, as it was filled in. */
static void
add_range(struct req *req, struct json_object *reports)
{
	struct json_object *values = json_object_in(req->cx.arena);

	json_add(values, "from", pairs_find(req->query, "from"));
	json_add(values, "to", pairs_find(req->query, "to"));
	(void)json_object_object_add(
		reports, "field", json_object_get(form_fields(req, &statistics_range_entity, values)));
	add_choices(req, reports);
}

static const char *
range_text(struct arena *arena, struct json_object *range)
{
	const char *from = json_text(range, "from");
	const char *to = json_text(range, "to");

	if (from != NULL && to != NULL)
		return arena_printf(arena, " registered from %s to %s", format_day(arena, from),
		                    format_day(arena, to));
	if (from != NULL)
		return arena_printf(arena, " registered since %s", format_day(arena, from));
	if (to != NULL)
		return arena_printf(arena, " registered until %s", format_day(arena, to));
	return "";
}

void
present_reports(struct req *req, struct json_object *model)
{
	struct arena *arena = req->cx.arena;
	struct json_object *reports = json_add_object(model, "reports");

	page_title(model, "Reports");
	add_range(req, reports);
	if (req->cx.err != OK)
		return;
	long total = number_at(req->reply.data, "total");
	json_add(reports, "totalText",
	         arena_printf(arena, "%s%s", patients_text(arena, total),
	                      range_text(arena, json_member(req->reply.data, "range"))));
	if (total == 0)
		return;
	json_add_bool(reports, "hasAny", true);
	struct json_object *plots = json_add_array(reports, "plots");
	for (size_t i = 0; i < COUNT_OF(plot_order); i++)
		present_series(req, json_append_object(plots), plot_order[i]);
	struct json_object *tallies = json_add_array(reports, "tallies");
	for (enum statistics_by by = 0; by < BY_COUNT; by++)
		present_tallies(req, json_append_object(tallies), by);
}
