/*
 * role.h - roles and permissions, from role.def. Asked in one place: between a route and its
 * handler.
 */
#ifndef CAREDESK_CLINIC_ROLE_H
#define CAREDESK_CLINIC_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum permission {
	PERMISSION_PUBLIC, /* anyone, signed in or not: routes spell it out */
#define PERMISSION(name, text, roles) PERMISSION_##name,
#include "clinic/role.def"
#undef PERMISSION
	PERMISSION_COUNT
};

/* The permissions of a role as bits (1 << enum permission); 0 for an unknown role. */
unsigned role_permissions(const char *role);

/* Whether the caller has the permission. */
bool may(const struct caller *caller, enum permission permission);

/* The role for people ("Receptionist"); NULL for an unknown one. */
const char *role_label(const char *role);

/* The n-th role's name, NULL after the last. */
const char *role_name(size_t n);

/* A permission as clients know it ("patients:read"); "" for those that are none of theirs. */
const char *permission_text(enum permission permission);

#endif
