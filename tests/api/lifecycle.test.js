// Deleting, restoring and archiving a record: who may, what vanishes and comes back, and what is written down.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { api, createPatient, key, login, unique } from "../support/client.js";
import { failed, succeeded, wrongFields } from "../support/expect.js";
import { newAccount, newHospital } from "../support/account.js";
import { desk, forms, visible } from "../support/desk.js";
import { literal, psql, rows } from "../support/psql.js";

const as = "doctor";
const nobody = "00000000-0000-7000-8000-000000000000";
const steps = {
  delete: (id, more = {}) => api("DELETE", `/patients/${id}`, { as, ...more }),
  restore: (id, more = {}) => api("POST", `/patients/${id}/restore`, { as, ...more }),
  archive: (id, more = {}) => api("POST", `/patients/${id}/archive`, { as, ...more }),
};
const read = (ref, more = {}) => api("GET", `/patients/${ref}`, { as, ...more });
const change = (id, body, more = {}) => api("PATCH", `/patients/${id}`, { as, body, ...more });
const list = async (query) => succeeded(await api("GET", `/patients?${new URLSearchParams(query)}`, { as }));
const found = async (query) => (await list(query)).data.map((patient) => patient.id);
const row = async (id, columns = "version, status, deleted_at IS NOT NULL AS deleted") =>
  (await rows(`SELECT ${columns} FROM caredesk.patient WHERE id = ${literal(id)}`))[0];
const events = (id) => psql(`SELECT type, version FROM caredesk.outbox WHERE patient_id = ${literal(id)} ORDER BY id;`);
const versions = (id) =>
  psql(`SELECT version, change FROM caredesk.patient_version WHERE patient_id = ${literal(id)} ORDER BY version;`);

// A record that the step can be taken on.
async function ready(what, more) {
  const patient = await createPatient(more);
  if (what === "restore") succeeded(await steps.archive(patient.id));
  return patient;
}

describe("who may", () => {
  for (const what of Object.keys(steps)) {
    for (const role of ["admin", "doctor"]) {
      test(`${what}: the ${role}`, async () => {
        const { id } = await ready(what);
        const before = (await row(id)).version;
        const reply = await steps[what](id, { as: role });
        const after = succeeded(reply);
        assert.deepEqual([after.id, after.version], [id, before + 1]);
        assert.equal(reply.headers.etag, `"${before + 1}"`);
        const { user } = await login(role);
        assert.equal(after.updatedBy, user.id);
      });
    }

    for (const role of ["nurse", "receptionist", "patient", "auditor", "service"]) {
      test(`${what}: not the ${role}, of whatever record, and nothing happens`, async () => {
        const { id } = await ready(what);
        const before = await row(id);
        failed(await steps[what](id, { as: role }), 403, "INSUFFICIENT_PERMISSIONS");
        failed(await steps[what](nobody, { as: role }), 403, "INSUFFICIENT_PERMISSIONS");
        assert.deepEqual(await row(id), before);
      });
    }

    test(`${what}: not nobody`, async () => {
      const { id } = await ready(what);
      failed(await steps[what](id, { as: undefined }), 401, "UNAUTHENTICATED");
      assert.equal((await row(id)).deleted, false);
    });

    test(`${what}: nobody from another hospital, and of nobody it is 404`, async () => {
      const { id } = await ready(what);
      const before = await row(id);
      const other = await newAccount("admin", { hospital: await newHospital() });
      failed(await steps[what](id, { as: other }), 404, "PATIENT_NOT_FOUND");
      for (const ref of [nobody, "not-a-uuid", "1"]) failed(await steps[what](ref), 404, "PATIENT_NOT_FOUND");
      assert.deepEqual(await row(id), before);
    });
  }
});

describe("a deleted record", () => {
  test("is read by nobody, neither by id nor by MRN, and cannot be changed", async () => {
    const { id, mrn } = await createPatient();
    succeeded(await steps.delete(id));
    for (const role of ["admin", "doctor", "nurse", "receptionist"]) {
      for (const ref of [id, `mrn:${mrn}`]) {
        failed(await read(ref, { as: role }), 404, "PATIENT_NOT_FOUND");
        failed(await read(ref, { as: role, headers: { "if-none-match": '"1", "2"' } }), 404, "PATIENT_NOT_FOUND");
        failed(await change(ref, { phone: "555 0100" }, { as: role }), 404, "PATIENT_NOT_FOUND");
      }
      const person = await desk(role);
      for (const path of [`/patients/${id}`, `/patients/${id}/edit`])
        assert.equal((await person.get(path)).status, 404, `${role} ${path}`);
    }
    assert.deepEqual(await row(id), { version: 2, status: "active", deleted: true });
  });

  test("is in no list, no search and no count, and after restoring it is in all of them again", async () => {
    const tag = unique("D");
    const dateOfBirth = "1931-03-07";
    const people = [];
    for (const firstName of ["Anna", "Bela", "Cili"])
      people.push(await createPatient({ firstName, lastName: tag, dateOfBirth, gender: "other" }));
    const [gone, ...left] = people;
    const ids = (patients) => patients.map(({ id }) => id);
    const questions = [
      { search: tag },
      { search: tag, gender: "other" },
      { search: `${tag} 1931-03-07` },
      { search: tag, sortBy: "createdAt", sortOrder: "asc" },
      { search: tag, status: "active", dateOfBirth },
    ];
    const seen = async (patients, what) => {
      for (const query of questions) {
        const { data, pagination } = await list(query);
        assert.deepEqual(ids(data), ids(patients), `${what}: ${JSON.stringify(query)}`);
        assert.equal(pagination.total, patients.length, `${what}: ${JSON.stringify(query)}`);
      }
      // Nothing typed: only filters.
      const born = await found({ dateOfBirth, pageSize: 100 });
      assert.deepEqual(
        ids(people).filter((id) => born.includes(id)),
        ids(patients),
        what,
      );
    };
    await seen(people, "before");
    succeeded(await steps.delete(gone.id));
    await seen(left, "deleted");
    for (const typed of [gone.mrn, gone.mrn.slice(0, -1)])
      assert.ok(!(await found({ search: typed, pageSize: 100 })).includes(gone.id));
    succeeded(await steps.restore(gone.id));
    await seen(people, "restored");
    assert.deepEqual(await found({ search: gone.mrn }), [gone.id]);
  });

  test("comes back as it was, with every word it was found by", async () => {
    const patient = await createPatient(
      {
        preferredName: unique("P"),
        formerName: unique("F"),
        phone: "+36 1 555 0142",
        dateOfBirth: "1944-05-06",
        address: { city: "Pécs" },
        interpreterNeeded: true,
      },
      { as },
    );
    const words = () =>
      psql(`SELECT word FROM caredesk.patient_word WHERE patient_id = ${literal(patient.id)} ORDER BY word;`);
    const before = await words();
    assert.ok(before.length > 0);
    succeeded(await steps.delete(patient.id));
    assert.equal(await words(), "", "the words of what is deleted are not kept");
    const restored = succeeded(await steps.restore(patient.id));
    assert.equal(await words(), before);
    const { user } = await login(as);
    assert.deepEqual(restored, { ...patient, version: 3, updatedAt: restored.updatedAt, updatedBy: user.id });
    assert.deepEqual(succeeded(await read(patient.id)), restored);
    assert.equal(succeeded(await read(`mrn:${patient.mrn}`)).id, patient.id);
    for (const typed of [patient.preferredName, patient.formerName, patient.mrn, `${patient.lastName} 0142`])
      assert.deepEqual(await found({ search: typed }), [patient.id], typed);
  });

  test("cannot be deleted again, nor archived: there is no such patient", async () => {
    const { id } = await createPatient();
    succeeded(await steps.delete(id));
    failed(await steps.delete(id), 404, "PATIENT_NOT_FOUND");
    failed(await steps.archive(id), 404, "PATIENT_NOT_FOUND");
    assert.deepEqual(await row(id), { version: 2, status: "active", deleted: true });
    assert.equal(await events(id), "patient.created\t1\npatient.deleted\t2");
  });

  test("keeps its MRN for itself", async () => {
    const { id, mrn } = await createPatient();
    succeeded(await steps.delete(id));
    const others = await Promise.all(Array.from({ length: 5 }, () => createPatient()));
    assert.ok(others.every((other) => other.mrn !== mrn));
    assert.equal(succeeded(await steps.restore(id)).mrn, mrn);
  });

  test("does not come back by repeating the creation with its key", async () => {
    const headers = { "idempotency-key": key() };
    const body = { firstName: "Ada", lastName: unique(), dateOfBirth: "1985-12-10", gender: "female" };
    const first = succeeded(await api("POST", "/patients", { as, body, headers }), 201);
    succeeded(await steps.delete(first.id));
    assert.equal(succeeded(await api("POST", "/patients", { as, body, headers }), 201).id, first.id);
    assert.equal(await psql(`SELECT count(*) FROM caredesk.patient WHERE last_name = ${literal(body.lastName)};`), "1");
    failed(await read(first.id), 404, "PATIENT_NOT_FOUND");
  });
});

describe("an archived record", () => {
  test("is still read, listed and found, and says that it is archived", async () => {
    const { id, mrn, lastName } = await createPatient();
    assert.equal(succeeded(await steps.archive(id)).status, "archived");
    for (const role of ["doctor", "receptionist"])
      for (const ref of [id, `mrn:${mrn}`]) assert.equal(succeeded(await read(ref, { as: role })).status, "archived");
    const { data, pagination } = await list({ search: lastName });
    assert.deepEqual([data.map((patient) => [patient.id, patient.status]), pagination.total], [[[id, "archived"]], 1]);
    assert.deepEqual(await found({ search: lastName, gender: "female" }), [id]);
    assert.deepEqual(await found({ search: lastName, status: "active" }), []);
    const page = await (await desk("receptionist")).get(`/patients/${id}`);
    assert.equal(page.status, 200);
    assert.match(visible(page.text), /Archived/);
  });

  test("cannot be changed, and the refusal says in a sentence what to do", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    succeeded(await steps.archive(id));
    for (const method of ["PATCH", "PUT"]) {
      for (const body of [{ phone: "555 0101" }, { phone: "555 0101", version: 2 }, { status: "active" }, {}]) {
        const { message } = failed(await api(method, `/patients/${id}`, { as, body }), 409, "CONFLICT");
        assert.equal(message, "This record is archived. Restore it before you change it.");
      }
    }
    const now = succeeded(await read(id));
    assert.deepEqual([now.version, now.phone, now.status], [2, "555 0100", "archived"]);
  });

  test("is active again when restored, and can be changed again", async () => {
    const { id, lastName } = await createPatient();
    succeeded(await steps.archive(id));
    const restored = succeeded(await steps.restore(id));
    assert.deepEqual([restored.version, restored.status], [3, "active"]);
    const after = succeeded(await change(id, { phone: "555 0101" }));
    assert.deepEqual([after.version, after.phone], [4, "555 0101"]);
    assert.deepEqual(await found({ search: lastName, status: "active" }), [id]);
  });

  test("cannot be archived again: 409 and a sentence", async () => {
    const { id } = await createPatient();
    succeeded(await steps.archive(id));
    assert.equal(failed(await steps.archive(id), 409, "CONFLICT").message, "This record is archived already.");
    assert.equal((await row(id)).version, 2);
  });

  for (const status of ["deceased", "inactive", "active"]) {
    test(`that was ${status} is ${status} again when it is restored`, async () => {
      const { id } = await createPatient({ status });
      succeeded(await steps.archive(id));
      assert.equal(succeeded(await steps.restore(id)).status, status);
    });
  }

  test("that is deleted comes back archived, and restored once more it is active", async () => {
    const { id } = await createPatient();
    succeeded(await steps.archive(id));
    succeeded(await steps.delete(id));
    failed(await read(id), 404, "PATIENT_NOT_FOUND");
    const restored = succeeded(await steps.restore(id));
    assert.deepEqual([restored.version, restored.status], [4, "archived"]);
    assert.equal(succeeded(await steps.restore(id)).status, "active");
  });

  test("is not made by writing the status", async () => {
    const { id } = await createPatient();
    assert.deepEqual(wrongFields(await change(id, { status: "archived" })), ["status"]);
    assert.deepEqual(
      wrongFields(
        await api("POST", "/patients", {
          as,
          body: { lastName: unique(), dateOfBirth: "1985-12-10", gender: "female", status: "archived" },
        }),
      ),
      ["status"],
    );
    assert.deepEqual(await row(id), { version: 1, status: "active", deleted: false });
  });
});

test("restoring what is neither deleted nor archived is 409 and a sentence", async () => {
  const { id } = await createPatient();
  assert.equal(
    failed(await steps.restore(id), 409, "CONFLICT").message,
    "This record is neither deleted nor archived.",
  );
  succeeded(await steps.delete(id));
  succeeded(await steps.restore(id));
  failed(await steps.restore(id), 409, "CONFLICT");
  assert.deepEqual(await row(id), { version: 3, status: "active", deleted: false });
});

describe("the version in If-Match", () => {
  for (const what of Object.keys(steps)) {
    test(`is checked by ${what}: an outdated one is 409 and nothing happens, the current one goes through`, async () => {
      const { id } = await ready(what, { phone: "555 0100" });
      if (what !== "restore") succeeded(await change(id, { phone: "555 0101" }));
      const before = await row(id);
      assert.equal(before.version, 2);
      for (const tag of ['"1"', '"3"', 'W/"1"'])
        failed(await steps[what](id, { headers: { "if-match": tag } }), 409, "OPTIMISTIC_LOCK_CONFLICT");
      for (const tag of ["garbage", '"0"', '""'])
        assert.deepEqual(wrongFields(await steps[what](id, { headers: { "if-match": tag } })), ["version"]);
      assert.deepEqual(await row(id), before);
      assert.equal(succeeded(await steps[what](id, { headers: { "if-match": '"2"' } })).version, 3);
    });

    test(`is not needed by ${what}, and a star is any`, async () => {
      const { id } = await ready(what);
      succeeded(await steps[what](id, { headers: { "if-match": "*" } }));
    });
  }
});

describe("ten at once", () => {
  for (const what of Object.keys(steps)) {
    test(`${what}: exactly one goes through, with one version and one event`, async () => {
      const { id } = await ready(what);
      const before = await row(id);
      const replies = await Promise.all(Array.from({ length: 10 }, () => steps[what](id)));
      const good = replies.filter(({ status }) => status === 200);
      assert.equal(good.length, 1, replies.map(({ status }) => status).join());
      assert.equal(succeeded(good[0]).version, before.version + 1);
      for (const reply of replies) {
        if (reply === good[0]) continue;
        // Who came when it was done finds nothing to do; who came while it was done, that it has changed.
        if (reply.status === 404 && what === "delete") failed(reply, 404, "PATIENT_NOT_FOUND");
        else
          failed(reply, 409, what === "delete" ? "OPTIMISTIC_LOCK_CONFLICT" : ["OPTIMISTIC_LOCK_CONFLICT", "CONFLICT"]);
      }
      assert.equal((await row(id)).version, before.version + 1);
      assert.equal((await versions(id)).split("\n").length, before.version + 1);
      assert.equal((await events(id)).split("\n").length, before.version + 1);
    });
  }

  test("deleting, archiving and changing never overwrite each other: each version is there once", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    const replies = await Promise.all([
      ...Array.from({ length: 6 }, (_, i) => change(id, { phone: `555 01${10 + i}` })),
      steps.archive(id),
      steps.delete(id),
    ]);
    for (const reply of replies)
      if (reply.status !== 200)
        failed(reply, reply.status === 404 ? 404 : 409, ["PATIENT_NOT_FOUND", "OPTIMISTIC_LOCK_CONFLICT", "CONFLICT"]);
    const done = replies.filter(({ status }) => status === 200).length;
    assert.ok(done > 0);
    const { version } = await row(id);
    assert.equal(version, 1 + done);
    const numbers = (await versions(id)).split("\n").map((line) => Number(line.split("\t")[0]));
    assert.deepEqual(
      numbers,
      Array.from({ length: version }, (_, i) => i + 1),
    );
  });
});

describe("the outbox", () => {
  test("has an event of each step, with the version that it made, and no word of the patient", async () => {
    const { id, lastName } = await createPatient();
    for (const what of ["delete", "restore", "archive", "restore"]) succeeded(await steps[what](id));
    assert.equal(
      await events(id),
      [
        "patient.created\t1",
        "patient.deleted\t2",
        "patient.restored\t3",
        "patient.archived\t4",
        "patient.restored\t5",
      ].join("\n"),
    );
    const [{ text }] = await rows(
      `SELECT string_agg(o::text, ' ') AS text FROM caredesk.outbox o WHERE patient_id = ${literal(id)}`,
    );
    assert.ok(!text.includes(lastName));
  });

  test("has nothing of a step that was refused", async () => {
    const { id } = await createPatient();
    for (const what of Object.keys(steps)) {
      await steps[what](id, { as: "nurse" });
      await steps[what](id, { headers: { "if-match": '"7"' } });
    }
    await steps.restore(id);
    assert.equal(await events(id), "patient.created\t1");
  });
});

describe("the audit", () => {
  const audited = (id) =>
    rows(`SELECT *, xmin::text AS transaction FROM caredesk.audit WHERE request_id = ${literal(id)} ORDER BY id`);
  async function taken(what, id, more = {}) {
    const request = `lifecycle-${key()}`;
    const reply = await steps[what](id, { ...more, headers: { "x-request-id": request, ...more.headers } });
    return { reply, trail: await audited(request) };
  }
  const outcome = (trail, action, what, patient) =>
    assert.deepEqual(
      trail.map((one) => [one.action, one.outcome, one.patient_id]),
      [[action, what, patient]],
    );

  for (const what of Object.keys(steps)) {
    const action = `patient.${what}`;

    test(`of ${what} is one row, in the transaction of the record, its version and its event`, async () => {
      const { id } = await ready(what);
      const { reply, trail } = await taken(what, id);
      const { version } = succeeded(reply);
      outcome(trail, action, "success", id);
      const { user } = await login(as);
      assert.deepEqual([trail[0].account_id, trail[0].role, trail[0].address], [user.id, as, "127.0.0.1"]);
      assert.equal(
        await psql(
          `SELECT xmin::text FROM caredesk.patient WHERE id = ${literal(id)}
          UNION SELECT xmin::text FROM caredesk.outbox WHERE patient_id = ${literal(id)} AND version = ${version}
          UNION SELECT xmin::text FROM caredesk.patient_version WHERE patient_id = ${literal(id)} AND version = ${version};`,
        ),
        trail[0].transaction,
      );
    });

    test(`of ${what} says not-found of nobody and of another hospital's, and belongs to the hospital of who asked`, async () => {
      const { id } = await ready(what);
      const hospital = await newHospital();
      const other = await newAccount("doctor", { hospital });
      for (const [ref, who] of [
        [id, other],
        [nobody, as],
        ["not-a-uuid", as],
      ]) {
        const { reply, trail } = await taken(what, ref, { as: who });
        failed(reply, 404, "PATIENT_NOT_FOUND");
        outcome(trail, action, "not-found", null);
        if (who === other) assert.deepEqual([trail[0].hospital_id, trail[0].account_id], [hospital, other.id]);
      }
    });

    test(`of ${what} says forbidden to who may not, and conflict to who came too late`, async () => {
      const { id } = await ready(what);
      const refused = await taken(what, id, { as: "nurse" });
      failed(refused.reply, 403, "INSUFFICIENT_PERMISSIONS");
      assert.deepEqual(
        refused.trail.map((one) => [one.outcome, one.role]),
        [["forbidden", "nurse"]],
      );
      const late = await taken(what, id, { headers: { "if-match": '"9"' } });
      failed(late.reply, 409, "OPTIMISTIC_LOCK_CONFLICT");
      assert.deepEqual(
        late.trail.map((one) => one.outcome),
        ["OPTIMISTIC_LOCK_CONFLICT"],
      );
    });
  }

  test("of restoring what needs none says so", async () => {
    const { id } = await createPatient();
    const { reply, trail } = await taken("restore", id);
    failed(reply, 409, "CONFLICT");
    assert.deepEqual(
      trail.map((one) => one.outcome),
      ["CONFLICT"],
    );
  });

  test("of the history is a row: success to who may see it, not-found to who may not", async () => {
    const { id } = await createPatient();
    const look = async (role, ref) => {
      const request = `lifecycle-${key()}`;
      await api("GET", `/patients/${ref}/history`, { as: role, headers: { "x-request-id": request } });
      return (await audited(request)).map((one) => [one.action, one.outcome]);
    };
    assert.deepEqual(await look("nurse", id), [["patient.history", "success"]]);
    assert.deepEqual(await look("nurse", nobody), [["patient.history", "not-found"]]);
    succeeded(await steps.delete(id));
    assert.deepEqual(await look("nurse", id), [["patient.history", "not-found"]]);
    assert.deepEqual(await look("doctor", id), [["patient.history", "success"]]);
    const other = await newAccount("doctor", { hospital: await newHospital() });
    assert.deepEqual(await look(other, id), [["patient.history", "not-found"]]);
  });
});

describe("the pages", () => {
  const deleting = (id) => `/patients/${id}/delete`;
  const archiving = (id) => `/patients/${id}/archive`;

  test("ask before deleting, tell what it means, and show whom it is about", async () => {
    const { id, mrn, lastName } = await createPatient();
    const person = await desk(as);
    const record = await person.get(`/patients/${id}`);
    assert.ok(record.text.includes(`href="${deleting(id)}"`), "the record leads there");
    const page = await person.get(deleting(id));
    assert.equal(page.status, 200);
    const text = visible(page.text);
    assert.ok(text.includes(lastName) && text.includes(mrn), "it does not say whom it is about");
    assert.match(text, /restore/i);
    const offered = forms(page.text).filter(({ action }) => action.startsWith("/patients/"));
    assert.deepEqual(
      offered.map(({ action, method, fields }) => [action, method, fields.version]).sort(),
      [archiving(id), deleting(id)].map((action) => [action, "POST", "1"]),
    );
    assert.ok(offered.every(({ fields }) => fields.csrf));
    assert.equal((await row(id)).deleted, false, "asking deletes nothing");
  });

  test("delete and restore, and say so", async () => {
    const { id, lastName } = await createPatient();
    const person = await desk(as);
    const sent = await person.submit(deleting(id), {}, { action: deleting(id) });
    assert.deepEqual([sent.status, sent.headers.location], [303, `/patients/${id}/history?notice=deleted`]);
    assert.deepEqual(await row(id), { version: 2, status: "active", deleted: true });
    const page = await person.get(sent.headers.location);
    assert.match(visible(page.text), /Deleted\. It can be restored here\./);
    assert.deepEqual(await found({ search: lastName }), []);
    const back = await person.submit(`/patients/${id}/history`, {}, { action: `/patients/${id}/restore` });
    assert.deepEqual([back.status, back.headers.location], [303, `/patients/${id}?notice=restored`]);
    assert.match(visible((await person.get(back.headers.location)).text), /Restored\./);
    assert.deepEqual(await found({ search: lastName }), [id]);
  });

  test("archive, show that and offer no correcting, and refuse one that was begun before", async () => {
    const { id, lastName } = await createPatient({ phone: "555 0100" });
    const person = await desk(as);
    const edit = forms((await person.get(`/patients/${id}/edit`)).text).find(
      ({ action }) => action === `/patients/${id}`,
    );
    const sent = await person.submit(deleting(id), {}, { action: archiving(id) });
    assert.deepEqual([sent.status, sent.headers.location], [303, `/patients/${id}?notice=archived`]);
    const page = await person.get(sent.headers.location);
    assert.match(visible(page.text), /Archived\./);
    assert.ok(!page.text.includes(`href="/patients/${id}/edit"`), "an archived record is not corrected");
    const late = await person.request("POST", `/patients/${id}`, { fields: { ...edit.fields, phone: "555 0199" } });
    assert.equal(late.status, 409);
    assert.match(visible(late.text), /This record is archived\. Restore it before you change it\./);
    const kept = forms(late.text).find(({ action }) => action === `/patients/${id}`);
    assert.equal(kept?.fields.phone, "555 0199", "what was typed is still there");
    assert.deepEqual(await row(id, "version, phone, last_name"), {
      version: 2,
      phone: "555 0100",
      last_name: lastName,
    });
  });

  test("are for who may delete, and the others see no way there", async () => {
    const { id } = await createPatient();
    for (const role of ["nurse", "receptionist"]) {
      const person = await desk(role);
      assert.ok(!(await person.get(`/patients/${id}`)).text.includes(deleting(id)), role);
      const page = await person.get(deleting(id));
      assert.equal(page.status, 403, role);
      const { fields } = forms((await person.get("/")).text).find(({ action }) => action === "/logout");
      for (const path of [deleting(id), archiving(id), `/patients/${id}/restore`])
        assert.equal((await person.request("POST", path, { fields: { csrf: fields.csrf } })).status, 403, path);
    }
    assert.deepEqual(await row(id), { version: 1, status: "active", deleted: false });
  });

  test("take no form from elsewhere, nor one without its token", async () => {
    const { id } = await createPatient();
    const person = await desk(as);
    const [{ fields }] = forms((await person.get(deleting(id))).text).filter(({ action }) => action === deleting(id));
    for (const path of [deleting(id), archiving(id), `/patients/${id}/restore`]) {
      for (const [sent, headers] of [
        [{ ...fields, csrf: "" }, {}],
        [{ version: "1" }, {}],
        [{ ...fields, csrf: "x".repeat(fields.csrf.length) }, {}],
        [fields, { origin: "https://evil.example" }],
        [fields, { "sec-fetch-site": "cross-site" }],
      ])
        assert.equal((await person.request("POST", path, { fields: sent, headers })).status, 403, path);
    }
    assert.deepEqual(await row(id), { version: 1, status: "active", deleted: false });
  });

  test("delete nothing that somebody has changed since they were opened", async () => {
    const { id } = await createPatient();
    const person = await desk(as);
    const page = forms((await person.get(deleting(id))).text).filter(({ action }) => action.startsWith("/patients/"));
    succeeded(await change(id, { phone: "555 0100" }, { as: "nurse" }));
    for (const { action, fields } of page) {
      const sent = await person.request("POST", action, { fields });
      assert.equal(sent.status, 409, action);
      assert.match(visible(sent.text), /Somebody saved this record after you opened it\./);
    }
    assert.deepEqual(await row(id), { version: 2, status: "active", deleted: false });
  });

  test("say of a deleted record and of nobody's that there is no such patient", async () => {
    const { id } = await createPatient();
    succeeded(await steps.delete(id));
    const person = await desk(as);
    for (const path of [deleting(id), deleting(nobody), deleting("x")]) {
      const page = await person.get(path);
      assert.equal(page.status, 404, path);
      assert.match(visible(page.text), /There is no such patient\./);
    }
  });

  test("offer an archived record only what can be done with it", async () => {
    const person = await desk(as);
    for (let i = 0; ; i++) {
      const { id } = await createPatient();
      succeeded(await steps.archive(id));
      const actions = forms((await person.get(deleting(id))).text)
        .map(({ action }) => action)
        .filter((action) => action.startsWith("/patients/"));
      assert.ok(actions.length > 0);
      if (i === actions.length) break;
      const sent = await person.submit(deleting(id), {}, { action: actions[i] });
      assert.equal(sent.status, 303, actions[i].replace(id, "{id}"));
    }
  });
});
