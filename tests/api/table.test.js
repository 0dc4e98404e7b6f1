// Who may do what: every route, called as every role and as nobody, held against a golden file. A route or
// a permission that changes shows as a diff of access.golden.json; CAREDESK_TEST_UPDATE_GOLDEN=1 writes it anew.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { appDir, roles } from "../support/env.js";
import { api, createPatient, login, send } from "../support/client.js";
import { Desk, forms } from "../support/desk.js";

const golden = new URL("access.golden.json", import.meta.url);
const tried = [...roles, "nobody"];

// The routes as `caredesk routes` prints them, a line each: method, path, where it is answered (api, page,
// root), permission, handler. One that is answered at two addresses is two routes here.
function routes() {
  const printed = execFileSync(`${appDir}/bin/caredesk`, ["routes"], {
    encoding: "utf8",
    env: { PATH: process.env.PATH },
  });
  return printed
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [method, path, ...words] = line.trim().split(/\s+/);
      assert.match(method, /^[A-Z]+$/, line);
      assert.match(path, /^\//, line);
      const places = words.slice(
        0,
        words.findIndex((word) => !["api", "page", "root"].includes(word)),
      );
      assert.ok(places.length > 0, line);
      const paths = places.map((place) => (place === "api" ? `/api/v1${path}` : path));
      return paths.map((full) => ({ method, path: full }));
    });
}

const isApi = (path) => path.startsWith("/api");

// The path of a route for this patient: her id, her first version.
const filled = (path, { id }) => path.replaceAll("{id}", id).replaceAll("{version}", "1");

// The csrf token of a session.
async function csrf(person, page = "/") {
  const home = await person.get(page);
  return forms(home.text).find((form) => form.fields.csrf)?.fields.csrf;
}

// What `who` is answered on this route: the status, and the code where there is one.
async function answer({ method, path }, who) {
  // A patient of its own: some routes end the record they are called for.
  const patient = path.includes("{id}") ? await createPatient() : { id: "nobody" };
  const target = filled(path, patient);
  assert.doesNotMatch(target, /[{}]/, `${path} has a part that this test can't fill`);
  if (isApi(path)) {
    // A session of its own: some routes end the one they are called with.
    const token = who === "nobody" ? undefined : (await login(who, { fresh: true })).accessToken;
    const body = ["POST", "PUT", "PATCH"].includes(method) ? "{}" : undefined;
    const reply = await api(method, target, { token, body, prefix: "" });
    return reply.json?.code ? `${reply.status} ${reply.json.code}` : String(reply.status);
  }
  const person = new Desk();
  if (who !== "nobody") await person.signIn(who);
  let fields;
  if (method === "POST") {
    const token = await csrf(person, who === "nobody" ? "/login" : "/");
    fields = token ? { csrf: token } : {};
  }
  const reply = await person.request(method, target, { fields });
  return reply.status === 303
    ? `303 ${reply.headers.location.replace(/\?.*/, "").replaceAll(patient.id, "{id}")}`
    : String(reply.status);
}

// The golden file's text: a line per route.
function printed(found) {
  const lines = Object.entries(found).map(([route, row]) => `${JSON.stringify(route)}: ${JSON.stringify(row)}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

describe("the table of routes", () => {
  test("is what the golden file says, for every role and for nobody", async () => {
    const found = {};
    for (const route of routes()) {
      const row = (found[`${route.method} ${route.path}`] ??= {});
      for (const who of tried) row[who] = await answer(route, who);
    }
    if (process.env.CAREDESK_TEST_UPDATE_GOLDEN) writeFileSync(golden, printed(found));
    assert.deepEqual(found, JSON.parse(readFileSync(golden, "utf8")));
  });

  test("answers no role with a fault of ours, and nobody with a patient", () => {
    for (const [route, row] of Object.entries(JSON.parse(readFileSync(golden, "utf8")))) {
      for (const [who, code] of Object.entries(row)) assert.doesNotMatch(code, /^5/, `${route} as ${who}`);
      if (/patients/.test(route) && !/health|statistics/.test(route)) {
        assert.match(row.nobody, /^(401|303 \/login)/, route);
        for (const who of ["patient", "auditor", "service"]) assert.match(row[who], /^403/, `${route} as ${who}`);
      }
    }
  });

  test("gives the first page to everybody, and recent patients only to who may read them", async () => {
    const { lastName, id } = await createPatient();
    const reader = await new Desk().signIn("admin");
    await reader.get(`/patients/${id}`);
    for (const role of roles) {
      const page = await (await new Desk().signIn(role)).get("/");
      assert.equal(page.status, 200, role);
      if (["patient", "auditor", "service"].includes(role))
        assert.ok(
          !page.text.includes(lastName) && !/\/patients\/[0-9a-f]{8}-/.test(page.text),
          `${role} is shown patients`,
        );
    }
  });

  test("refuses every change from a page without a csrf token, or from another site", async () => {
    const person = await new Desk().signIn("admin");
    const token = await csrf(person);
    const patient = await createPatient();
    const changes = routes().filter(({ method, path }) => method === "POST" && !isApi(path) && path !== "/login");
    assert.ok(changes.length >= 3);
    for (const { path } of changes) {
      const target = filled(path, patient);
      const without = await person.request("POST", target, { fields: { version: "1" } });
      assert.equal(without.status, 403, `${path} without a token`);
      const elsewhere = { origin: "https://evil.example" };
      const foreign = await person.request("POST", target, {
        fields: { version: "1", csrf: token },
        headers: elsewhere,
      });
      assert.equal(foreign.status, 403, `${path} from another site`);
    }
    assert.equal((await person.get(`/patients/${patient.id}`)).status, 200);
  });

  test("answers HEAD wherever it answers GET, without a body", async () => {
    const patient = await createPatient();
    const { accessToken } = await login("receptionist");
    for (const { path } of routes().filter(({ method, path }) => method === "GET" && isApi(path))) {
      const target = filled(path, patient);
      const headers = { authorization: `Bearer ${accessToken}`, accept: "application/json" };
      const [get, head] = [await send("GET", target, { headers }), await send("HEAD", target, { headers })];
      assert.equal(head.status, get.status, path);
      assert.equal(head.text, "");
      assert.equal(head.headers["content-type"], get.headers["content-type"]);
    }
  });

  test("leaves no path of the program unlisted: neighbours of every route are 404 or 405", async () => {
    const known = new Set(routes().map(({ path }) => path.replace(/\{[^}]*\}|:[a-z_]+/gi, "*")));
    const { accessToken } = await login("admin");
    for (const { path } of routes().filter(({ path }) => isApi(path) && !/\{/.test(path))) {
      for (const near of [`${path}x`, `${path}/x/y/z`, path.toUpperCase()]) {
        if (known.has(near)) continue;
        const reply = await send("GET", near, {
          headers: { authorization: `Bearer ${accessToken}`, accept: "application/json" },
        });
        assert.ok([404, 405].includes(reply.status), `${near}: ${reply.status}`);
      }
    }
  });
});
