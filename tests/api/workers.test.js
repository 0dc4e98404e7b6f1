// Several workers serve the desk, and what goes wrong with one request or one connection keeps nobody else waiting.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { psqlCommand, varDir } from "../support/env.js";
import { api, createPatient, draft, key, login, send, unique, until } from "../support/client.js";
import { failed, succeeded, wrongFields } from "../support/expect.js";
import { desk, forms } from "../support/desk.js";
import { literal, psql } from "../support/psql.js";
import { workers } from "../support/stack.js";

const as = "nurse";

// What the workers logged of requests, as objects.
const requests = () =>
  readFileSync(join(varDir, "log", "workers.log"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === "request");

// A transaction held open by the database's superuser after this statement; ended by `release()`.
async function held(statement) {
  const child = spawn("sh", ["-c", `${psqlCommand} -XAtq -v ON_ERROR_STOP=1`], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  let out = "";
  child.stdout.on("data", (part) => (out += part));
  child.stdin.write(`BEGIN;\n${statement};\nSELECT 'held';\n`);
  const release = async () => {
    child.stdin.end("ROLLBACK;\n");
    await ended;
  };
  try {
    await until(() => out.includes("held"), { within: 5_000, every: 10, what: "the lock" });
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

const locked = ({ id }) => held(`SELECT FROM caredesk.patient WHERE id = ${literal(id)} FOR UPDATE`);

async function timed(promise) {
  const start = performance.now();
  const reply = await promise;
  return { reply, ms: performance.now() - start };
}

describe("the workers", () => {
  test("share the work: 60 requests at once are served by more than one of them, each once", async () => {
    await login(as);
    const mark = unique("W");
    const replies = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        api("GET", "/patients?search=a", { as, headers: { "x-request-id": `${mark}-${i}` } }),
      ),
    );
    for (const reply of replies) succeeded(reply);
    const served = await until(
      () => {
        const mine = requests().filter(({ requestId }) => requestId.startsWith(mark));
        return mine.length >= 60 && mine;
      },
      { within: 5_000, what: "60 lines in the log" },
    );
    assert.equal(served.length, 60);
    assert.equal(new Set(served.map(({ requestId }) => requestId)).size, 60);
    const pids = new Set(served.map(({ pid }) => pid));
    assert.ok(pids.size > 1, `only ${[...pids]} worked`);
    const alive = workers();
    for (const pid of pids) assert.ok(alive.includes(pid), `${pid} is no worker of ${alive}`);
  });

  test("log of a request its route, status and time, and nothing of the patient", async () => {
    const patient = await createPatient();
    const id = `${unique("W")}-1`;
    succeeded(await api("GET", `/patients?search=${patient.lastName}`, { as, headers: { "x-request-id": id } }));
    const line = await until(() => requests().find(({ requestId }) => requestId === id), { what: "the line" });
    const { user } = await login(as);
    assert.deepEqual(
      [line.method, line.route, line.view, line.status, line.user, line.level],
      ["GET", "/patients", "json", "200", user.id, "info"],
    );
    assert.ok(Number(line.ms) >= Number(line.dbMs) && Number(line.dbMs) > 0, JSON.stringify(line));
    assert.ok(!JSON.stringify(line).includes(patient.lastName));
  });
});

describe("a record that somebody keeps locked", () => {
  test("makes a PUT say 503 and when to come again, within seconds; meanwhile others are served, afterwards it works", async () => {
    const patient = await createPatient({ phone: "555 0100" });
    const count = workers().length;
    assert.ok(count > 1);
    const release = await locked(patient);
    let outcome, served;
    try {
      // All workers but one wait for the lock.
      let waiting = count - 1;
      const puts = Array.from({ length: count - 1 }, (_, i) =>
        timed(
          api("PUT", `/patients/${patient.id}`, { as, body: { phone: `555 01${10 + i}` }, timeout: 10_000 }),
        ).finally(() => waiting--),
      );
      served = [];
      while (waiting > 0) {
        const health = await timed(send("GET", "/health", { timeout: 5_000 }));
        if (waiting === count - 1) served.push(health);
      }
      outcome = await Promise.all(puts);
    } finally {
      await release();
    }
    for (const { reply, ms } of outcome) {
      failed(reply, 503, "UNAVAILABLE");
      assert.match(reply.headers["retry-after"] ?? "", /^[1-9]\d?$/);
      assert.ok(ms > 500, `it gave up after ${Math.round(ms)} ms`);
      assert.ok(ms < 4_000, `it took ${Math.round(ms)} ms`); // a second for the queue, one for the row
    }
    assert.ok(served.length > 3, `only ${served.length} answers while the record was locked`);
    for (const { reply, ms } of served) {
      assert.equal(succeeded(reply).status, "ok");
      assert.ok(ms < 500, `/health took ${Math.round(ms)} ms`);
    }
    assert.equal(succeeded(await api("GET", `/patients/${patient.id}`, { as })).phone, "555 0100", "nothing was saved");
    const saved = succeeded(await api("PUT", `/patients/${patient.id}`, { as, body: { phone: "555 0199" } }));
    assert.deepEqual([saved.version, saved.phone], [2, "555 0199"]);
  });

  test("can be read, and every other one changed, while it is locked", async () => {
    const [patient, other] = [await createPatient(), await createPatient()];
    const release = await locked(patient);
    try {
      assert.equal(succeeded(await api("GET", `/patients/${patient.id}`, { as })).version, 1);
      succeeded(await api("GET", `/patients/${patient.id}/history`, { as }));
      assert.equal(
        succeeded(await api("PATCH", `/patients/${other.id}`, { as, body: { phone: "555 0100" } })).version,
        2,
      );
      const { reply, ms } = await timed(api("DELETE", `/patients/${patient.id}`, { as: "doctor" }));
      failed(reply, 503, "UNAVAILABLE");
      assert.ok(ms > 500 && ms < 2_500, `it gave up after ${Math.round(ms)} ms`);
    } finally {
      await release();
    }
    succeeded(await api("DELETE", `/patients/${patient.id}`, { as: "doctor" }));
  });

  test("that is let go soon enough keeps nobody from saving", async () => {
    const patient = await createPatient();
    const release = await locked(patient);
    const put = api("PUT", `/patients/${patient.id}`, { as, body: { phone: "555 0100" } });
    try {
      await until(
        async () =>
          (await psql(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'caredesk_app' AND wait_event_type = 'Lock';",
          )) !== "0",
        { within: 900, every: 10, what: "the PUT at the lock" },
      );
    } finally {
      await release();
    }
    assert.equal(succeeded(await put).version, 2);
  });
});

describe("connections that the database has ended", () => {
  // Waits until each is gone: the workers find theirs dead.
  const cut = () =>
    psql("SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE usename = 'caredesk_app';");
  const atOnce = () => workers().length * 3;

  for (const [what, ask] of [
    ["GET", ({ id }) => api("GET", `/patients/${id}`, { as })],
    ["PATCH", ({ id }) => api("PATCH", `/patients/${id}`, { as, body: { phone: "555 0100" } })],
    ["POST", () => api("POST", "/patients", { as, body: draft() })],
    ["DELETE", ({ id }) => api("DELETE", `/patients/${id}`, { as: "doctor" })],
  ]) {
    test(`are not seen by the next ${what} of any worker`, async () => {
      await login("doctor");
      for (let round = 0; round < 3; round++) {
        const patients = await Promise.all(Array.from({ length: atOnce() }, () => createPatient()));
        assert.ok(Number(await cut()) > 0, "there was nothing to cut");
        const replies = await Promise.all(patients.map(ask));
        for (const reply of replies) succeeded(reply, what === "POST" ? 201 : 200);
        if (what === "PATCH")
          for (const reply of replies)
            assert.deepEqual([reply.json.data.version, reply.json.data.phone], [2, "555 0100"]);
      }
    });
  }

  test("are not seen by the next page either", async () => {
    const person = await desk(as);
    for (let round = 0; round < 3; round++) {
      await person.get("/");
      await cut();
      assert.equal((await person.get("/patients?search=a")).status, 200);
    }
  });

  test("cost no worker its life", async () => {
    const before = workers();
    await cut();
    await Promise.all(Array.from({ length: 12 }, () => api("GET", "/auth/me", { as }).then(succeeded)));
    assert.deepEqual(workers(), before);
  });
});

describe("a database that takes no changes", () => {
  const ready = () => send("GET", "/ready");
  const writable = async () => {
    await psql(
      "SET default_transaction_read_only = off;\nALTER SYSTEM RESET default_transaction_read_only;\nSELECT pg_reload_conf();",
    );
    await until(async () => (await ready()).status === 200, { what: "a desk that is ready" });
    // Each worker's connection hears of it by itself: a dozen in a row are of all of them.
    let good = 0;
    await until(
      async () => {
        const { status } = await api("POST", "/patients", { as, body: draft() });
        good = status === 201 ? good + 1 : 0;
        return good === 12;
      },
      { every: 0, what: "workers that save" },
    );
  };
  after(writable);

  test("makes /ready say so with 503, and a change a clear 503, until it takes them again", async () => {
    const patient = await createPatient();
    assert.equal(succeeded(await ready()).database, "up");
    try {
      await psql("ALTER SYSTEM SET default_transaction_read_only = on;\nSELECT pg_reload_conf();");
      const reply = await until(
        async () => {
          const now = await ready();
          return now.status === 503 && now;
        },
        { what: "503 of /ready" },
      );
      const body = failed(reply, 503, "UNAVAILABLE");
      assert.match(reply.headers["retry-after"] ?? "", /^\d+$/);
      assert.equal(body.data.status, "not ready");
      assert.equal(body.data.database, "read only");
      assert.equal(body.data.migrations, "current");
      assert.equal((await send("GET", "/health")).status, 200, "the workers are well");
      let number = 100;
      const refused = await until(
        async () => {
          const body = { phone: `555 0${number++}` };
          const now = await api("PATCH", `/patients/${patient.id}`, { as, body });
          return now.status === 503 && now;
        },
        { what: "503 of a change" },
      );
      failed(refused, 503, "UNAVAILABLE");
      assert.match(refused.headers["retry-after"] ?? "", /^\d+$/);
    } finally {
      await writable();
    }
    const good = succeeded(await ready());
    assert.deepEqual([good.status, good.database], ["ready", "up"]);
    succeeded(await api("PATCH", `/patients/${patient.id}`, { as, body: { phone: "555 0101" } }));
  });
});

describe("tens of thousands of accents on one letter", () => {
  const marks = (count) => `a${"\u0301\u0316".repeat(count)}`;
  const soon = { timeout: 2_000 }; // rejects when nothing has come by then

  for (const field of ["firstName", "email", "primaryPhysician"]) {
    test(`in ${field} are refused at once`, async () => {
      const body = { ...draft(), [field]: marks(80_000) };
      const reply = await api("POST", "/patients", { as, body, ...soon });
      assert.deepEqual(wrongFields(reply), [field]);
      assert.equal(reply.json.details[0].code, "TOO_MANY_MARKS");
      assert.ok(!reply.text.includes("\u0301"), "the value is not repeated");
    });
  }

  test("in a change, and in a group, are refused at once and change nothing", async () => {
    const { id } = await createPatient();
    const body = { lastName: marks(80_000), address: { city: marks(80_000) } };
    const reply = await api("PATCH", `/patients/${id}`, { as, body, ...soon });
    assert.deepEqual(wrongFields(reply), ["address.city", "lastName"]);
    assert.equal(succeeded(await api("GET", `/patients/${id}`, { as })).version, 1);
  });

  test("in a form are refused at once, and a form of them that is too large is too", async () => {
    const person = await desk(as);
    const { fields } = forms((await person.get("/patients/new")).text).find((form) => "dateOfBirth" in form.fields);
    for (const [count, status] of [
      [10_000, 400],
      [80_000, 413],
    ]) {
      const sent = { ...fields, ...draft(), firstName: marks(count) };
      const start = performance.now();
      const reply = await person.request("POST", "/patients", { fields: sent });
      assert.equal(reply.status, status);
      assert.ok(performance.now() - start < 2_000);
      assert.equal(
        await psql(`SELECT count(*) FROM caredesk.patient WHERE last_name = ${literal(sent.lastName)};`),
        "0",
      );
    }
  });

  test("in the address of a sign-in are refused at once, as many of them as fit and more", async () => {
    for (const [count, status, code] of [
      [80_000, 413, "PAYLOAD_TOO_LARGE"],
      [3_500, 401, "INVALID_CREDENTIALS"],
      [100, 401, "INVALID_CREDENTIALS"],
    ]) {
      for (const email of [marks(count), `${marks(count)}@example.org`]) {
        const reply = await api("POST", "/auth/login", { body: { email, password: key() }, ...soon });
        failed(reply, status, code);
      }
    }
  });

  test("in the search box find nobody, or are too many, at once", async () => {
    for (const count of [16, 90, 150]) {
      const search = encodeURIComponent(marks(count));
      const reply = await api("GET", `/patients?search=${search}`, { as, ...soon });
      if (count < 100) assert.deepEqual(succeeded(reply).data, [], String(count));
      else assert.deepEqual(wrongFields(reply), ["search"]);
    }
  });

  test("are no matter where there are as many as languages need", async () => {
    const lastName = unique("T");
    const { id, firstName } = await createPatient({ firstName: `a${"\u0316".repeat(30)}`, lastName });
    assert.equal(firstName.length, 31);
    assert.equal(succeeded(await api("GET", `/patients?search=${lastName}+a`, { as })).data[0].id, id);
  });
});
