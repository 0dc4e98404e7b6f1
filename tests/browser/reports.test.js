// The page of reports in a browser: nothing that the content security policy refuses, no width that breaks it.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { accessibilityFaults, signIn, start, stop, window } from "../support/browser.js";
import { createPatient } from "../support/client.js";

let open = [];

async function reports(path = "/reports", options) {
  const made = await window(options);
  open.push(made);
  await signIn(made.page, "auditor");
  await made.page.goto(path);
  return made.page;
}

before(async () => {
  await start();
  await createPatient({ address: { city: "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" } });
});
after(stop);
beforeEach(() => (open = []));
afterEach(async () => {
  const problems = open.flatMap((made) => made.problems);
  await Promise.all(open.map(({ context }) => context.close()));
  assert.deepEqual(problems, [], "the browser complained");
});

describe("the page of reports", () => {
  for (const [width, dark] of [
    [1280, false],
    [1280, true],
    [768, false],
    [390, true],
    [320, false],
  ]) {
    test(`fits a window of ${width}, ${dark ? "dark" : "light"}, and is accessible`, async () => {
      const page = await reports("/reports", { width, dark });
      assert.equal(await page.locator("main svg[role=img]").count(), 3);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
      for (const summary of await page.locator("summary").all()) await summary.click();
      assert.deepEqual(await accessibilityFaults(page), []);
    });
  }

  test("draws bars in proportion to the numbers beside them", async () => {
    const page = await reports();
    const rows = await page.locator("table[aria-labelledby=byGender] tbody tr").evaluateAll((all) =>
      all.map((row) => ({
        count: Number(row.cells[2].textContent.replace(/,/g, "")),
        width: row.querySelector("rect")?.getBoundingClientRect().width ?? 0,
        room: row.querySelector("svg").clientWidth,
      })),
    );
    const most = Math.max(...rows.map(({ count }) => count));
    assert.ok(most > 0);
    for (const { count, width, room } of rows)
      assert.ok(Math.abs(width / room - count / most) <= 0.02, `${count} of ${most}: ${width} of ${room}`);
  });

  test("takes a range without JavaScript", async () => {
    const page = await reports("/", { javaScript: false });
    await page.click("a[href='/reports']");
    await page.fill("[name=from]", "2001-01-01");
    await page.fill("[name=to]", "2001-12-31");
    await page.click("form[action='/reports'] button");
    const url = new URL(page.url());
    assert.deepEqual(Object.fromEntries(url.searchParams), { from: "2001-01-01", to: "2001-12-31" });
    assert.match(await page.textContent("h1 + p"), /patients? registered from 1 Jan 2001 to 31 Dec 2001/);
    assert.equal(await page.inputValue("[name=from]"), "2001-01-01");
  });
});
