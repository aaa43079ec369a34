/**
 * The disk is full (a tmpfs of 8 MB): mail, imports and uploads stop with a clear word, no mail leaves without its
 * committed intent, and all goes on by itself once there is room. Mounting takes root; without, this says that it was skipped.
 */
import { spawnSync } from "node:child_process";
import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, inject, onTestFinished, test } from "vitest";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { handovers } from "../../app/domain/deliveries/schema";
import { importDue } from "../../app/domain/imports/import-worker.server";
import { findRun } from "../../app/domain/imports/runs.server";
import { openApp } from "../../app/context.server";
import { countByState } from "../../app/domain/deliveries/deliveries.server";
import { finishSending, sendDue } from "../../app/domain/deliveries/sending.server";
import { reapLeases } from "../../app/domain/deliveries/reaper.server";
import { isDiskFull } from "../../app/db/dialect";
import { testApp } from "../support/app";
import { at } from "../support/factories";
import { aCampaignTo } from "../support/mailing-app";
import { signIn } from "../support/sign-in";
import { smtpSink } from "../support/smtp-sink";

const folder = mkdtempSync(join(tmpdir(), "rapport-full-"));
const mounted = process.getuid?.() === 0 && spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", folder]).status === 0;

test.runIf(mounted)("a full disk stops mail, imports and uploads with a clear word, and all goes on once there is room", { timeout: 240_000 }, async () => {
  const file = join(folder, "rapport.db");
  copyFileSync(inject("scratch").template, file);
  const sink = await smtpSink();
  const app = await testApp({ DATABASE_FILE: file, MAIL_URL: sink.url });
  const worker = openApp(app.env);
  onTestFinished(async () => {
    await worker.close();
    await app.close();
    await sink.close();
    spawnSync("umount", ["-l", folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  await app.db.write((tx) => createStaffUser(tx, at(Date.now()), { email: "m@example.com", name: "M", role: "marketer", locale: "en" }));
  const cookie = await signIn(app, "m@example.com");
  const campaign = await aCampaignTo(worker, 40);
  const upload = (rows: number) => {
    const form = new FormData();
    form.set("type", "customers");
    form.set("preset", "");
    form.set("file", new Blob([`number,email\n${Array.from({ length: rows }, (_, i) => `n${i},import${i}@example.com`).join("\n")}\n`]), "people.csv");
    return app.request("/staff/imports/new", { method: "POST", body: form, cookie });
  };
  const path = (await upload(300)).headers.get("Location")!;
  const options = { encoding: "utf-8", delimiter: ",", decimalMark: ".", dayOrder: "dmy", timeZone: "Europe/Warsaw", currency: "EUR", locale: "en" };
  await app.request(path, { cookie, form: { "map.number": "number", "map.email": "email", ...options, intent: "start" } });

  const ballast = fillUp();
  // Mail: what cannot be written down does not leave.
  for (let i = 0; i < 2; i++) await sendDue(worker, 100).catch((error: unknown) => expect(isDiskFull(error)).toBe(true));
  await finishSending(worker).catch(() => undefined);
  expect(sink.taken.length).toBeLessThanOrEqual((await app.db.read.select().from(handovers)).length);
  expect(sink.taken.length).toBeLessThan(40);
  // An import, an upload, a form.
  await expect(importDue({ db: app.db, clock: Date.now, env: app.env })).rejects.toSatisfy(isDiskFull);
  const refused = await upload(60_000);
  expect(refused.status).toBe(507);
  expect(await refused.text()).toContain("There is no room left to save this");
  // The server hung up on the rest of the file, maybe in the middle of this request.
  expect((await app.request("/health").catch(() => app.request("/health"))).status).toBe(200);

  rmSync(ballast);
  for (const until = Date.now() + 30_000; (await countByState(app.db.read, campaign)).accepted < 40 && Date.now() < until; ) {
    await app.db.write((tx) => tx.raw("UPDATE deliveries SET not_before = 0, lease_until = 0 WHERE state IN ('queued', 'leased')"));
    await reapLeases(worker);
    await sendDue(worker, 100);
  }
  expect(await countByState(app.db.read, campaign)).toMatchObject({ accepted: 40 });
  expect(new Set(sink.taken.map((mail) => mail.messageId)).size).toBe(sink.taken.length);
  while (await importDue({ db: app.db, clock: Date.now, env: app.env }));
  expect(await findRun(app.db.read, path.split("/").at(-1)!)).toMatchObject({ state: "finished", accepted: 300 });
  expect((await upload(10)).status).toBe(303);
});

/** @returns a file that takes what room there is */
function fillUp(): string {
  const ballast = join(folder, "ballast");
  const out = openSync(ballast, "w");
  const zeros = Buffer.alloc(4096, 1);
  try {
    for (;;) writeSync(out, zeros);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  } finally {
    closeSync(out);
  }
  return ballast;
}

test.skipIf(mounted)("(skipped: a small file system cannot be mounted here)", () => {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
});
