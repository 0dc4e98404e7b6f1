// Lists and the search box: what is found, in which order, in pages.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { api, createPatient, unique } from "../support/client.js";
import { failed, succeeded, wrongFields } from "../support/expect.js";
import { literal, psql } from "../support/psql.js";
import { desk, visible } from "../support/desk.js";

const as = "receptionist";
const list = async (query, path = "/patients") =>
  succeeded(await api("GET", `${path}?${new URLSearchParams(query)}`, { as }));
const ids = (found) => found.data.map((patient) => patient.id);

describe("the search box", () => {
  const family = unique("Zö");
  let ana, brigid, chen, mono;

  before(async () => {
    ana = await createPatient({ firstName: "Ána María", lastName: `${family} Quiñones`, dateOfBirth: "1990-01-01" });
    brigid = await createPatient({
      firstName: "Bríd",
      middleName: "Aoife",
      lastName: `O'${family}-Smith`,
      preferredName: "Bridie",
      formerName: `Ní ${family}`,
      dateOfBirth: "1991-01-01",
      gender: "other",
    });
    chen = await createPatient({
      firstName: "小明",
      lastName: `陈 ${family}`,
      dateOfBirth: "1992-01-01",
      gender: "male",
      status: "inactive",
    });
    mono = await createPatient({ firstName: null, lastName: family, dateOfBirth: "1993-01-01", gender: "male" });
  });

  const cases = [
    // typed, who is found
    ["the family name", () => family, () => [ana, brigid, chen, mono]],
    ["the beginning of the family name", () => family.slice(0, 6), () => [ana, brigid, chen, mono]],
    ["it in small letters", () => family.toLowerCase(), () => [ana, brigid, chen, mono]],
    [
      "it in capitals without diacritics",
      () => family.toUpperCase().replace("Ö", "O"),
      () => [ana, brigid, chen, mono],
    ],
    ["it with decomposed diacritics", () => family.normalize("NFD"), () => [ana, brigid, chen, mono]],
    ["the name and the beginning of a first name", () => `${family} mar`, () => [ana]],
    ["the words in the other order", () => `quin ana ${family}`, () => [ana]],
    ["blanks around and between", () => `   ana    ${family}  `, () => [ana]],
    ["a middle name", () => `aoi ${family}`, () => [brigid]],
    ["a preferred name", () => `bridi ${family}`, () => [brigid]],
    ["a former name", () => `ni ${family}`, () => [brigid]],
    ["a name with an apostrophe and a hyphen", () => `O'${family}-Smith`, () => [brigid]],
    ["it with a typographic apostrophe", () => `O’${family}-Smith`, () => [brigid]],
    ["another script", () => `陈 ${family}`, () => [chen]],
    ["the beginning of a word of another script", () => `小 ${family}`, () => [chen]],
    ["a word that nobody has", () => `${family} nobody`, () => []],
    ["the end of a word", () => family.slice(2), () => []],
    ["the same word twice", () => `${family} ${family} ana`, () => [ana]],
    ["a comma between the names", () => `${family}, Ána`, () => [ana]],
  ];
  for (const [what, typed, found] of cases) {
    test(`finds by ${what}`, async () => {
      const result = await list({ search: typed() });
      assert.deepEqual(
        ids(result).sort(),
        found()
          .map((patient) => patient.id)
          .sort(),
      );
      assert.equal(result.pagination.total, found().length);
    });
  }

  test("finds by MRN, also by its beginning and in small letters", async () => {
    assert.deepEqual(ids(await list({ search: ana.mrn })), [ana.id]);
    assert.deepEqual(ids(await list({ search: ana.mrn.toLowerCase() })), [ana.id]);
    assert.ok(ids(await list({ search: ana.mrn.slice(0, -1), pageSize: 100 })).includes(ana.id));
  });

  for (const [filter, found] of [
    [{ gender: "male" }, () => [chen, mono]],
    [{ gender: "other" }, () => [brigid]],
    [{ status: "inactive" }, () => [chen]],
    [{ dateOfBirth: "1991-01-01" }, () => [brigid]],
    [{ gender: "male", status: "active" }, () => [mono]],
    [{ gender: "female", dateOfBirth: "1992-01-01" }, () => []],
  ]) {
    test(`keeps to ${JSON.stringify(filter)} beside it`, async () => {
      const result = await list({ search: family, ...filter });
      assert.deepEqual(
        ids(result).sort(),
        found()
          .map((patient) => patient.id)
          .sort(),
      );
      for (const [name, value] of Object.entries(filter)) assert.equal(result.meta.filters[name], value);
    });
  }

  for (const wild of [
    "%",
    "_",
    "*",
    "\\",
    "' OR '1'='1",
    "'; DROP TABLE patient; --",
    ":*",
    "!",
    "(",
    "\u2028",
    "😀",
    "a".repeat(2000),
    "a ".repeat(300),
  ]) {
    test(`${JSON.stringify(wild.slice(0, 30))} (${wild.length}) is no wildcard and no fault`, async () => {
      const reply = await api("GET", `/patients?search=${encodeURIComponent(`${family} ${wild} nobody-${unique()}`)}`, {
        as,
      });
      if (reply.status === 400) failed(reply, 400, "VALIDATION_ERROR");
      else assert.deepEqual(succeeded(reply).data, []);
    });
  }

  test("sorts by name, both ways, folding case and diacritics", async () => {
    const tag = unique("S");
    for (const first of ["Émile", "adam", "Zoë", "Édith", "Bob"])
      await createPatient({ firstName: first, lastName: tag });
    const names = async (sortOrder) =>
      (await list({ search: tag, sortBy: "name", sortOrder })).data.map((patient) => patient.firstName);
    assert.deepEqual(await names("asc"), ["adam", "Bob", "Édith", "Émile", "Zoë"]);
    assert.deepEqual(await names("desc"), ["Zoë", "Émile", "Édith", "Bob", "adam"]);
  });

  for (const sortBy of ["dateOfBirth", "createdAt", "updatedAt", "mrn"]) {
    test(`sorts by ${sortBy}, both ways`, async () => {
      const up = (await list({ search: family, sortBy, sortOrder: "asc" })).data.map((patient) => patient[sortBy]);
      assert.deepEqual(up, [...up].sort());
      assert.equal(up.length, 4);
      const down = (await list({ search: family, sortBy, sortOrder: "desc" })).data.map((patient) => patient[sortBy]);
      assert.deepEqual(down, [...up].reverse());
    });
  }

  test("sortBy=relevance is accepted", async () => {
    assert.equal((await list({ search: family, sortBy: "relevance" })).data.length, 4);
  });

  test("on the page finds what it finds in the API", async () => {
    const page = await (await desk(as)).get(`/patients?search=${encodeURIComponent(`${family} ana`)}`);
    assert.equal(page.status, 200);
    const text = visible(page.text);
    assert.ok(text.includes("Quiñones") && text.includes(ana.mrn), text);
    assert.ok(!text.includes(brigid.mrn));
    assert.ok(page.text.includes(`/patients/${ana.id}`), "a result leads to its record");
  });

  test("on the page says so when nobody is found, and keeps what was typed", async () => {
    const typed = `nobody "${unique()}" <b>`;
    const page = await (await desk(as)).get(`/patients?search=${encodeURIComponent(typed)}`);
    assert.equal(page.status, 200);
    assert.ok(!page.text.includes("<b>"));
    const value = /<input\b[^>]*name="search"[^>]*>/i.exec(page.text)[0];
    assert.ok(value.includes("&quot;") && value.includes("&lt;b&gt;"), value);
    assert.match(visible(page.text), /\b(no|nobody|0|none)\b/i);
  });
});

describe("pages of a list", () => {
  const tag = unique("P");
  before(async () => {
    for (let i = 0; i < 7; i++) await createPatient({ firstName: `N${i}`, lastName: tag });
  });

  test("say where one is: 7 patients in pages of 3", async () => {
    const seen = [];
    for (const [page, size] of [
      [1, 3],
      [2, 3],
      [3, 1],
    ]) {
      const { data, pagination } = await list({ search: tag, page, pageSize: 3, sortBy: "name" });
      assert.equal(data.length, size);
      const { nextCursor, ...rest } = pagination;
      assert.ok(nextCursor === null || typeof nextCursor === "string");
      assert.deepEqual(rest, {
        page,
        pageSize: 3,
        total: 7,
        totalPages: 3,
        hasNext: page < 3,
        hasPrev: page > 1,
        totalIsEstimate: false,
      });
      seen.push(...data.map((patient) => patient.firstName));
    }
    assert.deepEqual(seen, ["N0", "N1", "N2", "N3", "N4", "N5", "N6"]);
  });

  test("have 20 patients where nobody said how many", async () => {
    const { pagination } = await list({ search: tag });
    assert.equal(pagination.pageSize, 20);
    assert.equal(pagination.page, 1);
    assert.equal(pagination.totalPages, 1);
  });

  test("past the end are empty", async () => {
    const { data, pagination } = await list({ search: tag, page: 9, pageSize: 3 });
    assert.deepEqual(data, []);
    assert.equal(pagination.total, 7);
    assert.equal(pagination.hasNext, false);
    assert.equal(pagination.hasPrev, true);
  });

  test("of nothing have no pages", async () => {
    const { pagination } = await list({ search: unique("none") });
    assert.deepEqual(
      [pagination.total, pagination.totalPages, pagination.hasNext, pagination.hasPrev],
      [0, 0, false, false],
    );
  });

  test("carry each patient's record and the time it took", async () => {
    const { data, meta } = await list({ search: tag, pageSize: 1 });
    const { data: record } = (await api("GET", `/patients/${data[0].id}`, { as })).json;
    for (const [name, value] of Object.entries(data[0])) assert.deepEqual(value, record[name], name);
    for (const name of ["id", "mrn", "version", "firstName", "lastName", "dateOfBirth", "gender", "status"])
      assert.ok(name in data[0], name);
    assert.equal(typeof meta.processingTime, "number");
    assert.equal(meta.filters.search, tag);
  });

  test("without a search hold everybody of the hospital", async () => {
    const { pagination } = await list({ pageSize: 1 });
    const [hospital] = (
      await psql("SELECT hospital_id FROM caredesk.patient WHERE last_name = " + literal(tag) + " LIMIT 1;")
    ).split("\n");
    const count = Number(
      await psql(`SELECT count(*) FROM caredesk.patient WHERE hospital_id = ${hospital} AND deleted_at IS NULL;`),
    );
    // Other test files create patients meanwhile.
    if (!pagination.totalIsEstimate)
      assert.ok(pagination.total <= count && pagination.total > count - 2000, `${pagination.total} of ${count}`);
    else assert.ok(pagination.total >= 10_000);
  });

  test("are the same under /patients/search", async () => {
    assert.deepEqual(
      ids(await list({ search: tag, sortBy: "name" }, "/patients/search")),
      ids(await list({ search: tag, sortBy: "name" })),
    );
  });

  for (const [query, field] of [
    ["page=0", "page"],
    ["page=-1", "page"],
    ["page=x", "page"],
    ["page=1.5", "page"],
    ["page=", "page"],
    ["page=99999999999999999999", "page"],
    ["page=0x10", "page"],
    ["pageSize=0", "pageSize"],
    ["pageSize=101", "pageSize"],
    ["pageSize=-5", "pageSize"],
    ["pageSize=all", "pageSize"],
    ["sortBy=evil", "sortBy"],
    ["sortBy=name;drop", "sortBy"],
    ["sortBy=first_name", "sortBy"],
    ["sortOrder=up", "sortOrder"],
    ["gender=F", "gender"],
    ["status=gone", "status"],
    ["dateOfBirth=1990-02-30", "dateOfBirth"],
    ["dateOfBirth=tomorrow", "dateOfBirth"],
    ["frobnicate=1", "frobnicate"],
    ["Search=a", "Search"],
    ["hospitalId=2", "hospitalId"],
    ["search[]=a", "search[]"],
  ]) {
    test(`?${query} is refused, naming ${field}`, async () => {
      assert.deepEqual(wrongFields(await api("GET", `/patients?${query}`, { as })), [field]);
    });
  }

  test("every wrong parameter is named at once", async () => {
    assert.deepEqual(wrongFields(await api("GET", "/patients?page=0&pageSize=1000&sortBy=x&colour=red", { as })), [
      "colour",
      "page",
      "pageSize",
      "sortBy",
    ]);
  });

  test("are refused to roles that may not read patients", async () => {
    for (const role of ["patient", "auditor", "service"]) {
      failed(await api("GET", "/patients", { as: role }), 403, "INSUFFICIENT_PERMISSIONS");
      failed(await api("GET", "/patients?page=0", { as: role }), 403, "INSUFFICIENT_PERMISSIONS");
    }
    failed(await api("GET", "/patients"), 401, "UNAUTHENTICATED");
  });
});
