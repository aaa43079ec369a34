/** Addresses that others judged (isemail). Skipped where the list is not at hand (../shared/data/email-addresses). */
import { existsSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { isEmail } from "../../app/domain/customers/contact";

const FILE = "../shared/data/email-addresses/isemail_tests.json";
const isHere = existsSync(FILE);

test.skipIf(!isHere)("takes every valid address and most that SMTP alone allows, and none that is wrong", () => {
  const all = JSON.parse(readFileSync(FILE, "utf8")) as { address: string; category: string }[];
  const taken = (category: string) => all.filter((one) => one.category === category).map(({ address }) => isEmail(address));
  for (const category of ["ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"]) expect([category, taken(category)]).toEqual([category, taken(category).map(() => true)]);
  expect(new Set(taken("ISEMAIL_ERR"))).toEqual(new Set([false]));
  // Refused: slips in all likelihood (`test@org`, a number without brackets).
  expect(taken("ISEMAIL_RFC5321").filter(Boolean).length).toBeGreaterThanOrEqual(13);
});
