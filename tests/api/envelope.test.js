// What every answer carries: the envelope of the API, the headers that protect, health and metrics.
import assert from "node:assert/strict";
import tls from "node:tls";
import { describe, test } from "node:test";
import { base, plainBase } from "../support/env.js";
import { api, createPatient, draft, key, login, send, unique } from "../support/client.js";
import { failed, succeeded } from "../support/expect.js";
import { Desk, desk } from "../support/desk.js";

const as = "receptionist";
const html = { accept: "text/html" };

// Every kind of answer, by name: [send it, is it dynamic].
const answers = {
  "a success": () => api("GET", "/auth/me", { as }),
  "a creation": () => api("POST", "/patients", { as, body: draft() }),
  "a list": () => api("GET", "/patients?pageSize=1", { as }),
  "400 VALIDATION_ERROR": () => api("POST", "/patients", { as, body: {} }),
  "400 MALFORMED_JSON": () => api("POST", "/patients", { as, body: "{" }),
  401: () => api("GET", "/auth/me"),
  403: () => api("GET", "/patients", { as: "auditor" }),
  "404 of a patient": () => api("GET", "/patients/00000000-0000-7000-8000-000000000000", { as }),
  "404 of a path": () => api("GET", "/nothing", { as }),
  405: () => api("DELETE", "/patients", { as }),
  406: () => api("GET", "/patients", { as, headers: { accept: "image/png" } }),
  409: async () => {
    const { id } = await createPatient();
    await api("PATCH", `/patients/${id}`, { as, body: { phone: "555 0100" } });
    return api("PATCH", `/patients/${id}`, { as, body: { phone: "555 0101", version: 1 } });
  },
  415: () => api("POST", "/patients", { as, body: "{}", headers: { "content-type": "text/plain" } }),
  422: async () => {
    const headers = { "idempotency-key": key() };
    await api("POST", "/patients", { as, body: draft(), headers });
    return api("POST", "/patients", { as, body: draft(), headers });
  },
  health: () => send("GET", "/health"),
  readiness: () => send("GET", "/ready"),
  "the API's description": () => send("GET", "/api/openapi.json"),
  "the sign-in page": () => send("GET", "/login", { headers: html }),
  "a redirect to it": () => send("GET", "/patients", { headers: html }),
  "the first page": async () => (await desk(as)).get("/"),
  "a list of results": async () => (await desk(as)).get("/patients?search=a"),
  "a record's page": async () => (await desk(as)).get(`/patients/${(await createPatient()).id}`),
  "a page that isn't there": async () => (await desk(as)).get("/nothing"),
  "a patient's page that isn't there": async () =>
    (await desk(as)).get("/patients/00000000-0000-7000-8000-000000000000"),
  "a page that the role may not see": async () => (await desk("auditor")).get("/patients?search=a"),
  "a refused form": async () => (await desk(as)).request("POST", "/patients", { fields: {} }),
};
const lighttpd = {
  "413 of the web server": () => api("POST", "/patients", { as, body: `"${"x".repeat(1_100_000)}"` }),
  "404 of a static file": () => send("GET", "/static/nothing.css"),
};

describe("every answer", () => {
  for (const [name, get] of Object.entries({ ...answers, ...lighttpd })) {
    test(`${name} carries the headers that protect`, async () => {
      const { headers } = await get();
      assert.match(headers["strict-transport-security"] ?? "", /^max-age=(\d{8,})\b/);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.match(headers["referrer-policy"] ?? "", /^(no-referrer|same-origin|strict-origin)$/);
      const csp = Object.fromEntries(
        (headers["content-security-policy"] ?? "")
          .split(";")
          .map((part) => part.trim().split(/\s+/))
          .map(([directive, ...sources]) => [directive, sources]),
      );
      assert.match((csp["default-src"] ?? []).join(), /^('none'|'self')$/, headers["content-security-policy"]);
      assert.deepEqual(csp["frame-ancestors"], ["'none'"]);
      assert.doesNotMatch(headers["content-security-policy"], /unsafe|\*|data:(?!.*img)|http:/);
      if (/^text\/html/.test(headers["content-type"] ?? "")) {
        assert.match((csp["form-action"] ?? []).join(), /^('none'|'self')$/);
        assert.match((csp["base-uri"] ?? []).join(), /^('none'|'self')$/);
      }
      if (headers["x-frame-options"]) assert.equal(headers["x-frame-options"], "DENY");
      assert.equal(headers["x-powered-by"], undefined);
      assert.doesNotMatch(headers.server ?? "", /\d/, "the server's version is nobody's business");
    });
  }

  for (const [name, get] of Object.entries(answers)) {
    test(`${name} is kept by no cache, says how long it took, and has a request id`, async () => {
      const { headers } = await get();
      assert.match(
        headers["cache-control"] ?? "",
        name === "the API's description" ? /no-store|no-cache|max-age/ : /no-store/,
      );
      assert.match(headers["server-timing"] ?? "", /(^|, ?)app;dur=\d+(\.\d+)?/);
      assert.match(headers["server-timing"] ?? "", /(^|, ?)db;dur=\d+(\.\d+)?/);
      assert.match(headers["x-request-id"] ?? "", /^[\w.:-]{8,128}$/);
      if (!/json/.test(headers["content-type"] ?? "")) return;
      assert.match(headers["content-type"], /^application\/json(; ?charset=utf-8)?$/i);
    });
  }

  test("two answers have two request ids", async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, async () => (await api("GET", "/auth/me", { as })).headers["x-request-id"]),
    );
    assert.equal(new Set(ids).size, 20);
  });
});

describe("the envelope", () => {
  for (const [name, status, code] of [
    ["400 VALIDATION_ERROR", 400, "VALIDATION_ERROR"],
    ["400 MALFORMED_JSON", 400, "MALFORMED_JSON"],
    ["401", 401, "UNAUTHENTICATED"],
    ["403", 403, "INSUFFICIENT_PERMISSIONS"],
    ["404 of a patient", 404, "PATIENT_NOT_FOUND"],
    ["404 of a path", 404, "NOT_FOUND"],
    ["405", 405, "METHOD_NOT_ALLOWED"],
    ["406", 406, "NOT_ACCEPTABLE"],
    ["409", 409, "OPTIMISTIC_LOCK_CONFLICT"],
    ["415", 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["422", 422, "IDEMPOTENCY_KEY_REUSED"],
    ["413 of the web server", 413, "PAYLOAD_TOO_LARGE"],
  ]) {
    test(`of ${name} says what went wrong, in words and as a code`, async () => {
      const body = failed(await (answers[name] ?? lighttpd[name])(), status, code);
      assert.match(body.message, /^[A-Z].*[.!]$/);
    });
  }

  test("names the user and the role of who is signed in, and of nobody else", async () => {
    const { user } = await login(as);
    for (const name of ["a success", "a list", "400 VALIDATION_ERROR", "404 of a patient"]) {
      const { meta } = (await answers[name]()).json;
      assert.equal(meta.userId, user.id, name);
      assert.equal(meta.userRole, as, name);
    }
    for (const name of ["401"]) {
      const { meta = {} } = (await answers[name]()).json;
      assert.ok(!("userId" in meta) && !("userRole" in meta), name);
    }
  });

  test("of 401 comes with WWW-Authenticate", async () => {
    assert.match((await answers["401"]()).headers["www-authenticate"], /^Bearer\b/);
  });

  test("is JSON for the API and HTML for a person, for the same fault", async () => {
    failed(await api("GET", "/nothing", { as }), 404, "NOT_FOUND");
    const page = await (await desk(as)).get("/nothing");
    assert.equal(page.status, 404);
    assert.match(page.headers["content-type"], /^text\/html; ?charset=utf-8$/i);
    assert.match(page.text, /<title>/);
  });
});

describe("the doors", () => {
  test("plain HTTP leads to HTTPS and does nothing else", async () => {
    for (const path of ["/", "/patients?search=x", "/api/v1/patients"]) {
      const reply = await send("GET", path, { url: plainBase, headers: { host: plainBase.host } });
      assert.ok([301, 302, 307, 308].includes(reply.status), `${path}: ${reply.status}`);
      assert.ok(reply.headers.location.startsWith(`${base.origin}/`), reply.headers.location);
      assert.equal(reply.headers["set-cookie"], undefined);
    }
    const reply = await send("POST", "/api/v1/auth/login", {
      url: plainBase,
      headers: { host: plainBase.host, "content-type": "application/json" },
      body: "{}",
    });
    // A password that came in clear is refused and not sent on.
    assert.equal(reply.status, 400);
    assert.equal(reply.json.success, false);
  });

  const handshake = (options) =>
    new Promise((resolve) => {
      const socket = tls.connect(
        { host: base.hostname, port: base.port, checkServerIdentity: () => undefined, ...options },
        () => {
          const protocol = socket.getProtocol();
          socket.destroy();
          resolve(protocol);
        },
      );
      socket.on("error", (error) => resolve(error.code ?? error.message));
    });

  test("TLS 1.2 and 1.3 are spoken, 1.0 and 1.1 are not", async () => {
    assert.equal(await handshake({ minVersion: "TLSv1.2", maxVersion: "TLSv1.2" }), "TLSv1.2");
    assert.equal(await handshake({ minVersion: "TLSv1.3" }), "TLSv1.3");
    for (const version of ["TLSv1", "TLSv1.1"]) {
      assert.doesNotMatch(
        String(await handshake({ minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" })),
        /^TLS/,
      );
    }
  });

  test("static files may be kept by a cache, are compressed, and are named by the pages", async () => {
    const { text } = await new Desk().get("/login");
    const sheet = /<link\b[^>]*href="(\/static\/[^"]+\.css[^"]*)"/.exec(text)[1];
    const reply = await send("GET", sheet, { headers: { "accept-encoding": "gzip" } });
    assert.equal(reply.status, 200);
    assert.match(reply.headers["content-type"], /^text\/css/);
    assert.equal(reply.headers["content-encoding"], "gzip");
    assert.match(reply.headers["cache-control"], /max-age=[1-9]/);
    assert.ok(reply.headers.etag || reply.headers["last-modified"]);
  });

  test("no page has code or style within it", async () => {
    const person = await desk(as);
    const { id } = await createPatient();
    for (const path of ["/", "/patients?search=a", "/patients/new", `/patients/${id}`, `/patients/${id}/edit`]) {
      const { text, status } = await person.get(path);
      assert.equal(status, 200, path);
      const tags = text.match(/<[a-z!/](?:"[^"]*"|[^>"])*>/gi);
      for (const tag of tags) {
        assert.doesNotMatch(tag, /^<script(?![^>]*\bsrc=)|^<style/i, path);
        assert.doesNotMatch(tag.replace(/"[^"]*"/g, '""'), /\s(on[a-z]+|style)\s*=/i, path);
        assert.doesNotMatch(tag, /\b(href|src|action)="\s*(javascript|data):/i, path);
      }
      assert.match(text, /<html[^>]* lang="/);
    }
  });
});

describe("health", () => {
  test("/health says that a worker answers", async () => {
    const reply = await send("GET", "/health");
    assert.equal(reply.status, 200);
    const status = reply.json.status ?? reply.json.data?.status;
    assert.match(status, /^(ok|up|healthy)$/i);
  });

  test("/api/v1/patients/health and /api/health say the same", async () => {
    for (const path of ["/api/v1/patients/health", "/api/v1/health", "/api/health"]) {
      const reply = await send("GET", path, { headers: { accept: "application/json" } });
      assert.equal(reply.status, 200, path);
    }
  });

  test("/ready says what it looked at", async () => {
    const reply = await send("GET", "/ready");
    assert.equal(reply.status, 200);
    assert.match(reply.text, /database/i);
    assert.match(reply.text, /migration/i);
  });

  const metrics = async () => {
    const reply = await send("GET", "/metrics");
    assert.equal(reply.status, 200);
    assert.match(reply.headers["content-type"], /^text\/plain; ?version=0\.0\.4/);
    const values = new Map();
    for (const line of reply.text.split("\n")) {
      if (line === "" || line.startsWith("#")) continue;
      const [, name, value] =
        /^([a-zA-Z_:][\w:]*(?:\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*\})?) (\S+)$/.exec(line) ??
        assert.fail(`not Prometheus text: ${line}`);
      assert.ok(!values.has(name), `${name} stands there twice`);
      assert.ok(!Number.isNaN(Number(value.replace("+Inf", "Infinity"))), line);
      values.set(name, Number(value));
    }
    return { text: reply.text, values };
  };
  const counted = (values) =>
    [...values]
      .filter(([name]) => /_(requests_total|request_duration_seconds_count)\{/.test(name) && /auth\/me/.test(name))
      .reduce((sum, [, value]) => sum + value, 0);

  test("/metrics counts the requests of all workers together, by route", async () => {
    const before = counted((await metrics()).values);
    await Promise.all(Array.from({ length: 60 }, () => api("GET", "/auth/me", { as })));
    const now = (await metrics()).values;
    const after = counted(now);
    assert.ok(after - before >= 60, `${before} before, ${after} after 60 requests`);
    assert.ok(
      [...now.keys()].some((name) => /_bucket\{.*le="/.test(name)),
      "there are histograms",
    );
  });

  test("/metrics names routes, not patients and not what was asked", async () => {
    const { id, mrn, lastName } = await createPatient();
    const asked = unique();
    await api("GET", `/patients/${id}`, { as });
    await api("GET", `/patients/mrn:${mrn}`, { as });
    await api("GET", `/patients?search=${asked}`, { as });
    await api("GET", `/nothing-${asked}`, { as });
    const { text } = await metrics();
    for (const secret of [id, mrn, lastName, asked]) assert.ok(!text.includes(secret), secret);
  });
});
