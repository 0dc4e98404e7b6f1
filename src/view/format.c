#include "view/format.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

#include "base/compat.h"

enum { DAYS_IN_WEEKS = 28, MONTHS_AS_YEARS = 24 };

static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

const char *
format_day(struct arena *arena, const char *text)
{
	struct day day;

	if (!day_parse(text, &day))
		return text;
	return arena_printf(arena, "%d %s %d", day.day, months[day.month - 1], day.year);
}

const char *
format_time(struct arena *arena, const char *text)
{
	if (strlen(text) < 16)
		return text;
	const char *day = arena_strndup(arena, text, 10);
	return arena_printf(arena, "%s, %.5s UTC", format_day(arena, day), text + 11);
}

static const char *
count_of(struct arena *arena, long count, const char *unit)
{
	return arena_printf(arena, "%ld %s%s", count, unit, count == 1 ? "" : "s");
}

const char *
format_age(struct arena *arena, const char *birthday, struct day today)
{
	struct day born;

	if (!day_parse(birthday, &born) || day_compare(born, today) > 0)
		return "";
	long days = day_number(today) - day_number(born);
	if (days < 14)
		return count_of(arena, days, "day");
	if (days <= 3 * DAYS_IN_WEEKS)
		return count_of(arena, days / 7, "week");
	long age = (today.year - born.year) * 12L + today.month - born.month - (today.day < born.day);
	if (age < MONTHS_AS_YEARS)
		return count_of(arena, age, "month");
	return count_of(arena, day_age(born, today), "year");
}

const char *
format_number(struct arena *arena, long number)
{
	const char *digits = arena_printf(arena, "%ld", number);
	size_t len = strlen(digits);
	struct buf out;

	buf_init(&out, arena, len * 2);
	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
			buf_putc(&out, ',');
		buf_putc(&out, digits[i]);
	}
	return out.data;
}

const char *
format_join(struct arena *arena, const char *const *parts, size_t count, const char *separator)
{
	struct buf out;

	buf_init(&out, arena, 128);
	for (size_t i = 0; i < count; i++) {
		if (parts[i] == NULL || *parts[i] == '\0')
			continue;
		if (out.len > 0)
			buf_puts(&out, separator);
		buf_puts(&out, parts[i]);
	}
	return out.data;
}
