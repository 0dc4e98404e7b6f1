#include "clinic/mrn.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "db/pg.h"

#include "base/compat.h"

static const char alphabet[] = "0123456789ACDEFGHJKLMNPRTUVWXY";

enum { BASE = sizeof(alphabet) - 1, DIGITS_LEAST = 6 };

/* Luhn modulo BASE: from the right, every second value counts twice, the digits of a product are
 * added, and the check digit brings the sum to a multiple of BASE. -1 for a foreign character. */
static int
check_value(const char *digits, size_t len)
{
	int factor = 2;
	int sum = 0;

	for (size_t i = len; i > 0; i--) {
		const char *at = memchr(alphabet, digits[i - 1], BASE);
		if (at == NULL)
			return -1;
		int product = factor * (int)(at - alphabet);
		sum += product / BASE + product % BASE;
		factor = factor == 2 ? 1 : 2;
	}
	return (BASE - sum % BASE) % BASE;
}

const char *
mrn_text(struct arena *arena, int64_t number)
{
	char digits[20];
	size_t start = sizeof(digits);

	must(number >= 0);
	while (number > 0 || sizeof(digits) - start < DIGITS_LEAST) {
		digits[--start] = alphabet[number % BASE];
		number /= BASE;
	}
	size_t len = sizeof(digits) - start;
	return arena_printf(arena, "%.*s%c", (int)len, digits + start,
	                    alphabet[check_value(digits + start, len)]);
}

bool
mrn_is_valid(const char *text)
{
	size_t len = strlen(text);

	if (len <= DIGITS_LEAST)
		return false;
	int value = check_value(text, len - 1);
	return value >= 0 && alphabet[value] == text[len - 1];
}

enum err
mrn_draw(struct cx *cx, const char **out)
{
	/* The worker's block: what is left of it outlives the request. */
	static int64_t next;
	static int left;

	if (left == 0) {
		pg_begin(cx, PG_WRITE);
		size_t slot = pg_add_array(cx, STATEMENT_mrn_draw, NULL, 0);
		enum err err = pg_run(cx);
		if (err != OK)
			return err;
		next = strtoll(pg_text(cx, slot, 0, "number"), NULL, 10);
		left = MRN_BLOCK;
	}
	left--;
	*out = mrn_text(cx->arena, next++);
	return OK;
}
