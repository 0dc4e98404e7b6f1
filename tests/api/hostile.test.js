// Input of people who mean no good, and of broken clients: each gets its code, nobody a fault of ours.
import assert from "node:assert/strict";
import http2 from "node:http2";
import { after, before, describe, test } from "node:test";
import { base } from "../support/env.js";
import { api, createPatient, draft, each, head, login, raw, send, unique } from "../support/client.js";
import { discreet, failed, succeeded, wrongFields } from "../support/expect.js";
import { broken, jsonSuite } from "../support/names.js";
import { psql } from "../support/psql.js";
import { logs, workers } from "../support/stack.js";

const as = "receptionist";
let alive;

before(async () => {
  alive = workers();
  assert.ok(alive.length > 0);
});

after(async () => {
  assert.deepEqual(workers(), alive, "a worker died of what it was sent");
});

const post = (body, headers = {}) => api("POST", "/patients", { as, body, headers });
const malformed = async (body) => failed(await post(body), 400, "MALFORMED_JSON");
const nested = (levels) => `{"a":${"[".repeat(levels - 1)}1${"]".repeat(levels - 1)}}`;

describe("a body that is not JSON", () => {
  for (const body of [
    "",
    " ",
    "{",
    "}",
    "[",
    "{]",
    "nonsense",
    '{"a":1}x',
    '{"a":1}{"b":2}',
    "{'a':1}",
    "{a:1}",
    '{"a":1,}',
    '{"a":}',
    '{"a" 1}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":-Infinity}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":0x1}',
    '{"a":True}',
    '{"a":undefined}',
    '{"a":1}//x',
    '/* x */{"a":1}',
    '{"a":"\t"}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a":"b',
    '{"a":"\\',
    "<patient/>",
    "firstName=Ada",
    '\ufeff{"a":1}',
    "\u0000",
    '{"a":1}\u0000',
    '{"firstName":"A\\u0000B"}',
    '{"a\\u0000b":1}',
    '{"a":"\\ud800"}',
    '{"a":"\\udc00\\ud800"}',
    '{"a":"\\ud83dx"}',
    '{"firstName":"Ada","firstName":"Eve"}',
    '{"address":{"city":"a","city":"b"}}',
    '{"firstName":"Ada","first\\u004eame":"Eve"}',
    "null",
    "true",
    "1",
    '"text"',
    "[]",
    '[{"firstName":"Ada"}]',
    '{"a":1e999}',
    `{"a":${"9".repeat(400)}}`,
    '{"a":99999999999999999999}',
    '{"a":-99999999999999999999}',
    nested(33),
    nested(1000),
    "[".repeat(100_000),
    '{"a":'.repeat(100_000),
  ]) {
    test(`${JSON.stringify(body.slice(0, 40))} (${body.length}) is MALFORMED_JSON`, () => malformed(body));
  }

  for (const [what, bytes] of [
    ["overlong", [0xc0, 0x80]],
    ["overlong slash", [0xe0, 0x80, 0xaf]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["beyond Unicode", [0xf4, 0x90, 0x80, 0x80]],
    ["a lone continuation", [0x80]],
    ["cut short", [0xe2, 0x82]],
    ["Latin-1", [0xe9]],
    ["0xff", [0xff]],
    ["a raw NUL", [0x00]],
  ]) {
    test(`UTF-8 that is ${what} is MALFORMED_JSON`, () =>
      malformed(Buffer.concat([Buffer.from('{"firstName":"A'), Buffer.from(bytes), Buffer.from('B"}')])));
  }

  test("in UTF-16 is MALFORMED_JSON", () => malformed(Buffer.from('\ufeff{"firstName":"Ada"}', "utf16le")));

  test("cut out of naughty strings is MALFORMED_JSON", async () => {
    assert.ok(broken.length > 50);
    await each(broken, (bytes) => malformed(Buffer.concat([Buffer.from('{"firstName":"'), bytes, Buffer.from('"}')])));
  });

  test("says so as well where a token, a record or a version would have been", async () => {
    const { id } = await createPatient();
    failed(await api("PATCH", `/patients/${id}`, { as, body: "{" }), 400, "MALFORMED_JSON");
    failed(await api("PUT", `/patients/${id}`, { as, body: "[]" }), 400, "MALFORMED_JSON");
    failed(
      await api("POST", "/auth/login", { body: '{"email":"a","email":"b","password":"c"}' }),
      400,
      "MALFORMED_JSON",
    );
    failed(await api("POST", "/auth/refresh", { body: "null" }), 400, "MALFORMED_JSON");
  });

  test("is not looked at before it is known who sends it", async () => {
    failed(await api("POST", "/patients", { body: "{" }), 401, "UNAUTHENTICATED");
    failed(await api("POST", "/patients", { as: "auditor", body: "{" }), 403, "INSUFFICIENT_PERMISSIONS");
  });
});

describe("a body that is JSON within the limits", () => {
  for (const body of [
    "{}",
    " \t\r\n{}\r\n ",
    nested(32),
    '{"a":"\\ud83d\\ude00"}',
    '{"a":1e2,"b":-0.0,"c":1E-400}',
    '{"\u{10ffff}":"\u007f"}',
    '{"__proto__":{"x":1}}',
    '{"a":9223372036854775807}',
  ]) {
    test(`${JSON.stringify(body.slice(0, 40))} gets as far as its fields`, async () => {
      failed(await post(body), 400, "VALIDATION_ERROR");
    });
  }

  test("JSONTestSuite: every n_ is MALFORMED_JSON, every y_ that is an object is read", async () => {
    assert.equal(jsonSuite.size, 318);
    const wrong = [];
    await each([...jsonSuite], async ([name, bytes]) => {
      const reply = await post(bytes);
      const code = reply.json?.code;
      let wanted = ["MALFORMED_JSON"];
      if (name.startsWith("i_")) wanted = ["MALFORMED_JSON", "VALIDATION_ERROR"];
      // Ours to refuse: doubled keys, NUL, and whatever isn't an object.
      else if (name.startsWith("y_object") && !/duplicated|escaped_null/.test(name)) wanted = ["VALIDATION_ERROR"];
      else if (
        name.startsWith("y_") &&
        bytes.toString().trim().startsWith("{") &&
        !/duplicated|escaped_null/.test(name)
      )
        wanted = ["VALIDATION_ERROR"];
      if (reply.status !== 400 || !wanted.includes(code)) wrong.push(`${name}: ${reply.status} ${code}`);
    });
    assert.deepEqual(wrong, []);
  });

  test("a thousand unknown fields are all an error", async () => {
    const fields = wrongFields(
      await post({ ...draft(), ...Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, i])) }),
    );
    assert.ok(fields.length >= 50, `${fields.length} were named`);
  });
});

describe("the type of a body", () => {
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/html",
    "application/xml",
    "application/jsonx",
    "application/json, text/plain",
    "json",
    ";",
    "application/",
  ]) {
    test(`${type} is 415`, async () => {
      failed(await post(JSON.stringify(draft()), { "content-type": type }), 415, "UNSUPPORTED_MEDIA_TYPE");
    });
  }

  test("none at all is 415", async () => {
    const { accessToken } = await login(as);
    const body = JSON.stringify(draft());
    const reply = await send("POST", "/api/v1/patients", {
      headers: { authorization: `Bearer ${accessToken}`, "content-length": Buffer.byteLength(body) },
      body,
    });
    failed(reply, 415, "UNSUPPORTED_MEDIA_TYPE");
  });

  for (const type of [
    "application/json;charset=utf-8",
    "Application/JSON; Charset=UTF-8",
    'application/json; charset="utf-8"',
    "application/json ; charset=utf-8",
  ]) {
    test(`${type} is JSON`, async () => {
      succeeded(await post(JSON.stringify(draft()), { "content-type": type }), 201);
    });
  }
});

describe("the size of a body", () => {
  const padded = (size) => {
    const text = JSON.stringify(draft());
    return text + " ".repeat(size - Buffer.byteLength(text));
  };

  test("of exactly 1 MiB is taken", async () => {
    succeeded(await post(padded(1 << 20)), 201);
  });

  test("of one byte more is 413", async () => {
    failed(await post(padded((1 << 20) + 1)), 413, "PAYLOAD_TOO_LARGE");
  });

  test("of 20 MB is 413, also when it only says so", async () => {
    failed(await post(padded(20_000_000)).catch(() => announced("20000000")), 413, "PAYLOAD_TOO_LARGE");
    failed(parsed(await announced("20000000")), 413, "PAYLOAD_TOO_LARGE");
  });

  test("of 2 MB in chunks is 413", async () => {
    const { accessToken } = await login(as);
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const reply = await raw(
      head("POST", "/api/v1/patients", {
        Authorization: `Bearer ${accessToken}`,
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
      }) +
        chunk.repeat(32) +
        "0\r\n\r\n",
    );
    assert.equal(reply.status, 413, reply.head);
  });

  test("in chunks within the limit is taken", async () => {
    const { accessToken } = await login(as);
    const body = JSON.stringify(draft());
    const reply = await raw(
      head("POST", "/api/v1/patients", {
        Authorization: `Bearer ${accessToken}`,
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
      }) + `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
    assert.equal(reply.status, 201, reply.head + reply.body);
  });

  for (const length of ["-1", "abc", "1e3", "0x10", "99999999999999999999", "1 2", "+5"]) {
    test(`said to be ${length} is refused`, async () => {
      const reply = await announced(length);
      assert.ok([400, 411, 413].includes(reply.status), reply.head);
      discreet(reply.body);
    });
  }

  test("said twice, differently, is refused", async () => {
    const reply = await raw(
      `POST /api/v1/auth/login HTTP/1.1\r\nHost: ${base.host}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 40\r\nConnection: close\r\n\r\n{}`,
    );
    assert.equal(reply.status, 400, reply.head);
  });

  test("said and chunked as well is no way to smuggle a second request", async () => {
    const reply = await raw(
      `POST /api/v1/auth/login HTTP/1.1\r\nHost: ${base.host}\r\nContent-Type: application/json\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: ${base.host}\r\nConnection: close\r\n\r\n`,
    );
    assert.equal(reply.status, 400, reply.head);
    assert.equal((reply.head.match(/HTTP\/1\.1/g) ?? []).length, 1);
  });

  test("cut short by a client that went away harms nobody and creates nothing", async () => {
    const { accessToken } = await login(as);
    const lastName = unique();
    const body = JSON.stringify(draft({ lastName }));
    for (const sent of [0, 1, body.length - 1]) {
      await raw(
        head("POST", "/api/v1/patients", {
          Authorization: `Bearer ${accessToken}`,
          "Content-Type": "application/json",
          "Content-Length": String(Buffer.byteLength(body)),
        }) + body.slice(0, sent),
        { end: true, timeout: 3_000 },
      );
    }
    succeeded(await api("GET", "/auth/me", { as }));
    assert.equal(await psql(`SELECT count(*) FROM caredesk.patient WHERE last_name = '${lastName}';`), "0");
  });
});

async function announced(length) {
  const { accessToken } = await login(as);
  return raw(
    head("POST", "/api/v1/patients", {
      Authorization: `Bearer ${accessToken}`,
      "Content-Type": "application/json",
      "Content-Length": length,
    }) + "{}",
  );
}

// A raw answer in the shape of send()'s.
function parsed({ status, head: lines, body }) {
  const headers = Object.fromEntries(
    lines
      .split("\r\n")
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
  return { status, headers, text: body, json: body.startsWith("{") ? JSON.parse(body) : undefined };
}

describe("a wrong method", () => {
  for (const [method, path, allowed] of [
    ["DELETE", "/api/v1/patients", ["GET", "POST"]],
    ["PUT", "/api/v1/patients", ["GET", "POST"]],
    ["POST", "/api/v1/patients/00000000-0000-7000-8000-000000000000", ["GET", "PATCH", "PUT"]],
    ["GET", "/api/v1/auth/login", ["POST"]],
    ["POST", "/api/v1/auth/me", ["GET"]],
    ["PROPFIND", "/api/v1/patients", ["GET", "POST"]],
    ["POST", "/health", ["GET"]],
    ["DELETE", "/api/openapi.json", ["GET"]],
  ]) {
    test(`${method} ${path} is 405 and says what is allowed`, async () => {
      const { accessToken } = await login(as);
      const reply = await send(method, path, {
        headers: { authorization: `Bearer ${accessToken}`, accept: "application/json" },
      });
      failed(reply, 405, "METHOD_NOT_ALLOWED");
      const allow = (reply.headers.allow ?? "").split(/, */);
      for (const wanted of allowed) assert.ok(allow.includes(wanted), `Allow: ${reply.headers.allow}`);
      assert.ok(!allow.includes(method));
    });
  }

  for (const method of ["TRACE", "CONNECT", "FOO", "get", "G\u0001T", "A".repeat(300)]) {
    test(`${method.slice(0, 12)} is refused and shows nothing`, async () => {
      const reply = await raw(head(method, "/api/v1/patients", { "X-Secret": "hidden-in-a-header" }));
      assert.ok([400, 405, 501].includes(reply.status) || (reply.status === 401 && method === "get"), reply.head);
      assert.ok(!reply.body.includes("hidden-in-a-header"));
    });
  }

  test("on a page is 405 as well", async () => {
    for (const path of ["/", "/login", "/patients/new"]) {
      const reply = await send("DELETE", path, { headers: { accept: "text/html" } });
      assert.equal(reply.status, 405, path);
      assert.match(reply.headers.allow, /GET/);
    }
  });
});

describe("a path with a trick in it", () => {
  for (const path of [
    "/../../../../etc/passwd",
    "/..%2f..%2f..%2fetc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/static/../caredesk.conf",
    "/static/..%2f..%2fetc%2fpasswd",
    "/static/%2e%2e/lighttpd.conf",
    "/static/..\\..\\etc\\passwd",
    "/static//etc/passwd",
    "/static/.htaccess",
    "/static/",
    "/.git/config",
    "/static/%00",
    "/static/a%00.css",
    "/api/v1/patients/../../../etc/passwd",
    "/api/v1/patients/..%2f..%2fetc%2fpasswd",
    "/api/v1/patients/%2e%2e%2f%2e%2e",
    "/api/v1/patients/%00",
    "/api/v1/patients/mrn:%00",
    "/api/v1/patients/mrn:%ff%fe",
    "/api/v1/patients/%c0%ae%c0%ae",
    "/api/v1/patients/a%0d%0aSet-Cookie:%20a=b",
    "/api/v1/patients/%zz",
    "/api/v1/patients/%",
    "/api/v1/patients/a/b/c/d",
    "/api/v1//patients/x",
    "/api/v1/./patients/x",
    "/api/v1/patients;a=b",
    "/api/v2/patients",
    "/api/v1/",
    "/api",
    "/api/",
    "/api/v1/nothing",
    "/nothing",
    "/patients/..%2fnew%00",
    "/patients/%F0%9F%98%80",
    "/favicon.ico%00",
    "/api/v1/PATIENTS",
  ]) {
    test(`${path} is neither a file nor a fault`, async () => {
      const { accessToken } = await login(as);
      const reply = await raw(head("GET", path, { Authorization: `Bearer ${accessToken}`, Accept: "*/*" }));
      assert.ok([301, 303, 400, 403, 404].includes(reply.status), `${reply.status} ${reply.head}`);
      assert.ok(!reply.body.includes("root:"), reply.body);
      assert.doesNotMatch(reply.head, /\r\nset-cookie: *a=b/i);
      discreet(reply.body);
      if (path.startsWith("/api/") && !/[;.]{1,2}\/|%2e|%zz/.test(path) && reply.status >= 400) {
        failed(parsed(reply), reply.status, ["NOT_FOUND", "PATIENT_NOT_FOUND", "VALIDATION_ERROR"]);
      }
    });
  }

  test("that is 9 kB long is refused in the shape of the API", async () => {
    const reply = await send("GET", `/api/v1/patients/${"a".repeat(9000)}`, {
      headers: { accept: "application/json" },
    });
    assert.ok([414, 431].includes(reply.status), String(reply.status));
    assert.equal(reply.json?.success, false, reply.text.slice(0, 200));
  });

  for (const query of [
    "search=%00",
    "search=%ff",
    "search=%c0%80",
    "search=%zz",
    "search=%",
    "%00=1",
    "=1",
    "&&&",
    "search",
    "page=%31%00",
    "a".repeat(5000),
    "search=a&search=b",
  ]) {
    test(`the query ?${query.slice(0, 30)} (${query.length}) is answered without a fault`, async () => {
      const reply = await api("GET", `/patients?${query}`, { as });
      if (reply.status === 200) succeeded(reply);
      else if (query.length > 4000) failed(reply, 414, "URI_TOO_LONG");
      else failed(reply, 400, "VALIDATION_ERROR");
      if (/%00|%ff|%c0%80|^a{9}/.test(query)) assert.notEqual(reply.status, 200);
    });
  }
});

describe("headers", () => {
  test("of 64 kB are 431, in the shape of the API", async () => {
    const reply = await raw(
      head("GET", "/api/v1/patients", { "X-Long": "a".repeat(65_536), Accept: "application/json" }),
    );
    assert.equal(reply.status, 431, reply.head);
    assert.equal(parsed(reply).json?.success, false, reply.body.slice(0, 300));
  });

  test("of 64 kB in a thousand lines, in a cookie, in a token are refused", async () => {
    for (const lines of [
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`X-${i}`, "a".repeat(55)])),
      { Cookie: `__Host-caredesk=${"a".repeat(65_536)}` },
      { Authorization: `Bearer ${"a".repeat(65_536)}` },
    ]) {
      assert.equal((await raw(head("GET", "/api/v1/auth/me", lines))).status, 431);
    }
  });

  for (const [what, line] of [
    ["folded", "X-A: b\r\n c"],
    ["without a colon", "nonsense"],
    ["with a NUL", "X-A: b\0c"],
    ["with a bare CR", "X-A: b\rX-B: c"],
    ["with a blank before the colon", "X-A : b"],
    ["without a name", ": b"],
  ]) {
    test(`${what} are no fault`, async () => {
      const reply = await raw(`GET /health HTTP/1.1\r\nHost: ${base.host}\r\n${line}\r\nConnection: close\r\n\r\n`);
      assert.ok([200, 400].includes(reply.status), reply.head);
    });
  }

  test("without a Host, or with two, are refused", async () => {
    assert.equal((await raw("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")).status, 400);
    assert.equal((await raw(`GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n`)).status, 400);
  });

  test("with somebody else's Host lead nowhere else", async () => {
    const reply = await raw(head("GET", "/patients", { Host: "evil.example", Accept: "text/html" }));
    assert.ok([303, 400, 421].includes(reply.status), reply.head);
    assert.ok(!reply.head.includes("evil.example"), reply.head);
  });

  for (const accept of [
    "text/html",
    "image/png",
    "application/json;q=0",
    "text/*",
    "application/xml, text/html;q=0.9",
  ]) {
    test(`Accept: ${accept} on the API is 406`, async () => {
      failed(await api("GET", "/patients", { as, headers: { accept } }), 406, "NOT_ACCEPTABLE");
    });
  }
  for (const accept of [
    "*/*",
    "application/*",
    "application/json",
    "text/html, application/json;q=0.1",
    "APPLICATION/JSON",
    "text/html,*/*;q=0.1",
    "",
  ]) {
    test(`Accept: ${accept || "(empty)"} on the API is JSON`, async () => {
      succeeded(await api("GET", "/patients?pageSize=1", { as, headers: { accept } }));
    });
  }
  for (const accept of [",", ";;;q=x", "a".repeat(3000), "*/*;q=abc", "application/json;q=\u00ff"]) {
    test(`Accept: ${accept.slice(0, 20)} on the API is no fault`, async () => {
      const reply = await api("GET", "/patients?pageSize=1", { as, headers: { accept } });
      assert.ok([200, 400, 406].includes(reply.status), reply.text);
    });
  }

  for (const [name, value] of [
    ["x-request-id", "<script>"],
    ["x-request-id", "a".repeat(500)],
    ["x-request-id", "a b"],
    ["x-request-id", 'a"b'],
    ["x-request-id", "\u00e9"],
    ["x-request-id", "'; --"],
    ["x-request-id", ""],
  ]) {
    test(`a ${name} of ${JSON.stringify(value.slice(0, 12))} is replaced`, async () => {
      const reply = await api("GET", "/auth/me", { as, headers: { [name]: value } });
      succeeded(reply);
      assert.notEqual(reply.headers["x-request-id"], value);
      assert.match(reply.headers["x-request-id"], /^[\w.:-]{8,128}$/);
    });
  }

  test("a sane X-Request-Id is kept", async () => {
    for (const id of ["abc-123_XYZ.9", "0190c9a2-7c4f-7abc-8def-0123456789ab"]) {
      assert.equal((await api("GET", "/auth/me", { as, headers: { "x-request-id": id } })).json.requestId, id);
    }
  });

  test("that say where a request comes from are not believed", async () => {
    const id = `forwarded-${unique()}`;
    const { id: patient } = await createPatient();
    await api("GET", `/patients/${patient}`, {
      as,
      headers: {
        "x-request-id": id,
        "x-forwarded-for": "203.0.113.9",
        forwarded: "for=203.0.113.9",
        "x-real-ip": "203.0.113.9",
      },
    });
    assert.equal(await psql(`SELECT address FROM caredesk.audit WHERE request_id = '${id}';`), "127.0.0.1");
    const metrics = await send("GET", "/metrics", { headers: { "x-forwarded-for": "203.0.113.9" } });
    assert.equal(metrics.status, 200);
  });

  test("that name variables of the server change nothing", async () => {
    const reply = await send("GET", "/api/v1/auth/me", {
      headers: {
        proxy: "http://evil.example",
        "x-http-method-override": "DELETE",
        remote_user: "admin",
        "x-user-role": "admin",
        accept: "application/json",
      },
    });
    failed(reply, 401, "UNAUTHENTICATED");
  });

  test("a range of a record is the whole record", async () => {
    const { id } = await createPatient();
    succeeded(await api("GET", `/patients/${id}`, { as, headers: { range: "bytes=0-10" } }));
  });
});

describe("the connection", () => {
  test("that is no HTTP at all is closed, and the next one works", async () => {
    for (const bytes of [
      Buffer.from([0, 1, 2, 3, 255, 254]),
      "SSH-2.0-x\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "GET\r\n\r\n",
      "\r\n\r\n\r\n",
      "GET / HTTP/1.1\n\n",
    ]) {
      const reply = await raw(bytes, { end: true, timeout: 5_000 });
      assert.ok(reply.status === 0 || (reply.status >= 400 && reply.status < 600), reply.head);
    }
    succeeded(await api("GET", "/auth/me", { as }));
  });

  test("speaks HTTP/2", async () => {
    const session = http2.connect(base.origin);
    try {
      const { accessToken } = await login(as);
      const stream = session.request({
        ":path": "/api/v1/auth/me",
        authorization: `Bearer ${accessToken}`,
        accept: "application/json",
      });
      const [status, body] = await new Promise((resolve, reject) => {
        let code;
        let text = "";
        stream.on("response", (headers) => (code = headers[":status"]));
        stream.on("data", (part) => (text += part));
        stream.on("end", () => resolve([code, text]));
        stream.on("error", reject);
        session.on("error", reject);
        stream.end();
      });
      assert.equal(status, 200);
      assert.equal(JSON.parse(body).success, true);
    } finally {
      session.close();
    }
  });

  test("that is cut in the middle of a request, two hundred times, leaves every worker well", async () => {
    const { accessToken } = await login(as);
    await each(
      Array.from({ length: 200 }),
      () =>
        raw(
          head("GET", "/api/v1/patients", { Authorization: `Bearer ${accessToken}`, Connection: "keep-alive" }).slice(
            0,
            -2,
          ),
          { end: true, timeout: 2_000 },
        ),
      16,
    );
    const replies = await Promise.all(Array.from({ length: 16 }, () => api("GET", "/auth/me", { as })));
    for (const reply of replies) succeeded(reply);
  });
});

describe("what was sent to harm", () => {
  test("reached no SQL: PostgreSQL saw no syntax error and no bad bytes", () => {
    const { "postgres.log": log } = logs();
    assert.match(log, /ready to accept connections/);
    const bad = log
      .split("\n")
      .filter((line) => !line.includes("] psql ERROR")) // the tests' own
      .filter((line) =>
        /ERROR: +(syntax error|invalid byte|invalid input|unterminated|permission denied|null character|unsupported Unicode|.*out of range|.*overflow|.*too long)/.test(
          line,
        ),
      );
    assert.deepEqual(bad, []);
  });

  test("stands in no log: no query string, no name, no password, no token", async () => {
    const marker = unique("Secret");
    await api("GET", `/patients?search=${marker}`, { as });
    await post(draft({ lastName: marker }));
    await post(draft({ lastName: marker, email: marker }));
    await api("POST", "/auth/login", { body: { email: `${marker}@example.org`, password: marker } });
    await send("GET", `/patients?search=${marker}`, { headers: { accept: "text/html" } });
    await api("GET", `/nothing/${encodeURIComponent("x")}?q=${marker}`, { as });
    const { accessToken } = await login(as);
    const secrets = [marker, accessToken, accessToken.split(".")[2]].map((text) => text.toLowerCase());
    const hits = Object.entries(logs()).filter(([, text]) =>
      secrets.some((secret) => text.toLowerCase().includes(secret)),
    );
    assert.deepEqual(
      hits.map(([name]) => name),
      [],
    );
    assert.ok(
      Object.values(logs()).some((text) => text.includes("/patients")),
      "the requests themselves are logged",
    );
    assert.deepEqual(hits, []);
  });
});
