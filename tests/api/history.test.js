// The versions of a record: what each change changed, by whom, and the way back to an earlier one.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { base } from "../support/env.js";
import { api, createPatient, login, unique } from "../support/client.js";
import { failed, succeeded, wrongFields } from "../support/expect.js";
import { newAccount, newHospital } from "../support/account.js";
import { decode, desk, Desk, forms, visible } from "../support/desk.js";
import { literal, psql } from "../support/psql.js";

const as = "receptionist";
const nobody = "00000000-0000-7000-8000-000000000000";
const change = (id, body, more = {}) => api("PATCH", `/patients/${id}`, { as, body, ...more });
const step = (id, what, more = {}) => api("POST", `/patients/${id}/${what}`, { as: "doctor", ...more });
const remove = (id, more = {}) => api("DELETE", `/patients/${id}`, { as: "doctor", ...more });
const ask = (id, query = "", more = {}) => api("GET", `/patients/${id}/history${query}`, { as, ...more });
const history = async (id, query = "", more = {}) => succeeded(await ask(id, query, more));
const back = (id, version, more = {}) => api("POST", `/patients/${id}/history/${version}/restore`, { as, ...more });
const read = async (id, role = as) => succeeded(await api("GET", `/patients/${id}`, { as: role }));
const byField = (changes) => [...changes].sort((a, b) => (a.field < b.field ? -1 : 1));

// A record with four versions: registered, two corrections, and one that takes two values away.
async function corrected() {
  const first = await createPatient({
    phone: "555 0100",
    address: { city: "Pécs", country: "Hungary" },
    interpreterNeeded: true,
  });
  await change(first.id, { phone: "555 0101", address: { city: "Szeged" } }, { as: "nurse" });
  await change(first.id, { interpreterNeeded: false, middleName: "Ágnes" });
  await change(first.id, { phone: null, address: { country: null } });
  return first;
}

describe("the history of a record", () => {
  let patient, all;
  before(async () => {
    patient = await corrected();
    all = await history(patient.id);
  });

  test("has every version, the newest first, inside the shape of a list", () => {
    assert.deepEqual(
      all.data.map(({ version, change: kind }) => [version, kind]),
      [
        [4, "updated"],
        [3, "updated"],
        [2, "updated"],
        [1, "created"],
      ],
    );
    assert.deepEqual(all.pagination, {
      page: 1,
      pageSize: 20,
      total: 4,
      totalPages: 1,
      hasNext: false,
      hasPrev: false,
      totalIsEstimate: false,
      nextCursor: null,
    });
    assert.equal(typeof all.meta.processingTime, "number");
    assert.deepEqual(all.meta.filters, {});
  });

  test("says in each entry the version, what happened, when, by whom, and what it changed, and nothing else", () => {
    for (const entry of all.data) {
      assert.deepEqual(Object.keys(entry).sort(), [
        "change",
        "changedAt",
        "changedBy",
        "changedByName",
        "changes",
        "version",
      ]);
      for (const one of entry.changes) assert.deepEqual(Object.keys(one).sort(), ["field", "from", "to"]);
    }
  });

  test("names who changed it, by id and by name, and when", async () => {
    const { user: receptionist } = await login(as);
    const { user: nurse } = await login("nurse");
    const [, , second, first] = all.data;
    assert.deepEqual([first.changedBy, first.changedByName], [receptionist.id, receptionist.fullName]);
    assert.deepEqual([second.changedBy, second.changedByName], [nurse.id, nurse.fullName]);
    assert.equal(first.changedAt, patient.createdAt);
    assert.equal(all.data[0].changedAt, (await read(patient.id)).updatedAt);
    const times = all.data.map(({ changedAt }) => changedAt);
    assert.deepEqual(times, [...times].sort().reverse());
  });

  test("gives a value of a group by its whole name, a boolean as a boolean, and null where there was or is none", () => {
    const [fourth, third, second] = all.data.map(({ changes }) => byField(changes));
    assert.deepEqual(second, [
      { field: "address.city", from: "Pécs", to: "Szeged" },
      { field: "phone", from: "555 0100", to: "555 0101" },
    ]);
    assert.deepEqual(third, [
      { field: "interpreterNeeded", from: true, to: false },
      { field: "middleName", from: null, to: "Ágnes" },
    ]);
    assert.deepEqual(fourth, [
      { field: "address.country", from: "Hungary", to: null },
      { field: "phone", from: "555 0101", to: null },
    ]);
  });

  test("begins with all that was registered, from nothing", () => {
    assert.deepEqual(
      byField(all.data[3].changes),
      byField([
        { field: "status", from: null, to: "active" },
        { field: "firstName", from: null, to: patient.firstName },
        { field: "lastName", from: null, to: patient.lastName },
        { field: "dateOfBirth", from: null, to: patient.dateOfBirth },
        { field: "gender", from: null, to: patient.gender },
        { field: "phone", from: null, to: "555 0100" },
        { field: "address.city", from: null, to: "Pécs" },
        { field: "address.country", from: null, to: "Hungary" },
        { field: "interpreterNeeded", from: null, to: true },
      ]),
    );
  });

  for (const size of [1, 2, 3]) {
    test(`is the same in pages of ${size}, also what the last version of each page changed`, async () => {
      const found = [];
      const pages = Math.ceil(4 / size);
      for (let page = 1; page <= pages; page++) {
        const { data, pagination } = await history(patient.id, `?page=${page}&pageSize=${size}`);
        assert.deepEqual(
          [pagination.page, pagination.pageSize, pagination.total, pagination.totalPages],
          [page, size, 4, pages],
        );
        assert.deepEqual([pagination.hasPrev, pagination.hasNext], [page > 1, page < pages]);
        found.push(...data);
      }
      assert.deepEqual(found, all.data);
    });
  }

  test("is an empty page past its end", async () => {
    const { data, pagination } = await history(patient.id, "?page=5&pageSize=1");
    assert.deepEqual(data, []);
    assert.equal(pagination.total, 4);
    assert.equal(pagination.hasNext, false);
  });

  for (const [query, field] of [
    ["page=0", "page"],
    ["page=x", "page"],
    ["page=100001", "page"],
    ["pageSize=0", "pageSize"],
    ["pageSize=101", "pageSize"],
    ["frobnicate=1", "frobnicate"],
    ["sortBy=version", "sortBy"],
  ]) {
    test(`?${query} is refused, naming ${field}`, async () => {
      assert.deepEqual(wrongFields(await ask(patient.id, `?${query}`)), [field]);
    });
  }

  test("says from which address a change came only to who may read the audit", async () => {
    const { data } = await history(patient.id, "", { as: "admin" });
    assert.deepEqual(
      data.map(({ address }) => address),
      Array(4).fill("127.0.0.1"),
    );
    assert.deepEqual(
      data.map(({ address, ...entry }) => entry),
      all.data,
    );
    for (const role of ["doctor", "nurse", "receptionist"]) {
      const reply = await ask(patient.id, "", { as: role });
      for (const entry of succeeded(reply).data) assert.ok(!("address" in entry), role);
      assert.ok(!reply.text.includes("127.0.0.1"), role);
    }
  });

  test("is refused to roles that may not read patients, and to nobody at all", async () => {
    for (const role of ["patient", "auditor", "service"])
      failed(await ask(patient.id, "", { as: role }), 403, "INSUFFICIENT_PERMISSIONS");
    failed(await ask(patient.id, "", { as: undefined }), 401, "UNAUTHENTICATED");
  });

  test("is not there of a record of another hospital, nor of nobody, nor of what is no id", async () => {
    const other = await newAccount("admin", { hospital: await newHospital() });
    failed(await ask(patient.id, "", { as: other }), 404, "PATIENT_NOT_FOUND");
    const theirs = await createPatient({}, { as: other });
    assert.equal((await history(theirs.id, "", { as: other })).pagination.total, 1);
    for (const id of [theirs.id, nobody, "not-a-uuid"])
      for (const role of ["admin", as]) failed(await ask(id, "", { as: role }), 404, "PATIENT_NOT_FOUND");
  });

  test("has nothing of a change that changed nothing, that was refused, or that came too late", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    succeeded(await change(id, { phone: "555 0100" }));
    failed(await change(id, { gender: "?" }), 400, "VALIDATION_ERROR");
    failed(await change(id, { phone: "555 0101", version: 7 }), 409, "OPTIMISTIC_LOCK_CONFLICT");
    assert.deepEqual(
      (await history(id)).data.map(({ version }) => version),
      [1],
    );
  });

  test("keeps every one of 20 changes made at once, and they follow from each other", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    const replies = await Promise.all(Array.from({ length: 20 }, (_, i) => change(id, { phone: `555 02${10 + i}` })));
    const done = replies.filter(({ status }) => status === 200).length;
    assert.ok(done > 1, replies.map(({ status }) => status).join());
    const { data } = await history(id, "?pageSize=100");
    assert.deepEqual(
      data.map(({ version }) => version),
      Array.from({ length: done + 1 }, (_, i) => done + 1 - i),
    );
    for (let i = 0; i < done; i++) {
      const [one] = data[i].changes;
      const before = data[i + 1].changes.find(({ field }) => field === "phone");
      assert.deepEqual([data[i].changes.length, one.field, one.from], [1, "phone", before.to]);
    }
    assert.equal(data[0].changes[0].to, (await read(id)).phone);
  });

  test("tells of deleting, restoring and archiving as versions of their own", async () => {
    const { id } = await createPatient();
    succeeded(await remove(id));
    succeeded(await step(id, "restore"));
    succeeded(await step(id, "archive"));
    succeeded(await step(id, "restore"));
    const { data } = await history(id);
    assert.deepEqual(
      data.map(({ version, change: kind, changes }) => [version, kind, kind === "created" || changes]),
      [
        [5, "restored", [{ field: "status", from: "archived", to: "active" }]],
        [4, "archived", [{ field: "status", from: "active", to: "archived" }]],
        [3, "restored", []],
        [2, "deleted", []],
        [1, "created", true],
      ],
    );
    const { user } = await login("doctor");
    for (const entry of data.slice(0, 4)) assert.equal(entry.changedBy, user.id);
  });

  test("of a deleted record is for who may restore it, and for the others the record is gone", async () => {
    const { id } = await createPatient();
    succeeded(await remove(id));
    for (const role of ["doctor", "admin"]) {
      const { data } = await history(id, "", { as: role });
      assert.deepEqual(
        data.map(({ change: kind }) => kind),
        ["deleted", "created"],
        role,
      );
    }
    for (const role of ["receptionist", "nurse"]) {
      const reply = await ask(id, "", { as: role });
      failed(reply, 404, "PATIENT_NOT_FOUND");
      const of_nobody = await ask(nobody, "", { as: role });
      assert.equal(reply.json.message, of_nobody.json.message, "nothing tells it from a record that never was");
    }
    succeeded(await step(id, "restore"));
    for (const role of ["receptionist", "nurse"])
      assert.equal((await history(id, "", { as: role })).pagination.total, 3);
  });
});

describe("going back to an earlier version", () => {
  test("makes a new version with the old values", async () => {
    const patient = await corrected();
    const now = await read(patient.id, "nurse");
    const reply = await back(patient.id, 2, { as: "nurse" });
    const restored = succeeded(reply);
    assert.equal(reply.headers.etag, '"5"');
    const { user } = await login("nurse");
    assert.deepEqual(restored, {
      ...now,
      version: 5,
      updatedAt: restored.updatedAt,
      updatedBy: user.id,
      phone: "555 0101",
      middleName: null,
      interpreterNeeded: true,
      address: { ...now.address, country: "Hungary" },
    });
    assert.ok(restored.updatedAt > now.updatedAt);
    assert.deepEqual(await read(patient.id, "nurse"), restored);
    const { data } = await history(patient.id);
    assert.equal(data.length, 5);
    assert.deepEqual([data[0].version, data[0].change, data[0].changedBy], [5, "updated", user.id]);
    assert.deepEqual(byField(data[0].changes), [
      { field: "address.country", from: null, to: "Hungary" },
      { field: "interpreterNeeded", from: false, to: true },
      { field: "middleName", from: "Ágnes", to: null },
      { field: "phone", from: null, to: "555 0101" },
    ]);
  });

  test("makes the patient found by the old name again, and no longer by the new", async () => {
    const { id, lastName } = await createPatient();
    const married = unique("M");
    succeeded(await change(id, { lastName: married }));
    succeeded(await back(id, 1));
    const found = async (search) =>
      succeeded(await api("GET", `/patients?search=${search}`, { as })).data.map((patient) => patient.id);
    assert.deepEqual(await found(lastName), [id]);
    assert.deepEqual(await found(married), []);
  });

  test("leaves one event in the outbox, of the new version", async () => {
    const { id } = await createPatient();
    succeeded(await change(id, { phone: "555 0100" }));
    succeeded(await back(id, 1));
    assert.equal(
      await psql(`SELECT type, version FROM caredesk.outbox WHERE patient_id = ${literal(id)} ORDER BY id;`),
      "patient.created\t1\npatient.updated\t2\npatient.updated\t3",
    );
  });

  test("that changes nothing is no new version", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    assert.equal(succeeded(await back(id, 1)).version, 1);
    succeeded(await change(id, { phone: "555 0101" }));
    succeeded(await change(id, { phone: "555 0100" }));
    assert.equal(succeeded(await back(id, 1)).version, 3);
    assert.equal((await history(id)).pagination.total, 3);
  });

  for (const version of ["2", "0", "99", "999999999", "9999999999", "-1", "1.5", "x", "%20", "1%3B", "01x"]) {
    test(`to the version ${version}, which there is not, is 404`, async () => {
      const { id } = await createPatient();
      failed(await back(id, version), 404, "NOT_FOUND");
      assert.equal((await read(id)).version, 1);
    });
  }

  test("with an outdated If-Match is 409 and changes nothing, with the current one it goes through", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    succeeded(await change(id, { phone: "555 0101" }));
    for (const tag of ['"1"', '"3"'])
      failed(await back(id, 1, { headers: { "if-match": tag } }), 409, "OPTIMISTIC_LOCK_CONFLICT");
    assert.deepEqual(wrongFields(await back(id, 1, { headers: { "if-match": "garbage" } })), ["version"]);
    const now = await read(id);
    assert.deepEqual([now.version, now.phone], [2, "555 0101"]);
    const restored = succeeded(await back(id, 1, { headers: { "if-match": '"2"' } }));
    assert.deepEqual([restored.version, restored.phone], [3, "555 0100"]);
  });

  test("of an archived record is 409 and says to restore it first", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    succeeded(await change(id, { phone: "555 0101" }));
    succeeded(await step(id, "archive"));
    for (const role of [as, "doctor"])
      assert.match(failed(await back(id, 1, { as: role }), 409, "CONFLICT").message, /archived.*restore/i);
    const now = await read(id);
    assert.deepEqual([now.version, now.phone, now.status], [3, "555 0101", "archived"]);
    succeeded(await step(id, "restore"));
    assert.deepEqual(succeeded(await back(id, 1)).phone, "555 0100");
  });

  test("to a version that was archived takes its values, and leaves the record active", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    succeeded(await step(id, "archive"));
    succeeded(await step(id, "restore"));
    succeeded(await change(id, { phone: "555 0101" }));
    const now = succeeded(await back(id, 2));
    assert.deepEqual([now.version, now.phone, now.status], [5, "555 0100", "active"]);
  });

  test("of a deleted record, of another hospital's and of nobody's is 404", async () => {
    const { id } = await createPatient();
    succeeded(await change(id, { phone: "555 0100" }));
    const other = await newAccount("doctor", { hospital: await newHospital() });
    failed(await back(id, 1, { as: other }), 404, "PATIENT_NOT_FOUND");
    failed(await back(nobody, 1), 404, "PATIENT_NOT_FOUND");
    succeeded(await remove(id));
    for (const role of [as, "doctor"]) failed(await back(id, 1, { as: role }), 404, "PATIENT_NOT_FOUND");
    assert.equal(await psql(`SELECT version FROM caredesk.patient WHERE id = ${literal(id)};`), "3");
  });

  test("is refused to roles that may not change patients", async () => {
    const { id } = await createPatient();
    succeeded(await change(id, { phone: "555 0100" }));
    for (const role of ["patient", "auditor", "service"])
      failed(await back(id, 1, { as: role }), 403, "INSUFFICIENT_PERMISSIONS");
    failed(await back(id, 1, { as: undefined }), 401, "UNAUTHENTICATED");
    assert.equal((await read(id)).version, 2);
  });

  test("ten times at once makes one new version", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    succeeded(await change(id, { phone: "555 0101" }));
    const replies = await Promise.all(Array.from({ length: 10 }, () => back(id, 1)));
    for (const reply of replies) if (reply.status !== 200) failed(reply, 409, "OPTIMISTIC_LOCK_CONFLICT");
    assert.ok(replies.some(({ status }) => status === 200));
    assert.deepEqual(
      (await history(id)).data.map(({ version }) => version),
      [3, 2, 1],
    );
  });
});

describe("a conflict", () => {
  test("names who saved and when, then every field that has changed since, and which of them the client changed too", async () => {
    const { id } = await createPatient({
      phone: "555 0100",
      email: "ada@example.org",
      employer: "Works",
      address: { city: "Pécs" },
      interpreterNeeded: false,
    });
    succeeded(await change(id, { phone: "555 0101", address: { city: "Szeged" } }));
    const theirs = succeeded(
      await change(id, { employer: null, interpreterNeeded: true, occupation: "Clerk" }, { as: "nurse" }),
    );
    // Ours: two that they changed as well, one of them to the very same value; two that they did not.
    const mine = { phone: "555 0102", occupation: "Clerk", email: "ada@example.com", address: { state: "Baranya" } };
    const { user } = await login("nurse");
    for (const [body, headers] of [
      [{ ...mine, version: 1 }, {}],
      [mine, { "if-match": '"1"' }],
    ]) {
      const conflict = failed(await change(id, body, { headers }), 409, "OPTIMISTIC_LOCK_CONFLICT");
      assert.ok(conflict.message.includes(user.fullName), conflict.message);
      const [head, ...fields] = conflict.details.map(({ message, ...rest }) => rest);
      assert.deepEqual(head, {
        field: "version",
        code: "OUTDATED",
        currentVersion: 3,
        changedBy: user.fullName,
        changedAt: theirs.updatedAt,
      });
      assert.deepEqual(byField(fields), [
        { field: "address.city", code: "CHANGED", current: "Szeged", contested: false },
        { field: "employer", code: "CHANGED", current: null, contested: false },
        { field: "interpreterNeeded", code: "CHANGED", current: true, contested: false },
        { field: "occupation", code: "CHANGED", current: "Clerk", contested: false },
        { field: "phone", code: "CHANGED", current: "555 0101", contested: true },
      ]);
    }
    assert.deepEqual(await read(id, "nurse"), theirs);
  });

  test("counts from the version that the client saw, not from the first", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    succeeded(await change(id, { phone: "555 0101" }));
    succeeded(await change(id, { middleName: "Ágnes" }));
    const conflict = failed(await change(id, { phone: "555 0102", version: 2 }), 409, "OPTIMISTIC_LOCK_CONFLICT");
    assert.deepEqual(
      conflict.details.map(({ field, contested }) => [field, contested]),
      [
        ["version", undefined],
        ["middleName", false],
      ],
    );
  });

  test("about what was changed there and back names no field", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    succeeded(await change(id, { phone: "555 0101" }));
    succeeded(await change(id, { phone: "555 0100" }));
    const conflict = failed(await change(id, { middleName: "x", version: 1 }), 409, "OPTIMISTIC_LOCK_CONFLICT");
    assert.deepEqual(
      conflict.details.map(({ field, currentVersion }) => [field, currentVersion]),
      [["version", 3]],
    );
  });
});

describe("the page of the history", () => {
  const page = async (role, id, query = "") => (await desk(role)).get(`/patients/${id}/history${query}`);
  const actions = (html) =>
    forms(html)
      .map(({ action }) => action)
      .filter((action) => action.startsWith("/patients/"));

  test("shows names and values as text, whatever is in them", async () => {
    const author = await newAccount(as);
    const harmful = `<b onclick="x">&amp; ${unique()}</b>`;
    await psql(`UPDATE caredesk.account SET full_name = ${literal(harmful)} WHERE id = ${literal(author.id)};`);
    const { id } = await createPatient({ employer: harmful }, { as: author });
    succeeded(await change(id, { employer: `<script>${harmful}</script>`, lastName: harmful }, { as: author }));
    const reply = await page(as, id);
    assert.equal(reply.status, 200);
    assert.ok(!reply.text.includes("<b onclick") && !reply.text.includes("<script>"), "markup came through");
    const text = visible(reply.text);
    // The author twice; of the employer before and after, and the name; at least.
    assert.ok(text.split(harmful).length - 1 >= 5, text);
    assert.ok(text.includes(`<script>${harmful}</script>`), text);
  });

  test("says in words what happened, with the field's label and both values, empty ones too", async () => {
    const { id } = await corrected();
    const text = visible((await page(as, id)).text).replace(/\s+/g, " ");
    for (const words of [
      /Corrected.*version 4/,
      /Registered.*version 1/,
      /City Pécs Szeged/,
      /Needs an interpreter Yes No/,
      /Middle name \(empty\) Ágnes/,
      /Phone 555 0101 \(empty\)/,
    ])
      assert.match(text, words);
  });

  test("offers every version but the newest to be the record again, and that works", async () => {
    const { id } = await corrected();
    const person = await desk(as);
    const reply = await page(as, id);
    assert.deepEqual(
      actions(reply.text),
      [3, 2, 1].map((version) => `/patients/${id}/history/${version}/restore`),
    );
    const sent = await person.submit(`/patients/${id}/history`, {}, { action: `/patients/${id}/history/1/restore` });
    assert.equal(sent.status, 303, sent.text);
    assert.equal(sent.headers.location, `/patients/${id}?notice=back`);
    const shown = await person.get(sent.headers.location);
    assert.match(visible(shown.text), /earlier version is the record again/);
    const now = await read(id);
    assert.deepEqual([now.version, now.phone, now.address.city], [5, "555 0100", "Pécs"]);
  });

  test("takes no form from elsewhere, nor one without its token", async () => {
    const { id } = await createPatient();
    succeeded(await change(id, { phone: "555 0100" }));
    const person = await desk(as);
    const path = `/patients/${id}/history/1/restore`;
    const [{ fields }] = forms((await page(as, id)).text).filter(({ action }) => action === path);
    assert.equal((await person.request("POST", path, { fields: { csrf: "x" } })).status, 403);
    assert.equal(
      (await person.request("POST", path, { fields, headers: { origin: "https://evil.example" } })).status,
      403,
    );
    assert.equal((await read(id)).version, 2);
  });

  test("offers to restore a deleted or archived record to who may, and to nobody else", async () => {
    const archived = await createPatient();
    succeeded(await step(archived.id, "archive"));
    const deleted = await createPatient();
    succeeded(await remove(deleted.id));
    const active = await createPatient();
    for (const role of ["doctor", "admin"]) {
      for (const { id } of [archived, deleted])
        assert.ok(actions((await page(role, id)).text).includes(`/patients/${id}/restore`), role);
      assert.ok(!actions((await page(role, active.id)).text).includes(`/patients/${active.id}/restore`));
    }
    for (const role of ["nurse", "receptionist"]) {
      const reply = await page(role, archived.id);
      assert.equal(reply.status, 200);
      assert.ok(!actions(reply.text).includes(`/patients/${archived.id}/restore`), role);
      assert.equal((await page(role, deleted.id)).status, 404, role);
    }
    assert.equal((await page("auditor", active.id)).status, 403);
    const nobodys = await new Desk().get(`/patients/${active.id}/history`);
    assert.equal(nobodys.status, 303);
    assert.match(nobodys.headers.location, /^\/login\?next=/);
  });

  // A button that always fails is worse than none.
  for (const [state, prepare] of [
    ["a record", async () => {}],
    ["an archived record", async (id) => succeeded(await step(id, "archive"))],
    ["a deleted record", async (id) => succeeded(await remove(id))],
  ]) {
    test(`has only buttons that work: of ${state}`, async () => {
      const person = await desk("doctor");
      const made = async () => {
        const { id } = await createPatient({ phone: "555 0100" });
        succeeded(await change(id, { phone: "555 0101" }));
        await prepare(id);
        return id;
      };
      const sample = await made();
      const count = actions((await page("doctor", sample)).text).length;
      assert.ok(count > 0);
      for (let i = 0; i < count; i++) {
        const id = await made();
        const path = `/patients/${id}/history`;
        const action = actions((await person.get(path)).text)[i];
        const sent = await person.submit(path, {}, { action });
        assert.equal(sent.status, 303, action.replace(id, "{id}"));
      }
    });
  }

  test("leads to all versions of a record that has more than a page holds", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    for (let i = 0; i < 24; i++) succeeded(await change(id, { phone: `555 01${10 + i}` }));
    const person = await desk(as);
    const seen = new Set();
    let path = `/patients/${id}/history`;
    for (let pages = 0; path && pages < 5; pages++) {
      const { text } = await person.get(path);
      for (const [, version] of visible(text).matchAll(/· version (\d+)/g)) seen.add(Number(version));
      const links = [...text.matchAll(/<a\b[^>]*\shref="([^"]*)"/g)].map(([, href]) => new URL(decode(href), base));
      const next = links.find(({ searchParams }) => searchParams.get("page") === String(pages + 2));
      path = next && next.pathname + next.search;
    }
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      Array.from({ length: 25 }, (_, i) => i + 1),
    );
  });

  test("offers an older version of a second page to be the record again as well", async () => {
    const { id } = await corrected();
    const reply = await page(as, id, "?page=2&pageSize=1");
    assert.equal(reply.status, 200);
    assert.deepEqual(actions(reply.text), [`/patients/${id}/history/3/restore`]);
  });
});
