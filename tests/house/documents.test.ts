/** What the documents name is there: files, folders, addresses, and what is said to stand in a file. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, dirname, join, normalize, resolve } from "node:path";

import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8", maxBuffer: 1e8 }).split("\n").filter(Boolean);
const known = new Set(files);
const names = new Set(files.map((file) => basename(file)));
const documents = files.filter((file) => file.endsWith(".md"));
const read = (file: string) => readFileSync(join(root, file), "utf8");
/** Without what is an example to type in. */
const prose = (document: string) => read(document).replace(/^```[^]*?^```/gm, "");
const source = files.filter((file) => /\.(tsx?|mjs|cjs)$/.test(file)).map(read).join("\n");

const PATH = /(?<![\w/.<>:*…@{$-])(?:[\w.-]+\/)*[\w.-]+\.(?:tsx?|mjs|cjs|css|json|mjml|sql|png|md)(?![\w/*])/g;

/** From the root, from app/, among the rooms, or beside the document; a bare name may be anywhere. */
function find(document: string, path: string): string | undefined {
  const places = [path, join("app", path), join("app/domain", path), join(dirname(document), path), join("tests", path)];
  const found = places.map((place) => normalize(place)).find((place) => known.has(place));
  return found ?? (!path.includes("/") && names.has(path) ? path : undefined);
}

it.each(documents)("every file that %s names is there", (document) => {
  const named = [...prose(document).matchAll(PATH)].map(([path]) => path);
  const folders = [...prose(document).matchAll(/(?<![\w./])(?:app|docs|drizzle|emails|scripts|tests)\/(?:[\w-]+\/)*(?![\w.<*])/g)].map(([path]) => path);
  expect(named.filter((path) => !find(document, path))).toEqual([]);
  expect(folders.filter((folder) => !files.some((file) => file.startsWith(folder)))).toEqual([]);
});

// Decisions also name what was weighed and left.
it.each(documents.filter((document) => !document.includes("/decisions/")))("every name that %s puts into code is in the code", (document) => {
  const identifiers = [...prose(document).matchAll(/`([a-z]+[A-Z]\w*)(?:\(\))?`/g)].map(([, name]) => name as string);
  expect(identifiers.filter((name) => !new RegExp(`\\b${name}\\b`).test(source))).toEqual([]);
});

it.each(documents)("what %s says stands in a file stands there", (document) => {
  const said = [...prose(document).matchAll(/`([\w./-]+\.tsx?)`\s+`([a-z]\w*)`/g)];
  const wrong = said.filter(([, path, name]) => {
    const file = find(document, path as string);
    return !file || !known.has(file) || !new RegExp(`\\b${name}\\b`).test(read(file));
  });
  expect(wrong.map(([all]) => all)).toEqual([]);
});

const addresses = ["app/routes.ts", "app/handlers.server.ts", "app/server.ts"].map(read).join("\n");

// The places in rules are written like addresses.
it.each(documents.filter((document) => document !== "docs/segment-rules.md"))("every address that %s names is served", (document) => {
  const named = [...prose(document).matchAll(/(?<=[`\s])\/(?:staff\/|portal\/)?([a-z][\w/-]*)(?=[`\s,.)]|$)/g)].map(([all, path]) => [all, path as string]);
  const isServed = (path: string) => ["staff", "portal"].includes(path) || new RegExp(`"/?${path}[/"]`).test(addresses);
  expect(named.filter(([, path]) => !isServed(path as string)).map(([all]) => all)).toEqual([]);
});
