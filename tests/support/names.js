// The corpora of tests/data as lists of strings.
import { readFileSync } from "node:fs";

const read = (name) => readFileSync(new URL(`../data/${name}`, import.meta.url), "utf8");

function csv(text) {
  const [head, ...lines] = text
    .replace(/^\ufeff/, "")
    .trimEnd()
    .split(/\r?\n/)
    .map(cells);
  return lines.map((line) => Object.fromEntries(head.map((name, i) => [name, line[i] ?? ""])));
}

function cells(line) {
  return [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .map(([, cell]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell))
    .slice(0, line.endsWith(",") ? undefined : -1);
}

export const cldr = csv(read("names/cldr.csv"));
export const w3c = csv(read("names/w3c.csv"));
export const popular = JSON.parse(read("names/popular.json"));
export const jsonSuite = new Map(
  Object.entries(JSON.parse(read("JSONTestSuite.json"))).map(([name, bytes]) => [name, Buffer.from(bytes, "base64")]),
);

const lines = JSON.parse(read("blns/blns.base64.json"));

// The naughty strings. The file breaks long ones into lines of 76 characters: those are joined again.
export const naughty = [...new Set(join(lines).map((line) => Buffer.from(line, "base64").toString("utf8")))];

// The lines as they stand that are not UTF-8 (a character was cut in two): bytes for the parser to refuse.
export const broken = lines.map((line) => Buffer.from(line, "base64")).filter((bytes) => !isUtf8(bytes));

function join(all) {
  const joined = [];
  let open = false;
  for (const line of all) {
    if (open) joined[joined.length - 1] += line;
    else joined.push(line);
    open = line.length === 76;
  }
  return joined;
}

function isUtf8(bytes) {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

// White space at both ends that Caredesk cuts off: what Unicode calls a space, and the old controls for it.
export function trimmed(text) {
  return text.replace(/^[\p{Zs}\t-\r\u0085\ufeff]+|[\p{Zs}\t-\r\u0085\ufeff]+$/gu, "");
}

// Whether the text holds what R12 refuses: control characters and line breaks of any kind.
export function hasControl(text) {
  return /[\p{Cc}\u2028\u2029]/u.test(text);
}
