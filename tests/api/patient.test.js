// A patient created, read, and changed over the API.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deskRoles } from "../support/env.js";
import { api, createPatient, draft, key, login, unique } from "../support/client.js";
import { failed, succeeded, uuidv7, wrongFields } from "../support/expect.js";
import { newAccount, newHospital } from "../support/account.js";
import { desk, forms } from "../support/desk.js";
import { literal, psql, rows } from "../support/psql.js";

const as = "receptionist";
const create = (body, more = {}) => api("POST", "/patients", { as, body, ...more });
const read = (ref, more = {}) => api("GET", `/patients/${ref}`, { as, ...more });
const change = (ref, body, more = {}) => api("PATCH", `/patients/${ref}`, { as, body, ...more });

const everything = {
  firstName: "Mária",
  middleName: "Ágnes Ilona",
  lastName: "Szőke-Nagy",
  preferredName: "Marika",
  formerName: "Kiss",
  namePrefix: "Dr.",
  nameSuffix: "jr.",
  dateOfBirth: "1972-02-29",
  dateOfBirthEstimated: false,
  gender: "female",
  genderIdentity: "woman",
  pronouns: "she/her",
  phone: "+36 (1) 555-0100",
  alternatePhone: "0611 234567 ext. 12",
  email: "Maria.Nagy@example.org",
  language: "hu",
  interpreterNeeded: true,
  maritalStatus: "widowed",
  occupation: "Teacher",
  employer: "Városi Iskola",
  bloodType: "AB-",
  primaryPhysician: "Dr. Béla Tóth",
  nationalId: null,
  allergies: "Pollen\nPenicillin",
  notes: "Kéri, hogy délután hívjuk.",
  status: "active",
  address: { street: "Fő utca 1.", city: "Pécs", state: "Baranya", zipCode: "7621", country: "Hungary" },
  emergencyContact: { name: "Nagy Béla", relationship: "brother", phone: "555 0101" },
};

describe("creating a patient", () => {
  test("answers 201 with Location, ETag and the whole record", async () => {
    const reply = await create(everything);
    const patient = succeeded(reply, 201);
    assert.match(patient.id, uuidv7);
    assert.equal(reply.headers.etag, '"1"');
    assert.match(reply.headers.location, new RegExp(`^(https://[^/]+)?/api(/v1)?/patients/${patient.id}$`));
    assert.equal(patient.version, 1);
    assert.match(patient.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(patient.updatedAt, patient.createdAt);
    const { user } = await login(as);
    assert.equal(patient.createdBy, user.id);
    assert.equal(patient.updatedBy, user.id);
    assert.match(patient.mrn, /^[0-9A-Z][0-9A-Z-]{3,18}[0-9A-Z]$/);
    const { id, mrn, version, createdAt, updatedAt, createdBy, updatedBy, ...given } = patient;
    assert.deepEqual(given, everything);
    assert.deepEqual(succeeded(await read(id)), patient);
    assert.deepEqual(succeeded(await read(`mrn:${mrn}`)), patient);
  });

  test("needs a name, a birthday and a gender, and what wasn't given is null or absent", async () => {
    const { id } = succeeded(await create(draft()), 201);
    const patient = succeeded(await read(id));
    assert.equal(patient.status, "active");
    assert.equal(patient.middleName ?? null, null);
    assert.equal(patient.address?.city ?? null, null);
    assert.equal(patient.bloodType ?? null, null);
  });

  for (const role of deskRoles) {
    test(`is allowed to the ${role}`, async () => {
      const { id } = succeeded(await create(draft(), { as: role }), 201);
      succeeded(await read(id, { as: role }));
      assert.equal(succeeded(await change(id, { phone: "555 0102" }, { as: role })).version, 2);
    });
  }

  for (const role of ["patient", "auditor", "service"]) {
    test(`is refused to the ${role}, and reading too`, async () => {
      const { id } = await createPatient();
      failed(await create(draft(), { as: role }), 403, "INSUFFICIENT_PERMISSIONS");
      failed(await read(id, { as: role }), 403, "INSUFFICIENT_PERMISSIONS");
      failed(await change(id, { phone: "555 0102" }, { as: role }), 403, "INSUFFICIENT_PERMISSIONS");
    });
  }

  test("gives everybody an MRN of their own, which no slip of one digit turns into another", async () => {
    const patients = await Promise.all(Array.from({ length: 40 }, () => createPatient()));
    const mrns = patients.map((patient) => patient.mrn);
    assert.equal(new Set(mrns).size, mrns.length);
    assert.equal(new Set(mrns.map((mrn) => mrn.length)).size, 1, mrns.join(" "));
    for (const a of mrns) {
      for (const b of mrns) {
        const differing = [...a].filter((digit, i) => digit !== b[i]).length;
        assert.notEqual(differing, 1, `${a} and ${b} differ in one place`);
      }
    }
  });

  for (const names of [
    { firstName: "Suharto" },
    { lastName: "Suharto" },
    { firstName: null, lastName: "Teller" },
    { firstName: "  ", lastName: "Teller" },
  ]) {
    test(`takes a person with one name: ${JSON.stringify(names)}`, async () => {
      const { firstName, lastName, ...rest } = draft();
      const patient = succeeded(await create({ ...rest, ...names }), 201);
      assert.equal(patient.firstName ?? null, names.firstName?.trim() || null);
      assert.equal(patient.lastName ?? null, names.lastName ?? null);
    });
  }

  for (const [what, sent, kept] of [
    ["blanks around a name are cut off", "  Ada\u00a0", "Ada"],
    ["blanks within a name stay", "Mary  Ann", "Mary  Ann"],
    ["a decomposed name is composed", "Zoe\u0308", "Zoë"],
    ["Hangul is composed", "\u1112\u1161\u11ab", "한"],
    ["apostrophes and hyphens stay", "D’Arcy-O'Neill", "D’Arcy-O'Neill"],
    ["nothing is capitalised", "bell hooks", "bell hooks"],
    ["markup is a name like any other", "<b>&amp;</b>", "<b>&amp;</b>"],
    ["100 characters fit", "x".repeat(100), "x".repeat(100)],
    ["100 characters of four bytes fit", "😀".repeat(100), "😀".repeat(100)],
    ["100 characters fit that come decomposed", "e\u0301".repeat(100), "é".repeat(100)],
    ["a joiner between letters stays", "क्\u200dष", "क्\u200dष"],
  ]) {
    test(what, async () => {
      const { id, firstName } = succeeded(await create(draft({ firstName: sent })), 201);
      assert.equal(firstName, kept);
      assert.equal(succeeded(await read(id)).firstName, kept);
    });
  }

  for (const date of ["2024-02-29", "2000-02-29", "1999-12-31", new Date().toISOString().slice(0, 10)]) {
    test(`the birthday ${date} is kept as it is`, async () => {
      assert.equal(succeeded(await create(draft({ dateOfBirth: date })), 201).dateOfBirth, date);
    });
  }

  for (const phone of ["5550", "+49 30 901820", "(0049) 30-901820", "555.010.0199", "030/901820", "+1 555 0100 x12"]) {
    test(`the phone number ${phone} is kept as it was typed`, async () => {
      assert.equal(succeeded(await create(draft({ phone })), 201).phone, phone);
    });
  }

  for (const email of ["a@b.co", "first.last+tag@sub.example.org", "o'brien@example.org", "müller@bücher.example"]) {
    test(`the e-mail address ${email} is accepted`, async () => {
      assert.equal(succeeded(await create(draft({ email })), 201).email, email);
    });
  }
});

const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
const refusals = [
  // what was sent, and [field, code] of each fault
  [{ firstName: "", lastName: null }, ["firstName", "REQUIRED"], ["lastName", "REQUIRED"]],
  [{ dateOfBirth: undefined }, ["dateOfBirth", "REQUIRED"]],
  [{ dateOfBirth: "" }, ["dateOfBirth", "REQUIRED"]],
  [{ gender: null }, ["gender", "REQUIRED"]],
  [{ dateOfBirth: tomorrow }, ["dateOfBirth", "IN_FUTURE"]],
  [{ dateOfBirth: "9999-12-31" }, ["dateOfBirth", "IN_FUTURE"]],
  ...[
    "2023-02-29",
    "1900-02-29",
    "1990-13-01",
    "1990-00-10",
    "1990-01-00",
    "1990-04-31",
    "0000-00-00",
    "1990-1-1",
    "01/02/1990",
    "19900101",
    "1990-01-01T00:00:00Z",
    "-1990-01-01",
    "yesterday",
    "infinity",
    "٢٠٠٠-٠١-٠١",
  ].map((dateOfBirth) => [{ dateOfBirth }, ["dateOfBirth", "INVALID_DATE"]]),
  [{ dateOfBirth: "1780-01-01" }, ["dateOfBirth", "TOO_OLD"]],
  [{ dateOfBirth: 19900101 }, ["dateOfBirth", "WRONG_TYPE"]],
  [{ gender: "F" }, ["gender", "INVALID_CHOICE"]],
  [{ gender: "Female" }, ["gender", "INVALID_CHOICE"]],
  [{ bloodType: "C+" }, ["bloodType", "INVALID_CHOICE"]],
  [{ maritalStatus: "it's complicated" }, ["maritalStatus", "INVALID_CHOICE"]],
  [{ status: "deleted" }, ["status", "INVALID_CHOICE"]],
  [{ status: "archived" }, ["status", /^(INVALID_CHOICE|READ_ONLY)$/]],
  ...["12", "abc", "555-CALL-NOW", "1234567890123456", "++49 30 1", "5550100;drop"].map((phone) => [
    { phone },
    ["phone", "INVALID_PHONE"],
  ]),
  ...["a", "a@", "@b.co", "a@b", "a b@c.org", "a@b@c.org", "a@.org", "a@b..org", "a@b.org.", "<a@b.org>"].map(
    (email) => [{ email }, ["email", "INVALID_EMAIL"]],
  ),
  [{ firstName: "x".repeat(101) }, ["firstName", "TOO_LONG"]],
  [{ firstName: "😀".repeat(101) }, ["firstName", "TOO_LONG"]],
  [{ phone: "1".repeat(31) }, ["phone", "TOO_LONG"]],
  [{ email: `${"a".repeat(250)}@example.org` }, ["email", "TOO_LONG"]],
  [{ address: { street: "x".repeat(201) } }, ["address.street", "TOO_LONG"]],
  ...["\u0001", "\u0007", "\u001b[31m", "\u007f", "\u0085", "\u2028", "\r\n", "\t"].map((c) => [
    { firstName: `A${c}B` },
    ["firstName", "CONTROL_CHARACTER"],
  ]),
  [{ firstName: 5 }, ["firstName", "WRONG_TYPE"]],
  [{ firstName: ["Ada"] }, ["firstName", "WRONG_TYPE"]],
  [{ firstName: { a: 1 } }, ["firstName", "WRONG_TYPE"]],
  [{ firstName: true }, ["firstName", "WRONG_TYPE"]],
  [{ interpreterNeeded: "maybe" }, ["interpreterNeeded", "WRONG_TYPE"]],
  [{ interpreterNeeded: 1 }, ["interpreterNeeded", "WRONG_TYPE"]],
  [{ address: "Main Street 1" }, ["address", "WRONG_TYPE"]],
  [{ address: [] }, ["address", "WRONG_TYPE"]],
  [{ address: { city: 7 } }, ["address.city", "WRONG_TYPE"]],
  [{ address: { town: "Pécs" } }, ["address.town", "UNKNOWN_FIELD"]],
  [{ emergencyContact: { phone: "x" } }, ["emergencyContact.phone", "INVALID_PHONE"]],
  [{ nickname: "Addie" }, ["nickname", "UNKNOWN_FIELD"]],
  [{ first_name: "Ada" }, ["first_name", "UNKNOWN_FIELD"]],
  [{ "address.city": "Pécs" }, ["address.city", "UNKNOWN_FIELD"]],
  [{ constructor: {} }, ["constructor", "UNKNOWN_FIELD"]],
  [{ hospitalId: 2 }, ["hospitalId", "UNKNOWN_FIELD"]],
  [{ deletedAt: null }, ["deletedAt", "UNKNOWN_FIELD"]],
  ...["id", "mrn", "createdAt", "updatedAt", "createdBy", "updatedBy"].map((name) => [
    { [name]: "x" },
    [name, "READ_ONLY"],
  ]),
];

describe("validation", () => {
  for (const [sent, ...faults] of refusals) {
    const said = JSON.stringify(sent, (_, value) =>
      typeof value === "string" && value.length > 40 ? `${value.slice(0, 8)}… (${[...value].length})` : value,
    );
    test(`${said === "{}" ? "no dateOfBirth" : said} is refused as ${faults.map(([field, code]) => `${field} ${code}`).join(", ")}`, async () => {
      const { details } = failed(await create(draft(sent)), 400, "VALIDATION_ERROR");
      const found = details.map(({ field, code }) => [field, code]);
      assert.equal(found.length, faults.length, JSON.stringify(found));
      for (const [i, [field, code]] of faults.entries()) {
        assert.equal(found[i][0], field);
        if (code instanceof RegExp) assert.match(found[i][1], code);
        else assert.equal(found[i][1], code);
      }
      for (const { message } of details) assert.match(message, /^\S.* .*\.$/, "a sentence a person can mend it by");
    });
  }

  test("every wrong field is named at once", async () => {
    const body = {
      firstName: 1,
      lastName: "x".repeat(101),
      dateOfBirth: "2023-02-30",
      gender: "?",
      phone: "x",
      email: "x",
      bloodType: "x",
      address: { city: {}, planet: "x" },
      colour: "x",
    };
    assert.deepEqual(
      wrongFields(await create(body)),
      Object.keys({ ...body, "address.city": 0, "address.planet": 0 })
        .filter((name) => name !== "address")
        .sort(),
    );
  });

  test("an empty object is told all that is needed", async () => {
    const fields = wrongFields(await create({}));
    for (const field of ["dateOfBirth", "gender", "lastName"]) assert.ok(fields.includes(field), fields.join());
  });

  test("the message names the field as the form does, and repeats no value", async () => {
    const reply = await create(draft({ email: "a-secret-value" }));
    const [{ message }] = failed(reply, 400, "VALIDATION_ERROR").details;
    assert.match(message, /E-mail/);
    assert.ok(!reply.text.includes("a-secret-value"));
  });

  test("a refused change changes nothing", async () => {
    const before = await createPatient({ phone: "555 0100" });
    assert.deepEqual(wrongFields(await change(before.id, { phone: "555 0101", email: "x", gender: null })), [
      "email",
      "gender",
    ]);
    assert.deepEqual(succeeded(await read(before.id)), before);
  });

  test("a change can't take the last name of a person with one", async () => {
    const { id } = await createPatient({ firstName: null });
    assert.deepEqual(wrongFields(await change(id, { lastName: null })), ["firstName", "lastName"]);
  });
});

describe("reading a patient", () => {
  test("gives 304 without a body to who has the version, and 200 to who has another", async () => {
    const { id } = await createPatient();
    const reply = await read(id);
    assert.equal(reply.headers.etag, '"1"');
    for (const tag of ['"1"', '"7", "1"', 'W/"1"', "*"]) {
      const same = await read(id, { headers: { "if-none-match": tag } });
      assert.equal(same.status, 304, tag);
      assert.equal(same.text, "");
      assert.equal(same.headers.etag, '"1"');
    }
    for (const tag of ['"2"', '"11"', "1", "garbage", '"']) {
      assert.equal((await read(id, { headers: { "if-none-match": tag } })).status, 200, tag);
    }
    await change(id, { phone: "555 0100" });
    assert.equal((await read(id, { headers: { "if-none-match": '"1"' } })).status, 200);
  });

  test("answers HEAD as GET, without the body", async () => {
    const { id } = await createPatient();
    const reply = await api("HEAD", `/patients/${id}`, { as });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.etag, '"1"');
    assert.equal(reply.text, "");
  });

  test("works under /api as under /api/v1", async () => {
    const { id } = await createPatient();
    assert.equal(succeeded(await api("GET", `/patients/${id}`, { as, prefix: "/api" })).id, id);
  });

  for (const ref of [
    "00000000-0000-7000-8000-000000000000",
    "not-a-uuid",
    "1",
    "mrn:",
    "mrn:NOSUCH",
    `mrn:${"9".repeat(300)}`,
    "0",
    "%20",
    "null",
    "mrn:%27%20OR%201=1--",
    "'%20OR%20'1'='1",
  ]) {
    test(`${ref.slice(0, 40)} is no patient`, async () => {
      failed(await read(ref), 404, ["PATIENT_NOT_FOUND", "NOT_FOUND"]);
    });
  }

  test("an id in capitals is the same id", async () => {
    const { id } = await createPatient();
    assert.equal(succeeded(await read(id.toUpperCase())).id, id);
  });

  test("an MRN is found however it was typed: in small letters, with blanks around", async () => {
    const { id, mrn } = await createPatient();
    assert.equal(succeeded(await read(`mrn:${mrn.toLowerCase()}`)).id, id);
  });

  test("a record of another hospital is not there: not by id, by MRN, in a list, nor to change", async () => {
    const hospital = await newHospital();
    const other = await newAccount("receptionist", { hospital });
    const theirs = await createPatient({}, { as: other });
    const ours = await createPatient();
    assert.equal(succeeded(await read(theirs.id, { as: other })).id, theirs.id);
    for (const [who, whose] of [
      [as, theirs],
      [other, ours],
    ]) {
      failed(await read(whose.id, { as: who }), 404, "PATIENT_NOT_FOUND");
      failed(await read(`mrn:${whose.mrn}`, { as: who }), 404, "PATIENT_NOT_FOUND");
      failed(await change(whose.id, { phone: "555 0100" }, { as: who }), 404, "PATIENT_NOT_FOUND");
      const list = succeeded(await api("GET", `/patients?search=${whose.lastName}`, { as: who }));
      assert.deepEqual(list.data, []);
    }
    assert.equal(succeeded(await read(theirs.id, { as: other })).version, 1);
  });
});

describe("changing a patient", () => {
  for (const method of ["PUT", "PATCH"]) {
    test(`${method} changes the fields it names and no other`, async () => {
      const { id } = succeeded(await create({ ...everything, lastName: unique() }), 201);
      const before = succeeded(await read(id, { as: "nurse" })); // who sees more than the desk does
      const reply = await api(method, `/patients/${before.id}`, {
        as: "nurse",
        body: { phone: "+36 1 555 0199", middleName: null, address: { city: "Szeged", state: null }, version: 1 },
      });
      const after = succeeded(reply);
      assert.equal(reply.headers.etag, '"2"');
      const { user } = await login("nurse");
      assert.ok(after.updatedAt > before.updatedAt);
      assert.deepEqual(after, {
        ...before,
        version: 2,
        phone: "+36 1 555 0199",
        middleName: null,
        updatedBy: user.id,
        updatedAt: after.updatedAt,
        address: { ...before.address, city: "Szeged", state: null },
      });
      assert.deepEqual(succeeded(await read(before.id, { as: "nurse" })), after);
    });
  }

  test("null clears a whole group", async () => {
    const { id } = await createPatient({ address: { city: "Pécs", country: "Hungary" } });
    const { address } = succeeded(await change(id, { address: null }));
    assert.deepEqual(
      Object.values(address ?? {}).filter((value) => value !== null),
      [],
    );
  });

  test("a change by MRN works like one by id", async () => {
    const { id, mrn } = await createPatient();
    assert.equal(succeeded(await change(`mrn:${mrn}`, { phone: "555 0100" })).id, id);
  });

  test("a change that changes nothing is no new version", async () => {
    const before = await createPatient({ phone: "555 0100" });
    for (const body of [{}, { phone: "555 0100" }, { middleName: null }]) {
      const after = succeeded(await change(before.id, body));
      assert.equal(after.version, 1, JSON.stringify(body));
      assert.equal(after.updatedAt, before.updatedAt);
    }
  });

  test("of a patient who isn't there is 404", async () => {
    failed(await change("00000000-0000-7000-8000-000000000000", { phone: "555 0100" }), 404, "PATIENT_NOT_FOUND");
  });

  for (const [how, sent] of [
    ["version in the body", (body) => [{ ...body, version: 1 }, {}]],
    ["If-Match", (body) => [body, { "if-match": '"1"' }]],
  ]) {
    test(`against an old version (${how}) is 409 and says what has changed, who did it, and when`, async () => {
      const { id } = await createPatient({ phone: "555 0100" });
      const theirs = succeeded(await change(id, { phone: "555 0101", address: { city: "Pécs" } }, { as: "nurse" }));
      const [body, headers] = sent({ phone: "555 0102" });
      const reply = await change(id, body, { headers });
      const conflict = failed(reply, 409, "OPTIMISTIC_LOCK_CONFLICT");
      const changed = conflict.details.map((detail) => detail.field);
      assert.ok(changed.includes("phone"), reply.text);
      assert.match(reply.text, /"currentVersion":"?2\b/);
      const { user } = await login("nurse");
      assert.ok(reply.text.includes(user.fullName) || reply.text.includes(user.id), "who changed it");
      assert.ok(reply.text.includes(theirs.updatedAt), "when it was changed");
      assert.equal(succeeded(await read(id)).phone, "555 0101");
    });
  }

  test("with the current version in If-Match goes through, with another tag it doesn't", async () => {
    const { id } = await createPatient();
    succeeded(await change(id, { phone: "555 0100" }, { headers: { "if-match": '"1"' } }));
    succeeded(await change(id, { phone: "555 0101" }, { headers: { "if-match": "*" } }));
    for (const tag of ['"1"', '"99"']) {
      failed(
        await change(id, { phone: "555 0102" }, { headers: { "if-match": tag } }),
        409,
        "OPTIMISTIC_LOCK_CONFLICT",
      );
    }
    for (const tag of ['"abc"', "garbage", '"']) {
      const reply = await change(id, { phone: "555 0102" }, { headers: { "if-match": tag } });
      assert.ok([400, 409].includes(reply.status), `${tag}: ${reply.text}`);
      failed(reply, reply.status, ["VALIDATION_ERROR", "OPTIMISTIC_LOCK_CONFLICT"]);
    }
    assert.equal(succeeded(await read(id)).version, 3);
  });

  for (const version of ["x", -1, 0, 1.5, "1; DROP TABLE patient", [], {}, 2 ** 40, true]) {
    test(`the version ${JSON.stringify(version)} is refused`, async () => {
      const { id } = await createPatient();
      const reply = await change(id, { phone: "555 0100", version });
      assert.ok([400, 409].includes(reply.status), reply.text);
      failed(reply, reply.status, ["VALIDATION_ERROR", "OPTIMISTIC_LOCK_CONFLICT"]);
      assert.equal(succeeded(await read(id)).version, 1);
    });
  }

  test("of 20 changes at once with the same version exactly one goes through, the others get 409", async () => {
    const { id } = await createPatient();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => change(id, { phone: `555 01${10 + i}`, version: 1 })),
    );
    const good = replies.filter((reply) => reply.status === 200);
    assert.equal(good.length, 1, replies.map((reply) => reply.status).join());
    for (const reply of replies) if (reply.status !== 200) failed(reply, 409, "OPTIMISTIC_LOCK_CONFLICT");
    const now = succeeded(await read(id));
    assert.equal(now.version, 2);
    assert.equal(now.phone, good[0].json.data.phone);
  });

  test("of 12 changes at once without a version all go through, each to a field of its own", async () => {
    const fields = [
      "middleName",
      "preferredName",
      "formerName",
      "namePrefix",
      "nameSuffix",
      "genderIdentity",
      "pronouns",
      "language",
      "occupation",
      "employer",
      "primaryPhysician",
      "phone",
    ];
    const { id } = await createPatient();
    const replies = await Promise.all(
      fields.map((field) => change(id, { [field]: field === "phone" ? "555 0100" : "x" })),
    );
    for (const reply of replies) succeeded(reply);
    const now = succeeded(await read(id));
    for (const field of fields) assert.ok(now[field], `${field} was lost`);
    assert.equal(now.version, 1 + fields.length);
  });

  test("the search finds the new name and not the old", async () => {
    const { id, lastName } = await createPatient();
    const married = unique("M");
    await change(id, { lastName: married });
    const found = async (search) =>
      succeeded(await api("GET", `/patients?search=${search}`, { as })).data.map((patient) => patient.id);
    assert.deepEqual(await found(married), [id]);
    assert.deepEqual(await found(lastName), []);
  });
});

describe("an Idempotency-Key", () => {
  const keyed = (idempotencyKey, body, more = {}) =>
    create(body, { headers: { "idempotency-key": idempotencyKey }, ...more });
  const count = async (lastName) =>
    Number(await psql(`SELECT count(*) FROM caredesk.patient WHERE last_name = ${literal(lastName)};`));

  test("gives the first answer again, also after the record was changed", async () => {
    const mine = key();
    const body = draft();
    const first = succeeded(await keyed(mine, body), 201);
    await change(first.id, { phone: "555 0100" });
    const reply = await keyed(mine, body);
    assert.deepEqual(succeeded(reply, 201), first);
    assert.equal(reply.headers.etag, '"1"');
    assert.match(reply.headers.location, new RegExp(`${first.id}$`));
    assert.equal(await count(body.lastName), 1);
  });

  test("with another body is 422 and creates nothing", async () => {
    const mine = key();
    succeeded(await keyed(mine, draft()), 201);
    const other = draft();
    failed(await keyed(mine, other), 422, "IDEMPOTENCY_KEY_REUSED");
    assert.equal(await count(other.lastName), 0);
  });

  test("is not used up by a refused body", async () => {
    const mine = key();
    const body = draft();
    failed(await keyed(mine, { ...body, gender: "?" }), 400, "VALIDATION_ERROR");
    succeeded(await keyed(mine, body), 201);
  });

  test("of somebody else is somebody else's", async () => {
    const mine = key();
    const body = draft();
    const first = succeeded(await keyed(mine, body), 201);
    const theirs = succeeded(await keyed(mine, draft(), { as: "nurse" }), 201);
    assert.notEqual(theirs.id, first.id);
  });

  test("sent 24 times at once, to all workers, creates exactly one patient and gives one answer", async () => {
    const mine = key();
    const body = draft();
    const replies = await Promise.all(Array.from({ length: 24 }, () => keyed(mine, body)));
    const ids = replies.map((reply) => succeeded(reply, 201).id);
    assert.equal(new Set(ids).size, 1);
    assert.equal(await count(body.lastName), 1);
    const [{ events }] = await rows(
      `SELECT count(*) AS events FROM caredesk.outbox WHERE patient_id = ${literal(ids[0])}`,
    );
    assert.equal(Number(events), 1);
  });

  test("of two bodies at once creates exactly one of them", async () => {
    const mine = key();
    const replies = await Promise.all(Array.from({ length: 10 }, () => keyed(mine, draft())));
    const good = replies.filter((reply) => reply.status === 201);
    assert.equal(good.length, 1, replies.map((reply) => reply.status).join());
    for (const reply of replies) if (reply.status !== 201) failed(reply, 422, "IDEMPOTENCY_KEY_REUSED");
  });

  for (const [what, value] of [
    ["empty", ""],
    ["256 characters long", "k".repeat(256)],
    ["full of blanks and quotes", "a b\"'; --"],
  ]) {
    test(`that is ${what} is refused or kept to, never a fault of ours`, async () => {
      const reply = await keyed(value, draft());
      if (reply.status === 201) succeeded(reply, 201);
      else failed(reply, 400, "VALIDATION_ERROR");
    });
  }

  test("of a form makes a second press of Save lead to the record of the first", async () => {
    const person = await desk(as);
    const { fields } = forms((await person.get("/patients/new")).text).find((form) => "dateOfBirth" in form.fields);
    const sent = { ...fields, ...draft() };
    const replies = await Promise.all([1, 2, 3].map(() => person.request("POST", "/patients", { fields: sent })));
    replies.push(await person.request("POST", "/patients", { fields: sent }));
    const targets = replies.map(
      (reply) => (assert.equal(reply.status, 303), reply.headers.location.replace(/\?.*/, "")),
    );
    assert.equal(new Set(targets).size, 1, targets.join(" "));
    assert.equal(await count(sent.lastName), 1);
  });
});
