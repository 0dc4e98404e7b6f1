// timing.mjs - what one client waits for, by kind of request: the server's own time from Server-Timing.
// Prints a table. Run by script/bench against a running stack; loopback only.
import { readFileSync } from "node:fs";
import https from "node:https";

const [url, loginsPath, countText] = process.argv.slice(2);
const count = Number(countText ?? 200);
const base = new URL(url);
if (!["127.0.0.1", "localhost", "[::1]"].includes(base.hostname)) throw new Error("loopback only");
const agent = new https.Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });

function send(method, path, { token, body, headers = {} } = {}) {
  const bytes = body === undefined ? undefined : JSON.stringify(body);
  const all = { accept: "application/json", ...headers };
  if (token) all.authorization = `Bearer ${token}`;
  if (bytes !== undefined) all["content-type"] = "application/json";
  all["content-length"] = Buffer.byteLength(bytes ?? "");
  return new Promise((resolve, reject) => {
    const options = { method, path, host: base.hostname, port: base.port, agent, headers: all };
    const request = https.request(options, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    request.end(bytes);
  });
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
const milliseconds = (headers, name) => Number(new RegExp(`${name};dur=([0-9.]+)`).exec(headers["server-timing"])[1]);

async function measure(name, status, request, times = count) {
  const app = [];
  const total = [];
  for (let i = 0; i < times; i++) {
    const reply = await request(i);
    if (reply.status !== status) throw new Error(`${name}: ${reply.status} ${reply.text.slice(0, 200)}`);
    app.push(milliseconds(reply.headers, "app"));
    total.push(milliseconds(reply.headers, "app") + milliseconds(reply.headers, "db"));
  }
  app.sort((a, b) => a - b);
  total.sort((a, b) => a - b);
  const cells = [quantile(app, 0.5), quantile(total, 0.5), quantile(total, 0.95), total.at(-1)];
  console.log(`| ${name} | ${cells.map((ms) => ms.toFixed(2)).join(" | ")} |`);
}

const login = JSON.parse(readFileSync(loginsPath)).find((one) => one.role === "receptionist");
const signedIn = JSON.parse((await send("POST", "/api/v1/auth/login", { body: { email: login.email, password: login.password } })).text);
const token = signedIn.data.accessToken;
const get = (path) => () => send("GET", path, { token });
const tag = Date.now().toString(36);
const draft = (i) => ({ firstName: "Bench", lastName: `Z${tag}${i}`, dateOfBirth: "1990-01-31", gender: "female", phone: "+1 555 0100" });
const made = [];
const list = JSON.parse((await send("GET", "/api/v1/patients?pageSize=100&page=3", { token })).text).data;
const sample = list.data;

console.log(`${new Date().toISOString().slice(0, 10)}, ${count} requests each, one client, patients: ${list.pagination.totalIsEstimate ? "more than " : ""}${list.pagination.total}`);
console.log("\n| server time, ms | program p50 | all p50 | all p95 | all max |\n|---|---|---|---|---|");
await measure("create", 201, async (i) => {
  const reply = await send("POST", "/api/v1/patients", { token, body: draft(i), headers: { "idempotency-key": `${tag}-${i}` } });
  made.push(JSON.parse(reply.text).data.id);
  return reply;
});
await measure("read", 200, (i) => send("GET", `/api/v1/patients/${sample[i % sample.length].id}`, { token }));
await measure("update", 200, (i) => send("PATCH", `/api/v1/patients/${made[i]}`, { token, body: { phone: `+1 555 ${1000 + i}` } }));
await measure("list, by name", 200, get("/api/v1/patients"));
await measure("list, newest first", 200, get("/api/v1/patients?sortBy=createdAt&sortOrder=desc"));
await measure("search: two words", 200, (i) => send("GET", `/api/v1/patients?search=${encodeURIComponent(`${sample[i % sample.length].firstName ?? ""} ${sample[i % sample.length].lastName ?? ""}`)}`, { token }));
await measure("search: name and birthday", 200, (i) => send("GET", `/api/v1/patients?search=${encodeURIComponent(`${sample[i % sample.length].lastName ?? sample[i % sample.length].firstName} ${sample[i % sample.length].dateOfBirth}`)}`, { token }));
await measure("search: MRN", 200, (i) => send("GET", `/api/v1/patients?search=${sample[i % sample.length].mrn}`, { token }));
await measure("search: smith", 200, get("/api/v1/patients?search=smith"), Math.min(count, 50));
await measure("search: one letter", 200, get("/api/v1/patients?search=m"), Math.min(count, 50));
agent.destroy();
