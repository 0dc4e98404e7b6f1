#include "clinic/role.h"

#include <string.h>

#include "base/compat.h"

enum role_number {
#define ROLE(name, label) number_##name,
#include "clinic/role.def"
#undef ROLE
};

enum role_bit {
#define ROLE(name, label) name = 1 << number_##name,
#include "clinic/role.def"
#undef ROLE
};

static const struct {
	const char *name;
	const char *label;
	unsigned bit;
} roles[] = {
#define ROLE(name, label) { #name, label, name },
#include "clinic/role.def"
#undef ROLE
};

static const struct {
	const char *text;
	unsigned roles;
} permissions[PERMISSION_COUNT] = {
	[PERMISSION_PUBLIC] = { "", 0 },
#define PERMISSION(name, text, roles) [PERMISSION_##name] = { text, roles },
#include "clinic/role.def"
#undef PERMISSION
};

unsigned
role_permissions(const char *role)
{
	unsigned bits = 0;

	for (size_t i = 0; i < COUNT_OF(roles); i++) {
		if (strcmp(roles[i].name, role) != 0)
			continue;
		for (size_t permission = 0; permission < PERMISSION_COUNT; permission++)
			if (permissions[permission].roles & roles[i].bit)
				bits |= 1u << permission;
	}
	return bits;
}

bool
may(const struct caller *caller, enum permission permission)
{
	if (permission == PERMISSION_PUBLIC)
		return true;
	return caller->is_signed_in && (caller->permissions & 1u << permission) != 0;
}

const char *
role_label(const char *role)
{
	for (size_t i = 0; i < COUNT_OF(roles); i++)
		if (strcmp(roles[i].name, role) == 0)
			return roles[i].label;
	return NULL;
}

const char *
role_name(size_t n)
{
	return n < COUNT_OF(roles) ? roles[n].name : NULL;
}

const char *
permission_text(enum permission permission)
{
	return permissions[permission].text;
}
