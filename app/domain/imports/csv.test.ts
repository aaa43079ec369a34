import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { csvCell, CsvCutter, csvRow, parseCsv } from "./csv";

const cells = (text: string, delimiter = ",") => parseCsv(text, delimiter).map((record) => record.cells);

describe("cutting text into rows", () => {
  it.each([
    ["a,b\n1,2\n", [["a", "b"], ["1", "2"]]],
    ["a,b\r\n1,2", [["a", "b"], ["1", "2"]]],
    ["a,b\r1,2\r", [["a", "b"], ["1", "2"]]],
    ['a,"b, c"\n', [["a", "b, c"]]],
    ['"say ""hi""",x\n', [['say "hi"', "x"]]],
    ['"two\nlines",x\n', [["two\nlines", "x"]]],
    ['12" plate,x\n', [['12" plate', "x"]]],
    ['"quoted" tail,x\n', [["quoted tail", "x"]]],
    ["a,,\n,,\n", [["a", "", ""], ["", "", ""]]],
    ["a\n\n\nb\n", [["a"], ["b"]]],
    ["a\0b,c\n", [["ab", "c"]]],
    ['"",x', [["", "x"]]],
    ["", []],
  ])("%j", (text, rows) => {
    expect(cells(text)).toEqual(rows);
  });

  it("names the line on which each row begins, past blank lines and line ends inside cells", () => {
    const records = parseCsv('h\n\n"a\r\nb"\nc\n\n"d\n\ne"\r\nf\n');
    expect(records.map((r) => r.line)).toEqual([1, 3, 5, 7, 10]);
  });

  it("gives up only the line whose quote was never closed", () => {
    const records = parseCsv('1,a\n2,"b\n3,c\n4,"d"\n5,e\n');
    expect(records.map((r) => [r.line, r.broken ?? "ok"])).toEqual([
      [1, "ok"], [2, "open_quote"], [3, "ok"], [4, "ok"], [5, "ok"],
    ]);
    expect(parseCsv('1,a\n2,"b\n3,c').map((r) => r.broken ?? "ok")).toEqual(["ok", "open_quote", "ok"]);
  });

  it("takes a cell of a million characters", () => {
    const long = "x".repeat(1_000_000);
    expect(cells(`a,"${long}"\nb,c\n`)).toEqual([["a", long], ["b", "c"]]);
  });

  it("gives the same rows however the text is cut into pieces", () => {
    const text = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " "), maxLength: 60 });
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 7 })), (whole, sizes) => {
        const cutter = new CsvCutter(",");
        const rows = [];
        let at = 0;
        for (const size of sizes) {
          cutter.push(whole.slice(at, at + size));
          at += size;
          rows.push(...cutter.records(false));
        }
        cutter.push(whole.slice(at));
        rows.push(...cutter.records(true));
        expect(rows).toEqual(parseCsv(whole));
      }),
    );
  });

  it("reads back what it writes", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", "b", ",", '"', "\n", "\r", " ", "ł", "5") }).filter((s) => !/^\s*[=+\-@]|^[\t\r]/.test(s));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (row) => {
        expect(cells(csvRow(row))).toEqual([row]);
      }),
    );
  });
});

describe("cells for spreadsheets", () => {
  it.each(["=1+1", "+48", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "\u00a0=1", "＝1"])("%j is made inert", (value) => {
    expect(parseCsv(csvCell(value))[0]!.cells[0]).toBe(`'${value}`);
  });
  it("leaves numbers and plain text alone", () => {
    expect(csvRow([-5, "a-b", null, "x@y"])).toBe("-5,a-b,,x@y\r\n");
  });
});

const spectrum = resolve(process.env.RAPPORT_SHARED ?? "../shared", "data/csv/csv-spectrum");
describe.skipIf(!existsSync(spectrum))("csv-spectrum (skipped where ../shared is absent)", () => {
  const names = existsSync(spectrum) ? readdirSync(join(spectrum, "csvs")).map((name) => name.replace(".csv", "")) : [];
  it.each(names)("%s", (name) => {
    const [head, ...rows] = parseCsv(readFileSync(join(spectrum, "csvs", `${name}.csv`), "utf8"));
    const objects = rows.map((row) => Object.fromEntries(head!.cells.map((key, i) => [key, row.cells[i] ?? ""])));
    const expected = [JSON.parse(readFileSync(join(spectrum, "json", `${name}.json`), "utf8"))].flat();
    // the phone number of this one differs between its two files
    if (name === "location_coordinates") for (const object of [...objects, ...expected]) delete object["Contact Phone Number"];
    expect(objects).toEqual(expected);
  });
});
