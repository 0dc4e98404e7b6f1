// The database as its superuser sees it, for what no client may see: audit, outbox, other hospitals.
import { spawn } from "node:child_process";
import { psqlCommand } from "./env.js";

// Runs SQL and returns what it prints: rows by newline, columns by tab.
export function psql(sql) {
  if (!psqlCommand) throw new Error("CAREDESK_TEST_PSQL is not set: run the tests through script/test");
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", `${psqlCommand} -XAtq -F '\t' -v ON_ERROR_STOP=1`], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    let out = "";
    let err = "";
    child.stdout.on("data", (part) => (out += part));
    child.stderr.on("data", (part) => (err += part));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(out.trimEnd()) : reject(new Error(`psql: ${err.trim()}`))));
    child.stdin.on("error", () => {}); // what psql said of it comes with its exit status
    child.stdin.end(sql);
  });
}

// The rows of a query as objects.
export async function rows(query) {
  return JSON.parse(await psql(`SELECT coalesce(json_agg(q), '[]') FROM (${query}) q;`));
}

// A text as an SQL literal.
export function literal(text) {
  return `'${String(text).replaceAll("'", "''")}'`;
}
