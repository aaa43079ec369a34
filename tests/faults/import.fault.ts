/**
 * kill -9 in the middle of imports from the shell, again and again: each ends with the very rows of one that was not
 * killed. Every database is one file; more files follow until there were enough kills.
 */
import { isDeepStrictEqual } from "node:util";
import { join } from "node:path";

import { check, figure } from "../support/long";
import { killImport, rowsOfImport, writeOrders } from "../support/killed-import";
import { SCRATCH_FROM, SCRATCH_SECRET, scratchDatabase, scratchFolder } from "../support/scratch";

export const about = "kill -9 in the middle of an import, 100 times: the rows of one that was not killed";
export const options = { kills: 100, rows: 60_000, dialect: "sqlite", seed: 20_261_122 };

export async function run({ kills, rows, seed }: typeof options): Promise<void> {
  const path = join(scratchFolder(), "orders.csv");
  writeOrders(path, rows);
  const expected = await playOne(path, 0, seed);
  figure("orders", expected.rows.orders?.length ?? 0);
  let killed = 0;
  for (let file = 1; killed < kills; file++) {
    const played = await playOne(path, kills - killed, seed + file);
    killed += played.killed;
    figure(`file_${file}`, `${played.killed} kills`);
    for (const [what, list] of Object.entries(expected.rows)) check(`${what} of file ${file} are those of an import that was not killed`, isDeepStrictEqual(played.rows[what], list));
    if (played.killed === 0) throw new Error("the import ends before it can be killed: give more rows");
  }
  figure("kills", killed);
  check(`${kills} kills`, killed >= kills);
}

async function playOne(path: string, kills: number, seed: number) {
  const { db, where } = await scratchDatabase();
  const settings = { ...where, SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM };
  const killed = await killImport({ db, where: settings, path, kills, seed });
  const rows = await rowsOfImport(db);
  await db.close();
  return { killed, rows };
}
