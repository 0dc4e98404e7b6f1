// Debian's Chromium, driven by playwright-core: windows that collect whatever the browser complains of.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { account, base } from "./env.js";

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
let browser;

export async function start() {
  browser = await chromium.launch({
    executablePath: process.env.CAREDESK_TEST_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export async function stop() {
  await browser?.close();
}

// A window of its own session: {context, page, problems}. `problems` lists console errors, violations of
// the content security policy, uncaught exceptions and failed requests, in the browser's words.
export async function window({ javaScript = true, width = 1280, height = 800, dark = false } = {}) {
  const context = await browser.newContext({
    baseURL: base.origin,
    ignoreHTTPSErrors: true,
    javaScriptEnabled: javaScript,
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
  });
  context.setDefaultTimeout(15_000);
  const problems = [];
  const watch = (page) => {
    page.on("console", (message) => {
      // That a document answered 4xx is what some tests are about; the status itself they assert.
      const own =
        /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text()) &&
        !message.location().url.includes("/static/");
      if (["error", "warning"].includes(message.type()) && !own) problems.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
    page.on("dialog", (dialog) => {
      problems.push(`dialog: ${dialog.type()} ${dialog.message()}`);
      dialog.dismiss().catch(() => {});
    });
    page.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText;
      if (reason !== "net::ERR_ABORTED") problems.push(`${reason}: ${request.url()}`);
    });
    page.on("request", (request) => {
      if (new URL(request.url()).origin !== base.origin) problems.push(`a request to somebody else: ${request.url()}`);
    });
  };
  context.on("page", watch);
  const page = await context.newPage();
  return { context, page, problems };
}

export async function signIn(page, role = "receptionist") {
  const { email, password } = account(role);
  await page.goto("/login");
  await page.fill('[name="email"]', email);
  await page.fill('[name="password"]', password);
  await page.click('form[action="/login"] button');
  await page.waitForURL((url) => url.pathname === "/");
}

// The accessibility faults that axe sees on the page: sentences, none when all is well.
export async function accessibilityFaults(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    }),
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      (node) =>
        `${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n").slice(1).join("; ").trim()}`,
    ),
  );
}

// Presses a key until the focused element answers `wanted` (a selector), at most `most` times.
export async function pressUntil(page, wanted, { key = "Tab", most = 60 } = {}) {
  for (let i = 0; i <= most; i++) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, wanted)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${most} × ${key} did not reach ${wanted}`);
}
