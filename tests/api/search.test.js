// The search box as people type: telephone numbers, birthdays, names with apostrophes and without spaces;
// and short searches, which take a way of their own to the same answer.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { api, createPatient, unique } from "../support/client.js";
import { failed, succeeded, wrongFields } from "../support/expect.js";
import { newAccount, newHospital } from "../support/account.js";
import { Desk, desk, visible } from "../support/desk.js";
import { literal, psql } from "../support/psql.js";

const as = "receptionist";
const ask = (query, who = as) => api("GET", `/patients?${new URLSearchParams(query)}`, { as: who });
const list = async (query, who) => succeeded(await ask(query, who));
const ids = (found) => found.data.map((patient) => patient.id);
const digits = (count) => Array.from({ length: count }, () => Math.floor(Math.random() * 10)).join("");

// Finds exactly this patient among everybody.
async function finds(typed, patient) {
  const { data, pagination } = await list({ search: typed });
  assert.deepEqual(
    data.map(({ id, lastName }) => [id, lastName]),
    [[patient.id, patient.lastName]],
    typed,
  );
  assert.equal(pagination.total, 1);
}

// Finds this patient among those of this name, and nobody else.
const findsBeside = (typed, patient) => finds(`${patient.lastName} ${typed}`, patient);

describe("a telephone number", () => {
  // A number that nobody else has, and none of whose ends begins as a birthday or as its own beginning does.
  const [a, b] = [`89${digits(2)}`, `3${digits(3)}`];
  const national = a + b;
  let shown, local;
  before(async () => {
    shown = await createPatient({ phone: `+36 (70) ${a}-${b}` });
    local = await createPatient({ alternatePhone: `098${digits(6)}` });
  });

  for (const [how, typed] of [
    ["as it is shown", () => shown.phone],
    ["with spaces", () => `+36 70 ${a} ${b}`],
    ["with dashes", () => `36-70-${a}-${b}`],
    ["with dots", () => `36.70.${a}.${b}`],
    ["with a plus and nothing else", () => `+3670${national}`],
    ["as digits alone", () => `3670${national}`],
    ["as its beginning", () => `+36 70 ${a} ${b.slice(0, 2)}`],
    ["as its last seven digits", () => national.slice(-7)],
    ["as its last seven digits with a dash", () => `${national.slice(1, 4)}-${b}`],
    ["as its last seven digits with a space", () => `${national.slice(1, 4)} ${b}`],
    ["with blanks around", () => `  +36 70  ${a} ${b} `],
  ]) {
    test(`is found ${how}`, async () => finds(typed(), shown));
  }

  test("is found by its last four digits beside a name", async () => findsBeside(b, shown));

  test("is found beside a name before and behind it", async () => {
    await findsBeside(shown.phone, shown);
    await finds(`${national.slice(1, 4)}-${b} ${shown.lastName}`, shown);
  });

  test("is found by its last four digits alone, among others", async () => {
    const { data } = await list({ search: b, pageSize: 100 });
    assert.ok(data.some(({ id }) => id === shown.id));
  });

  test("of the second line is found with and without the zero in front", async () => {
    await finds(local.alternatePhone, local);
    await finds(local.alternatePhone.slice(1), local);
  });

  test("is found no more when it has changed", async () => {
    const patient = await createPatient({ phone: `+44 20 ${digits(4)} ${digits(4)}` });
    await finds(patient.phone, patient);
    succeeded(await api("PATCH", `/patients/${patient.id}`, { as, body: { phone: null } }));
    assert.deepEqual(ids(await list({ search: patient.phone })), []);
  });

  test("is not found by digits from its middle", async () => {
    assert.ok(!ids(await list({ search: `${shown.lastName} ${national.slice(0, 3)}` })).includes(shown.id));
  });

  test("with an extension is found as it is shown, without it, and by the last digits before it", async () => {
    const patient = await createPatient({ phone: `06 1 ${a} ${b} ext. 12` });
    await findsBeside(`06 1 ${a} ${b}`, patient);
    await findsBeside(patient.phone, patient);
    await findsBeside(b, patient);
  });

  test("that can be read as a day is found as a telephone number as well", async () => {
    const patient = await createPatient({ phone: "+45 20051231" });
    for (const typed of ["+4520051231", "+45 20 05 12 31", "+45 20051231"]) await findsBeside(typed, patient);
  });
});

describe("a birthday", () => {
  let born, other;
  before(async () => {
    born = await createPatient({ dateOfBirth: "1990-01-31" });
    other = await createPatient({ dateOfBirth: "1990-01-30", lastName: born.lastName });
  });

  for (const typed of ["1990-01-31", "19900131", "31.1.1990", "31.01.1990", "31/1/1990", "31/01/1990", "1/31/1990"]) {
    test(`typed ${typed} finds who was born then, and not who was born the day before`, async () => {
      await findsBeside(typed, born);
      await finds(`${typed} ${born.lastName}`, born);
    });
  }

  test("typed alone finds everybody who was born then", async () => {
    const expected = await psql(
      `SELECT count(*) FROM caredesk.patient WHERE date_of_birth = '1990-01-31' AND deleted_at IS NULL
        AND hospital_id = (SELECT hospital_id FROM caredesk.patient WHERE id = ${literal(born.id)});`,
    );
    for (const search of ["1990-01-31", "31.1.1990"]) {
      const { data, pagination } = await list({ search, pageSize: 100 });
      assert.equal(String(pagination.total), expected);
      assert.ok(data.length > 0 && data.every(({ dateOfBirth }) => dateOfBirth === "1990-01-31"));
    }
  });

  test("typed as year and month finds all of that month", async () => {
    assert.deepEqual(ids(await list({ search: `${born.lastName} 199001` })).sort(), [born.id, other.id].sort());
  });

  for (const typed of ["3/4/1990", "03/04/1990"]) {
    test(`typed ${typed}, which is two days, is answered, and takes neither for the other`, async () => {
      const lastName = unique();
      const march = await createPatient({ lastName, dateOfBirth: "1990-03-04" });
      const april = await createPatient({ lastName, dateOfBirth: "1990-04-03" });
      const found = ids(await list({ search: `${lastName} ${typed}` })).sort();
      assert.ok(
        found.length === 0 || JSON.stringify(found) === JSON.stringify([march.id, april.id].sort()),
        "one of the two days was guessed",
      );
      const page = await (await desk(as)).get(`/patients?search=${encodeURIComponent(typed)}`);
      assert.equal(page.status, 200);
      assert.ok(page.text.includes(`value="${typed}"`), "what was typed is still in the box");
    });
  }

  for (const typed of ["30.2.1990", "31/13/1990", "00.00.0000", "1990-13-45", "99999999", "31.1.", "31.1.90", "//"]) {
    test(`typed ${typed}, which is no day, finds nobody and breaks nothing`, async () => {
      const found = ids(await list({ search: `${born.lastName} ${typed}` }));
      // Signs alone are no word: then the name decides.
      assert.deepEqual(found.sort(), typed === "//" ? [born.id, other.id].sort() : []);
    });
  }
});

describe("a name with an apostrophe", () => {
  const tag = unique("B").toLowerCase();
  const people = [];
  before(async () => {
    for (const apostrophe of ["'", "\u2019"])
      people.push(await createPatient({ firstName: "Pat", lastName: `O${apostrophe}${tag}` }));
  });

  for (const typed of [
    "o brien",
    "obrien",
    "o'brien",
    "o\u2019brien",
    "O'Brien",
    "OBRIEN",
    "O\u2018Brien",
    "o`brien",
    "o\u00b4brien",
    "o\u02bcbrien",
  ]) {
    test(`is found as ${typed}, whichever of both is written in the record`, async () => {
      const search = typed.replace(/brien/i, (word) => (word === "BRIEN" ? tag.toUpperCase() : tag));
      assert.deepEqual(ids(await list({ search })).sort(), people.map(({ id }) => id).sort(), search);
    });
  }

  test("is found by what stands behind it, and by the first name beside it", async () => {
    assert.equal((await list({ search: tag })).pagination.total, 2);
    assert.equal((await list({ search: `pat o'${tag}` })).pagination.total, 2);
  });
});

describe("a name that is written without a space", () => {
  for (const [lastName, firstName] of [
    ["张", "伟"],
    ["欧阳", "娜娜"],
    ["김", "민준"],
    ["山田", "太郎"],
    ["サトウ", "ケンジ"],
    ["𠮷田", "太郎"], // the first character is beyond U+FFFF
  ]) {
    test(`${lastName}${firstName} is found so, by its beginning, with a space, and by each part`, async () => {
      // The MRN tells this one from the others of the same name.
      const patient = await createPatient({ lastName, firstName });
      for (const typed of [`${lastName} ${firstName}`, lastName, firstName, `${firstName} ${lastName}`])
        await finds(`${typed} ${patient.mrn}`, patient);
      for (const typed of [`${lastName}${firstName}`, `${lastName}${[...firstName][0]}`])
        await finds(`${typed} ${patient.mrn}`, patient);
    });
  }
});

describe("signs that are wildcards elsewhere", () => {
  for (const typed of ["*", "%", "_", "?", "**", "%%", ".", "%_%", "\\", "()", "'", "\u2019", "-", "\u0301"]) {
    test(`${typed} alone finds nobody`, async () => {
      const { data, pagination } = await list({ search: typed });
      assert.deepEqual(data, []);
      assert.deepEqual([pagination.total, pagination.totalPages, pagination.totalIsEstimate], [0, 0, false]);
      const page = await (await desk(as)).get(`/patients?search=${encodeURIComponent(typed)}`);
      assert.equal(page.status, 200);
      assert.match(visible(page.text), /Nobody found/);
    });
  }

  test("blanks alone are no search: they find everybody", async () => {
    const all = (await list({ pageSize: 1 })).pagination.total;
    assert.ok(all > 0);
    assert.equal((await list({ search: " \u00a0 ", pageSize: 1 })).pagination.total, all);
  });

  test("a letter under a hundred accents finds nobody and breaks nothing", async () => {
    await createPatient({ firstName: "a" });
    assert.deepEqual((await list({ search: `a${"\u0301".repeat(100)}` })).data, []);
  });
});

test("a deleted patient is found by nothing", async () => {
  const phone = `+49 30 ${digits(4)} ${digits(4)}`;
  const patient = await createPatient({ phone, dateOfBirth: "1922-02-03", firstName: "伟", lastName: unique("张") });
  const typed = [patient.lastName, patient.mrn, phone, `${patient.lastName} 3.2.1922`, `${patient.lastName}伟`];
  for (const search of typed) assert.deepEqual(ids(await list({ search })), [patient.id], search);
  succeeded(await api("DELETE", `/patients/${patient.id}`, { as: "doctor" }));
  for (const search of typed)
    for (const more of [{}, { gender: "female" }, { status: "active" }, { dateOfBirth: "1922-02-03" }])
      assert.equal((await list({ search, ...more })).pagination.total, 0, `${search} ${JSON.stringify(more)}`);
});

// A hospital of 11,000 with names that begin with one letter, three words each, all of them women: with
// gender=female the same question takes the general way and must have the same answer.
describe("a short search", () => {
  const most = 11_000;
  let who, hospital;

  before(async () => {
    hospital = await newHospital();
    who = await newAccount("receptionist", { hospital });
    const columns = "hospital_id, id, mrn, version, status, created_at, updated_at, created_by, updated_by";
    await psql(`
      CREATE TEMP TABLE made AS
        SELECT n, gen_random_uuid() AS id, lpad((n * 7919 % 100000)::text, 5, '0') AS mixed,
               date '1940-01-01' + (n * 13 % 20000) AS born
        FROM generate_series(1, ${most}) AS n;
      INSERT INTO caredesk.patient (${columns}, first_name, last_name, date_of_birth, gender, phone, sort_name)
        SELECT ${hospital}, id, 'Z' || n, 1, 'active', now() - n * interval '1 second', now() - n * interval '1 second',
               ${literal(who.id)}, ${literal(who.id)}, 'Q' || n % 10, 'Zm' || mixed, born, 'female', '07' || mixed,
               'zm' || mixed || ' q' || n % 10
        FROM made;
      INSERT INTO caredesk.patient_word (hospital_id, word, patient_id)
        SELECT ${hospital}, word, id FROM made
        CROSS JOIN LATERAL unnest(ARRAY['zm' || mixed, 'zm' || mixed || 'a', 'zm' || mixed || 'b', 'z' || n,
          'q' || n % 10, to_char(born, 'YYYYMMDD'), '07' || mixed, '7' || mixed]) AS word;
      ANALYZE caredesk.patient; ANALYZE caredesk.patient_word;`);
  });

  // What PostgreSQL finds by the simplest statement there is.
  const truth = async (word, order, offset = 0) => {
    const hits = `SELECT p.id FROM caredesk.patient p WHERE p.hospital_id = ${hospital} AND p.deleted_at IS NULL AND EXISTS (
        SELECT FROM caredesk.patient_word w WHERE w.patient_id = p.id AND w.hospital_id = p.hospital_id
        AND starts_with(w.word, ${literal(word)}))`;
    const found = await psql(`${hits} ORDER BY ${order} LIMIT 20 OFFSET ${offset};`);
    return {
      total: Number(await psql(`SELECT count(*) FROM (${hits}) AS hit;`)),
      page: found.split("\n").filter(Boolean),
    };
  };

  for (const [word, what] of [
    ["z", "a letter that all have, three times and more"],
    ["zm", "two letters that all have"],
    ["q", "a letter that all have once"],
    ["q3", "a word that every tenth has"],
    ["19", "two digits that all birthdays begin with"],
    ["07", "two digits that all telephone numbers begin with"],
    ["7", "a digit that all telephone numbers begin with"],
    ["zm00", "a beginning that few have"],
    ["z1", "a letter and a digit"],
    ["x", "a letter that nobody has"],
    ["00", "two digits that nobody has"],
  ]) {
    for (const [sortBy, sortOrder, order] of [
      ["name", "asc", "p.sort_name, p.id"],
      ["name", "desc", "p.sort_name DESC, p.id DESC"],
      ["dateOfBirth", "asc", "p.date_of_birth, p.id"],
      ["createdAt", "desc", "p.created_at DESC, p.id DESC"],
    ]) {
      test(`for ${word}, ${what}, by ${sortBy} ${sortOrder}, answers in the right order and as with a filter beside it`, async () => {
        const { total, page } = await truth(word, order);
        const query = { search: word, sortBy, sortOrder };
        const short = await list(query, who);
        assert.deepEqual(ids(short), page);
        assert.equal(short.pagination.total, Math.min(total, 10_000));
        assert.equal(short.pagination.totalIsEstimate, total > 10_000);
        const general = await list({ ...query, gender: "female" }, who);
        assert.deepEqual(short.data, general.data);
        assert.deepEqual(short.pagination, general.pagination);
        assert.equal((await list({ ...query, gender: "male" }, who)).pagination.total, 0);
      });
    }
  }

  test("goes on from page to page without a gap and without anybody twice, also where the way changes", async () => {
    const seen = [];
    for (let page = 1; page <= 9; page++) seen.push(...ids(await list({ search: "z", page }, who)));
    const expected = [];
    for (let page = 0; page < 9; page++) expected.push(...(await truth("z", "p.sort_name, p.id", 20 * page)).page);
    assert.deepEqual(seen, expected);
    assert.equal(new Set(seen).size, 180);
  });

  test("with pages of a hundred and pages of one begins the same", async () => {
    const hundred = ids(await list({ search: "z", pageSize: 100 }, who));
    assert.equal(hundred.length, 100);
    for (const page of [1, 2, 100])
      assert.deepEqual(ids(await list({ search: "z", pageSize: 1, page }, who)), [hundred[page - 1]]);
  });

  test("does not find who was deleted, and counts them no more", async () => {
    const [first, second] = ids(await list({ search: "zm00" }, who));
    const before = (await list({ search: "zm00" }, who)).pagination.total;
    const doctor = await newAccount("doctor", { hospital });
    succeeded(await api("DELETE", `/patients/${first}`, { as: doctor }));
    for (const search of ["zm00", "zm", "z"]) assert.equal(ids(await list({ search }, who))[0], second, search);
    assert.equal((await list({ search: "zm00" }, who)).pagination.total, before - 1);
    assert.equal((await truth("zm00", "p.id")).total, before - 1);
  });

  test("sees nobody of another hospital", async () => {
    const { data } = await list({ search: "zm", pageSize: 100 });
    assert.ok(data.every(({ mrn }) => !/^Z\d+$/.test(mrn)));
    const theirs = await list({ search: "zm", pageSize: 100 }, who);
    assert.equal(theirs.data.length, 100);
    assert.ok(theirs.data.every(({ mrn }) => /^Z\d+$/.test(mrn)));
  });

  test("on the page says that there are more than it counts", async () => {
    const page = await (await new Desk().signIn(who)).get("/patients?search=z");
    assert.equal(page.status, 200);
    assert.match(visible(page.text), /More than 10,000 patients/);
  });

  describe("page by page", () => {
    for (const query of [{ search: "z" }, { search: "z", gender: "female" }, {}]) {
      test(`ends after 10,000 patients: ${JSON.stringify(query)}`, async () => {
        const last = await list({ ...query, page: 501 }, who);
        assert.equal(last.data.length, 20);
        assert.deepEqual(wrongFields(await ask({ ...query, page: 502 }, who)), ["page"]);
        assert.deepEqual(wrongFields(await ask({ ...query, page: 102, pageSize: 100 }, who)), ["page"]);
        assert.deepEqual(wrongFields(await ask({ ...query, page: 1_000_000, pageSize: 100 }, who)), ["page"]);
        const { details } = failed(await ask({ ...query, page: 502 }, who), 400, "VALIDATION_ERROR");
        assert.deepEqual([details[0].code, details.length], ["OUT_OF_RANGE", 1]);
        assert.match(details[0].message, /10000|10,000/);
      });
    }

    test("and the page for people says so and keeps the search", async () => {
      const page = await (await desk(as)).get("/patients?search=abc&page=502");
      assert.equal(page.status, 400);
      assert.match(visible(page.text), /search for fewer/);
      assert.ok(page.text.includes('value="abc"'));
    });

    test("hasNext never leads to a page that is refused", async () => {
      const { pagination } = await list({ search: "z", page: 501 }, who);
      if (pagination.hasNext) succeeded(await ask({ search: "z", page: 502 }, who));
      const hundred = (await list({ search: "z", page: 100, pageSize: 100 }, who)).pagination;
      if (hundred.hasNext) succeeded(await ask({ search: "z", page: 101, pageSize: 100 }, who));
      assert.ok(pagination.hasPrev && hundred.hasPrev);
    });
  });
});
