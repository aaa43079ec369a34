/**
 * kill -9 at any instant of imports, again and again: each ends with the very rows of one that was not killed. The shell's
 * go on when the command is given again, the worker's by themselves (`--by worker`). Every database is one file; more files
 * follow until there were enough kills.
 */
import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";

import { check, figure } from "../support/long";
import { type Carrier, killImport, rowsOfImport, writeOrders } from "../support/killed-import";
import { SCRATCH_FROM, SCRATCH_SECRET, scratchDatabase, scratchFolder } from "../support/scratch";

export const about = "kill -9 in the middle of an import, 100 times: the rows of one that was not killed";
export const options = { kills: 100, rows: 60_000, by: "shell", dialect: "sqlite", seed: 20_261_122 };

export async function run({ kills, rows, by: carrier, seed }: typeof options): Promise<void> {
  const by = carrier === "worker" ? "worker" : "shell";
  const path = join(scratchFolder(), "orders.csv");
  writeOrders(path, rows);
  const expected = await playOne(path, 0, seed, by);
  figure("orders", expected.rows.orders?.length ?? 0);
  let killed = 0;
  for (let file = 1; killed < kills; file++) {
    const played = await playOne(path, kills - killed, seed + file, by);
    killed += played.killed;
    figure(`file_${file}`, `${played.killed} kills`);
    for (const [what, list] of Object.entries(expected.rows)) check(`${what} of file ${file} are those of an import that was not killed`, isDeepStrictEqual(played.rows[what], list));
    if (played.killed === 0) throw new Error("the import ends before it can be killed: give more rows");
  }
  figure("kills", killed);
  check(`${kills} kills`, killed >= kills);
}

async function playOne(path: string, kills: number, seed: number, by: Carrier) {
  const { db, where } = await scratchDatabase();
  // its folder is where uploads lie
  const settings = { DATABASE_FILE: join(scratchFolder(), "files.db"), ...where, SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM };
  const killed = await killImport({ db, where: settings, path, kills, seed, by });
  const rows = await rowsOfImport(db, by);
  await db.close();
  return { killed, rows };
}
