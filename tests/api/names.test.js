// Whatever people are called, and whatever people type: created, read and shown on the pages, exactly.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { api, draft, each, unique } from "../support/client.js";
import { failed, succeeded } from "../support/expect.js";
import { cldr, hasControl, naughty, popular, trimmed, w3c } from "../support/names.js";
import { decode, desk, forms, visible } from "../support/desk.js";

const as = "receptionist";

// Creates a patient of these names; reads it back by API, on the list's page, on its own page and in
// its edit form. Returns what was wrong, as a sentence, or undefined.
async function survives(names) {
  const tag = unique("T");
  const body = draft({ firstName: null, lastName: null, ...names, occupation: tag });
  const created = await api("POST", "/patients", { as, body });
  if (created.status !== 201) return `${JSON.stringify(names)}: ${created.status} ${created.text.slice(0, 300)}`;
  const { id, mrn } = created.json.data;
  const wanted = Object.entries(names).map(([name, value]) => [
    name,
    value == null ? null : trimmed(value).normalize("NFC") || null,
  ]);
  const record = succeeded(await api("GET", `/patients/${id}`, { as }));
  for (const [name, value] of wanted) {
    if ((record[name] ?? null) !== value)
      return `${name}: sent ${JSON.stringify(names[name])}, read ${JSON.stringify(record[name])}`;
  }
  const person = await desk(as);
  const list = await person.get(`/patients?search=${mrn}`);
  const page = await person.get(`/patients/${id}`);
  const edit = await person.get(`/patients/${id}/edit`);
  for (const reply of [list, page, edit])
    if (reply.status !== 200) return `${JSON.stringify(names)}: a page answers ${reply.status}`;
  const form = forms(edit.text).find((f) => "lastName" in f.fields)?.fields ?? {};
  for (const [name, value] of wanted) {
    if (value === null) continue;
    if (form[name] !== value)
      return `the form's ${name}: ${JSON.stringify(form[name])} instead of ${JSON.stringify(value)}`;
    // A name with a blank, a bracket or an ampersand must not be taken for markup: its text is there whole.
    if (!shown(page.text).includes(shown(escaped(value))))
      return `the record's page doesn't show ${name} ${JSON.stringify(value)}`;
    if (["firstName", "lastName"].includes(name) && !shown(list.text).includes(shown(escaped(value))))
      return `the list doesn't show ${name} ${JSON.stringify(value)}`;
    if (
      /[<&]/.test(value) &&
      /<\/?[a-z!]|&\w+;/i.test(value) &&
      [list, page, edit].some((reply) => reply.text.includes(value) && !escaped(value).includes(value))
    )
      return `${JSON.stringify(value)} stands unescaped`;
  }
  return undefined;
}

function escaped(text) {
  return text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}

// The text of a page as characters, so that one way of escaping is as good as another.
function shown(html) {
  return visible(html);
}

async function all(list) {
  const wrong = (await each(list, survives, 8)).filter(Boolean);
  assert.deepEqual(wrong.slice(0, 20), [], `${wrong.length} of ${list.length}`);
}

// Pieces of at most 100 characters, none beginning with a mark that would join what was before.
function pieces(text) {
  const characters = [...text];
  const parts = [];
  for (let i = 0; i < characters.length; i += 90) parts.push(characters.slice(i, i + 90).join(""));
  return parts;
}

describe("names", () => {
  test("of CLDR's 785 sample persons survive, part by part", async () => {
    const join = (...parts) => parts.filter(Boolean).join(" ") || null;
    await all(
      cldr
        .map((row) => ({
          namePrefix: row.title || null,
          firstName: row.given || null,
          preferredName: row.given_informal || null,
          middleName: row.given2 || null,
          lastName: join(row.surname || join(row.surname_prefix, row.surname_core), row.surname2),
          nameSuffix: join(row.generation, row.credentials),
        }))
        .filter((names) => names.firstName || names.lastName),
    );
  });

  test("of the W3C's article survive in one piece, and so do their transcriptions", async () => {
    await all(w3c.flatMap(({ name, latin }) => [name, latin].filter(Boolean)).map((lastName) => ({ lastName })));
  });

  test("popular in the world's countries survive", async () => {
    const { forenames, surnames } = popular;
    await all(
      Array.from({ length: Math.ceil(surnames.length / 3) }, (_, i) => ({
        firstName: forenames[(2 * i) % forenames.length],
        middleName: forenames[(2 * i + 1) % forenames.length],
        lastName: surnames[(3 * i) % surnames.length],
        preferredName: surnames[(3 * i + 1) % surnames.length],
        formerName: surnames[(3 * i + 2) % surnames.length],
      })),
    );
  });
});

describe("naughty strings", () => {
  const plain = naughty.map(trimmed).filter((text) => text !== "" && !hasControl(text));
  const short = naughty.filter(
    (text) => trimmed(text) !== "" && !hasControl(trimmed(text)) && [...trimmed(text).normalize("NFC")].length <= 100,
  );
  const long = plain.filter((text) => [...text.normalize("NFC")].length > 100);
  const control = naughty.filter((text) => hasControl(trimmed(text)));
  const empty = naughty.filter((text) => trimmed(text) === "");

  test("survive as a last name", async () => {
    assert.ok(short.length > 400);
    await all(short.map((lastName) => ({ lastName })));
  });

  test("survive as a first, middle, preferred and former name, as a title and a suffix", async () => {
    await all(
      short.map((text, i) => ({
        firstName: "Ada",
        lastName: "Blns",
        [["firstName", "middleName", "preferredName", "formerName", "namePrefix", "nameSuffix"][i % 6]]: text,
      })),
    );
  });

  test("survive in the street, the city and the employer", async () => {
    const wrong = await each(short, async (text) => {
      const value = trimmed(text).normalize("NFC");
      const sent = { employer: text, address: { street: text, city: text } };
      const reply = await api("POST", "/patients", { as, body: draft(sent) });
      if (reply.status !== 201) return `${JSON.stringify(text)}: ${reply.status} ${reply.text.slice(0, 200)}`;
      const { id } = reply.json.data;
      const record = succeeded(await api("GET", `/patients/${id}`, { as }));
      const page = await (await desk(as)).get(`/patients/${id}`);
      if (record.employer !== value || record.address.street !== value || record.address.city !== value)
        return `${JSON.stringify(text)} was read as ${JSON.stringify(record.employer)}`;
      return visible(page.text).includes(visible(escaped(value)))
        ? undefined
        : `the page doesn't show ${JSON.stringify(value)}`;
    });
    assert.deepEqual(wrong.filter(Boolean), []);
  });

  test("that are too long are refused with a field error, and survive in pieces", async () => {
    assert.ok(long.length >= 10);
    await each(long, async (lastName) => {
      const { details } = failed(
        await api("POST", "/patients", { as, body: draft({ lastName }) }),
        400,
        "VALIDATION_ERROR",
      );
      assert.deepEqual(
        details.map(({ field, code }) => [field, code]),
        [["lastName", "TOO_LONG"]],
      );
    });
    await all(
      long
        .flatMap(pieces)
        .filter((text) => trimmed(text) !== "")
        .map((lastName) => ({ lastName })),
    );
  });

  test("with control characters are refused with a field error", async () => {
    assert.ok(control.length >= 5);
    await each(control, async (lastName) => {
      const { details } = failed(
        await api("POST", "/patients", { as, body: draft({ lastName }) }),
        400,
        "VALIDATION_ERROR",
      );
      assert.deepEqual(
        details.map(({ field, code }) => [field, code]),
        [["lastName", "CONTROL_CHARACTER"]],
        JSON.stringify(lastName),
      );
    });
  });

  test("of white space alone count as empty", async () => {
    assert.ok(empty.length >= 1);
    for (const lastName of [...empty, " ", "\u00a0", "\u3000", " \u2003 ", "\t", "\r\n"]) {
      assert.equal(
        succeeded(await api("POST", "/patients", { as, body: draft({ lastName }) }), 201).lastName ?? null,
        null,
        JSON.stringify(lastName),
      );
    }
  });

  test("find nobody by accident and break no search, on the page as in the API", async () => {
    const person = await desk(as);
    await each(naughty, async (text) => {
      const query = `search=${encodeURIComponent(text)}`;
      const reply = await api("GET", `/patients?pageSize=1&${query}`, { as });
      assert.ok([200, 400].includes(reply.status), `${JSON.stringify(text)}: ${reply.status}`);
      if (reply.status === 400) failed(reply, 400, "VALIDATION_ERROR");
      const page = await person.get(`/patients?${query}`);
      assert.equal(page.status, reply.status, JSON.stringify(text));
      if (/<\w/.test(text)) assert.ok(!page.text.includes(text), `${JSON.stringify(text)} stands unescaped`);
    });
  });

  test("that survived are found again by their own words", async () => {
    const wrong = await each(
      short.filter((text) => /^[\p{L}\p{N} ]+$/u.test(trimmed(text)) && trimmed(text).split(" ").length <= 8),
      async (text) => {
        const tag = unique();
        const { id } = succeeded(
          await api("POST", "/patients", { as, body: draft({ firstName: text, lastName: tag }) }),
          201,
        );
        const found = succeeded(await api("GET", `/patients?search=${encodeURIComponent(`${text} ${tag}`)}`, { as }));
        return found.data.some((patient) => patient.id === id) ? undefined : JSON.stringify(text);
      },
    );
    assert.deepEqual(wrong.filter(Boolean), []);
  });

  test("are decoded by the tests themselves as they were encoded", () => {
    for (const text of naughty) assert.equal(decode(escaped(text)), text);
  });
});
