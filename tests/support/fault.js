// Breaking things on purpose: a load that knows what was promised, and PostgreSQL stopped and started.
import { execFile } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { varDir } from "./env.js";
import { api, draft, key, unique, until } from "./client.js";
import { psql } from "./psql.js";

const run = promisify(execFile);

// pg_ctl as the owner of the private cluster.
async function pgCtl(action, ...more) {
  const dir = join(varDir, "pg");
  const { uid, gid } = statSync(dir);
  const version = readFileSync(join(dir, "PG_VERSION"), "latin1").trim();
  const command = [`/usr/lib/postgresql/${version}/bin/pg_ctl`, "-D", dir, "-w", "-t", "60", action, ...more];
  if (process.getuid() !== uid) command.unshift("setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "--");
  await run(command[0], command.slice(1), { cwd: "/" });
}

// As if the machine had lost its power: recovery is PostgreSQL's.
export const stopDatabase = () => pgCtl("stop", "-m", "immediate");

export const startDatabase = () => pgCtl("start", "-l", join(varDir, "log", "postgres.log"));

export async function restartDatabase() {
  await stopDatabase();
  await startDatabase();
}

// Creates patients, `at` at once, as long as `during` takes, and returns every attempt: {body, key, status,
// code, retryAfter, ms, error}. `during` is given a function that waits until so many more are acknowledged.
export async function underLoad(during, { as = "receptionist", at = 8 } = {}) {
  const attempts = [];
  let running = true;
  const client = async () => {
    while (running) {
      const attempt = { key: key(), body: draft({ lastName: unique("F") }) };
      await send(attempt, as);
      attempts.push(attempt);
      // A client that was told to wait does not hammer.
      if (attempt.status !== 201) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const acknowledged = () => attempts.filter((attempt) => attempt.status === 201).length;
  const more = (count, within = 15_000) => {
    const enough = acknowledged() + count;
    return until(() => acknowledged() >= enough, { within, what: `${count} more patients` });
  };
  const clients = Array.from({ length: at }, client);
  try {
    await during(more);
  } finally {
    running = false;
    await Promise.all(clients);
  }
  return attempts;
}

// Sends (again) what the attempt says, and notes in it what came of it.
export async function send(attempt, as = "receptionist") {
  const start = performance.now();
  try {
    const reply = await api("POST", "/patients", {
      as,
      body: attempt.body,
      headers: { "idempotency-key": attempt.key },
      timeout: 60_000,
    });
    Object.assign(attempt, {
      status: reply.status,
      code: reply.json?.code,
      retryAfter: reply.headers["retry-after"],
      id: reply.json?.data?.id,
      text: reply.text,
      error: undefined,
    });
  } catch (error) {
    Object.assign(attempt, { status: 0, error: error.message });
  }
  attempt.ms = Math.max(attempt.ms ?? 0, performance.now() - start);
}

// How many records each attempt left, by last name.
export async function records(attempts) {
  const names = attempts.map(({ body }) => `'${body.lastName}'`).join(",");
  const text = await psql(`SELECT last_name, count(*) FROM caredesk.patient WHERE last_name IN (${names}) GROUP BY 1;`);
  return new Map(
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => [line.split("\t")[0], Number(line.split("\t")[1])]),
  );
}

// Waits until the desk takes patients again.
export const recovered = (within = 30_000) =>
  until(async () => (await api("POST", "/patients", { as: "receptionist", body: draft() })).status === 201, {
    within,
    what: "a patient that can be created",
  });
