/*
 * session.h - signing in and out: browsers by a cookie's token, API clients by access and refresh
 * tokens. The database holds hashes of tokens, never a token.
 */
#ifndef CAREDESK_CLINIC_SESSION_H
#define CAREDESK_CLINIC_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct keyring;

/* What the settings say of sessions. */
struct session_rules {
	int idle_minutes;
	int absolute_hours;
	int access_minutes;
	int refresh_days;
};

enum session_kind { SESSION_BROWSER, SESSION_API };

/* What signing in gives a client. */
struct tokens {
	const char *cookie;  /* of a browser: hospital.token */
	const char *access;  /* of an API client */
	const char *refresh; /* hospital.token */
	int expires_in;      /* seconds that `access` is good */
};

/*
 * Checks the password, and where it is right opens a session and fills the context's caller. A
 * wrong password, an unknown address and a disabled account are the same ERR_CREDENTIALS after the
 * same work; with a known account the refusal is audited.
 */
enum err session_login(struct cx *cx, const struct session_rules *rules,
                       const struct keyring *keyring, enum session_kind kind, const char *email,
                       const char *password, struct tokens *out)
	__attribute__((warn_unused_result));

/* Takes up the session of a browser's cookie and fills the caller; a cookie that is not (or no
 * longer) good leaves nobody signed in, and that is not a failure. */
enum err session_resume(struct cx *cx, const struct session_rules *rules, const char *cookie)
	__attribute__((warn_unused_result));

/* Fills the caller from an access token. That the session still lives is checked by every batch. */
enum err session_from_token(struct cx *cx, const struct keyring *keyring, const char *token)
	__attribute__((warn_unused_result));

/* A new pair for a refresh token, which is dead from now on. One that was used before ends the
 * whole session: somebody has a copy. */
enum err session_refresh(struct cx *cx, const struct session_rules *rules,
                         const struct keyring *keyring, const char *refresh, struct tokens *out)
	__attribute__((warn_unused_result));

/* Ends the caller's session: its cookie or tokens are refused from now on. */
enum err session_end(struct cx *cx) __attribute__((warn_unused_result));

/* Loads the caller's account: name, address, hospital. */
enum err account_load(struct cx *cx) __attribute__((warn_unused_result));

/* The token that forms of this session must carry. */
const char *session_csrf(struct cx *cx, const struct keyring *keyring);

#endif
