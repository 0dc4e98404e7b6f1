// GET /patients/statistics and the page /reports: counted against the database, for a hospital of its own.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { newAccount, newHospital } from "../support/account.js";
import { api, createPatient, key } from "../support/client.js";
import { Desk, desk, visible } from "../support/desk.js";
import { roles } from "../support/env.js";
import { failed, succeeded, wrongFields } from "../support/expect.js";
import { literal, psql, rows } from "../support/psql.js";

const path = "/patients/statistics";
const DAY = 86_400_000;
const allowed = ["admin", "doctor", "nurse", "receptionist", "auditor"];
const names = {
  byStatus: "status",
  byGender: "gender",
  byBloodType: "blood_type",
  byMaritalStatus: "marital_status",
  byCity: "address_city",
  byPhysician: "primary_physician",
};
let hospital;
let someone;
let token;

async function signIn({ email, password }) {
  return succeeded(await api("POST", "/auth/login", { body: { email, password } })).accessToken;
}

const ask = async (query = "", options = { token }) => succeeded(await api("GET", `${path}${query}`, options));

// Patients straight into the table: the day of registration and all else is chosen here.
async function insert(columns, values) {
  await psql(`INSERT INTO caredesk.patient (hospital_id, id, mrn, version, status, created_at, updated_at, created_by,
      updated_by, last_name, sort_name, date_of_birth, gender, ${columns})
    SELECT ${hospital}, gen_random_uuid(), 'T' || gen_random_uuid(), 1, 'active', at, at, ${literal(someone.id)},
      ${literal(someone.id)}, 'Statistic', 'statistic', birth, sex, ${values};`);
}

// A population with every value of every field, missing ones, more cities than have a row, and a long past.
async function populate() {
  await insert(
    "blood_type, marital_status, address_city, primary_physician, deleted_at",
    `(ARRAY['A+','A-','B+','B-','AB+','AB-','O+','O-',NULL])[1 + n % 9],
      (ARRAY['single','married','divorced','widowed','separated','partnered','unknown',NULL])[1 + n % 8],
      CASE WHEN n % 10 > 0 THEN 'City ' || (sqrt(n)::integer) END,
      CASE WHEN n % 7 > 0 THEN 'Dr ' || (n % 23) END,
      CASE WHEN n % 11 = 0 THEN now() END
    FROM (SELECT n, now() - n * interval '17 hours' AS at, (now() - n * interval '33 days')::date AS birth,
            (ARRAY['female','male','other','unknown'])[1 + n % 4] AS sex
          FROM generate_series(1, 1200) AS n) AS made`,
  );
  await psql(`UPDATE caredesk.patient SET status = (ARRAY['inactive','deceased','archived'])[1 + ascii(id::text) % 3]
    WHERE hospital_id = ${hospital} AND ascii(id::text) % 2 = 0;`);
}

before(async () => {
  hospital = await newHospital("Hospital of Numbers");
  someone = await newAccount("doctor", { hospital });
  token = await signIn(someone);
  await populate();
});

// How many have which value of this column: the most frequent first, nothing last.
async function counted(column, condition = "true") {
  return rows(`SELECT ${column} AS value, count(*)::integer AS count FROM caredesk.patient
    WHERE hospital_id = ${hospital} AND deleted_at IS NULL AND ${condition}
    GROUP BY 1 ORDER BY ${column} IS NULL, count(*) DESC, ${column} COLLATE "C"`);
}

const total = async (condition = "true") =>
  Number(
    await psql(`SELECT count(*) FROM caredesk.patient
      WHERE hospital_id = ${hospital} AND deleted_at IS NULL AND ${condition};`),
  );

const asMap = (list) => Object.fromEntries(list.filter(({ count }) => count > 0).map((one) => [one.value, one.count]));

// The Monday of a day's week, and the week's number (ISO 8601: its Thursday says the year).
function isoWeek(day) {
  const monday = new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * DAY);
  const thursday = new Date(monday.getTime() + 3 * DAY);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday - first) / DAY / 7) + 1;
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, "0")}`;
}

// What a page says itself, without the frame around it.
const main = (html) => html.slice(html.indexOf("<main"), html.indexOf("</main>"));

const iso = (time) => new Date(time).toISOString().slice(0, 10);

describe("the statistics", () => {
  test("count every patient that is not deleted, and of this hospital alone", async () => {
    const { total: found } = await ask();
    assert.equal(found, await total());
    assert.ok(found > 1000 && found < 1200);
  });

  for (const [name, column] of Object.entries(names)) {
    test(`${name} are the database's counts`, async () => {
      const data = await ask();
      const wanted = await counted(column);
      const list = data[name];
      const rest = list.find((row) => "others" in row);
      if (["byCity", "byPhysician"].includes(name)) {
        const given = wanted.filter(({ value }) => value !== null);
        const others = given.slice(20);
        assert.deepEqual(
          list.slice(0, 20).map(({ value, label, count }) => [value, label, count]),
          given.slice(0, 20).map(({ value, count }) => [value, value, count]),
        );
        assert.equal(rest.value, "other");
        assert.equal(rest.others, others.length);
        assert.equal(
          rest.count,
          others.reduce((sum, { count }) => sum + count, 0),
        );
        assert.deepEqual([list.length, list.indexOf(rest)], [22, 20]);
      } else {
        assert.equal(rest, undefined);
        assert.deepEqual(asMap(list), asMap(wanted));
      }
      if (wanted.some(({ value }) => value === null)) {
        assert.deepEqual([list.at(-1).value, list.at(-1).label], [null, "Not given"]);
        assert.equal(list.at(-1).count, wanted.at(-1).count);
      }
      assert.equal(
        list.reduce((sum, { count }) => sum + count, 0),
        data.total,
      );
      for (const { share, count, label } of list) {
        assert.equal(share, Math.round((count * 1000) / data.total) / 10);
        assert.ok(label.length > 0);
      }
    });
  }

  test("byAgeBand are ten bands of the age in years", async () => {
    const { byAgeBand } = await ask();
    const wanted = await rows(`SELECT least(extract(year FROM age((now() AT TIME ZONE 'UTC')::date, date_of_birth))::integer
        / 10, 9) AS band, count(*)::integer AS count FROM caredesk.patient
      WHERE hospital_id = ${hospital} AND deleted_at IS NULL GROUP BY 1 ORDER BY 1`);
    assert.deepEqual(
      byAgeBand.map(({ value }) => value),
      ["0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90+"],
    );
    assert.deepEqual(byAgeBand[0].label, "0–9");
    assert.deepEqual(
      byAgeBand.map(({ count }) => count),
      Array.from({ length: 10 }, (_, i) => wanted.find(({ band }) => band === i)?.count ?? 0),
    );
  });

  test("registrations are the last 30 days, 26 ISO weeks and 24 months, also those without any", async () => {
    const { registrations } = await ask();
    const { perDay, perWeek, perMonth } = registrations;
    assert.deepEqual([perDay.length, perWeek.length, perMonth.length], [30, 26, 24]);
    const today = new Date(`${iso(Date.now())}T00:00Z`);
    assert.deepEqual(
      perDay.map(({ value }) => value),
      Array.from({ length: 30 }, (_, i) => iso(today - (29 - i) * DAY)),
    );
    assert.deepEqual(
      perWeek.map(({ value }) => value),
      Array.from({ length: 26 }, (_, i) => isoWeek(new Date(today - (25 - i) * 7 * DAY))),
    );
    assert.deepEqual(
      perMonth.map(({ value }) => value),
      Array.from({ length: 24 }, (_, i) =>
        iso(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 23 + i, 1)).slice(0, 7),
      ),
    );
    for (const week of perWeek) assert.equal(new Date(week.from).getUTCDay(), 1, `${week.value} begins on Monday`);
    const days = await counted("(created_at AT TIME ZONE 'UTC')::date::text");
    for (const { value, label, from, to, count } of [...perDay, ...perWeek, ...perMonth]) {
      const wanted = days.filter((day) => day.value >= from && day.value <= to);
      assert.equal(count, wanted.reduce((sum, day) => sum + day.count, 0), value);
      assert.ok(label.length > 0);
    }
    assert.ok(perDay.some(({ count }) => count > 0));
  });

  test("from and to bound the day of registration for everything", async () => {
    const from = iso(Date.now() - 100 * DAY);
    const to = iso(Date.now() - 60 * DAY);
    const within = `created_at >= '${from}T00:00Z' AND created_at < '${to}T00:00Z'::timestamptz + interval '1 day'`;
    const data = await ask(`?from=${from}&to=${to}`);
    assert.deepEqual(data.range, { from, to });
    assert.equal(data.total, await total(within));
    assert.ok(data.total > 40 && data.total < 80);
    assert.deepEqual(asMap(data.byGender), asMap(await counted("gender", within)));
    const { perDay, perWeek, perMonth } = data.registrations;
    assert.equal(perDay.length, 30);
    assert.deepEqual([perWeek[0].from, perMonth[0].from], [from, from]);
    for (const series of [perDay, perWeek, perMonth]) assert.equal(series.at(-1).to, to);
    for (const series of [perWeek, perMonth])
      assert.equal(
        series.reduce((sum, { count }) => sum + count, 0),
        data.total,
      );
  });

  test("a day is all of it, in UTC", async () => {
    for (const at of ["2011-03-31 23:59:59.999Z", "2011-04-01 00:00Z", "2011-04-01 23:59:59.999Z", "2011-04-02 00:00Z"])
      await insert(
        "occupation",
        `NULL FROM (SELECT ${literal(at)}::timestamptz AS at, date '1980-01-01' AS birth, 'female' AS sex) AS made`,
      );
    assert.equal((await ask("?from=2011-04-01&to=2011-04-01")).total, 2);
    assert.equal((await ask("?to=2011-04-01")).total, 3);
    const { registrations } = await ask("?from=2011-01-01&to=2011-04-30");
    assert.deepEqual(
      registrations.perMonth.map(({ value, label, from, to, count }) => [value, label, from, to, count]),
      [
        ["2011-01", "Jan 2011", "2011-01-01", "2011-01-31", 0],
        ["2011-02", "Feb 2011", "2011-02-01", "2011-02-28", 0],
        ["2011-03", "Mar 2011", "2011-03-01", "2011-03-31", 1],
        ["2011-04", "Apr 2011", "2011-04-01", "2011-04-30", 3],
      ],
    );
  });

  test("of a range without anybody are zeros", async () => {
    for (const query of ["?to=0001-01-01", "?from=9999-12-31", "?from=9999-12-31&to=9999-12-31"]) {
      const data = await ask(query);
      assert.equal(data.total, 0, query);
      for (const name of [...Object.keys(names), "byAgeBand"])
        for (const { count, share } of data[name]) assert.deepEqual([count, share], [0, 0]);
      assert.equal(data.byCity.length, 0);
    }
  });

  test("an empty bound is none", async () => {
    assert.deepEqual((await ask("?from=&to=")).range, { from: null, to: null });
  });

  test("every fault of the query is told at once", async () => {
    const wrong = async (query) => wrongFields(await api("GET", `${path}?${query}`, { token }));
    assert.deepEqual(await wrong("from=2026-02-30&to=yesterday&city=Rome&page=1"), ["city", "from", "page", "to"]);
    assert.deepEqual(await wrong("from=2026-02-02&to=2026-02-01"), ["to"]);
    assert.deepEqual(await wrong("from=31.1.2026"), ["from"]);
    assert.deepEqual(await wrong("from=2026-01-01T00:00Z"), ["from"]);
    assert.deepEqual(await wrong("to=%27%3B--"), ["to"]);
  });

  for (const role of roles)
    test(`${allowed.includes(role) ? "can" : "can't"} be read by the role ${role}`, async () => {
      const reply = await api("GET", path, { as: role });
      if (allowed.includes(role)) succeeded(reply);
      else failed(reply, 403, "INSUFFICIENT_PERMISSIONS");
    });

  test("can't be read by nobody", async () => {
    failed(await api("GET", path), 401, "UNAUTHENTICATED");
  });

  test("are audited, whether as JSON or as a page", async () => {
    const person = await desk("auditor");
    for (const get of [
      (headers) => api("GET", path, { as: "auditor", headers }),
      (headers) => person.get("/reports", { headers }),
    ]) {
      const id = `statistics-${key()}`;
      assert.equal((await get({ "x-request-id": id })).status, 200);
      const trail = await rows(`SELECT * FROM caredesk.audit WHERE request_id = ${literal(id)}`);
      assert.deepEqual(
        trail.map(({ action, outcome, role, patient_id }) => [action, outcome, role, patient_id]),
        [["statistics.read", "success", "auditor", null]],
      );
    }
  });

  test("a record that is deleted leaves them, and comes back with its restoring", async () => {
    const count = async () => (await ask("", { as: "doctor" })).registrations.perDay.at(-1).count;
    const before = await count();
    const { id } = await createPatient({}, { as: "doctor" });
    assert.equal(await count(), before + 1);
    succeeded(await api("DELETE", `/patients/${id}`, { as: "doctor" }));
    assert.equal(await count(), before);
    succeeded(await api("POST", `/patients/${id}/restore`, { as: "doctor" }));
    assert.equal(await count(), before + 1);
  });
});

describe("the page of reports", () => {
  let person;

  before(async () => {
    person = new Desk();
    const reply = await person.submit("/login", { email: someone.email, password: someone.password });
    assert.equal(reply.status, 303);
  });

  test("has every number that the API has, as text", async () => {
    const data = await ask();
    const { status, text } = await person.get("/reports");
    assert.equal(status, 200);
    const seen = visible(text).replace(/\s+/g, " ");
    for (const name of [...Object.keys(names), "byAgeBand"])
      for (const { label, count, share } of data[name])
        assert.ok(
          seen.includes(`${label} ${count.toLocaleString("en")} ${share.toFixed(1)} %`),
          `${label} ${count} ${share}`,
        );
    for (const series of Object.values(data.registrations))
      for (const { label, count } of series.slice(1, -1)) assert.ok(seen.includes(`${label} ${count}`), label);
    assert.ok(seen.includes(`${data.total.toLocaleString("en")} patients`));
  });

  test("needs no code or style in it, and is light", async () => {
    const { text } = await person.get("/reports");
    assert.doesNotMatch(text, /\sstyle=|<style|\son[a-z]+=/i);
    assert.ok(Buffer.byteLength(text) < 50_000, `${Buffer.byteLength(text)} bytes`);
    for (const [, numbers] of main(text).matchAll(/<(?:rect|line|text)\b([^>]*)>/g))
      assert.match(numbers, /^(?:[^"]*"(?:\d+%?|start|middle|end|[a-z-]+)")+\/?$/, numbers);
  });

  test("escapes what people typed", async () => {
    const { text } = await person.get(`/reports?from=${encodeURIComponent('"><b>x')}`);
    assert.doesNotMatch(text, /<b>x/);
  });

  test("shows a wrong range again, with what is wrong", async () => {
    const reply = await person.get("/reports?from=2026-02-02&to=2026-02-01");
    assert.equal(reply.status, 400);
    assert.match(reply.text, /name="from"[^>]*value="2026-02-02"/);
    assert.match(visible(reply.text), /The last day must not be before the first/);
    assert.doesNotMatch(main(reply.text), /<rect/);
  });

  test("of a range without anybody says so", async () => {
    const { text } = await person.get("/reports?to=1900-01-01");
    assert.match(visible(text), /\b0 patients/);
    assert.doesNotMatch(main(text), /<rect/);
  });

  test("stands in the navigation of those who may read it", async () => {
    for (const role of roles) {
      const someoneElse = await desk(role);
      const { text } = await someoneElse.get("/");
      assert.equal(text.includes('href="/reports"'), allowed.includes(role), role);
      assert.equal((await someoneElse.get("/reports")).status, allowed.includes(role) ? 200 : 403, role);
    }
  });
});
