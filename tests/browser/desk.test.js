// The desk as a person uses it, in a browser.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { accessibilityFaults, pressUntil, signIn, start, stop, window } from "../support/browser.js";
import { createPatient, unique } from "../support/client.js";
import { literal, psql } from "../support/psql.js";
import { naughty, hasControl, trimmed } from "../support/names.js";

let open = [];

// A window that is closed after the test, which must leave no complaint of the browser behind.
async function visit(options) {
  const made = await window(options);
  open.push(made);
  return made;
}

before(start);
after(stop);
beforeEach(() => (open = []));
afterEach(async () => {
  const problems = open.flatMap((made) => made.problems);
  await Promise.all(open.map(({ context }) => context.close()));
  assert.deepEqual(problems, [], "the browser complained");
});

const field = (page, name) => page.locator(`form#patient [name="${name}"]:not([type="hidden"])`);
const save = (page) => page.locator('form[action^="/patients"][method="post"] button:not([type="button"])').first();
const patientPath = (url) => /^\/patients\/[0-9a-f-]{36}$/.test(url.pathname);
const inDatabase = async (lastName, column = "count(*)") =>
  psql(`SELECT ${column} FROM caredesk.patient WHERE last_name = ${literal(lastName)};`);

async function register(page, { firstName = "Wangari", lastName, phone = "" }) {
  await page.goto("/patients/new");
  await field(page, "firstName").fill(firstName);
  await field(page, "lastName").fill(lastName);
  await field(page, "dateOfBirth").fill("1974-09-25");
  await field(page, "gender").selectOption("female");
  if (phone) await field(page, "phone").fill(phone);
}

describe("a morning at the desk", () => {
  test("signing in opens the first page with the search box ready to type in", async () => {
    const { page } = await visit();
    await page.goto("/");
    assert.equal(new URL(page.url()).pathname, "/login");
    assert.ok(
      await page.locator('[name="email"]').evaluate((input) => input === document.activeElement),
      "the address is focused",
    );
    await signIn(page);
    assert.ok(
      await page
        .locator('[name="search"]')
        .first()
        .evaluate((input) => input === document.activeElement),
      "the search box is focused",
    );
  });

  test("a patient is registered with the keyboard alone", async () => {
    const { page } = await visit();
    await signIn(page);
    const lastName = unique("K");
    await pressUntil(page, 'a[href="/patients/new"]');
    await page.keyboard.press("Enter");
    await page.waitForURL("**/patients/new");
    await pressUntil(page, '[name="firstName"]');
    await page.keyboard.type("Wangari");
    await pressUntil(page, '[name="lastName"]');
    await page.keyboard.type(lastName);
    await pressUntil(page, '[name="dateOfBirth"]');
    await page.keyboard.type("1974-09-25");
    await pressUntil(page, '[name="gender"]');
    await page.keyboard.type("Fem");
    await pressUntil(page, '[name="phone"]');
    await page.keyboard.type("+254 20 555 0100");
    await pressUntil(page, 'form[method="post"] button.button-primary, form[action="/patients"] button');
    await page.keyboard.press("Enter");
    await page.waitForURL(patientPath);
    assert.match(await page.locator("h1").first().innerText(), new RegExp(lastName));
    assert.equal(
      await inDatabase(lastName, "gender || ' ' || date_of_birth || ' ' || phone"),
      "female 1974-09-25 +254 20 555 0100",
    );
  });

  test("she is found again by the first letters, opened and her phone number corrected", async () => {
    const { page } = await visit();
    await signIn(page);
    const { lastName } = await createPatient({ firstName: "Zoë", phone: "555 0100" });
    await page.keyboard.type(`${lastName.slice(0, 7).toLowerCase()} zo`);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/patients\?/);
    await page.getByRole("link", { name: new RegExp(lastName) }).click();
    await page.waitForURL(patientPath);
    await page.locator('a[href$="/edit"]').first().click();
    assert.equal(await field(page, "phone").inputValue(), "555 0100");
    await field(page, "phone").fill("555 0199");
    await save(page).click();
    await page.waitForURL(patientPath);
    assert.ok((await page.locator("main").innerText()).includes("555 0199"));
    assert.ok(await page.getByRole("status").first().isVisible(), "it says that it was saved");
    assert.equal(await inDatabase(lastName, "phone || ' ' || version"), "555 0199 2");
  });

  test("a page reloaded after saving saves nothing twice", async () => {
    const { page } = await visit();
    await signIn(page);
    const lastName = unique();
    await register(page, { lastName });
    await save(page).click();
    await page.waitForURL(patientPath);
    await page.reload();
    assert.equal(await inDatabase(lastName), "1");
  });

  test("the slash key goes to the search box from every page", async () => {
    const { page } = await visit();
    await signIn(page);
    const { id } = await createPatient();
    for (const path of [`/patients/${id}`, "/patients/new"]) {
      await page.goto(path);
      await page.locator("h1").first().click();
      await page.keyboard.press("/");
      assert.ok(
        await page
          .locator('[name="search"]')
          .first()
          .evaluate((input) => input === document.activeElement),
        path,
      );
    }
  });

  test("a click too many on Save creates one patient", async () => {
    for (const javaScript of [true, false]) {
      const { page } = await visit({ javaScript });
      await signIn(page);
      const lastName = unique("D");
      await register(page, { lastName });
      await save(page).dblclick({ noWaitAfter: true });
      await page.waitForURL(patientPath);
      assert.equal(await inDatabase(lastName), "1", `JavaScript ${javaScript}`);
    }
  });

  test("going back after saving and saving again creates no second patient", async () => {
    const { page } = await visit();
    await signIn(page);
    const lastName = unique("B");
    await register(page, { lastName });
    const form = await page
      .locator('form[action="/patients"][method="post"]')
      .evaluate((element) => [...new FormData(element)]);
    await save(page).click();
    await page.waitForURL(patientPath);
    // What the browser sends when its user goes back to the kept page and saves.
    const again = await page.request.post("/patients", {
      form: Object.fromEntries(form),
      headers: { origin: new URL(page.url()).origin },
      maxRedirects: 0,
    });
    assert.equal(again.status(), 303);
    assert.equal(new URL(again.headers().location, page.url()).pathname, new URL(page.url()).pathname);
    assert.equal(await inDatabase(lastName), "1");
  });
});

describe("a mistake", () => {
  for (const javaScript of [true, false]) {
    test(`keeps everything that was typed, says what to mend, and leads there (JavaScript ${javaScript ? "on" : "off"})`, async () => {
      const { page } = await visit({ javaScript });
      await signIn(page);
      await page.goto("/patients/new");
      const typed = {
        firstName: '<b>"Ada"</b>',
        lastName: unique(),
        dateOfBirth: "1990-02-30",
        phone: "abc",
        email: "not an address",
        "address.city": "Pécs & Co",
        employer: "O'Neill",
      };
      for (const [name, value] of Object.entries(typed)) await field(page, name).fill(value);
      await field(page, "gender").selectOption("other");
      await field(page, "interpreterNeeded").check();
      const [answer] = await Promise.all([
        page.waitForResponse((reply) => reply.request().method() === "POST"),
        save(page).click(),
      ]);
      assert.equal(answer.status(), 400);
      await page.locator("#problem").waitFor();
      for (const [name, value] of Object.entries(typed))
        assert.equal(await field(page, name).inputValue(), value, name);
      assert.equal(await field(page, "gender").inputValue(), "other");
      assert.ok(await field(page, "interpreterNeeded").isChecked());
      for (const name of ["dateOfBirth", "phone", "email"]) {
        assert.equal(await field(page, name).getAttribute("aria-invalid"), "true", name);
        const id = await field(page, name).getAttribute("id");
        assert.ok(await page.locator(`#problem a[href="#${id}"]`).isVisible(), `no link to ${name}`);
        const described = (await field(page, name).getAttribute("aria-describedby")).trim().split(/\s+/);
        const words = await Promise.all(described.map((part) => page.locator(`[id="${part}"]`).innerText()));
        assert.ok(words.join(" ").length > 10, `${name} is described by nothing`);
      }
      assert.equal(await page.locator('[aria-invalid="true"]').count(), 3);
      assert.match(await page.title(), /check/i);
      await page.locator("#problem a").first().click();
      assert.match(page.url(), /#/);
      for (const [name, value] of [
        ["dateOfBirth", "1990-02-28"],
        ["phone", "555 0100"],
        ["email", "ada@example.org"],
      ])
        await field(page, name).fill(value);
      await save(page).click();
      await page.waitForURL(patientPath);
      assert.equal(
        await inDatabase(typed.lastName, "first_name || phone || interpreter_needed"),
        `${typed.firstName}555 0100true`,
      );
    });
  }

  test("of two people at one record loses nothing: both values are shown, what was typed stays, saving again wins", async () => {
    const { id, lastName } = await createPatient({ phone: "555 0100", address: { city: "Pécs" } });
    const one = await visit();
    const two = await visit();
    await signIn(one.page, "nurse");
    await signIn(two.page, "receptionist");
    await one.page.goto(`/patients/${id}/edit`);
    await two.page.goto(`/patients/${id}/edit`);
    await field(one.page, "phone").fill("555 0101");
    await save(one.page).click();
    await one.page.waitForURL(patientPath);
    await field(two.page, "phone").fill("555 0102");
    await field(two.page, "address.city").fill("Szeged");
    await field(two.page, "employer").fill("Városi Iskola");
    const [answer] = await Promise.all([
      two.page.waitForResponse((reply) => reply.request().method() === "POST"),
      save(two.page).click(),
    ]);
    assert.equal(answer.status(), 409);
    await two.page.locator("#problem").waitFor();
    assert.equal(await field(two.page, "phone").inputValue(), "555 0102");
    assert.equal(await field(two.page, "address.city").inputValue(), "Szeged");
    assert.equal(await field(two.page, "employer").inputValue(), "Városi Iskola");
    const said = await two.page.locator("main").innerText();
    assert.ok(said.includes("555 0101"), "what is saved is shown beside what was typed");
    assert.equal(await inDatabase(lastName, "phone || ' ' || version"), "555 0101 2", "nothing was saved over it");
    await save(two.page).click();
    await two.page.waitForURL(patientPath);
    assert.equal(
      await inDatabase(lastName, "phone || ' ' || address_city || ' ' || employer || ' ' || version"),
      "555 0102 Szeged Városi Iskola 3",
    );
  });

  test("of a colleague in another field is not undone by saving on", async () => {
    const { id, lastName } = await createPatient({ phone: "555 0100", address: { city: "Pécs" } });
    const one = await visit();
    const two = await visit();
    await signIn(one.page, "nurse");
    await signIn(two.page, "receptionist");
    await two.page.goto(`/patients/${id}/edit`);
    await one.page.goto(`/patients/${id}/edit`);
    await field(one.page, "phone").fill("555 0101");
    await save(one.page).click();
    await one.page.waitForURL(patientPath);
    await field(two.page, "address.city").fill("Szeged");
    await save(two.page).click();
    await two.page.locator("#problem").waitFor();
    // The phone was not touched in this tab: the newer number must be in sight, in the box or beside it.
    const box = await field(two.page, "phone").inputValue();
    const beside = await two.page.locator("main").innerText();
    assert.ok(box === "555 0101" || beside.includes("555 0101"));
    assert.equal(await inDatabase(lastName, "phone || ' ' || address_city"), "555 0101 Pécs");
  });
});

describe("leaving", () => {
  test("ends the session, and the back button shows nobody", async () => {
    const { page, context } = await visit();
    await signIn(page);
    const { id, lastName } = await createPatient();
    await page.goto(`/patients/${id}`);
    const kept = await context.cookies();
    await page.locator('form[action="/logout"] button').click();
    await page.waitForURL(/\/login/);
    await page.goBack();
    await page.waitForLoadState();
    assert.ok(!(await page.content()).includes(lastName), "the record is shown after signing out");
    await context.addCookies(kept);
    await page.goto(`/patients/${id}`);
    assert.equal(new URL(page.url()).pathname, "/login");
  });
});

describe("without JavaScript", () => {
  test("signing in, registering, finding, correcting and signing out work the same", async () => {
    const { page } = await visit({ javaScript: false });
    await signIn(page);
    const lastName = unique("N");
    await register(page, { lastName, phone: "555 0100" });
    await save(page).click();
    await page.waitForURL(patientPath);
    await page.goto("/");
    await page.locator('[name="search"]').first().fill(lastName.slice(0, 7));
    await page.locator('[name="search"]').first().press("Enter");
    await page.getByRole("link", { name: new RegExp(lastName) }).click();
    await page.waitForURL(patientPath);
    await page.locator('a[href$="/edit"]').first().click();
    await field(page, "phone").fill("555 0199");
    await save(page).click();
    await page.waitForURL(patientPath);
    assert.equal(await inDatabase(lastName, "phone"), "555 0199");
    await page.locator('form[action="/logout"] button').click();
    await page.waitForURL(/\/login/);
    await page.goto("/");
    assert.equal(new URL(page.url()).pathname, "/login");
  });
});

describe("names that mean harm", () => {
  const harmful = naughty.filter(
    (text) => /[<>"'&{}]/.test(text) && !hasControl(trimmed(text)) && [...trimmed(text)].length <= 100,
  );

  test("are text on the record, in the form, in the list and in the box, and run nothing", async () => {
    const { page } = await visit();
    await signIn(page);
    await page.evaluate(
      () => (globalThis.alert = globalThis.confirm = globalThis.prompt = () => console.error("a name ran")),
    );
    assert.ok(harmful.length > 100);
    for (const text of harmful.filter((_, i) => i % 9 === 0)) {
      const lastName = trimmed(text).normalize("NFC");
      const { id, mrn } = await createPatient({ lastName, firstName: null });
      await page.goto(`/patients/${id}`);
      assert.ok((await page.locator("main").textContent()).includes(lastName), JSON.stringify(lastName));
      await page.goto(`/patients/${id}/edit`);
      assert.equal(await field(page, "lastName").inputValue(), lastName);
      await page.goto(`/patients?search=${mrn}`);
      assert.ok((await page.locator("main").textContent()).includes(lastName), JSON.stringify(lastName));
      await page.goto(`/patients?search=${encodeURIComponent(lastName)}`);
      assert.equal(await page.locator('[name="search"]').first().inputValue(), lastName);
    }
  });

  test("on the first page, among the recent patients, are text as well", async () => {
    const { page } = await visit();
    await signIn(page);
    const { id, lastName } = await createPatient({ lastName: `<img src=x onerror=alert(1)>${unique()}` });
    await page.goto(`/patients/${id}`);
    await page.goto("/");
    assert.equal(await page.locator("main img").count(), 0);
    const content = await page.content();
    assert.ok(!content.includes(lastName));
  });
});

describe("every page", () => {
  let pages;
  before(async () => {
    const tag = unique("P");
    let last;
    for (let i = 0; i < 21; i++)
      last = await createPatient({
        lastName: tag,
        phone: "+44 20 7946 0000",
        address: { street: "1 Main Street", city: "Llanfair­pwllgwyngyll" },
      });
    const long = await createPatient({
      firstName: "W".repeat(100),
      lastName: `${unique()}${"ß".repeat(88)}`,
      email: `${"a".repeat(60)}@${"example.".repeat(20)}org`,
      address: { street: "M".repeat(200) },
      employer: "<&>".repeat(33),
    });
    pages = {
      "the first page": "/",
      "a list of results": `/patients?search=${tag}`,
      "its second page": `/patients?search=${tag}&page=2`,
      "an empty list": "/patients?search=qqqqqqqqqq",
      "the registration": "/patients/new",
      "a record": `/patients/${last.id}`,
      "a record of long values": `/patients/${long.id}`,
      "a list with long values": `/patients?search=${long.mrn}`,
      "a form": `/patients/${last.id}/edit`,
      "a form of long values": `/patients/${long.id}/edit`,
      "a page that isn't there": "/nothing",
    };
  });

  for (const width of [390, 768, 1280, 1920]) {
    test(`fits ${width} pixels without scrolling sideways`, async () => {
      const { page } = await visit({ width });
      await page.goto("/login");
      const fits = async (what) => {
        const [needed, there] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        assert.ok(needed <= there, `${what} needs ${needed} of ${there} pixels`);
      };
      await fits("the sign-in");
      await signIn(page);
      for (const [what, path] of Object.entries(pages)) {
        await page.goto(path);
        await fits(what);
      }
      await page.goto("/patients/new");
      await save(page).click();
      await page.locator("#problem").waitFor();
      await fits("the refused registration");
    });
  }

  for (const dark of [false, true]) {
    test(`has no accessibility fault that axe sees, in ${dark ? "the dark" : "the light"}`, async () => {
      const { page } = await visit({ dark });
      await page.goto("/login");
      const faults = (await accessibilityFaults(page)).map((fault) => `the sign-in: ${fault}`);
      const luminance = await page.evaluate(() => {
        const [r, g, b] = getComputedStyle(document.body)
          .backgroundColor.match(/[\d.]+/g)
          .map(Number);
        return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
      });
      assert.ok(dark ? luminance < 0.25 : luminance > 0.75, `the background's luminance is ${luminance}`);
      await signIn(page);
      for (const [what, path] of Object.entries(pages)) {
        await page.goto(path);
        faults.push(...(await accessibilityFaults(page)).map((fault) => `${what}: ${fault}`));
      }
      await page.goto("/patients/new");
      await field(page, "phone").fill("abc");
      await save(page).click();
      await page.locator("#problem").waitFor();
      faults.push(...(await accessibilityFaults(page)).map((fault) => `the refused registration: ${fault}`));
      assert.deepEqual([...new Set(faults)], []);
    });
  }

  test("shows where the focus is", async () => {
    const { page } = await visit();
    await signIn(page);
    for (const path of ["/", pages["a list of results"], "/patients/new"]) {
      await page.goto(path);
      for (let i = 0; i < 12; i++) {
        await page.keyboard.press("Tab");
        const seen = await page.evaluate(() => {
          const element = document.activeElement;
          if (!element || element === document.body) return true;
          const style = getComputedStyle(element);
          const around = getComputedStyle(element.closest("tr, label, .search-box, .field") ?? element);
          const drawn = (s) => (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== "none";
          return (
            drawn(style) ||
            drawn(around) ||
            drawn(getComputedStyle(element, "::after")) ||
            element.outerHTML.slice(0, 120)
          );
        });
        assert.equal(seen, true, `${path}: ${seen}`);
      }
    }
  });

  test("weighs under 50 kB without pictures, the first time one comes", async (t) => {
    const signedIn = await visit();
    await signIn(signedIn.page);
    const cookies = await signedIn.context.cookies();
    for (const [what, path] of Object.entries({ "the sign-in": "/login", ...pages })) {
      const { page, context } = await visit();
      if (path !== "/login") await context.addCookies(cookies);
      const finished = [];
      page.on("requestfinished", (request) => finished.push(request));
      const answer = await page.goto(path, { waitUntil: "networkidle" });
      let weight = 0;
      for (const request of finished) {
        if (request.resourceType() === "image") continue;
        weight += (await request.sizes()).responseBodySize;
      }
      t.diagnostic(`${what}: ${weight} bytes, Server-Timing ${answer.headers()["server-timing"]}`);
      assert.ok(weight > 0 && weight < 50_000, `${what} weighs ${weight} bytes`);
    }
  });

  test("has a title of its own and one heading of the first rank", async () => {
    const { page } = await visit();
    await signIn(page);
    const titles = new Set();
    for (const what of [
      "the first page",
      "a list of results",
      "the registration",
      "a record",
      "a page that isn't there",
    ]) {
      await page.goto(pages[what]);
      titles.add(await page.title());
      assert.equal(await page.locator("h1").count(), 1, what);
    }
    assert.equal(titles.size, 5, [...titles].join("; "));
  });
});

test("a picture of the desk for the README", { skip: !process.env.CAREDESK_TEST_SCREENSHOT }, async () => {
  const people = [
    ["Astrid", "1951-03-08", "female", "active"],
    ["Björn", "1949-11-30", "male", "deceased"],
    ["Elin", "1983-06-17", "female", "active"],
    ["Åke", "2019-01-24", "male", "active"],
    ["Maja", "1978-09-02", "other", "active"],
  ];
  if ((await inDatabase("Lindqvist")) === "0") {
    for (const [i, [firstName, dateOfBirth, gender, status]] of people.entries()) {
      await createPatient({
        firstName,
        lastName: "Lindqvist",
        dateOfBirth,
        gender,
        status,
        phone: `+46 8 555 01${20 + 7 * i}`,
        address: { street: `Storgatan ${3 * i + 1}`, city: ["Uppsala", "Uppsala", "Gävle", "Gävle", "Umeå"][i] },
      });
    }
  }
  const { page } = await visit({ width: 1280, height: 720 });
  await signIn(page);
  await page.goto("/patients?search=lindqvist");
  await page.screenshot({ path: process.env.CAREDESK_TEST_SCREENSHOT });
});
