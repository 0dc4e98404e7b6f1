/*
 * json_check.c - a recogniser of RFC 8259 by recursive descent. It builds nothing.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"

#include "base/compat.h"

struct check {
	const char *start;
	const char *at;
	const char *end;
	const char *fault;
	size_t members;
	size_t values;
	int depth;
};

static bool check_value(struct check *check);

static bool
refuse(struct check *check, const char *fault)
{
	if (check->fault == NULL)
		check->fault = fault;
	return false;
}

static int
peek(const struct check *check)
{
	return check->at < check->end ? (unsigned char)*check->at : -1;
}

static bool
accept(struct check *check, char byte)
{
	if (peek(check) != (unsigned char)byte)
		return false;
	check->at++;
	return true;
}

static void
skip_space(struct check *check)
{
	while (check->at < check->end && *check->at != '\0' && strchr(" \t\n\r", *check->at) != NULL)
		check->at++;
}

/* Four hex digits; -1 where they aren't. */
static int
check_hex4(struct check *check)
{
	int code = 0;

	for (int i = 0; i < 4; i++) {
		int byte = peek(check);
		if (byte < 0 || !isxdigit(byte))
			return -1;
		code = code * 16 + (isdigit(byte) ? byte - '0' : tolower(byte) - 'a' + 10);
		check->at++;
	}
	return code;
}

static bool
check_unicode_escape(struct check *check)
{
	int code = check_hex4(check);

	if (code < 0)
		return refuse(check, "an escape is not \\u and four hexadecimal digits");
	if (code == 0)
		return refuse(check, "a text contains the character NUL");
	if (code >= 0xdc00 && code <= 0xdfff)
		return refuse(check, "a surrogate stands alone");
	if (code < 0xd800 || code > 0xdbff)
		return true;
	if (!accept(check, '\\') || !accept(check, 'u'))
		return refuse(check, "a surrogate stands alone");
	int low = check_hex4(check);
	if (low < 0xdc00 || low > 0xdfff)
		return refuse(check, "a surrogate stands alone");
	return true;
}

static bool
check_string(struct check *check)
{
	if (!accept(check, '"'))
		return refuse(check, "a text in double quotes is expected");
	while (check->at < check->end) {
		unsigned char byte = (unsigned char)*check->at++;
		if (byte == '"')
			return true;
		if (byte < 0x20)
			return refuse(check, "a text contains a raw control character");
		if (byte != '\\')
			continue;
		if (accept(check, 'u')) {
			if (!check_unicode_escape(check))
				return false;
		} else if (peek(check) > 0 && strchr("\"\\/bfnrt", peek(check)) != NULL) {
			check->at++;
		} else {
			return refuse(check, "a text contains an unknown escape");
		}
	}
	return refuse(check, "a text does not end");
}

static bool
check_digits(struct check *check)
{
	if (!isdigit(peek(check)))
		return refuse(check, "a number lacks a digit");
	while (isdigit(peek(check)))
		check->at++;
	return true;
}

/* Whether the number just passed can be held without being clamped. */
static bool
check_range(struct check *check, const char *start, bool is_integer)
{
	char digits[400];
	size_t len = (size_t)(check->at - start);

	if (len >= sizeof(digits))
		return refuse(check, "a number is too long");
	memcpy(digits, start, len);
	digits[len] = '\0';
	errno = 0;
	if (is_integer)
		(void)strtoll(digits, NULL, 10);
	else if (!isfinite(strtod(digits, NULL)))
		errno = ERANGE;
	else
		errno = 0; /* underflow to zero is harmless */
	return errno == ERANGE ? refuse(check, "a number is too large") : true;
}

static bool
check_number(struct check *check)
{
	const char *start = check->at;
	bool is_integer = true;

	(void)accept(check, '-');
	if (!accept(check, '0') && !check_digits(check))
		return false;
	if (accept(check, '.')) {
		is_integer = false;
		if (!check_digits(check))
			return false;
	}
	if (accept(check, 'e') || accept(check, 'E')) {
		is_integer = false;
		if (!accept(check, '+'))
			(void)accept(check, '-');
		if (!check_digits(check))
			return false;
	}
	return check_range(check, start, is_integer);
}

static bool
check_word(struct check *check, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(check->end - check->at) < len || memcmp(check->at, word, len) != 0)
		return refuse(check, "a value is expected");
	check->at += len;
	return true;
}

static bool
check_member(struct check *check)
{
	skip_space(check);
	if (!check_string(check))
		return false;
	skip_space(check);
	if (!accept(check, ':'))
		return refuse(check, "a colon is expected");
	check->members++;
	return check_value(check);
}

/* What stands between { and } or between [ and ]: items with commas between them. */
static bool
check_items(struct check *check, char close, bool (*item)(struct check *check))
{
	check->at++;
	if (++check->depth > JSON_DEPTH_LIMIT)
		return refuse(check, "it is nested too deeply");
	skip_space(check);
	if (!accept(check, close)) {
		do {
			if (!item(check))
				return false;
			skip_space(check);
		} while (accept(check, ','));
		if (!accept(check, close))
			return refuse(check, "a comma or the closing bracket is expected");
	}
	check->depth--;
	return true;
}

static bool
check_value(struct check *check)
{
	skip_space(check);
	if (++check->values > JSON_VALUES_LIMIT)
		return refuse(check, "it has too many values");
	switch (peek(check)) {
	case '{':
		return check_items(check, '}', check_member);
	case '[':
		return check_items(check, ']', check_value);
	case '"':
		return check_string(check);
	case 't':
		return check_word(check, "true");
	case 'f':
		return check_word(check, "false");
	case 'n':
		return check_word(check, "null");
	default:
		if (peek(check) == '-' || isdigit(peek(check)))
			return check_number(check);
		return refuse(check, "a value is expected");
	}
}

const char *
json_check(const char *bytes, size_t len, size_t *members, size_t *at)
{
	struct check check = { .start = bytes, .at = bytes, .end = bytes + len };

	if (!utf8_is_valid(bytes, len)) {
		check.fault = "it is not UTF-8";
	} else if (check_value(&check)) {
		skip_space(&check);
		if (check.at != check.end)
			(void)refuse(&check, "something follows the end");
	}
	*members = check.members;
	*at = (size_t)(check.at - check.start);
	return check.fault;
}
