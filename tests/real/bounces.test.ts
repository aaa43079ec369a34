/**
 * Real bounces, feedback reports and automatic answers, each with what it should lead to (Sisimai's public test mails).
 * The data is kept beside the project, not in it; where it is absent this test is skipped, and says so.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { describe, expect, it } from "vitest";

import { classify } from "../../app/domain/deliveries/returned/classify";
import { readMail } from "../../app/domain/deliveries/returned/read-mail.server";

const folder = resolve(process.env.RAPPORT_SHARED ?? "../shared", "data/bounces");
const isThere = existsSync(join(folder, "expected.json"));
if (!isThere) process.stderr.write(`skipped: the bounces are not at ${folder} (RAPPORT_SHARED names another place)\n`);

type Expected = { file: string; recipients: { reason: string; effect: string }[] };

describe.skipIf(!isThere)("real bounces", () => {
  const expected: Expected[] = isThere ? JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) : [];
  const effects = async ({ file }: Expected) => classify(await readMail(readFileSync(join(folder, "eml", file)))).recipients.map(({ effect }) => effect);
  const wanted = (one: Expected) => one.recipients.map(({ effect }) => effect);

  it("gives each message that must suppress, or must not, its effect for every recipient", async () => {
    for (const one of expected.filter((message) => wanted(message).some((effect) => ["hard", "complaint", "ignore"].includes(effect))))
      expect(await effects(one), one.file).toEqual(wanted(one));
  });

  it("never suppresses for a vacation note or a full mailbox", async () => {
    for (const one of expected)
      if (one.recipients.every(({ reason }) => reason === "vacation" || reason === "mailboxfull")) expect(await effects(one), one.file).not.toContain("hard");
  });

  it("gives all of them their effect", async () => {
    let right = 0;
    for (const one of expected) if (String(await effects(one)) === String(wanted(one))) right += 1;
    expect({ right, of: expected.length }).toEqual({ right: 59, of: 59 });
  });
});
