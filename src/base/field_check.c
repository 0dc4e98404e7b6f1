#include "base/field_check.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "base/uuid.h"

#include "base/compat.h"

enum { OLDEST_AGE = 130 };

bool
email_is_plausible(const char *text)
{
	const char *at = strchr(text, '@');

	if (at == NULL || at == text || at - text > 64 || strchr(at + 1, '@') != NULL)
		return false;
	for (const char *p = text; *p != '\0'; p++)
		if (isspace((unsigned char)*p) || strchr("<>()[],;:\\\"", *p) != NULL)
			return false;
	const char *domain = at + 1;
	if (*domain == '.' || *domain == '-' || strchr(domain, '.') == NULL ||
	    strstr(domain, "..") != NULL)
		return false;
	size_t len = strlen(domain);
	return domain[len - 1] != '.' && domain[len - 1] != '-' && text[0] != '.' && at[-1] != '.';
}

bool
phone_is_plausible(const char *text)
{
	size_t digits = 0;
	const char *p = text;

	if (*p == '+')
		p++;
	for (; *p != '\0' && *p != 'x' && *p != 'e'; p++) {
		if (isdigit((unsigned char)*p))
			digits++;
		else if (strchr(" .-/()", *p) == NULL)
			return false;
	}
	if (digits < 4 || digits > 15)
		return false;
	if (*p == '\0')
		return true;
	p += str_has_prefix(p, "ext.") ? 4 : str_has_prefix(p, "ext") ? 3 : *p == 'x' ? 1 : 0;
	p += strspn(p, " ");
	size_t extension = strspn(p, "0123456789");
	return extension >= 1 && extension <= 6 && p[extension] == '\0';
}

static enum err
check_date(struct cx *cx, const struct field *field, const char *text)
{
	struct day day;

	if (!day_parse(text, &day)) {
		fail_field(cx, field->path, "INVALID_DATE",
		           "%s must be a day that exists, written year-month-day: 1990-01-31.",
		           field->label);
		return ERR_VALIDATION;
	}
	if ((field->flags & FIELD_NOT_FUTURE) && day_compare(day, clock_latest_today()) > 0) {
		fail_field(cx, field->path, "IN_FUTURE", "%s is in the future.", field->label);
		return ERR_VALIDATION;
	}
	if ((field->flags & FIELD_BIRTHDAY) && day_age(day, clock_today()) > OLDEST_AGE) {
		fail_field(cx, field->path, "TOO_OLD",
		           "%s is more than %d years ago. Please check the year.", field->label,
		           OLDEST_AGE);
		return ERR_VALIDATION;
	}
	return OK;
}

/* The values that a client may send. */
static const char *
choices_text(struct cx *cx, const struct field *field)
{
	const char *text = "";

	for (const struct choice *choice = field->choices; choice->value != NULL; choice++)
		if (!choice->is_system)
			text = arena_printf(cx->arena, "%s%s%s", text, *text == '\0' ? "" : ", ",
			                    choice->value);
	return text;
}

static bool
is_choice(const struct field *field, const char *text)
{
	for (const struct choice *choice = field->choices; choice->value != NULL; choice++)
		if (strcmp(choice->value, text) == 0)
			return !choice->is_system;
	return false;
}

static enum err
check_form(struct cx *cx, const struct field *field, const char *text)
{
	const char *code = NULL;
	const char *words = NULL;

	switch (field->type) {
	case FIELD_DATE:
		return check_date(cx, field, text);
	case FIELD_EMAIL:
		if (!email_is_plausible(text)) {
			code = "INVALID_EMAIL";
			words = "must be an address such as name@example.org";
		}
		break;
	case FIELD_PHONE:
		if (!phone_is_plausible(text)) {
			code = "INVALID_PHONE";
			words = "must be a telephone number: 4 to 15 digits, such as +1 555 0100";
		}
		break;
	case FIELD_ENUM:
		if (!is_choice(field, text)) {
			code = "INVALID_CHOICE";
			words = arena_printf(cx->arena, "must be one of %s", choices_text(cx, field));
		}
		break;
	case FIELD_BOOL:
		if (!str_equal(text, "true") && !str_equal(text, "false")) {
			code = "WRONG_TYPE";
			words = "must be true or false";
		}
		break;
	case FIELD_UUID:
		if (!uuid_is_valid(text)) {
			code = "INVALID_UUID";
			words = "must be a UUID";
		}
		break;
	case FIELD_TEXT:
	case FIELD_LONG:
	case FIELD_INT:
	case FIELD_TIME:
		break;
	}
	if (code == NULL)
		return OK;
	fail_field(cx, field->path, code, "%s %s.", field->label, words);
	return ERR_VALIDATION;
}

/* The domain of an address does not tell capitals from small letters; its local part may. */
static const char *
lower_domain(struct cx *cx, const char *text)
{
	char *copy = arena_strdup(cx->arena, text);

	for (char *p = strchr(copy, '@'); p != NULL && *p != '\0'; p++)
		*p = (char)(isascii((unsigned char)*p) ? tolower((unsigned char)*p) : *p);
	return copy;
}

/* Text of several lines with every line's end as one line feed, as browsers send CR and LF. */
static const char *
lines_of(struct arena *arena, const char *text)
{
	char *lines = arena_strdup(arena, text);
	char *out = lines;

	for (const char *at = text; *at != '\0'; at++)
		if (*at != '\r' || at[1] != '\n')
			*out++ = *at == '\r' ? '\n' : *at;
	*out = '\0';
	return lines;
}

/* Whether there is a control character besides line feeds and tabs. */
static bool
lines_have_control(struct arena *arena, const char *text)
{
	char *bare = arena_strdup(arena, text);

	for (char *at = bare; *at != '\0'; at++)
		if (*at == '\n' || *at == '\t')
			*at = ' ';
	return str_has_control(bare);
}

enum err
field_check(struct cx *cx, const struct field *field, const char *text, const char **canonical)
{
	*canonical = NULL;
	if (text == NULL)
		return OK;
	if (!str_is_stream_safe(text)) {
		fail_field(cx, field->path, "TOO_MANY_MARKS", "%s has too many accents on one letter.",
		           field->label);
		return ERR_VALIDATION;
	}
	text = str_normalise(cx->arena, text);
	if (*text == '\0')
		return OK;
	if (field->type == FIELD_LONG)
		text = lines_of(cx->arena, text);
	if (field->type == FIELD_LONG ? lines_have_control(cx->arena, text) : str_has_control(text)) {
		fail_field(cx, field->path, "CONTROL_CHARACTER",
		           "%s contains a line break or another character that can't be shown.",
		           field->label);
		return ERR_VALIDATION;
	}
	bool is_free = field->type == FIELD_LONG || field->type == FIELD_TEXT ||
	               field->type == FIELD_EMAIL || field->type == FIELD_PHONE;
	size_t len = utf8_length(text);
	if (is_free && len > field->max) {
		fail_field(cx, field->path, "TOO_LONG", "%s has %zu characters; at most %zu fit.",
		           field->label, len, field->max);
		return ERR_VALIDATION;
	}
	struct day day;
	if (cx->is_typed && field->type == FIELD_DATE && day_read(text, &day))
		text = day_text(cx->arena, day);
	enum err err = check_form(cx, field, text);
	if (err == OK)
		*canonical = field->type == FIELD_EMAIL ? lower_domain(cx, text) : text;
	return err;
}
