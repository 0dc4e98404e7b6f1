// The processes behind the desk: found through the files that script/server keeps, never by a broad name.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { varDir } from "./env.js";

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0");
  } catch {
    return [];
  }
}

function children(pid) {
  try {
    return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
      .trim()
      .split("\n")
      .filter(Boolean)
      .map(Number);
  } catch {
    return []; // pgrep says 1 when there are none
  }
}

// The process ids of the workers: the children of multiwatch, whose id run/workers.pid holds.
export function workers() {
  const [pid] = readFileSync(join(varDir, "run", "workers.pid"), "latin1")
    .trim()
    .split(/\s/);
  if (!commandLine(pid).some((word) => /(^|\/)multiwatch$/.test(word)))
    throw new Error(`process ${pid} of run/workers.pid is no multiwatch`);
  return children(pid)
    .filter((child) => commandLine(child).some((word) => /caredesk-fcgi$/.test(word)))
    .sort((a, b) => a - b);
}

// What the parts of the stack have logged so far: {file: text}.
export function logs() {
  const dir = join(varDir, "log");
  return Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), "latin1")]));
}

// Resident memory of a process in bytes.
export function residentBytes(pid) {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"));
  return Number(line[1]) * 1024;
}
