/** The shell's commands on a folder where nothing is yet: each makes the database first. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { testDatabase, settingsOf, TEST_SECRET } from "../support/database";
import { aMailedCustomer, at } from "../support/factories";
import { shellHere } from "../support/shell-here";
import { findPartyByEmail } from "../../app/domain/customers/customers.server";
import { createSegment } from "../../app/domain/segments/segments.server";
import { campaigns } from "../../app/domain/campaigns/schema";

function rapport(args: string[], input = "", settings: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "rapport-shell-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const env = { ...process.env, DATABASE_FILE: join(folder, "rapport.db"), LOG_LEVEL: "silent", ...settings };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["build/server/cli.js", ...args], { input, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

test("segment count answers with a number, and names what is wrong with a file", () => {
  expect(rapport(["segment", "count", "-"], '{"match":"all","rules":[]}')).toMatchObject({ status: 0, stdout: "0\n" });
  const wrong = rapport(["segment", "count", "-"], '{"match":"all","rules":[{"field":"gone","op":"in"}]}');
  expect(wrong).toMatchObject({ status: 1, stdout: "" });
  expect(wrong.stderr).toMatch(/^-: The rules cannot be used: \/rules\/0 unknown_field/);
  expect(rapport(["segment", "count", "-"], "{").stderr).toMatch(/^-: .*JSON/);
});

test("segment explain says clause by clause what it saw; count and sample give JSON", async () => {
  const db = await testDatabase();
  const made = await aMailedCustomer(db, at());
  const party = (await findPartyByEmail(db.read, made.email))!;
  const settings = { ...settingsOf(db), SECRET_KEY: TEST_SECRET };
  const rules = { match: "all", rules: [{ match: "any", rules: [{ field: "locale", op: "in", value: [party.locale] }] }, { field: "last_order_at", op: "within_days", value: 90 }] };
  const { publicId } = await db.write((tx) => createSegment(tx, at(), { name: "Kept", rules: rules as never }));
  const said = await shellHere(settings, "segment", "explain", publicId, "--customer", made.email, "--json");
  expect([said.code, said.stderr]).toEqual([0, ""]);
  expect(JSON.parse(said.stdout)).toEqual({
    customer: party.publicId, in: false,
    explained: {
      match: "all", holds: false,
      rules: [
        { match: "any", holds: true, rules: [{ field: "locale", op: "in", value: [party.locale], holds: true, fact: { kind: "word", value: party.locale } }] },
        { field: "last_order_at", op: "within_days", value: 90, holds: false, fact: { kind: "instant", value: null } },
      ],
    },
  });
  expect((await shellHere(settings, "segment", "explain", "Kept", "--customer", party.publicId)).stdout).toBe(
    `${party.name}: not in\n  no  all\n    yes any\n      yes locale in ["${party.locale}"]: ${party.locale}\n    no  last_order_at within_days 90: never\n`,
  );
  expect(await shellHere(settings, "segment", "count", publicId, "--json")).toMatchObject({ code: 0, stdout: '{"count":0,"of":1}\n' });
  expect(await shellHere(settings, "segment", "sample", publicId, "--json")).toMatchObject({ code: 0, stdout: "[]\n" });
  expect(await shellHere(settings, "segment", "explain", publicId, "--customer", "nobody")).toMatchObject({ code: 1, stderr: "nobody: there is no such customer\n" });
});

test("setup prints the first administrator's token", () => {
  expect(rapport(["setup"])).toMatchObject({ status: 0, stdout: expect.stringMatching(/token: \S{43}\n$/) });
});

test("outbox show counts a campaign's mails by state, and names what it does not find", async () => {
  const db = await testDatabase();
  const made = await aMailedCustomer(db, at());
  const [campaign] = await db.write((tx) =>
    tx.insert(campaigns).values({ id: made.campaignId, publicId: "0197-x", name: "Spring", status: "sending", createdAt: at().now, updatedAt: at().now }).returning(),
  );
  const settings = { ...settingsOf(db), SECRET_KEY: TEST_SECRET };
  const byName = rapport(["outbox", "show", "Spring", "--json"], "", settings);
  expect([byName.status, byName.stderr]).toEqual([0, ""]);
  expect(JSON.parse(byName.stdout)).toEqual({
    id: campaign!.publicId, name: "Spring", status: "sending", total: 1,
    states: { planned: 0, withheld: 0, queued: 0, leased: 0, handing: 0, accepted: 1, failed: 0, unknown: 0, unconfirmed: 0 },
    withheldReasons: {}, failedReasons: {}, attempts: 1, delivered: 0, hardBounced: 0, softBounced: 0,
  });
  expect(await shellHere(settings, "outbox", "show", campaign!.publicId)).toEqual({
    code: 0, stderr: "", stdout: "Spring: sending, 1 mail\n  accepted    1\n  attempts    1\n  delivered   0; bounced for good 0, for now 0\n",
  });
  expect(rapport(["outbox", "show", "Autumn", "--json"], "", settings)).toEqual({ status: 1, stdout: "", stderr: "Autumn: there is no such campaign; see rapport campaign list\n" });
});
