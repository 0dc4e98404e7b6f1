// The pages without a browser: one cookie, forms read from the HTML and sent as a browser sends them.
import { base, account } from "./env.js";
import { send } from "./client.js";

const named = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

export function decode(html) {
  return html.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (all, hex, dec, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : dec ? String.fromCodePoint(Number(dec)) : (named[name] ?? all),
  );
}

function attribute(tag, name) {
  const found = new RegExp(`\\s${name}(?:\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+)))?(?=[\\s/>])`, "i").exec(tag);
  return found ? decode(found[1] ?? found[2] ?? found[3] ?? "") : undefined;
}

// The forms of a page: [{method, action, fields: {name: value}}], as they would be sent untouched.
export function forms(html) {
  return [...html.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/gi)].map(([all]) => {
    const open = /^<form\b(?:"[^"]*"|[^>"])*>/i.exec(all)[0];
    const fields = {};
    for (const [tag] of all.matchAll(/<input\b(?:"[^"]*"|[^>"])*>/gi)) {
      const name = attribute(tag, "name");
      const type = (attribute(tag, "type") ?? "text").toLowerCase();
      if (name === undefined || ["submit", "button", "image", "reset", "file"].includes(type)) continue;
      if ((type === "checkbox" || type === "radio") && attribute(tag, "checked") === undefined) continue;
      fields[name] = attribute(tag, "value") ?? (type === "checkbox" ? "on" : "");
    }
    for (const [select, tag] of all.matchAll(/(<select\b(?:"[^"]*"|[^>"])*>)[\s\S]*?<\/select>/gi)) {
      const options = [...select.matchAll(/(<option\b(?:"[^"]*"|[^>"])*>)([^<]*)/gi)];
      const chosen = options.find(([, option]) => attribute(option, "selected") !== undefined) ?? options[0];
      if (chosen) fields[attribute(tag, "name")] = attribute(chosen[1], "value") ?? decode(chosen[2].trim());
    }
    for (const [, tag, text] of all.matchAll(/(<textarea\b(?:"[^"]*"|[^>"])*>)([\s\S]*?)<\/textarea>/gi)) {
      fields[attribute(tag, "name")] = decode(text.replace(/^\n/, ""));
    }
    return {
      method: (attribute(open, "method") ?? "get").toUpperCase(),
      action: attribute(open, "action") ?? "",
      fields,
    };
  });
}

// What a reader sees of a page: tags away, entities read.
export function visible(html) {
  return decode(html.replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, "\n"));
}

export class Desk {
  cookie = "";

  async request(method, path, { headers = {}, fields, body } = {}) {
    const all = { accept: "text/html,application/xhtml+xml", ...headers };
    if (this.cookie) all.cookie ??= this.cookie;
    let bytes = body;
    if (fields) {
      bytes = new URLSearchParams(fields).toString();
      all["content-type"] ??= "application/x-www-form-urlencoded";
      if (!("origin" in all)) all.origin = base.origin;
      if (all.origin === undefined) delete all.origin;
    }
    if (bytes !== undefined) all["content-length"] = Buffer.byteLength(bytes);
    const reply = await send(method, path, { headers: all, body: bytes });
    for (const line of reply.headers["set-cookie"] ?? []) {
      const [pair] = line.split(";");
      if (pair.startsWith("__Host-caredesk=")) this.cookie = pair;
    }
    return reply;
  }

  get(path, options) {
    return this.request("GET", path, options);
  }

  // Opens `path`, fills its form (the one whose action is `action`, or the first that posts) and sends it.
  async submit(path, values, { action, headers } = {}) {
    const page = await this.get(path);
    if (page.status !== 200) throw new Error(`GET ${path}: ${page.status}`);
    const form = forms(page.text).find(
      (f) => f.method === "POST" && (action ? f.action === action : f.action !== "/logout"),
    );
    if (!form) throw new Error(`${path} has no form to send${action ? ` to ${action}` : ""}`);
    return this.request("POST", form.action || path, { fields: { ...form.fields, ...values }, headers });
  }

  async signIn(role) {
    const { email, password } = account(role);
    const reply = await this.submit("/login", { email, password });
    if (reply.status !== 303) throw new Error(`signing in as ${email}: ${reply.status}`);
    return this;
  }
}

const desks = new Map();

// A desk signed in as this role, kept per process.
export function desk(role) {
  if (!desks.has(role)) {
    const person = new Desk().signIn(role);
    person.catch(() => desks.delete(role));
    desks.set(role, person);
  }
  return desks.get(role);
}
