/**
 * A backup is taken by the shell while a built worker sends; it goes on for a while and is killed; the backup is restored
 * in its place, and a worker started on it. Nothing leaves again by itself, and nothing after a release that counts what
 * is in doubt as unconfirmed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { openDatabase } from "../../app/db/open.server";
import { gone, startBuilt } from "../support/built-worker";
import { pause } from "../support/killing";
import { check, figure, onEnd } from "../support/long";
import { massCampaign } from "../support/mass-campaign";
import { scratchDatabase, scratchFolder, SCRATCH_FROM, SCRATCH_SECRET } from "../support/scratch";
import { smtpSink } from "../support/smtp-sink";

export const about = "a backup restored in mid-campaign sends nothing again by itself";
export const options = { recipients: 3000, dialect: "sqlite" };

export async function run({ recipients }: typeof options): Promise<void> {
  const { db, where } = await scratchDatabase();
  const sink = await smtpSink();
  onEnd(() => sink.close());
  sink.answerAfter = 5;
  await massCampaign(db, { recipients });
  await db.close();
  const folder = scratchFolder();
  const settings = { DATABASE_FILE: join(folder, "rapport.db"), ...where, SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM, MAIL_URL: `${sink.url}?connections=8` };
  const shell = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["build/server/cli.js", ...args], { encoding: "utf8", env: { ...process.env, LOG_LEVEL: "silent", ...settings } });
    process.stdout.write(`rapport ${args[0]}: ${(stdout + stderr).trim().split("\n")[0]}\n`);
    return status;
  };
  const until = async (taken: number) => {
    for (const end = Date.now() + 60_000; sink.taken.length < taken && Date.now() < end; ) await pause(20);
  };

  const first = startBuilt("build/server/worker.js", settings);
  onEnd(() => void first.kill("SIGKILL"));
  await until(recipients / 4);
  const file = join(folder, "backup.tar");
  check("the backup is taken while mail leaves", shell("backup", file) === 0);
  figure("taken_at_backup", sink.taken.length);
  await until((recipients * 3) / 4);
  check("a restore is refused while the worker runs", shell("restore", file, "--replace") === 1);
  first.kill("SIGKILL");
  await gone(first);
  figure("taken_at_restore", sink.taken.length);
  check("the backup is restored", shell("restore", file, "--replace") === 0);

  const before = sink.taken.length;
  const second = startBuilt("build/server/worker.js", settings);
  onEnd(() => void second.kill("SIGKILL"));
  await pause(8_000);
  figure("sent_again_by_itself", sink.taken.length - before);
  check("nothing is sent again by itself", sink.taken.length === before);
  check("sending is released", shell("sending", "release", "--waiting", "unconfirmed") === 0);
  await pause(4_000);
  const ids = sink.taken.map((mail) => mail.messageId);
  figure("copies", ids.length - new Set(ids).size);
  check("no mail left twice", new Set(ids).size === ids.length);
  second.kill("SIGTERM");
  await gone(second);
  const restored = openDatabase(settings);
  const rows = await restored.read.raw<{ state: string; n: number }>("SELECT state, count(*) AS n FROM deliveries GROUP BY state");
  await restored.close();
  for (const { state, n } of rows) figure(`rows_${state}`, Number(n));
}
