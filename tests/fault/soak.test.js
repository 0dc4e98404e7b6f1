// Many requests of every kind: the workers stay as small as they were. CAREDESK_TEST_SOAK says how many.
import assert from "node:assert/strict";
import { test } from "node:test";
import { api, createPatient, draft, each, send } from "../support/client.js";
import { desk } from "../support/desk.js";
import { residentBytes, workers } from "../support/stack.js";

const total = Number(process.env.CAREDESK_TEST_SOAK ?? 2_000);
const as = "receptionist";
const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

test(`after ${total} requests each worker has less than 25 MB and has stopped growing`, async (t) => {
  const person = await desk(as);
  const { id } = await createPatient();
  const big = JSON.stringify(draft({ lastName: "x".repeat(900_000) }));
  const kinds = [
    () => api("GET", `/patients/${id}`, { as }),
    () => api("GET", "/patients?pageSize=100", { as }),
    () => api("GET", "/patients?search=a", { as }),
    () => api("POST", "/patients", { as, body: draft() }),
    () => api("PATCH", `/patients/${id}`, { as, body: { phone: `555 ${String(Math.random()).slice(2, 9)}` } }),
    () => api("POST", "/patients", { as, body: "{" }),
    () => api("GET", "/nothing"),
    () => person.get("/patients?search=a"),
    () => person.get(`/patients/${id}/edit`),
    () => person.get("/"),
    () => send("GET", "/metrics"),
    () => send("GET", "/api/openapi.json"),
  ];
  const some = (count) =>
    each(Array.from({ length: count }), async (_, i) => {
      const reply = await (i % 200 === 199 ? api("POST", "/patients", { as, body: big }) : kinds[i % kinds.length]());
      // Two changes of one record at the same moment are no fault of the desk.
      assert.ok(reply.status < 500, `${reply.status} ${reply.text.slice(0, 200)}`);
    });
  // The least of a few looks, with small requests between: what a worker keeps, not what it has in hand.
  const settled = async () => {
    const looks = [];
    for (let i = 0; i < 10; i++) {
      await each(Array.from({ length: 20 }), () => api("GET", `/patients/${id}`, { as }));
      looks.push(pids.map(residentBytes));
    }
    return pids.map((_, worker) => Math.min(...looks.map((look) => look[worker])));
  };
  const pids = workers();
  await some(Math.floor(total / 2));
  const half = await settled();
  await some(total - Math.floor(total / 2));
  const end = await settled();
  t.diagnostic(`at half ${half.map(mb).join(", ")}; at the end ${end.map(mb).join(", ")}`);
  assert.deepEqual(workers(), pids, "no worker died");
  for (const [i, bytes] of end.entries()) {
    assert.ok(bytes < 25e6, `a worker has ${mb(bytes)}`);
    assert.ok(bytes - half[i] < 1e6, `a worker grew by ${mb(bytes - half[i])} in the second half`);
  }
});
