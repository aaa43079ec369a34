import { describe, expect, it } from "vitest";

import { readCountry, readDay, readDecimal, readId, readInstant, readLanguage, readWhole, readYesNo } from "./values";

describe("numbers", () => {
  it.each([
    ["2.55", ".", 255, 2], ["2.550", ".", 255, 2], ["0.125", ".", 125, 3], ["1,234.5", ".", 12345, 1], ["1.234,56", ",", 123456, 2],
    ["12,5", ",", 125, 1], ["7", ".", 7, 0], ["-3.10", ".", -31, 1], ["£2.10", ".", 21, 1], ["3,99 zł", ",", 399, 2], ["1 234,50", ",", 12345, 1],
    ["0.0", ".", 0, 0], ["-0", ".", 0, 0],
  ] as const)("%s with %s is %i at %i decimals", (cell, mark, amount, scale) => {
    expect(readDecimal(cell, mark)).toEqual({ amount, scale });
  });
  it.each(["", "abc", "1.2.3", "12,5", "1.2345", "1,23,4", "1e5", "Infinity", "--1", "12345678901234567890"])("%j is none", (cell) => {
    expect(readDecimal(cell, ".")).toBeNull();
  });
  it("takes 6.0 for a whole number, 6.5 not", () => {
    expect([readWhole("6.0", "."), readWhole("6.5", "."), readWhole("-12", ".")]).toEqual([6, null, -12]);
  });
  it("takes the decimals off an id that a spreadsheet made a number", () => {
    expect(["17850.0", " 17850 ", "A-1.0", "17850.5"].map(readId)).toEqual(["17850", "17850", "A-1.0", "17850.5"]);
  });
});

describe("times", () => {
  const london = { dayOrder: "dmy", timeZone: "Europe/London" } as const;
  it.each([
    ["2010-12-01 08:26:00", "2010-12-01T08:26:00Z"],
    ["2011-07-01 08:26", "2011-07-01T07:26:00Z"],
    ["2011-07-01T08:26:00Z", "2011-07-01T08:26:00Z"],
    ["2011-07-01T08:26:00+02:00", "2011-07-01T06:26:00Z"],
    ["1.7.2011", "2011-06-30T23:00:00Z"],
    ["01/07/11 8:26", "2011-07-01T07:26:00Z"],
  ])("%s in London", (cell, instant) => {
    expect(new Date(readInstant(cell, london)!).toISOString()).toBe(instant.replace("Z", ".000Z"));
  });
  it("reads month first when told so", () => {
    expect(readDay("12/1/10", "mdy")).toBe("2010-12-01");
    expect(readDay("12/1/10", "dmy")).toBe("2010-01-12");
  });
  it.each(["", "2011-02-30", "31.04.2011", "2011-13-01", "yesterday", "2011-01-01 25:00", "13/13/2011"])("%j is none", (cell) => {
    expect(readInstant(cell, london)).toBeNull();
  });
});

describe("words", () => {
  it("reads yes and no in our languages", () => {
    expect(["yes", "Tak", "да", "1", "nie", "NE", "false", "maybe", ""].map(readYesNo)).toEqual([true, true, true, true, false, false, false, null, null]);
  });
  it("reads languages", () => {
    expect(["en-GB", "pl", "sr-Latn", "sr_Cyrl_RS", "sr", "srpski", "de", ""].map(readLanguage)).toEqual(["en", "pl", "sr-Latn", "sr-Cyrl", "sr-Cyrl", "sr-Latn", null, null]);
  });
  it("reads countries", () => {
    expect(["United Kingdom", "UK", "EIRE", "Polska", "Srbija", "Србија", "de", "XQ", "Unspecified", "USA", "Hong Kong"].map(readCountry)).toEqual([
      "GB", "GB", "IE", "PL", "RS", "RS", "DE", null, null, "US", "HK",
    ]);
  });
});
