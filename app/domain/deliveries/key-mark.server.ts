/**
 * Which SECRET_KEY a database belongs to. With another key nothing would break aloud: the suppression list would match
 * no address any more, and links in mails that have left would lead nowhere. So the first start leaves a mark of the
 * key, and a start with another one is refused.
 */
import { eq, ne } from "drizzle-orm";

import type { Database, Reader, Tx } from "../../db/types";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { addressKeyMark, hashAddress } from "./identity.server";
import { secretKeyMarks, suppressions } from "./schema";

export type KeyVerdict = { ok: true } | { ok: false; wanted: string; given: string };

/** Leaves the mark on a database that has none. */
export async function checkSecretKey(db: Database, now: number): Promise<KeyVerdict> {
  const given = addressKeyMark();
  const wanted = (await currentMark(db.read)) ?? (await db.write((tx) => leaveMark(tx, given, now)));
  return wanted === given ? { ok: true } : { ok: false, wanted, given };
}

async function currentMark(db: Reader): Promise<string | null> {
  const [row] = await db.select({ mark: secretKeyMarks.mark }).from(secretKeyMarks).where(eq(secretKeyMarks.current, true));
  return row?.mark ?? null;
}

/** Of two processes that start at once, the second finds the first one's mark. */
async function leaveMark(tx: Tx, mark: string, now: number): Promise<string> {
  const there = await currentMark(tx);
  if (there) return there;
  await tx.insert(secretKeyMarks).values({ mark, current: true, since: now }).onConflictDoUpdate({ target: secretKeyMarks.mark, set: { current: true, since: now } });
  return mark;
}

export type Adopted = { mails: number; suppressed: number; /** Marks of erased people, which nobody can make anew. */ lost: number };

/** Takes the key that is given now for this database: every address that is known is hashed anew. */
export async function adoptSecretKey(tx: Tx, by: By): Promise<Adopted> {
  const [lost] = await tx.raw<{ n: number }>("SELECT count(*) AS n FROM suppressions WHERE address IS NULL");
  const adopted = { suppressed: await rehashSuppressions(tx), mails: await rehashDeliveries(tx), lost: Number(lost?.n ?? 0) };
  await tx.update(secretKeyMarks).set({ current: false }).where(ne(secretKeyMarks.mark, addressKeyMark()));
  const mark = { mark: addressKeyMark(), current: true, since: by.now };
  await tx.insert(secretKeyMarks).values(mark).onConflictDoUpdate({ target: secretKeyMarks.mark, set: mark });
  await recordAudit(tx, by, "adoptSecretKey", { type: "sending", id: null }, { ...adopted, mark: mark.mark });
  return adopted;
}

async function rehashSuppressions(tx: Tx): Promise<number> {
  const rows = await tx.select().from(suppressions);
  let count = 0;
  for (const { address, addressHash, scope } of rows) {
    if (address === null) continue;
    await tx.raw("UPDATE suppressions SET address_hash = ? WHERE address_hash = ? AND scope = ?", [hashAddress(address), addressHash, scope]);
    count += 1;
  }
  return count;
}

const CHUNK = 2_000;

/** The key of a campaign's mail holds the hash too: one address gets one mail of one campaign, whatever the key is. */
async function rehashDeliveries(tx: Tx): Promise<number> {
  let count = 0;
  for (let after = 0; ; ) {
    const rows = await tx.raw<{ id: number; address: string; address_hash: string; dedupe_key: string }>(
      `SELECT id, address, address_hash, dedupe_key FROM deliveries WHERE id > ? AND address <> '' ORDER BY id LIMIT ${CHUNK}`,
      [after],
    );
    for (const row of rows) {
      const hash = hashAddress(row.address);
      await tx.raw("UPDATE deliveries SET address_hash = ?, dedupe_key = ? WHERE id = ?", [hash, row.dedupe_key.replace(`:${row.address_hash}`, `:${hash}`), row.id]);
    }
    count += rows.length;
    const last = rows.at(-1);
    if (!last) return count;
    after = last.id;
  }
}
