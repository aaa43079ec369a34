import { describe, expect, test } from "vitest";

import { formatter } from "./format";

const AT = Date.UTC(2026, 10, 30, 12);

describe("a day in a sentence", () => {
  test.each([
    ["en", "30 November 2026"],
    ["pl", "30 listopada 2026"],
    ["sr-Latn", "30. novembra 2026."],
    ["sr-Cyrl", "30. новембра 2026."],
  ])("%s: %s", (locale, said) => {
    expect(formatter(locale, "UTC").fullDate(AT)).toBe(said);
  });

  test.each([
    ["sr-Latn", "januara februara marta aprila maja juna jula avgusta septembra oktobra novembra decembra"],
    ["sr-Cyrl", "јануара фебруара марта априла маја јуна јула августа септембра октобра новембра децембра"],
  ])("has every Serbian month in the genitive (%s)", (locale, months) => {
    const format = formatter(locale, "UTC");
    const said = Array.from({ length: 12 }, (_, month) => format.fullDate(Date.UTC(2026, month, 15)).split(" ")[1]);
    expect(said.join(" ")).toBe(months);
  });
});

test("an instant says its zone", () => {
  expect(formatter("en", "Europe/Warsaw").instant(AT)).toBe("30 Nov 2026, 13:00 CET");
});
