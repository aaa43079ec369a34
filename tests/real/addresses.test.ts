/** Addresses that others judged (isemail). Skipped where the list is not at hand (../shared/data/email-addresses). */
import { existsSync, readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { isEmail } from "../../app/domain/customers/contact";
import { csvRow, parseCsv } from "../../app/domain/imports/csv";
import { readCustomer } from "../../app/domain/imports/rows";
import { OPTIONS } from "../support/import-options";

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

test.skipIf(!isHere)("imports judge them in the same way, through a file's quotes and apostrophes", () => {
  const all = JSON.parse(readFileSync(FILE, "utf8")) as { address: string }[];
  for (const { address } of all) {
    const cells = parseCsv(csvRow(["7", address]))[0]?.cells ?? [];
    const read = readCustomer(cells, { number: 0, email: 1 }, OPTIONS);
    // blanks round a cell and NULs are not part of it; no address at all leaves the number
    const written = address.replaceAll("\0", "").trim();
    expect([address, read.ok]).toEqual([address, isEmail(written) || written === ""]);
  }
});

test("takes addresses in every script (EAI)", () => {
  for (const email of ["Łucja@żaba.pl", "δοκιμή@παράδειγμα.δοκιμή", "用户@例子.广告", "ђорђе@пошта.срб"])
    expect(readCustomer([email], { email: 0 }, OPTIONS)).toMatchObject({ ok: true, row: { email } });
});
