// Killed workers and a database that goes away: clear answers, nothing lost, nothing doubled, recovery by itself.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { api, draft, key, login, send as ask, until } from "../support/client.js";
import { failed, succeeded } from "../support/expect.js";
import { Desk, desk } from "../support/desk.js";
import { underLoad, records, recovered, restartDatabase, send, startDatabase, stopDatabase } from "../support/fault.js";
import { psql } from "../support/psql.js";
import { workers } from "../support/stack.js";

const away = process.env.CAREDESK_TEST_LONG ? 30_000 : 5_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// What holds whatever broke: only 201 and a clear 503, none later than 12 s; everything acknowledged is
// there once; and what was not, can be sent again with its key and is there once then.
async function nothingLost(attempts) {
  assert.ok(attempts.length > 0);
  for (const attempt of attempts) {
    assert.ok([201, 503].includes(attempt.status), `${attempt.status} ${attempt.error ?? attempt.text}`);
    assert.ok(attempt.ms < 12_000, `an answer took ${Math.round(attempt.ms)} ms`);
    if (attempt.status !== 503) continue;
    assert.equal(attempt.code, "UNAVAILABLE", attempt.text);
    assert.match(attempt.retryAfter ?? "", /^\d+$/, "a 503 says when to come again");
  }
  const before = await records(attempts);
  for (const { status, body } of attempts) {
    const count = before.get(body.lastName) ?? 0;
    if (status === 201) assert.equal(count, 1, "an acknowledged patient is there once");
    else assert.ok(count <= 1, "an unacknowledged patient is there at most once");
  }
  const open = attempts.filter(({ status }) => status !== 201);
  for (const attempt of open) {
    await until(async () => (await send(attempt), attempt.status === 201), {
      within: 10_000,
      what: "a creation repeated",
    });
  }
  const now = await records(attempts);
  for (const { body } of attempts) assert.equal(now.get(body.lastName), 1, "every patient is there exactly once");
  const events =
    await psql(`SELECT count(*) FROM caredesk.outbox o JOIN caredesk.patient p ON p.hospital_id = o.hospital_id AND p.id = o.patient_id
    WHERE p.last_name IN (${attempts.map(({ body }) => `'${body.lastName}'`).join(",")}) AND o.type = 'patient.created';`);
  assert.equal(Number(events), attempts.length, "one event for each");
}

// Without a database everything that needs one is a clear 503, on the API and on the pages, and soon.
async function saysUnavailable(person, { accessToken: token, refreshToken }) {
  const start = performance.now();
  for (const [method, path, options] of [
    ["GET", "/patients", { token }],
    ["POST", "/patients", { token, body: draft(), headers: { "idempotency-key": key() } }],
    ["POST", "/auth/login", { body: { email: "a@example.org", password: "x" } }],
    ["POST", "/auth/refresh", { body: { refreshToken } }],
    ["GET", "/auth/me", { token }],
  ]) {
    const reply = await api(method, path, options);
    failed(reply, 503, "UNAVAILABLE");
    assert.match(reply.headers["retry-after"] ?? "", /^\d+$/);
  }
  const page = await person.get("/patients?search=a");
  assert.equal(page.status, 503);
  assert.match(page.headers["content-type"], /^text\/html/);
  assert.match(page.headers["retry-after"] ?? "", /^\d+$/);
  assert.match(page.text, /try again/i);
  assert.doesNotMatch(page.text, /postgres|libpq|socket|\/tmp\//i);
  assert.equal((await new Desk().get("/login")).status, 200, "the sign-in form needs no database");
  assert.equal((await ask("GET", "/ready")).status, 503);
  assert.equal((await ask("GET", "/health")).status, 200, "the workers are alive");
  assert.ok(performance.now() - start < 12_000);
}

after(async () => {
  // Whatever a failed test left behind: the next suite finds a desk that works.
  await startDatabase().catch(() => {});
  await recovered();
});

describe("a worker", () => {
  test("that is killed while it works is replaced; nothing acknowledged is lost, nothing doubled", async () => {
    const before = workers();
    const attempts = await underLoad(async (more) => {
      for (let i = 0; i < 12; i++) {
        await more(20);
        const victims = workers();
        process.kill(victims[i % victims.length], "SIGKILL");
      }
    });
    await until(() => workers().length === before.length, { what: "as many workers as before" });
    await nothingLost(attempts);
  });

  test("all of them killed at once are back within seconds, and the answer in between is a clear 503", async () => {
    const count = workers().length;
    for (let round = 0; round < 5; round++) {
      for (const pid of workers()) process.kill(pid, "SIGKILL");
      const replies = await Promise.all(
        Array.from({ length: 8 }, () => ask("GET", "/api/v1/auth/me", { headers: { accept: "application/json" } })),
      );
      for (const reply of replies) {
        if (reply.status === 503) {
          failed(reply, 503, "UNAVAILABLE");
          assert.match(reply.headers["retry-after"], /^\d+$/);
        } else failed(reply, 401, "UNAUTHENTICATED");
      }
      await until(() => workers().length === count, { what: "all workers back" });
    }
    await recovered();
  });

  test("that is told to stop finishes what it has begun", async () => {
    const attempts = await underLoad(
      async (more) => {
        for (let i = 0; i < 8; i++) {
          await more(10);
          const all = workers();
          process.kill(all[i % all.length], "SIGUSR1");
        }
      },
      { at: 4 },
    );
    const cut = attempts.filter(({ status }) => status !== 201);
    assert.deepEqual(
      cut.map(({ status, text, error }) => `${status} ${error ?? text}`),
      [],
    );
    await nothingLost(attempts);
  });
});

describe("PostgreSQL", () => {
  test("restarted under load loses nothing that was acknowledged, and the workers find it again", async () => {
    const attempts = await underLoad(async (more) => {
      await more(50);
      await restartDatabase();
      await more(50, 30_000);
    });
    await nothingLost(attempts);
  });

  test(`away for ${away / 1000} s: clear 503s on the API and on the pages, and all is well by itself afterwards`, async () => {
    const person = await desk("receptionist");
    const session = await login("receptionist", { fresh: true });
    assert.equal((await person.get("/")).status, 200);
    const pids = workers();
    const attempts = await underLoad(
      async (more) => {
        await more(20);
        await stopDatabase();
        try {
          const end = Date.now() + away;
          do {
            await saysUnavailable(person, session);
            await pause(200);
          } while (Date.now() < end);
        } finally {
          await startDatabase();
        }
        await more(20);
      },
      { at: 4 },
    );
    await nothingLost(attempts);
    assert.deepEqual(workers(), pids, "no worker had to die for it");
    succeeded(await api("GET", "/auth/me", { token: session.accessToken }));
    assert.equal((await person.get("/")).status, 200, "the session outlived it");
    assert.equal((await ask("GET", "/ready")).status, 200);
  });

  test("that cuts every connection is found again at the next request", async () => {
    await login("nurse");
    for (let round = 0; round < 3; round++) {
      await psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'caredesk_app';");
      const replies = await Promise.all(Array.from({ length: 12 }, () => api("GET", "/auth/me", { as: "nurse" })));
      for (const reply of replies) if (reply.status !== 200) failed(reply, 503, "UNAVAILABLE");
      for (let i = 0; i < 12; i++)
        await until(async () => (await api("GET", "/auth/me", { as: "nurse" })).status === 200, { within: 3_000 });
    }
  });

  test("that holds a record locked makes a change wait, then refuses it clearly, and the worker lives on", async () => {
    const patient = succeeded(await api("POST", "/patients", { as: "nurse", body: draft() }), 201);
    const pids = workers();
    const lock = psql(
      `BEGIN; SELECT FROM caredesk.patient WHERE id = '${patient.id}' FOR UPDATE; SELECT pg_sleep(11); ROLLBACK;`,
    );
    await until(
      async () =>
        (await psql(
          "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(11)%' AND state = 'active' AND pid <> pg_backend_pid();",
        )) !== "0",
    );
    const start = performance.now();
    const reply = await api("PATCH", `/patients/${patient.id}`, { as: "nurse", body: { phone: "555 0100" } });
    assert.ok(performance.now() - start < 12_000);
    failed(reply, 503, "UNAVAILABLE");
    assert.match(reply.headers["retry-after"] ?? "", /^\d+$/);
    succeeded(await api("GET", `/patients/${patient.id}`, { as: "nurse" }));
    await lock;
    assert.equal(
      succeeded(await api("PATCH", `/patients/${patient.id}`, { as: "nurse", body: { phone: "555 0101" } })).version,
      2,
    );
    assert.deepEqual(workers(), pids);
  });
});
