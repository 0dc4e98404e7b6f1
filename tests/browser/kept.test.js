// What was typed outlives the session, the database and a colleague who was faster: nothing has to be typed twice.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { signIn, start, stop, window } from "../support/browser.js";
import { api, createPatient, send, unique, until } from "../support/client.js";
import { newAccount } from "../support/account.js";
import { recovered, startDatabase, stopDatabase } from "../support/fault.js";
import { literal, psql, rows } from "../support/psql.js";

let open = [];

async function visit(options) {
  const made = await window(options);
  open.push(made);
  return made;
}

before(start);
after(async () => {
  await startDatabase().catch(() => {}); // it runs already, unless a test failed
  await recovered();
  await stop();
});
beforeEach(() => (open = []));
afterEach(async () => {
  const problems = open.flatMap((made) => made.problems);
  await Promise.all(open.map(({ context }) => context.close()));
  assert.deepEqual(problems, [], "the browser complained");
});

const form = (page) => page.locator("form#patient");
const field = (page, name) => page.locator(`form#patient [name="${name}"]:not([type="hidden"])`);
const recordPath = (url) => /^\/patients\/[0-9a-f-]{36}$/.test(url.pathname);
const count = async (lastName) =>
  Number(await psql(`SELECT count(*) FROM caredesk.patient WHERE last_name = ${literal(lastName)};`));
const stored = async (id, columns) =>
  (await rows(`SELECT ${columns} FROM caredesk.patient WHERE id = ${literal(id)}`))[0];
const heading = (page) => page.locator(".band-name").innerText();

// Presses Save and returns the answer to the form.
async function save(page) {
  const [answer] = await Promise.all([
    page.waitForResponse((reply) => reply.request().method() === "POST"),
    page.locator("form#patient .bar button").click(),
  ]);
  await page.waitForLoadState();
  return answer;
}

async function saved(page) {
  const answer = await save(page);
  assert.equal(answer.status(), 303);
  await page.waitForURL(recordPath);
}

// Every kind of field, with what breaks forms that are put together by hand.
function typed(lastName) {
  return {
    firstName: `Zoë <b>"A&B"</b> O'Neill + 100% =`,
    lastName,
    middleName: "伟 \u{1F600}",
    dateOfBirth: "1974-09-25",
    gender: "other",
    dateOfBirthEstimated: true,
    phone: "+36 1 555-0100",
    email: "zoe+desk@example.org",
    "address.street": "Fő utca 1; 2. emelet",
    "address.city": "Pécs & Co",
    "emergencyContact.name": "{{name}} &amp; \\n",
    interpreterNeeded: true,
    maritalStatus: "widowed",
    bloodType: "AB-",
  };
}

async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const input = field(page, name);
    if (typeof value === "boolean") await input.setChecked(value);
    else if ((await input.evaluate((element) => element.tagName)) === "SELECT") await input.selectOption(value);
    else await input.fill(value);
  }
}

// All that the form would send, but the token, which belongs to the session.
const contents = (page) =>
  form(page).evaluate((element) => // What a box that is not ticked sends ("" or "false") is the form's own, not what somebody typed.
    [...new FormData(element)].filter(
      ([name, value]) => name !== "csrf" && !(element.querySelector(`[type=checkbox][name="${name}"]`) && value !== "true"),
    ));

async function shows(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const input = field(page, name);
    if (typeof value === "boolean") assert.equal(await input.isChecked(), value, name);
    else assert.equal(await input.inputValue(), value, name);
  }
}

// A person of her own, so that her sessions can be ended without anybody else's.
async function person(options, role = "receptionist") {
  const account = await newAccount(role);
  const made = await visit(options);
  await signIn(made.page, account);
  return { account, ...made };
}

const endSessions = ({ id }) => psql(`DELETE FROM caredesk.session WHERE account_id = ${literal(id)};`);

// The sign-in page that came instead of saving.
async function sentToSignIn(page, answer) {
  assert.equal(answer.status(), 401);
  assert.ok(await page.locator('form[action="/login"] [name="password"]').isVisible(), "there is no sign-in form");
  assert.equal(await form(page).count(), 0);
  const text = await page.locator("body").innerText();
  assert.match(text, /\bform\b|you typed/i, "it does not say that the form comes back");
  return text;
}

async function signInAgain(page, { email, password }) {
  await page.fill('[name="email"]', email);
  await page.fill('[name="password"]', password);
  const [answer] = await Promise.all([
    page.waitForResponse((reply) => reply.request().method() === "POST"),
    page.locator('form[action="/login"] button').click(),
  ]);
  await page.waitForLoadState();
  return answer;
}

// The 503 that a test is about is no complaint.
function forgive503(made) {
  const own = made.problems.filter((problem) => /the server responded with a status of 503/.test(problem));
  for (const problem of own) made.problems.splice(made.problems.indexOf(problem), 1);
}

const readyAgain = () =>
  until(async () => (await send("GET", "/ready")).status === 200, { within: 30_000, what: "a desk that is ready" });

describe("a session that ends while a form is being filled", () => {
  for (const javaScript of [true, false]) {
    const how = `JavaScript ${javaScript ? "on" : "off"}`;

    test(`costs a registration nothing: after signing in it is there as it was typed, and saving registers one patient (${how})`, async () => {
      const { page, account } = await person({ javaScript });
      const lastName = unique("K");
      await page.goto("/patients/new");
      await fill(page, typed(lastName));
      const before = await contents(page);
      await endSessions(account);
      await sentToSignIn(page, await save(page));
      assert.equal(await count(lastName), 0);
      const answer = await signInAgain(page, account);
      assert.equal(answer.status(), 200);
      await shows(page, typed(lastName));
      assert.deepEqual(await contents(page), before);
      assert.match(await page.getByRole("status").first().innerText(), /not saved yet/);
      assert.equal(await count(lastName), 0, "it was saved without being looked at");
      await saved(page);
      assert.equal(await count(lastName), 1);
      const [row] = await rows(
        `SELECT first_name, middle_name, gender, date_of_birth_estimated, interpreter_needed, address_city, blood_type,
          emergency_contact_name, version, created_by FROM caredesk.patient WHERE last_name = ${literal(lastName)}`,
      );
      assert.deepEqual(row, {
        first_name: typed().firstName,
        middle_name: typed().middleName,
        gender: "other",
        date_of_birth_estimated: true,
        interpreter_needed: true,
        address_city: "Pécs & Co",
        blood_type: "AB-",
        emergency_contact_name: typed()["emergencyContact.name"],
        version: 1,
        created_by: account.id,
      });
    });

    test(`costs a correction nothing: after signing in it is there as it was typed, and saving corrects the record (${how})`, async () => {
      const { page, account } = await person({ javaScript });
      const { id, lastName } = await createPatient({ firstName: "Ada", phone: "555 0100", employer: "Works" });
      const other = unique("K");
      await page.goto(`/patients/${id}/edit`);
      await fill(page, { ...typed(other), employer: "" });
      const before = await contents(page);
      await endSessions(account);
      await sentToSignIn(page, await save(page));
      const answer = await signInAgain(page, account);
      assert.equal(answer.status(), 200);
      await shows(page, { ...typed(other), employer: "" });
      assert.deepEqual(await contents(page), before);
      assert.match(await page.getByRole("status").first().innerText(), /not saved yet/);
      const band = await heading(page);
      assert.ok(band.includes(lastName) && !band.includes(other), `the wristband says ${band}`);
      assert.deepEqual(await stored(id, "last_name, phone, version"), {
        last_name: lastName,
        phone: "555 0100",
        version: 1,
      });
      await saved(page);
      assert.deepEqual(await stored(id, "last_name, phone, employer, interpreter_needed, version, updated_by"), {
        last_name: other,
        phone: "+36 1 555-0100",
        employer: null,
        interpreter_needed: true,
        version: 2,
        updated_by: account.id,
      });
    });
  }

  test("costs nothing either when the password is wrong at first", async () => {
    const { page, account } = await person();
    const lastName = unique("K");
    await page.goto("/patients/new");
    await fill(page, typed(lastName));
    await endSessions(account);
    await sentToSignIn(page, await save(page));
    for (const password of ["wrong", ""]) {
      const refused = await signInAgain(page, { ...account, password });
      assert.ok([400, 401].includes(refused.status()), String(refused.status()));
    }
    assert.equal((await signInAgain(page, account)).status(), 200);
    await shows(page, typed(lastName));
    await saved(page);
    assert.equal(await count(lastName), 1);
  });

  test("costs nothing when it ends twice", async () => {
    const { page, account } = await person();
    const lastName = unique("K");
    await page.goto("/patients/new");
    await fill(page, typed(lastName));
    for (let i = 0; i < 2; i++) {
      await endSessions(account);
      await sentToSignIn(page, await save(page));
      assert.equal((await signInAgain(page, account)).status(), 200);
      await shows(page, typed(lastName));
    }
    await saved(page);
    assert.equal(await count(lastName), 1);
  });

  test("does not undo what a colleague saved meanwhile: saving then is a conflict as ever", async () => {
    const { page, account } = await person();
    const { id } = await createPatient({ phone: "555 0100" });
    await page.goto(`/patients/${id}/edit`);
    await fill(page, { phone: "555 0102" });
    await endSessions(account);
    await sentToSignIn(page, await save(page));
    await api("PATCH", `/patients/${id}`, { as: "nurse", body: { phone: "555 0101" } });
    assert.equal((await signInAgain(page, account)).status(), 200);
    await shows(page, { phone: "555 0102" });
    assert.equal((await save(page)).status(), 409);
    assert.ok((await page.locator("main").innerText()).includes("555 0101"));
    assert.deepEqual(await stored(id, "phone, version"), { phone: "555 0101", version: 2 });
  });

  test("still asks before the form that came back is left unsaved", async () => {
    const made = await person();
    const { page, account } = made;
    await page.goto("/patients/new");
    await fill(page, typed(unique("K")));
    await endSessions(account);
    await sentToSignIn(page, await save(page));
    await signInAgain(page, account);
    await page.locator("h1").first().click(); // browsers ask only somebody who has touched the page
    const asked = page.waitForEvent("dialog", { timeout: 5_000 });
    await page.locator('a[href="/patients"]').first().click({ noWaitAfter: true });
    assert.equal((await asked).type(), "beforeunload");
    made.problems.length = 0; // it is that dialog
  });

  test("shows a form to nobody whose page it did not come from", async () => {
    const { page, account } = await person();
    await page.goto("/patients/new");
    await endSessions(account);
    for (const [origin, status, shown] of [
      ["https://evil.example", [401, 403, 303], false],
      [new URL(page.url()).origin, [401], true],
    ]) {
      const reply = await page.request.post("/patients", {
        form: { lastName: "kept-marker", csrf: "x" },
        headers: { origin },
        maxRedirects: 0,
      });
      assert.ok(status.includes(reply.status()), `${origin}: ${reply.status()}`);
      assert.equal((await reply.text()).includes("kept-marker"), shown, origin);
    }
  });
});

describe("signing in again in another tab", () => {
  for (const javaScript of [true, false]) {
    test(`leaves the first tab's form whole: it is shown again, and saving works (JavaScript ${javaScript ? "on" : "off"})`, async () => {
      const { page, context, account } = await person({ javaScript });
      const lastName = unique("T");
      await page.goto("/patients/new");
      await fill(page, typed(lastName));
      const before = await contents(page);
      const second = await context.newPage();
      await second.goto("/login");
      await signInAgain(second, account);
      await second.close();
      const answer = await save(page);
      assert.equal(answer.status(), 403);
      assert.match(await page.locator("#problem").innerText(), /save again/);
      await shows(page, typed(lastName));
      assert.deepEqual(await contents(page), before);
      assert.equal(await count(lastName), 0);
      await saved(page);
      assert.equal(await count(lastName), 1);
    });
  }

  test("leaves a correction whole, over the name that is saved", async () => {
    const { page, context, account } = await person();
    const { id, lastName } = await createPatient({ phone: "555 0100" });
    const other = unique("T");
    await page.goto(`/patients/${id}/edit`);
    await fill(page, { lastName: other, phone: "555 0102", interpreterNeeded: true });
    const second = await context.newPage();
    await second.goto("/login");
    await signInAgain(second, account);
    await second.close();
    assert.equal((await save(page)).status(), 403);
    await shows(page, { lastName: other, phone: "555 0102", interpreterNeeded: true });
    if (await page.locator(".band-name").count()) assert.ok((await heading(page)).includes(lastName));
    await saved(page);
    assert.deepEqual(await stored(id, "last_name, phone, version"), {
      last_name: other,
      phone: "555 0102",
      version: 2,
    });
  });
});

describe("a database that is away while Save is pressed", () => {
  for (const javaScript of [true, false]) {
    test(`costs a registration nothing: the form stays filled in, and saving later registers one patient (JavaScript ${javaScript ? "on" : "off"})`, async () => {
      const made = await person({ javaScript });
      const { page } = made;
      const lastName = unique("D");
      await page.goto("/patients/new");
      await fill(page, typed(lastName));
      const before = await contents(page);
      await stopDatabase();
      try {
        for (let i = 0; i < 2; i++) {
          const answer = await save(page);
          assert.equal(answer.status(), 503);
          assert.match(answer.headers()["retry-after"] ?? "", /^\d+$/);
          assert.match(await page.locator("#problem").innerText(), /save again/);
          await shows(page, typed(lastName));
          assert.deepEqual(await contents(page), before);
        }
      } finally {
        await startDatabase();
      }
      forgive503(made);
      await readyAgain();
      assert.equal(await count(lastName), 0);
      await saved(page);
      assert.equal(await count(lastName), 1);
    });
  }

  test("costs a correction nothing", async () => {
    const made = await person();
    const { page } = made;
    const { id } = await createPatient({ phone: "555 0100", address: { city: "Pécs" } });
    await page.goto(`/patients/${id}/edit`);
    await fill(page, { phone: "555 0102", interpreterNeeded: true, maritalStatus: "widowed" });
    const before = await contents(page);
    await stopDatabase();
    try {
      assert.equal((await save(page)).status(), 503);
      assert.deepEqual(await contents(page), before);
    } finally {
      await startDatabase();
    }
    forgive503(made);
    await readyAgain();
    await saved(page);
    assert.deepEqual(await stored(id, "phone, address_city, interpreter_needed, marital_status, version"), {
      phone: "555 0102",
      address_city: "Pécs",
      interpreter_needed: true,
      marital_status: "widowed",
      version: 2,
    });
  });
});

describe("two people at one record", () => {
  const pair = async (id) => {
    const one = (await person({}, "nurse")).page;
    const two = (await person({})).page;
    for (const page of [one, two]) await page.goto(`/patients/${id}/edit`);
    return [one, two];
  };
  const theirs = (page) => page.locator(".theirs strong").allInnerTexts();

  test("who changed different fields undo nothing of each other", async () => {
    const { id } = await createPatient({
      phone: "555 0100",
      employer: "Works",
      interpreterNeeded: true,
      address: { city: "Pécs" },
    });
    const [one, two] = await pair(id);
    await fill(one, { phone: "555 0101", employer: "", interpreterNeeded: false, maritalStatus: "married" });
    await saved(one);
    await fill(two, { "address.city": "Szeged", occupation: "Clerk" });
    assert.equal((await save(two)).status(), 409);
    await shows(two, {
      phone: "555 0101",
      employer: "",
      interpreterNeeded: false,
      maritalStatus: "married",
      "address.city": "Szeged",
      occupation: "Clerk",
    });
    assert.deepEqual(await theirs(two), [], "no field was changed by both");
    assert.equal((await stored(id, "version")).version, 2, "saving again is a decision");
    await saved(two);
    const now =
      "phone, employer, coalesce(interpreter_needed, false) AS needed, marital_status, address_city, occupation, version";
    assert.deepEqual(await stored(id, now), {
      phone: "555 0101",
      employer: null,
      needed: false,
      marital_status: "married",
      address_city: "Szeged",
      occupation: "Clerk",
      version: 3,
    });
  });

  test("who changed the same field see both values; the wristband shows the saved name, not the typed one", async () => {
    const { id } = await createPatient({ phone: "555 0100" });
    const [mine, other] = [unique("Mine"), unique("Theirs")];
    const [one, two] = await pair(id);
    await fill(one, { lastName: other, phone: "555 0101", gender: "other" });
    await saved(one);
    await fill(two, { lastName: mine, phone: "555 0101", gender: "male" });
    assert.equal((await save(two)).status(), 409);
    await shows(two, { lastName: mine, phone: "555 0101", gender: "male" });
    assert.deepEqual(await theirs(two), [other, "Other"]);
    for (const name of ["lastName", "gender"]) {
      const described = (await field(two, name).getAttribute("aria-describedby")).trim().split(/\s+/);
      const words = await Promise.all(described.map((id) => two.locator(`[id="${id}"]`).innerText()));
      assert.match(words.join(" "), name === "gender" ? /Now saved: Other/ : new RegExp(`Now saved: ${other}`), name);
    }
    const band = await heading(two);
    assert.ok(band.includes(other) && !band.includes(mine), `the wristband says ${band}`);
    assert.match(await two.locator("#problem").innerText(), /saved this record while you were editing/);
    await saved(two);
    assert.ok((await heading(two)).includes(mine));
    assert.deepEqual(await stored(id, "last_name, phone, gender, version"), {
      last_name: mine,
      phone: "555 0101",
      gender: "male",
      version: 3,
    });
  });

  test("a mistake in the form neither hides the conflict nor shows the typed name on the wristband", async () => {
    const { id, lastName } = await createPatient({ phone: "555 0100" });
    const other = unique("M");
    const [one, two] = await pair(id);
    await fill(one, { phone: "555 0101" });
    await saved(one);
    await fill(two, { lastName: other, email: "no address" });
    assert.equal((await save(two)).status(), 400);
    await shows(two, { lastName: other, email: "no address" });
    const band = await heading(two);
    assert.ok(band.includes(lastName) && !band.includes(other), `the wristband says ${band}`);
    await fill(two, { email: "ada@example.org" });
    assert.equal((await save(two)).status(), 409);
    await shows(two, { lastName: other, email: "ada@example.org", phone: "555 0101" });
    await saved(two);
    assert.deepEqual(await stored(id, "last_name, email, phone, version"), {
      last_name: other,
      email: "ada@example.org",
      phone: "555 0101",
      version: 3,
    });
  });

  test("a third who saves in between is a second conflict, and still nobody's work is undone", async () => {
    const { id } = await createPatient({ phone: "555 0100", address: { city: "Pécs" } });
    const [one, two] = await pair(id);
    await fill(one, { phone: "555 0101" });
    await saved(one);
    await fill(two, { "address.city": "Szeged" });
    assert.equal((await save(two)).status(), 409);
    await api("PATCH", `/patients/${id}`, { as: "doctor", body: { phone: "555 0109", email: "ada@example.org" } });
    assert.equal((await save(two)).status(), 409);
    await shows(two, { phone: "555 0109", email: "ada@example.org", "address.city": "Szeged" });
    await saved(two);
    assert.deepEqual(await stored(id, "phone, email, address_city, version"), {
      phone: "555 0109",
      email: "ada@example.org",
      address_city: "Szeged",
      version: 4,
    });
  });

  test("a form saved untouched changes nothing, whatever is in the record", async () => {
    const { id } = await createPatient({
      interpreterNeeded: false,
      dateOfBirthEstimated: false,
      middleName: 'a  "b" & <c>',
      address: { city: "Pécs", street: "1" },
    });
    const [one] = await pair(id);
    await saved(one);
    assert.equal(
      await psql(`SELECT version, record->'interpreter_needed' FROM caredesk.patient_version
        WHERE patient_id = ${literal(id)} ORDER BY version;`),
      "1\tfalse",
    );
  });
});
