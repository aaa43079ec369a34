import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import iconv from "iconv-lite";
import { afterAll, describe, expect, it } from "vitest";

import { inspectFile, readRecords } from "./csv-file.server";
import { guessDelimiter } from "./encoding";

const folder = mkdtempSync(join(tmpdir(), "rapport-csv-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(bytes: Buffer | string): string {
  const path = join(folder, `${Math.random()}.csv`);
  writeFileSync(path, bytes);
  return path;
}

const polish = "imię;miasto\nGrażyna;Łódź\nZdzisław;Świętochłowice\n";
const serbian = "ime;grad\nĐorđe;Čačak\nŽeljko;Užice\n";
const french = "prénom;ville\nHélène;Besançon\nFrançois;À côté\n";

describe("guessing how a file is written", () => {
  it.each([
    ["UTF-8", polish, "utf-8", false],
    ["UTF-8 with a mark", polish, "utf-8", true],
    ["UTF-16, little end first", polish, "utf-16le", true],
    ["UTF-16, little end first, without a mark", polish, "utf-16le", false],
    ["UTF-16, big end first", serbian, "utf-16be", true],
    ["Windows for Poland", polish, "windows-1250", false],
    ["Windows for Serbia", serbian, "windows-1250", false],
    ["Windows for the west", french, "windows-1252", false],
  ] as const)("%s", async (_name, text, encoding, addBOM) => {
    const path = file(iconv.encode(text, encoding, { addBOM }));
    const shape = await inspectFile(path);
    expect(shape).toMatchObject({ encoding, delimiter: ";", headers: text.split("\n")[0]!.split(";") });
    const rows = [];
    for await (const batch of readRecords(path, shape)) for (const record of batch) rows.push(record.cells.join(";"));
    expect(rows.join("\n")).toBe(text.trimEnd());
  });

  it("reads a gzipped file as it is", async () => {
    const shape = await inspectFile(file(gzipSync("a,b\n1,2\n")));
    expect(shape.sample.map((r) => r.cells)).toEqual([["1", "2"]]);
  });

  it("refuses an empty file, a workbook and a damaged archive", async () => {
    await expect(inspectFile(file(""))).rejects.toMatchObject({ reason: "empty" });
    await expect(inspectFile(file("PK\u0003\u0004abc"))).rejects.toMatchObject({ reason: "not_text" });
    await expect(inspectFile(file(gzipSync("a,b\n".repeat(9999)).subarray(0, 60)))).rejects.toMatchObject({ reason: "damaged_archive" });
  });

  it("keeps a letter whole that is cut by the end of a piece", async () => {
    const text = `a,b\n${"ą".repeat(70_000)},x\n`;
    const rows = [];
    for await (const batch of readRecords(file(text), { encoding: "utf-8", delimiter: "," })) rows.push(...batch.map((r) => r.cells[0]!.length));
    expect(rows).toEqual([1, 70_000]);
  });
});

it.each([
  ["a,b,c\n1,2,3\n", ","],
  ["a;b;c\n1,5;2,5;3\n", ";"],
  ["a\tb\n1,2\t3\n", "\t"],
  ["a|b|c\n1|2|3\n", "|"],
  ['"a;b",c\n"1;2",3\n', ","],
  ["sep=;\na,b;c\n", ";"],
  ["single\nvalue\n", ","],
])("the delimiter of %j is %j", (sample, delimiter) => {
  expect(guessDelimiter(sample)).toBe(delimiter);
});

/** Mutant: open the stream before the file is looked at (csv-file.server.ts), and its error ends the process. */
it("says that a file is gone where it can be caught", async () => {
  const rows = readRecords(join(folder, "gone.csv"), { encoding: "utf-8", delimiter: "," });
  await expect(rows.next()).rejects.toMatchObject({ code: "ENOENT" });
  await new Promise((resolve) => setTimeout(resolve, 20));
});
