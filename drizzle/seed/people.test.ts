import { expect, it } from "vitest";

import { transliterate } from "../../app/i18n/transliterate";
import { drawPeople, mailName } from "./people";
import { randomFrom } from "./random";

it("draws people with addresses of their own, all under example.com", () => {
  const people = drawPeople(randomFrom("people"), 3000, Date.UTC(2026, 0, 1));
  expect(new Set(people.map((p) => p.email)).size).toBe(3000);
  expect(people.every((p) => /^[a-z0-9._]+@example\.com$/.test(p.email))).toBe(true);
  expect(new Set(people.map((p) => p.locale))).toEqual(new Set(["en", "pl", "sr-Latn", "sr-Cyrl"]));
  expect(people.filter((p) => p.gender === "f" && /ski$/.test(p.familyName))).toEqual([]);
});

it("spells Serbian names in Cyrillic", () => {
  expect(transliterate("Đorđe Ljubičić, Njegoševa 4, Džep")).toBe("Ђорђе Љубичић, Његошева 4, Џеп");
});

it("spells addresses in ASCII", () => {
  expect(["Đorđe", "Łucja", "Müller", "O'Brien", "Siobhán"].map(mailName)).toEqual(["djordje", "lucja", "mueller", "obrien", "siobhan"]);
});
