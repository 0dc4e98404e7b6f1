// Who did what to whom is written in the same transaction as what was done; so is the event of a change.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { api, createPatient, draft, key, login, unique } from "../support/client.js";
import { failed, succeeded } from "../support/expect.js";
import { literal, psql, rows } from "../support/psql.js";
import { desk, forms } from "../support/desk.js";
import { account } from "../support/env.js";

const as = "nurse";
const agent = "audit-test/1.0 (ünïcode?)".replace(/[^\x20-\x7e]/g, "?");

// The audit rows of one request.
const audited = (id) =>
  rows(`SELECT *, xmin::text AS transaction FROM caredesk.audit WHERE request_id = ${literal(id)} ORDER BY id`);

async function request(method, path, options = {}) {
  const id = `audit-${key()}`;
  const reply = await api(method, path, {
    as,
    ...options,
    headers: { "x-request-id": id, "user-agent": agent, ...options.headers },
  });
  return { reply, trail: await audited(id) };
}

// A change reads the record first, which may be recorded as well.
const changes = (trail) => trail.filter(({ action }) => !/read|view/.test(action));

// One row that says this, by the nurse, from here.
async function one(trail, wanted) {
  assert.equal(trail.length, 1, JSON.stringify(trail));
  const [row] = trail;
  const { user } = await login(as);
  for (const [name, value] of Object.entries({
    account_id: user.id,
    role: as,
    address: "127.0.0.1",
    user_agent: agent,
    ...wanted,
  })) {
    if (value instanceof RegExp) assert.match(String(row[name]), value, name);
    else assert.equal(row[name], value, name);
  }
  return row;
}

const outbox = (id) =>
  rows(`SELECT *, xmin::text AS transaction FROM caredesk.outbox WHERE patient_id = ${literal(id)} ORDER BY id`);

describe("the audit", () => {
  test("of a creation is one row, in the transaction of the record, its words and its event", async () => {
    const { reply, trail } = await request("POST", "/patients", { body: draft() });
    const { id } = succeeded(reply, 201);
    const row = await one(trail, { patient_id: id, action: /create/, outcome: "success" });
    const transactions = await psql(
      `SELECT DISTINCT xmin FROM caredesk.patient WHERE id = ${literal(id)}
      UNION SELECT DISTINCT xmin FROM caredesk.outbox WHERE patient_id = ${literal(id)}
      UNION SELECT DISTINCT xmin FROM caredesk.patient_word WHERE patient_id = ${literal(id)};`.replaceAll(
        "xmin",
        "xmin::text",
      ),
    );
    assert.equal(transactions, row.transaction);
  });

  test("of a read is one row, by id as by MRN", async () => {
    const { id, mrn } = await createPatient();
    for (const ref of [id, `mrn:${mrn}`]) {
      const { reply, trail } = await request("GET", `/patients/${ref}`);
      succeeded(reply);
      await one(trail, { patient_id: id, action: /read|view/, outcome: "success" });
    }
  });

  test("of a read that gave 304 is a row as well", async () => {
    const { id } = await createPatient();
    const { reply, trail } = await request("GET", `/patients/${id}`, { headers: { "if-none-match": '"1"' } });
    assert.equal(reply.status, 304);
    await one(trail, { patient_id: id, action: /read|view/, outcome: "success" });
  });

  test("of a read of nobody is a row that says so", async () => {
    const nobody = "00000000-0000-7000-8000-000000000000";
    const { reply, trail } = await request("GET", `/patients/${nobody}`);
    failed(reply, 404, "PATIENT_NOT_FOUND");
    await one(trail, { action: /read|view/, outcome: "not-found" });
  });

  test("of a search is one row, which doesn't keep what was searched", async () => {
    const typed = unique();
    const { reply, trail } = await request("GET", `/patients?search=${typed}`);
    succeeded(reply);
    const row = await one(trail, { action: /search|list/, outcome: "success" });
    assert.ok(!JSON.stringify(row).toLowerCase().includes(typed.toLowerCase()));
  });

  test("of a change is one row, in its transaction", async () => {
    const { id } = await createPatient();
    const { reply, trail } = await request("PATCH", `/patients/${id}`, { body: { phone: "555 0100" } });
    succeeded(reply);
    const row = await one(changes(trail), { patient_id: id, action: /update|change/, outcome: "success" });
    assert.equal(await psql(`SELECT xmin::text FROM caredesk.patient WHERE id = ${literal(id)};`), row.transaction);
    const events = await outbox(id);
    assert.equal(events.at(-1).transaction, row.transaction);
  });

  test("of a change that changed nothing is one row without an event", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    const { reply, trail } = await request("PATCH", `/patients/${id}`, { body: { phone: "555 0100" } });
    succeeded(reply);
    await one(trail, { patient_id: id, action: /read|update|change/, outcome: "success" });
    assert.equal((await outbox(id)).length, 1);
  });

  test("of a conflict doesn't claim success", async () => {
    const { id } = await createPatient();
    await api("PATCH", `/patients/${id}`, { as, body: { phone: "555 0100" } });
    const { reply, trail } = await request("PATCH", `/patients/${id}`, { body: { phone: "555 0101", version: 1 } });
    failed(reply, 409, "OPTIMISTIC_LOCK_CONFLICT");
    for (const row of trail) assert.notEqual(`${row.action} ${row.outcome}`, "patient.update success");
    assert.ok(
      trail.every((row) => !(/update|change/.test(row.action) && row.outcome === "success")),
      JSON.stringify(trail),
    );
  });

  test("of a refusal is a row that says so", async () => {
    const id = `audit-${key()}`;
    failed(
      await api("GET", "/patients", { as: "auditor", headers: { "x-request-id": id } }),
      403,
      "INSUFFICIENT_PERMISSIONS",
    );
    const trail = await audited(id);
    assert.equal(trail.length, 1, JSON.stringify(trail));
    assert.equal(trail[0].role, "auditor");
    assert.match(trail[0].outcome, /refused|denied|forbidden/);
  });

  test("of signing in, failing to, and signing out is a row each", async () => {
    const { email, password } = account(as);
    const { reply, trail } = await request("POST", "/auth/login", { as: undefined, body: { email, password } });
    const { accessToken } = succeeded(reply);
    await one(trail, { action: /login|sign-?in/, outcome: "success" });
    const wrong = await request("POST", "/auth/login", { as: undefined, body: { email, password: "wrong" } });
    failed(wrong.reply, 401, "INVALID_CREDENTIALS");
    assert.equal(wrong.trail.length, 1, JSON.stringify(wrong.trail));
    assert.notEqual(wrong.trail[0].outcome, "success");
    const out = await request("POST", "/auth/logout", { as: undefined, token: accessToken });
    succeeded(out.reply);
    await one(out.trail, { action: /logout|sign-?out/, outcome: "success" });
  });

  test("of a page is the same as of the API", async () => {
    const { id } = await createPatient();
    const person = await desk(as);
    for (const [path, action, patient] of [
      [`/patients/${id}`, /read|view/, id],
      ["/patients?search=a", /search|list/, null],
      [`/patients/${id}/edit`, /read|view|edit/, id],
    ]) {
      const request_id = `audit-${key()}`;
      const reply = await person.get(path, { headers: { "x-request-id": request_id, "user-agent": agent } });
      assert.equal(reply.status, 200);
      await one(await audited(request_id), { patient_id: patient, action, outcome: "success" });
    }
  });

  test("of a form is the same as of the API", async () => {
    const person = await desk(as);
    const request_id = `audit-${key()}`;
    const { fields } = forms((await person.get("/patients/new")).text).find((form) => "dateOfBirth" in form.fields);
    const reply = await person.request("POST", "/patients", {
      fields: { ...fields, ...draft() },
      headers: { "x-request-id": request_id, "user-agent": agent },
    });
    assert.equal(reply.status, 303, reply.text);
    const row = await one(await audited(request_id), { action: /create/, outcome: "success" });
    assert.ok(reply.headers.location.includes(row.patient_id));
  });

  test("of two hundred reads at once is two hundred rows", async () => {
    const { id } = await createPatient();
    const before = Number(await psql(`SELECT count(*) FROM caredesk.audit WHERE patient_id = ${literal(id)};`));
    const replies = await Promise.all(Array.from({ length: 200 }, () => api("GET", `/patients/${id}`, { as })));
    for (const reply of replies) succeeded(reply);
    assert.equal(
      Number(await psql(`SELECT count(*) FROM caredesk.audit WHERE patient_id = ${literal(id)};`)),
      before + 200,
    );
  });

  test("cuts a User-Agent of 4 kB to something reasonable instead of failing", async () => {
    const { id } = await createPatient();
    const { reply, trail } = await request("GET", `/patients/${id}`, { headers: { "user-agent": "x".repeat(4000) } });
    succeeded(reply);
    assert.equal(trail.length, 1);
    assert.ok(trail[0].user_agent.length <= 1000, `${trail[0].user_agent.length} characters`);
  });

  test("keeps a User-Agent that is not UTF-8 without failing", async () => {
    const { id } = await createPatient();
    const { reply, trail } = await request("GET", `/patients/${id}`, { headers: { "user-agent": "caf\u00e9 \u00ff" } });
    succeeded(reply);
    assert.equal(trail.length, 1);
  });

  for (const role of ["caredesk_reader", "caredesk_writer"]) {
    for (const statement of [
      "UPDATE caredesk.audit SET outcome = 'x'",
      "DELETE FROM caredesk.audit",
      "TRUNCATE caredesk.audit",
      "SELECT * FROM caredesk.audit",
      "DELETE FROM caredesk.patient",
      "SELECT password_hash FROM caredesk.account",
      "SELECT token_hash FROM caredesk.session",
    ]) {
      test(`can't be got round: ${role} may not ${statement}`, async () => {
        await assert.rejects(psql(`BEGIN; SET LOCAL ROLE ${role}; ${statement}; ROLLBACK;`), /permission denied/);
      });
    }
    test(`${role} without a hospital sees no patient and no account`, async () => {
      assert.equal(
        await psql(
          `BEGIN; SET LOCAL ROLE ${role}; SELECT (SELECT count(*) FROM caredesk.patient) + (SELECT count(id) FROM caredesk.account) + (SELECT count(*) FROM caredesk.patient_word); ROLLBACK;`,
        ),
        "0",
      );
    });
  }

  test("can't be read by the role that the workers log in as", async () => {
    await assert.rejects(
      psql("BEGIN; SET LOCAL ROLE caredesk_app; SELECT * FROM caredesk.patient; ROLLBACK;"),
      /permission denied/,
    );
  });
});

describe("the outbox", () => {
  test("has one event per change, in order, with ids and nothing else of the patient", async () => {
    const { id, lastName } = await createPatient();
    for (const phone of ["555 0100", "555 0101"]) await api("PATCH", `/patients/${id}`, { as, body: { phone } });
    const events = await outbox(id);
    assert.deepEqual(
      events.map(({ type, version }) => [type, version]),
      [
        ["patient.created", 1],
        ["patient.updated", 2],
        ["patient.updated", 3],
      ],
    );
    for (const event of events) assert.ok(!JSON.stringify(event).includes(lastName));
  });

  test("has nothing of a change that was refused", async () => {
    const { id } = await createPatient();
    await api("PATCH", `/patients/${id}`, { as, body: { gender: "?" } });
    await api("PATCH", `/patients/${id}`, { as, body: { phone: "555 0100", version: 9 } });
    await api("PATCH", `/patients/${id}`, { as: "auditor", body: { phone: "555 0100" } });
    assert.equal((await outbox(id)).length, 1);
  });

  test("has one event for a creation that was repeated", async () => {
    const headers = { "idempotency-key": key() };
    const body = draft();
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push(succeeded(await api("POST", "/patients", { as, body, headers }), 201).id);
    assert.equal(new Set(ids).size, 1);
    assert.equal((await outbox(ids[0])).length, 1);
  });
});
