import { expect, it } from "vitest";

import { randomFrom } from "../../../drizzle/seed/random";
import { listCell, readList } from "./lists";

it("reads tags as shops, mailing services and address books write them", () => {
  expect(readList("vip, wholesale; news\nold ,, ")).toEqual(["vip", "wholesale", "news", "old"]);
  expect(readList('"VIP","Spring, 2025"')).toEqual(["VIP", "Spring, 2025"]);
  expect(readList("* myContacts ::: * Friends ::: Kraków")).toEqual(["Friends", "Kraków"]);
  expect(readList('5" screws, "open, rest')).toEqual(['5" screws', '"open', "rest"]);
  expect(readList("  ")).toEqual([]);
});

it("reads back whatever was written", () => {
  const random = randomFrom("lists");
  const signs = ["a", "Ł", " ", ",", ";", '"', ":::", "*", "* ", "'", "=", "\n", ":"];
  for (let round = 0; round < 3000; round++) {
    const items = Array.from({ length: 1 + Math.floor(random.next() * 4) }, () =>
      Array.from({ length: 1 + Math.floor(random.next() * 6) }, () => signs[Math.floor(random.next() * signs.length)]).join("").trim(),
    ).filter(Boolean);
    expect(readList(listCell(items))).toEqual(items);
  }
});
