// HTTP as the tests need it: nothing normalised, nothing followed, every byte of the answer at hand.
import http from "node:http";
import https from "node:https";
import tls from "node:tls";
import { randomBytes, randomUUID } from "node:crypto";
import { account, base } from "./env.js";

const agent = new https.Agent({ keepAlive: true, maxSockets: 32 });

// One request to `url` (by default the desk); `path` goes out as it stands. Resolves to
// {status, headers, text, json}; json is undefined where the answer isn't JSON.
export function send(method, path, { headers = {}, body, url = base, timeout = 30_000 } = {}) {
  const secure = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(
      {
        method,
        path,
        host: url.hostname,
        port: url.port,
        agent: secure ? agent : undefined,
        headers,
        timeout,
      },
      (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => resolve(answer(response.statusCode, response.headers, Buffer.concat(parts))));
      },
    );
    request.on("timeout", () => request.destroy(new Error(`no answer within ${timeout} ms: ${method} ${path}`)));
    request.on("error", reject);
    request.end(body);
  });
}

function answer(status, headers, bytes) {
  const text = bytes.toString("utf8");
  let json;
  if (/^application\/(problem\+)?json\b/.test(headers["content-type"] ?? "") && text !== "") json = JSON.parse(text);
  return { status, headers, bytes, text, json };
}

// A request to the JSON API. `body`: an object is sent as JSON, a string or Buffer as it stands.
// `as`: the role whose token is used (kept per process); or give `token`.
export async function api(method, path, { as, token, body, headers = {}, prefix = "/api/v1", ...rest } = {}) {
  const all = { accept: "application/json", ...headers };
  const bearer = token ?? (as && (await login(as)).accessToken);
  if (bearer) all.authorization = `Bearer ${bearer}`;
  let bytes = body;
  if (body !== undefined && typeof body !== "string" && !Buffer.isBuffer(body)) bytes = JSON.stringify(body);
  if (bytes !== undefined) {
    all["content-type"] ??= "application/json";
    all["content-length"] ??= Buffer.byteLength(bytes);
  }
  return send(method, prefix + path, { headers: all, body: bytes, ...rest });
}

const sessions = new Map();

// The data of POST /auth/login for a role. One session per role and process; `fresh` makes another.
export function login(role, { fresh = false } = {}) {
  if (fresh) return signIn(role);
  if (!sessions.has(role)) {
    const session = signIn(role);
    session.catch(() => sessions.delete(role)); // a failure isn't kept
    sessions.set(role, session);
  }
  return sessions.get(role);
}

async function signIn(role) {
  const { email, password } = account(role);
  const reply = await api("POST", "/auth/login", { body: { email, password } });
  if (reply.status !== 200) throw new Error(`signing in as ${email}: ${reply.status} ${reply.text}`);
  return reply.json.data;
}

// Writes `bytes` to a TLS socket and resolves to {status, head, body, closed} once the server has closed
// it, or answered completely, or `timeout` has passed (status 0 when nothing came). `end`: half-close
// after writing, as a client that went away does.
export function raw(bytes, { end = false, timeout = 15_000 } = {}) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host: base.hostname,
      port: base.port,
      servername: "localhost",
      ALPNProtocols: ["http/1.1"],
      checkServerIdentity: () => undefined,
    });
    const parts = [];
    let done = false;
    const finish = (closed) => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      socket.destroy();
      const all = Buffer.concat(parts).toString("latin1");
      const split = all.indexOf("\r\n\r\n");
      resolve({
        status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(all)?.[1] ?? 0),
        head: split < 0 ? all : all.slice(0, split),
        body: split < 0 ? "" : Buffer.from(all.slice(split + 4), "latin1").toString("utf8"),
        closed,
      });
    };
    const timer = setTimeout(() => finish(false), timeout);
    socket.on("secureConnect", () => (end ? socket.end(bytes) : socket.write(bytes)));
    socket.on("data", (part) => {
      parts.push(part);
      const all = Buffer.concat(parts).toString("latin1");
      const split = all.indexOf("\r\n\r\n");
      const length = /\r\ncontent-length: *(\d+)/i.exec(all.slice(0, split))?.[1];
      if (split >= 0 && length !== undefined && all.length >= split + 4 + Number(length)) finish(true);
    });
    socket.on("close", () => finish(true));
    socket.on("error", (error) =>
      done || parts.length || error.code === "ECONNRESET" || error.code === "EPIPE" ? finish(true) : reject(error),
    );
  });
}

// The head of a raw request, with the headers every one needs.
export function head(method, path, headers = {}) {
  const lines = { Host: base.host, Connection: "close", ...headers };
  return `${method} ${path} HTTP/1.1\r\n${Object.entries(lines)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
}

// Runs `work` over the items, `at` once; results in the order of the items.
export async function each(items, work, at = 8) {
  const results = new Array(items.length);
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(at, items.length) }, async () => {
      for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i], i);
    }),
  );
  return results;
}

// Asks `question` until its answer is truthy, and returns that; throws what was last seen after `within` ms.
export async function until(question, { within = 15_000, every = 100, what = "what was waited for" } = {}) {
  const deadline = Date.now() + within;
  let last;
  for (;;) {
    try {
      const found = await question();
      if (found) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline)
      throw new Error(`${what} did not come within ${within} ms; last: ${last?.message ?? last}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

// A word of letters that no other test uses: for names that must be found alone.
export function unique(prefix = "Q") {
  return prefix + [...randomBytes(7)].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
}

export const key = randomUUID;

// The least that makes a patient, and what the test adds to it.
export function draft(more = {}) {
  return { firstName: "Ada", lastName: unique(), dateOfBirth: "1985-12-10", gender: "female", ...more };
}

// Creates a patient and returns the record.
export async function createPatient(more = {}, { as = "receptionist", headers } = {}) {
  const reply = await api("POST", "/patients", { as, body: draft(more), headers });
  if (reply.status !== 201) throw new Error(`creating a patient: ${reply.status} ${reply.text}`);
  return reply.json.data;
}
