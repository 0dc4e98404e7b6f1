/*
 * reply.h - writes the one reply to a request: status, headers, and the model as JSON or a page.
 */
#ifndef CAREDESK_WEB_REPLY_H
#define CAREDESK_WEB_REPLY_H

#include "web/limit.h"
#include "web/req.h"

struct buf;

/* Appends a whole CGI reply. Returns the status it has. */
int reply_write(struct req *req, const struct limit_state *limit, const char *allow,
                struct buf *out);

#endif
