// Sensitive values: sealed in the database, shown to whom they are for, found by nobody else.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { psqlCommand } from "../support/env.js";
import { api, draft, key, unique } from "../support/client.js";
import { failed, succeeded, wrongFields } from "../support/expect.js";
import { newAccount, newHospital } from "../support/account.js";
import { literal, psql, rows } from "../support/psql.js";

const nationalId = () => `QX-${unique()}-5678`;
const sensitive = () => ({
  nationalId: nationalId(),
  allergies: `Peanuts ${unique()}\nPenicillin`,
  medicalHistory: `Asthma ${unique()}`,
  currentMedications: `Salbutamol ${unique()}`,
  notes: `Comes by bus ${unique()}`,
});
const create = async (more, as = "doctor", headers = {}) =>
  succeeded(await api("POST", "/patients", { as, body: draft(more), headers }), 201);
const read = async (id, as) => succeeded(await api("GET", `/patients/${id}`, { as }), 200);

describe("sealed fields", () => {
  test("come back as they were given, line breaks included", async () => {
    const given = sensitive();
    const { id } = await create(given);
    const patient = await read(id, "doctor");
    for (const [name, value] of Object.entries(given)) assert.equal(patient[name], value, name);
  });

  test("of the clinic are absent for a receptionist, and the national id is masked", async () => {
    const given = sensitive();
    const { id } = await create(given);
    const patient = await read(id, "receptionist");
    assert.ok(!("medicalHistory" in patient) && !("currentMedications" in patient));
    assert.equal(patient.nationalId, "••••5678");
    assert.equal(patient.allergies, given.allergies);
    assert.equal(patient.notes, given.notes);
  });

  test("are in no list", async () => {
    const tag = unique();
    await create({ ...sensitive(), lastName: tag });
    const list = succeeded(await api("GET", `/patients?search=${tag}`, { as: "doctor" }), 200);
    assert.equal(list.data.length, 1);
    for (const name of Object.keys(sensitive())) assert.ok(!(name in list.data[0]), name);
  });

  test("stay as they are when somebody saves who saw only the mask", async () => {
    const given = sensitive();
    const { id } = await create(given);
    const saved = await api("PATCH", `/patients/${id}`, {
      as: "receptionist",
      body: { nationalId: "••••5678", notes: "By car" },
    });
    succeeded(saved, 200);
    const patient = await read(id, "doctor");
    assert.equal(patient.nationalId, given.nationalId);
    assert.equal(patient.medicalHistory, given.medicalHistory);
    assert.equal(patient.notes, "By car");
  });

  test("of the clinic are written only by who may write records", async () => {
    const { id } = await create(sensitive());
    const reply = await api("PATCH", `/patients/${id}`, { as: "receptionist", body: { medicalHistory: "None" } });
    assert.deepEqual(wrongFields(reply), ["medicalHistory"]);
  });

  test("can be cleared, and a record without any has no blob", async () => {
    const { id } = await create(sensitive());
    const none = Object.fromEntries(Object.keys(sensitive()).map((name) => [name, null]));
    succeeded(await api("PATCH", `/patients/${id}`, { as: "doctor", body: none }), 200);
    const [row] = await rows(`SELECT sealed, national_id_hash FROM caredesk.patient WHERE id = ${literal(id)}`);
    assert.deepEqual(row, { sealed: null, national_id_hash: null });
  });

  test("show in the history to who may see them", async () => {
    const given = sensitive();
    const { id } = await create(given);
    succeeded(await api("PATCH", `/patients/${id}`, { as: "doctor", body: { medicalHistory: "Better", notes: "x" } }), 200);
    const fields = async (as) =>
      succeeded(await api("GET", `/patients/${id}/history`, { as }), 200).data[0].changes.map((change) => change.field);
    assert.deepEqual(await fields("doctor"), ["medicalHistory", "notes"]);
    assert.deepEqual(await fields("receptionist"), ["notes"]);
  });

  test("come back when an earlier version is restored", async () => {
    const given = sensitive();
    const { id } = await create(given);
    succeeded(await api("PATCH", `/patients/${id}`, { as: "doctor", body: { notes: null, allergies: "None" } }), 200);
    succeeded(await api("POST", `/patients/${id}/history/1/restore`, { as: "doctor", body: {} }), 200);
    const patient = await read(id, "doctor");
    assert.equal(patient.notes, given.notes);
    assert.equal(patient.allergies, given.allergies);
  });
});

describe("the national id", () => {
  test("is one patient's in a hospital, however it is spelled", async () => {
    const id = nationalId();
    await create({ nationalId: id });
    const spelled = id.toLowerCase().replaceAll("-", " ");
    const reply = await api("POST", "/patients", { as: "nurse", body: draft({ nationalId: spelled }) });
    const { details } = failed(reply, 409, "CONFLICT");
    assert.deepEqual(details.map((detail) => [detail.field, detail.code]), [["nationalId", "NOT_UNIQUE"]]);
    // Who tries ids out leaves a trace of it.
    const tried = await rows(`SELECT action, outcome FROM caredesk.audit WHERE request_id = ${literal(reply.json.requestId)}`);
    assert.deepEqual(tried, [{ action: "patient_post", outcome: "CONFLICT" }]);
  });

  test("may be another patient's in another hospital", async () => {
    const id = nationalId();
    await create({ nationalId: id });
    const { email, password } = await newAccount("doctor", { hospital: await newHospital() });
    const { accessToken } = succeeded(await api("POST", "/auth/login", { body: { email, password } }), 200);
    succeeded(await api("POST", "/patients", { token: accessToken, body: draft({ nationalId: id }) }), 201);
  });

  test("does not keep a repeated creation from its first answer", async () => {
    const body = draft(sensitive());
    const headers = { "idempotency-key": key() };
    const first = await api("POST", "/patients", { as: "doctor", body, headers });
    const again = await api("POST", "/patients", { as: "doctor", body, headers });
    assert.deepEqual(succeeded(again, 201), succeeded(first, 201));
  });
});

describe("somebody who holds the database", () => {
  test("finds no sealed value in a dump of it", async () => {
    const given = sensitive();
    const headers = { "idempotency-key": key() };
    const { id } = await create(given, "doctor", headers);
    succeeded(await api("PATCH", `/patients/${id}`, { as: "doctor", body: { notes: `changed ${unique()}` } }), 200);
    const dump = spawnSync("sh", ["-c", psqlCommand.replace(/^psql\b/, "pg_dump")], { maxBuffer: 1 << 30 });
    assert.equal(dump.status, 0, String(dump.stderr));
    const text = dump.stdout.toString("utf8");
    assert.ok(text.includes(id), "the dump has the record");
    const values = Object.values(given).flatMap((value) => value.split(/\s+/)).filter((word) => word.length > 6);
    for (const word of [...values, given.nationalId.replaceAll("-", "")]) {
      if (/^(Peanuts|Penicillin|Salbutamol)$/.test(word)) continue; // words that other tests use as well
      assert.ok(!text.includes(word), word);
      assert.ok(!text.includes(Buffer.from(word).toString("hex")), `${word} in hexadecimal`);
    }
  });

  test("cannot move a sealed blob to another record: it does not open there", async () => {
    const one = await create(sensitive());
    const other = await create(sensitive());
    await psql(`UPDATE caredesk.patient p SET sealed = q.sealed FROM caredesk.patient q
      WHERE p.id = ${literal(other.id)} AND q.id = ${literal(one.id)}`);
    const reply = await api("GET", `/patients/${other.id}`, { as: "doctor" });
    failed(reply, 500, "INTERNAL_ERROR");
    await psql(`UPDATE caredesk.patient_key p SET wrapped = q.wrapped FROM caredesk.patient_key q
      WHERE p.patient_id = ${literal(other.id)} AND q.patient_id = ${literal(one.id)}`);
    failed(await api("GET", `/patients/${other.id}`, { as: "doctor" }), 500, "INTERNAL_ERROR");
    await read(one.id, "doctor");
  });

  test("cannot change a byte of it", async () => {
    const { id } = await create(sensitive());
    const [{ length }] = await rows(`SELECT length(sealed) AS length FROM caredesk.patient WHERE id = ${literal(id)}`);
    for (const at of [0, 1, 12, 13, Math.floor(length / 2), length - 16, length - 1]) {
      const turn = `UPDATE caredesk.patient SET sealed = set_byte(sealed, ${at}, get_byte(sealed, ${at}) # 1)
        WHERE id = ${literal(id)}`;
      await psql(turn);
      failed(await api("GET", `/patients/${id}`, { as: "doctor" }), 500, "INTERNAL_ERROR");
      await psql(turn);
    }
    await read(id, "doctor");
  });
});
