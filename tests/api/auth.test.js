// Signing in and out: tokens for API clients, a session cookie for browsers.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { account, base, roles } from "../support/env.js";
import { api, head, login, raw, send } from "../support/client.js";
import { failed, succeeded, uuid, wrongFields } from "../support/expect.js";
import { Desk, desk, forms } from "../support/desk.js";
import { newAccount } from "../support/account.js";
import { literal, psql, rows } from "../support/psql.js";

const signIn = (email, password) => api("POST", "/auth/login", { body: { email, password } });
const credentials = (role) => ({ email: account(role).email, password: account(role).password });
const me = (token) => api("GET", "/auth/me", { token });
const refresh = (refreshToken) => api("POST", "/auth/refresh", { body: { refreshToken } });

describe("signing in to the API", () => {
  for (const role of roles) {
    test(`the ${role} gets tokens and is told who it is`, async () => {
      const { email, password } = account(role);
      const data = succeeded(await signIn(email, password));
      assert.equal(data.tokenType, "Bearer");
      assert.ok(data.expiresIn > 0 && data.expiresIn <= 3600, `expiresIn is ${data.expiresIn}`);
      assert.ok(data.refreshToken.length >= 32);
      assert.match(data.user.id, uuid);
      assert.equal(data.user.email, email);
      assert.equal(data.user.role, role);
      assert.ok(data.user.fullName.length > 0);
      assert.ok(data.user.hospital.name.length > 0);
      assert.ok(Array.isArray(data.user.permissions));
      const mine = await me(data.accessToken);
      const user = succeeded(mine);
      assert.deepEqual(user, data.user);
      assert.equal(mine.json.meta.userId, user.id);
      assert.equal(mine.json.meta.userRole, role);
    });
  }

  test("the e-mail address is accepted in capitals and with blanks around it", async () => {
    const { email, password } = account("nurse");
    assert.equal(succeeded(await signIn(` ${email.toUpperCase()} `, password)).user.email, email);
  });

  test("a wrong password and an unknown address get the same answer", async () => {
    const wrong = await signIn(account("doctor").email, "not the password");
    const unknown = await signIn("nobody@example.org", "not the password");
    const bodies = [wrong, unknown].map((reply) => failed(reply, 401, "INVALID_CREDENTIALS"));
    for (const body of bodies) for (const own of ["timestamp", "requestId", "meta"]) delete body[own];
    assert.deepEqual(bodies[0], bodies[1]);
    assert.match(wrong.headers["www-authenticate"], /^Bearer/);
  });

  test("an unknown address takes as long as a wrong password", async () => {
    const fastest = async (email) => {
      let least = Infinity;
      for (let i = 0; i < 7; i++)
        least = Math.min(least, (await signIn(email, "not the password")).json.meta.processingTime);
      return least;
    };
    const wrong = await fastest(account("doctor").email);
    const unknown = await fastest("nobody@example.org");
    assert.ok(unknown > wrong / 2 && unknown < wrong * 2, `wrong password ${wrong} ms, unknown address ${unknown} ms`);
  });

  for (const [what, body, fields] of [
    ["nothing", {}, ["email", "password"]],
    ["no password", { email: "a@example.org" }, ["password"]],
    ["no e-mail address", { password: "x" }, ["email"]],
    ["a number for a password", { email: "a@example.org", password: 1 }, ["password"]],
    ["a field that isn't there", { email: "a@example.org", password: "x", role: "admin" }, ["role"]],
  ]) {
    test(`${what} is refused, naming ${fields.join(" and ")}`, async () => {
      assert.deepEqual(wrongFields(await api("POST", "/auth/login", { body })), fields);
    });
  }

  for (const password of [
    "",
    " ",
    "x".repeat(100_000),
    "'; DROP TABLE caredesk.account; --",
    "pass\u0007word",
    "🔑".repeat(50),
  ]) {
    test(`the password ${JSON.stringify(password.slice(0, 20))} (${password.length}) doesn't sign anybody in`, async () => {
      const reply = await signIn(account("admin").email, password);
      assert.ok([400, 401, 413].includes(reply.status), reply.text);
      failed(reply, reply.status, ["VALIDATION_ERROR", "INVALID_CREDENTIALS", "PAYLOAD_TOO_LARGE"]);
    });
  }

  test("the last blank of a password counts", async () => {
    const { email, password } = account("nurse");
    failed(await signIn(email, `${password} `), 401, "INVALID_CREDENTIALS");
  });
});

describe("tokens", () => {
  test("a refresh gives a new pair that works", async () => {
    const first = await login("nurse", { fresh: true });
    const second = succeeded(await refresh(first.refreshToken));
    assert.notEqual(second.refreshToken, first.refreshToken);
    assert.equal(second.tokenType, "Bearer");
    succeeded(await me(second.accessToken));
  });

  test("a refresh token used twice kills every token of its family", async () => {
    const first = await login("nurse", { fresh: true });
    const second = succeeded(await refresh(first.refreshToken));
    failed(await refresh(first.refreshToken), 401, "TOKEN_REVOKED");
    failed(await refresh(second.refreshToken), 401, "TOKEN_REVOKED");
    failed(await me(second.accessToken), 401, "TOKEN_REVOKED");
    failed(await me(first.accessToken), 401, "TOKEN_REVOKED");
  });

  test("of ten refreshes at once with one token at most one succeeds, and the family is dead", async () => {
    const { refreshToken } = await login("nurse", { fresh: true });
    const replies = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)));
    const good = replies.filter((reply) => reply.status === 200);
    assert.ok(good.length <= 1, `${good.length} pairs came of one token`);
    for (const reply of replies) if (reply.status !== 200) failed(reply, 401, "TOKEN_REVOKED");
    for (const reply of good) failed(await me(reply.json.data.accessToken), 401, "TOKEN_REVOKED");
  });

  test("signing out kills access and refresh token at once, and no other session", async () => {
    const mine = await login("nurse", { fresh: true });
    const other = await login("nurse", { fresh: true });
    succeeded(await api("POST", "/auth/logout", { token: mine.accessToken }));
    failed(await me(mine.accessToken), 401, "TOKEN_REVOKED");
    failed(await refresh(mine.refreshToken), 401, "TOKEN_REVOKED");
    succeeded(await me(other.accessToken));
  });

  test("a session that has run out in the database is refused", async () => {
    const person = await newAccount("nurse");
    const mine = await login(person);
    await psql(
      `UPDATE caredesk.session SET expires_at = now() - interval '1 second' WHERE account_id = ${literal(person.id)};`,
    );
    failed(await me(mine.accessToken), 401, ["TOKEN_EXPIRED", "TOKEN_REVOKED"]);
    failed(await refresh(mine.refreshToken), 401, ["TOKEN_EXPIRED", "TOKEN_REVOKED"]);
  });

  for (const [what, change] of [
    ["disabled account", "status = 'disabled'"],
    ["account that has another role since", "role = 'auditor'"],
  ]) {
    test(`the tokens of a ${what} are refused at once`, async () => {
      const person = await newAccount("nurse");
      const mine = await login(person);
      await psql(`UPDATE caredesk.account SET ${change} WHERE id = ${literal(person.id)};`);
      failed(await me(mine.accessToken), 401, ["TOKEN_REVOKED", "UNAUTHENTICATED"]);
    });
  }

  test("a disabled account can neither refresh nor sign in", async () => {
    const person = await newAccount("nurse");
    const mine = await login(person);
    await psql(`UPDATE caredesk.account SET status = 'disabled' WHERE id = ${literal(person.id)};`);
    failed(await refresh(mine.refreshToken), 401, "TOKEN_REVOKED");
    failed(await signIn(person.email, person.password), 401, "INVALID_CREDENTIALS");
  });

  for (const [what, token] of [
    ["nothing at all", ""],
    ["one letter", "x"],
    ["two dots", ".."],
    ["empty segments", "a..b"],
    ["five segments", "a.b.c.d.e"],
    ["8 kB", "a".repeat(4000) + "." + "b".repeat(2000) + "." + "c".repeat(1000)],
    ["not base64", "!!!.???.***"],
    ["a NUL in base64", `${b64("{}")}.${b64('{"sub":"a\\u0000b"}')}.AAAA`],
    ["a deep header", `${b64("[".repeat(1500))}.${b64("{}")}.AAAA`],
  ]) {
    test(`a token of ${what} is 401`, async () => {
      const reply = await api("GET", "/auth/me", { headers: { authorization: `Bearer ${token}` } });
      failed(reply, 401, "UNAUTHENTICATED");
      assert.match(reply.headers["www-authenticate"], /^Bearer/);
    });
  }

  const forgeries = {
    "alg none and no signature": (h, p) => `${b64({ ...h, alg: "none" })}.${p}.`,
    "alg None and the old signature": (h, p, s) => `${b64({ ...h, alg: "None" })}.${p}.${s}`,
    "alg none in a duplicate key": (h, p) => `${b64(`{"alg":"${h.alg}","typ":"JWT","alg":"none"}`)}.${p}.`,
    "no alg": (h, p, s) => `${b64({ typ: "JWT" })}.${p}.${s}`,
    "another algorithm": (h, p, s) => `${b64({ ...h, alg: "HS512" })}.${p}.${s}`,
    "HS256 under an empty key": (h, p) => signed("", { ...h, alg: "HS256" }, p),
    "HS256 under a guessed key": (h, p) => signed("secret", { ...h, alg: "HS256" }, p),
    "a longer life": (h, p, s) => `${b64(h)}.${b64({ ...JSON.parse(unb64(p)), exp: 4102444800 })}.${s}`,
    "another role": (h, p, s) => `${b64(h)}.${b64({ ...JSON.parse(unb64(p)), role: "admin" })}.${s}`,
    "a signature cut short": (h, p, s) => `${b64(h)}.${p}.${s.slice(0, -4)}`,
    "one bit of the signature turned": (h, p, s) => `${b64(h)}.${p}.${(s[0] === "A" ? "B" : "A") + s.slice(1)}`,
    "a key of its own in the header": (h, p, s) =>
      `${b64({ ...h, jwk: { kty: "oct", k: "AAAA" }, kid: "../../dev/null" })}.${p}.${s}`,
  };
  for (const [what, forge] of Object.entries(forgeries)) {
    test(`a token with ${what} is 401`, async () => {
      const { accessToken } = await login("nurse");
      const [h, p, s] = accessToken.split(".");
      const reply = await me(forge(JSON.parse(unb64(h)), p, s));
      failed(reply, 401, "UNAUTHENTICATED");
    });
  }

  for (const [what, value] of [
    ["Basic credentials", () => "Basic YTpi"],
    ["a token without its scheme", (token) => token],
    ["the scheme alone", () => "Bearer"],
    ["two tokens", (token) => `Bearer ${token} ${token}`],
    ["a refresh token as access token", (_, session) => `Bearer ${session.refreshToken}`],
  ]) {
    test(`${what} in Authorization is 401`, async () => {
      const session = await login("nurse");
      const reply = await api("GET", "/auth/me", { headers: { authorization: value(session.accessToken, session) } });
      failed(reply, 401, "UNAUTHENTICATED");
    });
  }

  test("the scheme may be written in small letters", async () => {
    const { accessToken } = await login("nurse");
    succeeded(await api("GET", "/auth/me", { headers: { authorization: `bearer ${accessToken}` } }));
  });

  test("an access token as refresh token is 401", async () => {
    const { accessToken } = await login("nurse");
    failed(await refresh(accessToken), 401, ["UNAUTHENTICATED", "TOKEN_REVOKED"]);
  });

  test("a token in the address is not looked at", async () => {
    const { accessToken } = await login("nurse");
    const reply = await api("GET", `/auth/me?access_token=${accessToken}`);
    assert.ok([400, 401].includes(reply.status));
  });

  test("the token holds no name and no address", async () => {
    const { accessToken, user } = await login("nurse");
    const text = JSON.stringify(claims(accessToken));
    assert.ok(!text.includes(user.email) && !text.includes(user.fullName), text);
  });

  test("the database keeps no token, only hashes", async () => {
    const session = await login("nurse", { fresh: true });
    const dump = await psql(
      "SELECT row_to_json(s)::text FROM caredesk.session s UNION ALL SELECT row_to_json(r)::text FROM caredesk.refresh_token r;",
    );
    assert.ok(dump.length > 0);
    assert.ok(!dump.includes(session.refreshToken) && !dump.includes(session.accessToken));
    const hex = Buffer.from(session.refreshToken, "base64url").toString("hex");
    assert.ok(!dump.includes(hex), "the refresh token stands in the database as bytes");
  });
});

describe("the session of a browser", () => {
  test("the cookie is __Host-, Secure, HttpOnly, SameSite=Lax, for the whole site", async () => {
    const reply = await new Desk().submit("/login", credentials("receptionist"));
    assert.equal(reply.status, 303);
    assert.equal(reply.headers.location, "/");
    const [cookie, ...more] = reply.headers["set-cookie"].filter((line) => line.startsWith("__Host-caredesk="));
    assert.deepEqual(more, []);
    const [pair, ...attributes] = cookie.split(/; */);
    assert.ok(pair.length >= "__Host-caredesk=".length + 22, "at least 128 bits");
    const names = attributes.map((a) => a.toLowerCase());
    for (const wanted of ["secure", "httponly", "samesite=lax", "path=/"]) assert.ok(names.includes(wanted), cookie);
    assert.ok(!names.some((a) => a.startsWith("domain")), cookie);
  });

  test("signing in gives a new session and does not take up one that was brought along", async () => {
    const visitor = new Desk();
    const { email, password } = account("receptionist");
    visitor.cookie = "__Host-caredesk=chosen-by-somebody-else-0123456789";
    await visitor.signIn("receptionist");
    assert.notEqual(visitor.cookie, "__Host-caredesk=chosen-by-somebody-else-0123456789");
    const first = visitor.cookie;
    const again = await visitor.request("POST", "/login", { fields: { email, password } });
    assert.equal(again.status, 303);
    assert.notEqual(visitor.cookie, first);
    assert.equal((await visitor.get("/")).status, 200);
  });

  test("a wrong password shows the form again with the address, without the password, as 401", async () => {
    const visitor = new Desk();
    const reply = await visitor.submit("/login", { email: account("nurse").email, password: "a-wrong-password" });
    assert.equal(reply.status, 401);
    assert.match(reply.headers["content-type"], /^text\/html/);
    assert.equal(forms(reply.text).find((form) => "email" in form.fields).fields.email, account("nurse").email);
    assert.ok(!reply.text.includes("a-wrong-password"));
    assert.equal((await visitor.get("/")).status, 303);
  });

  test("a page asked for without a session leads to /login and back to it afterwards", async () => {
    const visitor = new Desk();
    const asked = await visitor.get("/patients/new");
    assert.equal(asked.status, 303);
    assert.match(asked.headers.location, /^\/login\?next=/);
    assert.equal(new URL(asked.headers.location, base).searchParams.get("next"), "/patients/new");
    const back = await visitor.submit(asked.headers.location, credentials("receptionist"));
    assert.equal(back.status, 303);
    assert.equal(back.headers.location, "/patients/new");
    assert.equal((await visitor.get("/patients/new")).status, 200);
  });

  for (const next of [
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\tevil",
    "javascript:alert(1)",
    "/%0d%0aSet-Cookie:%20a=b",
    "/ok\r\nSet-Cookie: a=b",
    "http:evil.example",
    "/../..//evil.example",
    "///evil.example",
    "evil.example",
    "",
  ]) {
    test(`next=${JSON.stringify(next)} doesn't lead anywhere else`, async () => {
      // By the address of the form, where the web server lets it through; and straight in the form.
      const visitor = new Desk();
      const asked = `/login?next=${encodeURIComponent(next)}`;
      const path = (await visitor.get(asked)).status === 200 ? asked : "/login";
      const values = { ...credentials("receptionist"), ...(path === "/login" ? { next } : {}) };
      const reply = await visitor.submit(path, values);
      assert.equal(reply.status, 303);
      const target = new URL(reply.headers.location, base);
      assert.equal(target.origin, base.origin, reply.headers.location);
      assert.match(reply.headers.location, /^\/(?![\/\\])[\x21-\x7e]*$/);
      assert.ok((reply.headers["set-cookie"] ?? []).every((line) => line.startsWith("__Host-caredesk=")));
    });
  }

  test("signing out ends the session for whoever kept the cookie", async () => {
    const person = await new Desk().signIn("receptionist");
    const kept = person.cookie;
    const out = await person.submit("/", {}, { action: "/logout" });
    assert.equal(out.status, 303);
    assert.match(out.headers.location, /^\/login/);
    assert.match(out.headers["set-cookie"].join("\n"), /__Host-caredesk=;?.*(Max-Age=0|1970)/i);
    const thief = new Desk();
    thief.cookie = kept;
    assert.equal((await thief.get("/")).status, 303);
  });

  test("a GET of /logout signs nobody out", async () => {
    const person = await desk("receptionist");
    assert.equal((await person.get("/logout")).status, 405);
    assert.equal((await person.get("/")).status, 200);
  });

  for (const [what, change] of [
    ["was idle too long", "last_seen_at = now() - interval '13 hours'"],
    ["is over its time", "expires_at = now() - interval '1 second'"],
    ["was revoked", "revoked_at = now()"],
  ]) {
    test(`a session that ${what} leads to /login`, async () => {
      const account = await newAccount("nurse");
      const person = await new Desk().signIn(account);
      assert.equal((await person.get("/")).status, 200);
      await psql(`UPDATE caredesk.session SET ${change} WHERE account_id = ${literal(account.id)};`);
      const reply = await person.get("/");
      assert.equal(reply.status, 303);
      assert.match(reply.headers.location, /^\/login/);
    });
  }

  test("the database doesn't keep the cookie", async () => {
    const person = await new Desk().signIn("nurse");
    const value = decodeURIComponent(person.cookie.split("=")[1]);
    const dump = await psql("SELECT row_to_json(s)::text FROM caredesk.session s;");
    for (const part of value.split(".").filter((p) => p.length >= 20)) {
      assert.ok(!dump.includes(part));
      assert.ok(!dump.includes(Buffer.from(part, "base64url").toString("hex")));
    }
  });

  test("a cookie is nothing on the API, and a token nothing on a page", async () => {
    const person = await desk("receptionist");
    failed(await api("GET", "/auth/me", { headers: { cookie: person.cookie } }), 401, "UNAUTHENTICATED");
    failed(await api("POST", "/patients", { headers: { cookie: person.cookie }, body: {} }), 401, "UNAUTHENTICATED");
    const { accessToken } = await login("receptionist");
    const page = await send("GET", "/patients?search=a", {
      headers: { authorization: `Bearer ${accessToken}`, accept: "text/html" },
    });
    assert.equal(page.status, 303);
  });

  for (const [what, value] of [
    ["empty", ""],
    ["garbage", "!!!"],
    ["quoted", '"abc"'],
    ["6 kB long", "a".repeat(6000)],
    ["with percent signs", "%00%ff%zz"],
    ["SQL", "'; DROP TABLE caredesk.session; --"],
    ["a number in front", "999999999999999999999.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ["minus one in front", "-1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
  ]) {
    test(`a cookie that is ${what} leads to /login`, async () => {
      const reply = await send("GET", "/", { headers: { cookie: `__Host-caredesk=${value}`, accept: "text/html" } });
      assert.equal(reply.status, 303);
      assert.match(reply.headers.location, /^\/login/);
    });
  }

  test("a cookie of bytes that are not UTF-8 leads to /login", async () => {
    const reply = await raw(Buffer.from(head("GET", "/", { Cookie: "__Host-caredesk=\xff\xfe\x80" }), "latin1"));
    assert.equal(reply.status, 303, reply.head);
  });
});

describe("a form of somebody else", () => {
  const sent = async (change, headers) => {
    const person = await desk("receptionist");
    const page = await person.get("/patients/new");
    const form = forms(page.text).find((f) => f.method === "POST" && f.action !== "/logout");
    const fields = {
      ...form.fields,
      firstName: "Eve",
      lastName: "Mallory",
      dateOfBirth: "1990-01-01",
      gender: "female",
    };
    change(fields);
    return person.request("POST", form.action, { fields, headers });
  };
  const refused = (reply) => {
    assert.equal(reply.status, 403, reply.text.slice(0, 300));
    assert.match(reply.headers["content-type"], /^text\/html/);
  };

  test("without a csrf token is refused", async () => refused(await sent((fields) => delete fields.csrf)));
  test("with an empty csrf token is refused", async () => refused(await sent((fields) => (fields.csrf = ""))));
  test("with a csrf token cut short is refused", async () =>
    refused(await sent((fields) => (fields.csrf = fields.csrf.slice(0, -1)))));
  test("with the csrf token of another session is refused", async () => {
    const other = await new Desk().signIn("receptionist");
    const token = forms((await other.get("/patients/new")).text).find((f) => f.fields.csrf).fields.csrf;
    refused(await sent((fields) => (fields.csrf = token)));
  });
  for (const origin of [
    "https://evil.example",
    "null",
    base.origin.replace("https:", "http:"),
    `${base.origin}.evil.example`,
    "https://127.0.0.1",
  ]) {
    test(`from the origin ${origin} is refused`, async () => refused(await sent(() => {}, { origin })));
  }
  test("that a browser marks as cross-site is refused", async () =>
    refused(await sent(() => {}, { origin: undefined, "sec-fetch-site": "cross-site" })));
  test("none of those created a patient", async () => {
    const [{ count }] = await rows(
      "SELECT count(*) FROM caredesk.patient WHERE first_name = 'Eve' AND last_name = 'Mallory'",
    );
    assert.equal(Number(count), 0);
  });
  test("signing out without a csrf token is refused, and the session lives", async () => {
    const person = await desk("receptionist");
    assert.equal((await person.request("POST", "/logout", { fields: {} })).status, 403);
    assert.equal((await person.get("/")).status, 200);
  });
  test("signing in from another origin is refused", async () => {
    const visitor = new Desk();
    const reply = await visitor.submit("/login", credentials("receptionist"), {
      headers: { origin: "https://evil.example" },
    });
    assert.equal(reply.status, 403);
    assert.equal(visitor.cookie.split("=")[1] ?? "", "");
  });
});

function b64(value) {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

function unb64(text) {
  return Buffer.from(text, "base64url").toString("utf8");
}

function signed(key, header, payload) {
  const text = `${b64(header)}.${payload}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
}

function claims(token) {
  return JSON.parse(unb64(token.split(".")[1]));
}
