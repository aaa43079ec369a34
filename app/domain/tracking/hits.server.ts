/** Opens and clicks as they come in: kept raw, many in one commit. What they mean is judged later (tracking.server.ts). */
import { and, asc, eq, gt, isNotNull, lte } from "drizzle-orm";

import { givenIds, givenRows, lockKey } from "../../db/dialect";
import type { Database, Reader, Tx } from "../../db/types";
import type { HitFacts } from "./judgement";
import { webLink } from "./link";
import { trackingHits, trackingSweeps } from "./schema";

export type Hit = HitFacts & { deliveryId: number; remoteAddress: string | null };

export type Taken = {
  /** Where the link of a click leads; null when the mail has no such link, and then nothing was written. */
  link: string | null;
  /** Why it could not be written down; null when it is committed. */
  failure: unknown;
};

/** Takes one open or click in. Resolves when it is committed, or cannot be. */
export function takeHit(db: Database, hit: Hit): Promise<Taken> {
  let log = logs.get(db);
  if (!log) logs.set(db, (log = new HitLog(db)));
  return log.take(hit);
}

const logs = new WeakMap<Database, HitLog>();

type Waiting = { hit: Hit; resolve: (taken: Taken) => void; reject: (error: unknown) => void };

/**
 * What has come in while the last group was written is the next one: one transaction each. It goes off before the last
 * one is answered, so that the disk does not wait for the answers.
 */
class HitLog {
  private waiting: Waiting[] = [];
  private writing = false;
  private readonly statements: { opens: string; clicks: string };

  constructor(private readonly db: Database) {
    this.statements = statementsFor(db.read);
  }

  take(hit: Hit): Promise<Taken> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ hit, resolve, reject });
      if (this.writing) return;
      this.writing = true;
      // Whatever else has just come in goes with it.
      setImmediate(() => this.goOn());
    });
  }

  private goOn(): void {
    this.writing = this.waiting.length > 0;
    if (this.writing) void this.writeGroup(this.waiting.splice(0, LARGEST_GROUP));
  }

  private async writeGroup(group: Waiting[]): Promise<void> {
    const hits = group.map(({ hit }) => hit);
    const clicks = hits.some(({ kind }) => kind === "click");
    const given = [JSON.stringify(hits.map((h) => [h.deliveryId, h.kind, h.linkPosition, h.at, h.method, h.userAgent.slice(0, 400), h.remoteAddress]))];
    let rows: LinkRow[] = [];
    let failure: unknown = null;
    try {
      rows = await this.db.append<LinkRow>(clicks ? this.statements.clicks : this.statements.opens, given);
    } catch (error) {
      failure = error;
    }
    this.goOn();
    try {
      if (failure && clicks) rows = await readLinks(this.db.read, hits);
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    const links = new Map(rows.map(({ delivery_id: id, link_position: position, url }) => [`${id}/${position}`, url]));
    setImmediate(() => {
      for (const { hit, resolve } of group) {
        const url = links.get(`${hit.deliveryId}/${hit.linkPosition}`);
        resolve({ link: url ? webLink(url) : null, failure });
      }
    });
  }
}

const LARGEST_GROUP = 500;

type LinkRow = { delivery_id: number; link_position: number | null; url: string | null };

/** As `webLink`, as far as SQL can tell. */
const LEADS = "(l.url LIKE 'https://%' OR l.url LIKE 'http://%' OR (l.url LIKE '/%' AND substr(l.url, 2, 1) NOT IN ('/', '\\')))";

/**
 * A restored backup may not know the delivery of a good token: then there is nothing to write. Where clicks lead is told
 * by the thread that writes: a reader beside it would find its pages outdated at each group.
 */
function statementsFor(db: Reader): { opens: string; clicks: string } {
  const rows = givenRows(db, { delivery_id: "int", kind: "text", link_position: "int", at: "int", method: "text", user_agent: "text", remote_address: "text" });
  const opens = `INSERT INTO tracking_hits (delivery_id, kind, link_position, at, method, user_agent, remote_address, judgement, judged_by)
     SELECT d.id, h.kind, h.link_position, h.at, h.method, h.user_agent, h.remote_address, 'unknown', 'none'
     FROM ${rows} h JOIN deliveries d ON d.id = h.delivery_id`;
  const clicks = `${opens} LEFT JOIN mailing_links l ON l.revision_id = d.revision_id AND l.position = h.link_position
     WHERE h.kind = 'open' OR ${LEADS}
     RETURNING delivery_id, link_position,
       (SELECT l.url FROM deliveries d JOIN mailing_links l ON l.revision_id = d.revision_id AND l.position = tracking_hits.link_position WHERE d.id = tracking_hits.delivery_id) AS url`;
  return { opens, clicks };
}

async function readLinks(db: Reader, hits: Hit[]): Promise<LinkRow[]> {
  return db.raw<LinkRow>(
    `SELECT d.id AS delivery_id, l.position AS link_position, l.url FROM deliveries d JOIN mailing_links l ON l.revision_id = d.revision_id
     WHERE d.id IN ${givenIds(db)}`,
    [JSON.stringify(hits.map((hit) => hit.deliveryId))],
  );
}

// ── reading and forgetting them ─────────────────────────────────────────────────────────────────────────────────────

/** The hits of one mail as judged, oldest first: for the ledger of a delivery. */
export async function listHits(db: Reader, deliveryId: number) {
  return db
    .select({
      id: trackingHits.id, kind: trackingHits.kind, linkPosition: trackingHits.linkPosition, at: trackingHits.at,
      userAgent: trackingHits.userAgent, judgement: trackingHits.judgement, judgedBy: trackingHits.judgedBy,
    })
    .from(trackingHits)
    .where(and(eq(trackingHits.deliveryId, deliveryId), isNotNull(trackingHits.judgedAt)))
    .orderBy(asc(trackingHits.at), asc(trackingHits.id))
    .limit(200);
}

/** Addresses of visitors are kept for this long. */
const KEEP_ADDRESSES = 90 * 86_400_000;
const AT_ONCE = 2_000;
const SWEEP = "addresses";

/**
 * Worker step: forgets the addresses of visitors that are too old. Hits are numbered as they come in, so it goes on
 * where it ended and reads no hit twice, however many there are. @returns how many hits it went past
 */
export async function forgetAddresses(tx: Tx, now: number, limit = AT_ONCE): Promise<number> {
  await lockKey(tx, "tracking_sweep");
  const [before] = await tx.select().from(trackingSweeps).where(eq(trackingSweeps.name, SWEEP));
  const from = before?.lastId ?? 0;
  const next = await tx.select({ id: trackingHits.id, at: trackingHits.at }).from(trackingHits).where(gt(trackingHits.id, from)).orderBy(asc(trackingHits.id)).limit(limit);
  // One that a wrong clock put into the future must not keep the others for ever.
  const young = next.findIndex(({ at }) => at >= now - KEEP_ADDRESSES && at <= now + KEEP_ADDRESSES);
  const passed = young < 0 ? next : next.slice(0, young);
  const last = passed.at(-1)?.id;
  if (last === undefined) return 0;
  await tx.update(trackingHits).set({ remoteAddress: null }).where(and(gt(trackingHits.id, from), lte(trackingHits.id, last), isNotNull(trackingHits.remoteAddress)));
  await tx.insert(trackingSweeps).values({ name: SWEEP, lastId: last }).onConflictDoUpdate({ target: trackingSweeps.name, set: { lastId: last } });
  return passed.length;
}
