#include "base/field.h"

#include <string.h>

#include "base/compat.h"

const char *
field_get(const struct field *field, const void *record)
{
	return *(const char *const *)((const char *)record + field->offset);
}

void
field_set(const struct field *field, void *record, const char *value)
{
	*(const char **)((char *)record + field->offset) = value;
}

const char *
field_choice_label(const struct field *field, const char *value)
{
	if (field->choices == NULL || value == NULL)
		return NULL;
	for (const struct choice *choice = field->choices; choice->value != NULL; choice++)
		if (strcmp(choice->value, value) == 0)
			return choice->label;
	return NULL;
}
