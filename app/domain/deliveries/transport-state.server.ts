/** Whether the way out for mail can be reached, as the senders saw it last: kept in the database, so that pages can say it. */
import { eq, isNotNull } from "drizzle-orm";

import type { Database, Reader } from "../../db/types";
import type { Finding } from "../../mail/check/finding";
import { bySystem } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import { isHeld } from "./hold.server";
import { transportStates } from "./schema";

export type Trouble = { transport: string; since: number; words: string };

/** The way out that cannot be reached now; null while all is well. */
export async function findTrouble(db: Reader): Promise<Trouble | null> {
  const [row] = await db.select().from(transportStates).where(isNotNull(transportStates.downSince)).limit(1);
  return row ? { transport: row.transport, since: row.downSince as number, words: row.words ?? "" } : null;
}

/** What only the database knows of the way out: the senders do not reach it, or all is held. */
export async function findStoppages(db: Reader): Promise<Finding[]> {
  const [trouble, hold] = [await findTrouble(db), await isHeld(db)];
  return [
    ...(trouble ? [{ key: "senders_stuck", level: "wrong", values: { at: trouble.since, words: trouble.words } } as const] : []),
    ...(hold ? [{ key: "held", level: "warning", values: {} } as const] : []),
  ];
}

type WatchingApp = {
  db: Database;
  clock: () => number;
  log: { info(o: object, m: string): void; error(o: object, m: string): void };
};

/** `words` are what was said; null when nothing was. */
type Seen = { reached: true } | { reached: false; words: string | null };

/** What this process noted last, so that the hot path does nothing while nothing changes; and the writing of it. */
const lastSeen = new WeakMap<Database, { reached: boolean | null; written: Promise<void> }>();

/**
 * Called by the senders with every answer, and with every failure to get one.
 * @returns null when that is known already
 */
export function noteTransport(app: WatchingApp, transport: string, seen: Seen): Promise<void> | null {
  const known = lastSeen.get(app.db);
  if (known?.reached === seen.reached) return null;
  const written = (known?.written ?? Promise.resolve()).catch(() => undefined).then(() => writeState(app, transport, seen));
  lastSeen.set(app.db, { reached: seen.reached, written });
  return written;
}

async function writeState(app: WatchingApp, transport: string, seen: Seen): Promise<void> {
  const now = app.clock();
  const before = await app.db.write(async (tx) => {
    const [row] = await tx.select().from(transportStates).where(eq(transportStates.transport, transport));
    const downSince = seen.reached ? null : (row?.downSince ?? now);
    const values = { downSince, words: seen.reached ? null : (seen.words?.slice(0, 500) ?? row?.words ?? null), checkedAt: now };
    await tx.insert(transportStates).values({ transport, ...values }).onConflictDoUpdate({ target: transportStates.transport, set: values });
    if ((row?.downSince ?? null) !== downSince) await noteChange(tx, bySystem("worker", now), "sending");
    return row?.downSince ?? null;
  });
  // Said once when it begins and once when it is over, not at each look in between.
  if (seen.reached && before !== null) app.log.info({ transport, since: new Date(before).toISOString() }, "the mail relay can be reached again");
  if (!seen.reached && before === null) app.log.error({ transport, since: new Date(now).toISOString(), words: seen.words }, "the mail relay cannot be reached; nothing is lost, mails wait");
}

/**
 * A step of the worker: while a way out is noted as unreachable, looks whether it is back, also when no mail is there to
 * try it, and forgets one that is not used any more. @returns 1 when the trouble is over
 */
export async function watchTransport(app: WatchingApp & { mail: { name: string } }, probe: () => Promise<Seen>): Promise<number> {
  const trouble = await findTrouble(app.db.read);
  if (!trouble) return 0;
  const known = lastSeen.get(app.db);
  if (known) known.reached = null;
  const seen = trouble.transport === app.mail.name ? await probe() : ({ reached: true } as const);
  await noteTransport(app, trouble.transport, seen);
  return seen.reached ? 1 : 0;
}
