#include "clinic/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "base/uuid.h"
#include "clinic/audit.h"
#include "clinic/role.h"
#include "db/pg.h"
#include "sec/digest.h"
#include "sec/keyring.h"
#include "sec/password.h"
#include "sec/token.h"

#include "base/compat.h"

enum { SECRET_SIZE = 32, EMAIL_BYTES_MOST = 1024 };

/* A token that names its hospital, so that it can be looked up under row level security. */
static const char *
secret_create(struct cx *cx)
{
	return arena_printf(cx->arena, "%s.%s", cx->caller.hospital_id,
	                    random_token(cx->arena, SECRET_SIZE));
}

static const char *
secret_hash(struct cx *cx, const char *secret)
{
	unsigned char digest[DIGEST_SIZE];

	digest_sha256(secret, strlen(secret), digest);
	return pg_bytes(cx->arena, digest, sizeof(digest));
}

/* Whether the text is hospital.token; sets the caller's hospital. */
static bool
secret_split(struct cx *cx, const char *secret)
{
	unsigned char bytes[SECRET_SIZE];
	size_t digits = strspn(secret, "0123456789");

	if (digits == 0 || digits > 9 || secret[digits] != '.' ||
	    !base64url_decode(secret + digits + 1, bytes, sizeof(bytes)))
		return false;
	cx->caller.hospital_id = arena_strndup(cx->arena, secret, digits);
	return true;
}

static void
fill_caller(struct cx *cx, size_t slot)
{
	struct caller *caller = &cx->caller;

	caller->full_name = pg_text(cx, slot, 0, "full_name");
	caller->role = pg_text(cx, slot, 0, "role");
	caller->hospital_name = pg_text(cx, slot, 0, "hospital_name");
	caller->permissions = role_permissions(caller->role);
}

static const char *
access_token(struct cx *cx, const struct session_rules *rules, const struct keyring *keyring)
{
	struct claims claims = {
		.user_id = cx->caller.user_id,
		.hospital_id = cx->caller.hospital_id,
		.role = cx->caller.role,
		.session_id = cx->caller.session_id,
		.expires_at = clock_seconds() + rules->access_minutes * 60,
	};

	return token_create(cx->arena, keyring, &claims);
}

/* The batch that opens a session for the caller, and says so in the audit. */
static enum err
open_session(struct cx *cx, const struct session_rules *rules, const struct keyring *keyring,
             enum session_kind kind, struct tokens *out)
{
	bool is_browser = kind == SESSION_BROWSER;
	int64_t seconds = is_browser ? rules->absolute_hours * 3600
	                             : (int64_t)rules->refresh_days * 86400;
	const char *secret = secret_create(cx);

	cx->caller.session_id = uuid_create(cx->arena);
	pg_begin(cx, PG_WRITE);
	pg_add(cx, STATEMENT_session_create, cx->caller.session_id, cx->caller.user_id,
	       is_browser ? "browser" : "api", is_browser ? secret_hash(cx, secret) : NULL,
	       arena_printf(cx->arena, "%lld", (long long)seconds), cx->caller.address,
	       cx->caller.user_agent);
	if (!is_browser)
		pg_add(cx, STATEMENT_refresh_create, secret_hash(cx, secret), cx->caller.session_id);
	audit_add(cx, "session.login", NULL, "success");
	enum err err = pg_run(cx);
	if (err != OK)
		return err;
	cx->caller.is_signed_in = true;
	if (is_browser) {
		out->cookie = secret;
	} else {
		out->refresh = secret;
		out->access = access_token(cx, rules, keyring);
		out->expires_in = rules->access_minutes * 60;
	}
	return OK;
}

static const char *
lower(struct cx *cx, const char *text)
{
	char *copy = arena_strdup(cx->arena, str_normalise(cx->arena, text));

	for (char *at = copy; *at != '\0'; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at + 'a' - 'A');
	return copy;
}

/* Ends the session that this browser had before: a new one begins, perhaps of another hospital. */
static void
end_earlier(struct cx *cx, const struct caller *earlier)
{
	struct cx own;

	if (!earlier->is_signed_in)
		return;
	cx_init(&own, cx->arena, cx->pg);
	own.caller = *earlier;
	if (session_end(&own) != OK)
		log_event(LOG_WARN, "earlier_session_not_ended", "session", earlier->session_id, NULL);
}

/* A refusal takes the same work whether the address is known or not: one row more. */
static enum err
refuse_login(struct cx *cx, bool is_known)
{
	if (is_known) {
		audit_refusal(cx, "session.login", "refused");
	} else {
		pg_begin(cx, PG_READ);
		pg_add(cx, STATEMENT_login_refused, cx->caller.address, cx->caller.user_agent,
		       cx->caller.request_id);
		enum err err = pg_run(cx);
		if (err != OK)
			return err;
	}
	/* Nothing of whose address it was may reach the answer. */
	cx->caller.user_id = cx->caller.full_name = cx->caller.role = cx->caller.hospital_name = "";
	cx->caller.permissions = 0;
	return fail(cx, ERR_CREDENTIALS, NULL);
}

enum err
session_login(struct cx *cx, const struct session_rules *rules, const struct keyring *keyring,
              enum session_kind kind, const char *email, const char *password, struct tokens *out)
{
	struct caller earlier = cx->caller;

	if (strlen(email) > EMAIL_BYTES_MOST)
		email = "";
	cx->caller.is_signed_in = false;
	cx->caller.session_id = "";
	cx->caller.email = lower(cx, email);
	pg_begin(cx, PG_WRITE);
	size_t slot = pg_add(cx, STATEMENT_account_for_login, cx->caller.email);
	enum err err = pg_run(cx);
	if (err != OK)
		return err;
	bool is_known = pg_count(cx, slot) == 1;
	bool is_right = password_matches(password,
	                                 is_known ? pg_text(cx, slot, 0, "password_hash") : NULL);
	if (is_known) {
		cx->caller.hospital_id = pg_text(cx, slot, 0, "hospital_id");
		cx->caller.user_id = pg_text(cx, slot, 0, "id");
		fill_caller(cx, slot);
	}
	if (!is_right)
		return refuse_login(cx, is_known);
	end_earlier(cx, &earlier);
	return open_session(cx, rules, keyring, kind, out);
}

enum err
session_resume(struct cx *cx, const struct session_rules *rules, const char *cookie)
{
	if (!secret_split(cx, cookie))
		return OK;
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_session_resume, cx->caller.hospital_id,
	                     secret_hash(cx, cookie),
	                     arena_printf(cx->arena, "%d", rules->idle_minutes));
	enum err err = pg_run(cx);
	if (err != OK || pg_count(cx, slot) == 0)
		return err;
	cx->caller.session_id = pg_text(cx, slot, 0, "id");
	cx->caller.user_id = pg_text(cx, slot, 0, "account_id");
	cx->caller.email = pg_text(cx, slot, 0, "email");
	fill_caller(cx, slot);
	cx->caller.is_signed_in = true;
	return OK;
}

enum err
session_from_token(struct cx *cx, const struct keyring *keyring, const char *token)
{
	struct claims claims = { 0 };

	switch (token_read(cx->arena, keyring, token, clock_seconds(), &claims)) {
	case TOKEN_GOOD:
		break;
	case TOKEN_OLD:
		return fail(cx, ERR_TOKEN_EXPIRED, NULL);
	case TOKEN_BAD:
		return fail(cx, ERR_UNAUTHENTICATED, "The access token is not valid.");
	}
	cx->caller.hospital_id = claims.hospital_id;
	cx->caller.user_id = claims.user_id;
	cx->caller.session_id = claims.session_id;
	cx->caller.role = claims.role;
	cx->caller.permissions = role_permissions(claims.role);
	cx->caller.is_signed_in = true;
	return OK;
}

/* A refresh token came a second time: ends its session for both who have it. */
static enum err
end_family(struct cx *cx, const char *session_id)
{
	pg_begin(cx, PG_WRITE);
	pg_add(cx, STATEMENT_session_revoke, session_id);
	audit_add(cx, "session.refresh", NULL, "reused");
	enum err err = pg_run(cx);
	log_event(LOG_WARN, "refresh_token_reused", "session", session_id, NULL);
	return err != OK ? err : fail(cx, ERR_TOKEN_REVOKED, NULL);
}

enum err
session_refresh(struct cx *cx, const struct session_rules *rules, const struct keyring *keyring,
                const char *refresh, struct tokens *out)
{
	if (!secret_split(cx, refresh))
		return fail(cx, ERR_UNAUTHENTICATED, "The refresh token is not valid.");
	const char *hash = secret_hash(cx, refresh);
	pg_begin(cx, PG_WRITE);
	size_t slot = pg_add(cx, STATEMENT_refresh_find, hash);
	enum err err = pg_run(cx);
	if (err != OK)
		return err;
	if (pg_count(cx, slot) == 0)
		return fail(cx, ERR_UNAUTHENTICATED, "The refresh token is not valid.");
	cx->caller.session_id = pg_text(cx, slot, 0, "session_id");
	cx->caller.user_id = pg_text(cx, slot, 0, "account_id");
	cx->caller.role = pg_text(cx, slot, 0, "role");
	if (pg_bool(cx, slot, 0, "is_used"))
		return end_family(cx, cx->caller.session_id);
	if (!pg_bool(cx, slot, 0, "is_alive"))
		return fail(cx, ERR_TOKEN_REVOKED, NULL);
	out->refresh = secret_create(cx);
	pg_begin(cx, PG_WRITE);
	pg_add(cx, STATEMENT_refresh_use, hash);
	pg_add(cx, STATEMENT_refresh_create, secret_hash(cx, out->refresh), cx->caller.session_id);
	audit_add(cx, "session.refresh", NULL, "success");
	err = pg_run(cx);
	if (err == ERR_TOKEN_REVOKED) {
		/* Two came at once, and the other won: the token is in two hands. */
		fail_clear(cx);
		return end_family(cx, cx->caller.session_id);
	}
	if (err != OK)
		return err;
	cx->caller.is_signed_in = true;
	out->access = access_token(cx, rules, keyring);
	out->expires_in = rules->access_minutes * 60;
	return account_load(cx);
}

enum err
session_end(struct cx *cx)
{
	pg_begin(cx, PG_WRITE);
	pg_add(cx, STATEMENT_session_revoke, cx->caller.session_id);
	audit_add(cx, "session.logout", NULL, "success");
	return pg_run(cx);
}

enum err
account_load(struct cx *cx)
{
	pg_begin(cx, PG_READ);
	size_t slot = pg_add(cx, STATEMENT_account_load, cx->caller.user_id);
	audit_add(cx, "account.read", NULL, "success");
	enum err err = pg_run(cx);
	if (err != OK)
		return err;
	if (pg_count(cx, slot) == 0)
		return fail(cx, ERR_TOKEN_REVOKED, NULL);
	fill_caller(cx, slot);
	cx->caller.email = pg_text(cx, slot, 0, "email");
	return OK;
}

const char *
session_csrf(struct cx *cx, const struct keyring *keyring)
{
	const struct key *key = keyring_newest(keyring, "form");
	unsigned char mac[DIGEST_SIZE];

	must(key != NULL);
	digest_hmac(key->bytes, KEY_SIZE, cx->caller.session_id, strlen(cx->caller.session_id), mac);
	return base64url_encode(cx->arena, mac, sizeof(mac));
}
