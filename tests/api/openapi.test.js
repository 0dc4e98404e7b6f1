// /api/openapi.json: a valid OpenAPI 3.1 document, and true of what the program answers.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { api, createPatient, draft, key, login, send } from "../support/client.js";
import { account } from "../support/env.js";

const as = "receptionist";
let document;
let ajv;

before(async () => {
  const reply = await send("GET", "/api/openapi.json");
  assert.equal(reply.status, 200);
  document = reply.json;
  ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema({ ...document, $id: "openapi" });
});

// The part of the document that a path leads to, its $ref followed.
function at(...path) {
  let found = document;
  let pointer = "#";
  for (const step of path) {
    found = found?.[step];
    pointer += `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (found?.$ref) {
      pointer = found.$ref;
      found = pointer
        .slice(2)
        .split("/")
        .reduce((node, name) => node?.[decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~")], document);
    }
  }
  return { found, pointer };
}

// Asserts that an answer is what the document says this operation answers.
function agrees(path, method, reply) {
  const { found: operation } = at("paths", path, method);
  assert.ok(operation, `${method} ${path} is not described`);
  const { found: response, pointer } = at("paths", path, method, "responses", String(reply.status));
  assert.ok(response, `${method} ${path} is not said to answer ${reply.status}`);
  if (reply.text === "") return;
  assert.ok(response.content?.["application/json"]?.schema, `${method} ${path} ${reply.status} has no schema`);
  const validate = ajv.getSchema(encodeURI(`openapi${pointer}/content/application~1json/schema`));
  assert.ok(
    validate(reply.json),
    `${method} ${path} ${reply.status}: ${ajv.errorsText(validate.errors)}\n${reply.text.slice(0, 600)}`,
  );
}

// The path as the document writes it, with or without /v1, with whatever its server's base is.
function described(path) {
  const base = document.servers?.[0]?.url.replace(/^https?:\/\/[^/]+/, "").replace(/\/$/, "") ?? "";
  const full = `/api/v1${path}`;
  return (
    [full.slice(base.length), full, path, `/api${path}`].find((candidate) => document.paths[candidate]) ??
    assert.fail(`${path} is not described`)
  );
}

describe("the document", () => {
  test("is valid OpenAPI 3.1", async () => {
    const result = await new Validator().validate(structuredClone(document));
    assert.ok(result.valid, JSON.stringify(result.errors, null, 1));
    assert.match(document.openapi, /^3\.1\.\d+$/);
  });

  test("describes every route of the API that the program has", () => {
    for (const [path, methods] of [
      ["/auth/login", ["post"]],
      ["/auth/refresh", ["post"]],
      ["/auth/logout", ["post"]],
      ["/auth/me", ["get"]],
      ["/patients", ["get", "post"]],
      ["/patients/search", ["get"]],
      ["/patients/{id}", ["get", "put", "patch"]],
    ]) {
      for (const method of methods) assert.ok(at("paths", described(path), method).found, `${method} ${path}`);
    }
  });

  test("gives every operation an id of its own, a summary, a 2xx and the errors it can answer", () => {
    const ids = [];
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (!["get", "put", "post", "patch", "delete"].includes(method)) continue;
        ids.push(operation.operationId);
        assert.ok(operation.operationId && operation.summary, `${method} ${path}`);
        const codes = Object.keys(operation.responses);
        assert.ok(
          codes.some((code) => /^2/.test(code)),
          `${method} ${path}: ${codes}`,
        );
        for (const [, name] of path.matchAll(/\{(\w+)\}/g)) {
          const parameters = [...(methods.parameters ?? []), ...(operation.parameters ?? [])].map((p) =>
            p.$ref ? at(...p.$ref.slice(2).split("/")).found : p,
          );
          assert.ok(
            parameters.some((p) => p.in === "path" && p.name === name && p.required),
            `${method} ${path} doesn't describe {${name}}`,
          );
        }
      }
    }
    assert.equal(new Set(ids).size, ids.length, "operation ids are unique");
  });

  test("says which routes need a token, and that the sign-in doesn't", () => {
    const needs = (path, method) =>
      (at("paths", described(path), method).found.security ?? document.security ?? []).some(
        (scheme) => Object.keys(scheme).length > 0,
      );
    assert.ok(needs("/patients", "get") && needs("/patients/{id}", "patch") && needs("/auth/me", "get"));
    assert.ok(!needs("/auth/login", "post"));
    assert.ok(
      Object.values(document.components.securitySchemes).some(
        (scheme) => scheme.type === "http" && scheme.scheme === "bearer",
      ),
    );
  });

  test("has every $ref lead somewhere", () => {
    const walk = (node) => {
      if (node === null || typeof node !== "object") return;
      if (typeof node.$ref === "string")
        assert.ok(
          at(
            ...node.$ref
              .slice(2)
              .split("/")
              .map((name) => name.replaceAll("~1", "/")),
          ).found,
          node.$ref,
        );
      Object.values(node).forEach(walk);
    };
    walk(document);
    assert.ok(Object.keys(document.paths).length > 5);
  });
});

describe("what is answered", () => {
  const cases = {
    "POST /auth/login": () =>
      api("POST", "/auth/login", { body: { email: account(as).email, password: account(as).password } }),
    "POST /auth/login, wrong": () =>
      api("POST", "/auth/login", { body: { email: "a@example.org", password: "wrong" } }),
    "POST /auth/login, empty": () => api("POST", "/auth/login", { body: {} }),
    "GET /auth/me": () => api("GET", "/auth/me", { as }),
    "GET /auth/me, nobody": () => api("GET", "/auth/me"),
    "POST /auth/refresh": async () =>
      api("POST", "/auth/refresh", { body: { refreshToken: (await login(as, { fresh: true })).refreshToken } }),
    "POST /auth/logout": async () =>
      api("POST", "/auth/logout", { token: (await login(as, { fresh: true })).accessToken }),
    "POST /patients": () =>
      api("POST", "/patients", {
        as,
        body: draft({ phone: "555 0100", address: { city: "Pécs" }, interpreterNeeded: true }),
      }),
    "POST /patients, wrong": () => api("POST", "/patients", { as, body: { gender: 1 } }),
    "POST /patients, malformed": () => api("POST", "/patients", { as, body: "{" }),
    "POST /patients, forbidden": () => api("POST", "/patients", { as: "auditor", body: {} }),
    "POST /patients, key reused": async () => {
      const headers = { "idempotency-key": key() };
      await api("POST", "/patients", { as, body: draft(), headers });
      return api("POST", "/patients", { as, body: draft(), headers });
    },
    "GET /patients": () => api("GET", "/patients?pageSize=3", { as }),
    "GET /patients, wrong": () => api("GET", "/patients?page=0", { as }),
    "GET /patients/search": () => api("GET", "/patients/search?search=a", { as }),
    "GET /patients/statistics": () => api("GET", "/patients/statistics", { as }),
    "GET /patients/statistics, wrong": () => api("GET", "/patients/statistics?from=now", { as }),
    "GET /patients/{id}": async () => api("GET", `/patients/${(await createPatient()).id}`, { as }),
    "GET /patients/{id}, nobody": () => api("GET", "/patients/00000000-0000-7000-8000-000000000000", { as }),
    "PATCH /patients/{id}": async () =>
      api("PATCH", `/patients/${(await createPatient()).id}`, { as, body: { phone: "555 0100" } }),
    "PUT /patients/{id}": async () =>
      api("PUT", `/patients/${(await createPatient()).id}`, { as, body: { phone: "555 0100", version: 1 } }),
    "PATCH /patients/{id}, conflict": async () => {
      const { id } = await createPatient();
      await api("PATCH", `/patients/${id}`, { as, body: { phone: "555 0100" } });
      return api("PATCH", `/patients/${id}`, { as, body: { phone: "555 0101", version: 1 } });
    },
  };
  for (const [name, request] of Object.entries(cases)) {
    test(`to ${name} is what the document says`, async () => {
      const [method, path] = name.split(",")[0].split(" ");
      agrees(described(path), method.toLowerCase(), await request());
    });
  }

  test("is refused where a body is not what the document says, and taken where it is", async () => {
    const { pointer } = at("paths", described("/patients"), "post", "requestBody");
    const validate = ajv.getSchema(encodeURI(`openapi${pointer}/content/application~1json/schema`));
    for (const body of [
      draft(),
      {},
      draft({ gender: "F" }),
      draft({ gender: 1 }),
      draft({ firstName: "x".repeat(101) }),
      draft({ colour: "red" }),
      draft({ dateOfBirth: "01/02/1990" }),
      draft({ address: "x" }),
      draft({ address: { planet: "x" } }),
      draft({ middleName: null }),
      draft({ interpreterNeeded: "maybe" }),
      draft({ mrn: "1" }),
    ]) {
      const { status } = await api("POST", "/patients", { as, body });
      assert.equal(
        validate(body),
        status === 201,
        `${JSON.stringify(body).slice(0, 120)}: the document says ${validate(body)}, the answer is ${status}`,
      );
    }
  });
});
