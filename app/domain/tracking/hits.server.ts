/** Opens and clicks as they come in: kept raw, many in one commit. What they mean is judged later (tracking.server.ts). */
import { and, asc, eq, isNotNull, lt } from "drizzle-orm";

import { givenIds, givenRows } from "../../db/dialect";
import type { Database, Reader, Tx } from "../../db/types";
import { listRevisionLinks } from "../mailings/mailings.server";
import type { HitFacts } from "./judgement";
import { webLink } from "./link";
import { trackingHits } from "./schema";

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

/** What has come in while the last group was written is the next one: one transaction each. */
class HitLog {
  private waiting: Waiting[] = [];
  private writing = false;
  private readonly links: LinkCache;

  constructor(private readonly db: Database) {
    this.links = new LinkCache(db.read);
  }

  take(hit: Hit): Promise<Taken> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ hit, resolve, reject });
      if (!this.writing) void this.write();
    });
  }

  private async write(): Promise<void> {
    this.writing = true;
    while (this.waiting.length) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const group = this.waiting.length > LARGEST_GROUP ? this.waiting.splice(0, LARGEST_GROUP) : this.waiting;
      if (group === this.waiting) this.waiting = [];
      await this.writeGroup(group);
    }
    this.writing = false;
  }

  private async writeGroup(group: Waiting[]): Promise<void> {
    let leads: (string | null)[];
    try {
      leads = await this.links.ofAll(group.map(({ hit }) => hit));
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    const good = group.flatMap(({ hit }, i) => (hit.kind === "open" || leads[i] !== null ? [hit] : []));
    let failure: unknown = null;
    try {
      if (good.length) await insertHits(this.db, good);
    } catch (error) {
      failure = error;
    }
    group.forEach(({ resolve }, i) => resolve({ link: leads[i] ?? null, failure }));
  }
}

const LARGEST_GROUP = 500;

/** A restored backup may not know the delivery of a good token: then there is nothing to write. */
function insertHits(db: Database, hits: Hit[]): Promise<void> {
  const rows = givenRows(db.read, { delivery_id: "int", kind: "text", link_position: "int", at: "int", method: "text", user_agent: "text", remote_address: "text" });
  return db.append(
    `INSERT INTO tracking_hits (delivery_id, kind, link_position, at, method, user_agent, remote_address, judgement, judged_by)
     SELECT d.id, h.kind, h.link_position, h.at, h.method, h.user_agent, h.remote_address, 'unknown', 'none'
     FROM ${rows} h JOIN deliveries d ON d.id = h.delivery_id`,
    [JSON.stringify(hits.map((h) => [h.deliveryId, h.kind, h.linkPosition, h.at, h.method, h.userAgent.slice(0, 400), h.remoteAddress]))],
  );
}

/** Links of a revision never change: each is read once. */
class LinkCache {
  private readonly revisions = new Map<number, Map<number, string>>();

  constructor(private readonly db: Reader) {}

  /** Where each of these leads; null for opens, and for links that the mail does not have. */
  async ofAll(hits: Hit[]): Promise<(string | null)[]> {
    const clicks = hits.filter((hit) => hit.kind === "click");
    if (clicks.length === 0) return hits.map(() => null);
    const mails = await this.db.raw<{ id: number; revision_id: number | null }>(
      `SELECT id, revision_id FROM deliveries WHERE id IN ${givenIds(this.db)}`,
      [JSON.stringify(clicks.map((hit) => hit.deliveryId))],
    );
    const links = new Map<number, Map<number, string>>();
    for (const { id, revision_id: revision } of mails) if (revision !== null) links.set(id, this.revisions.get(revision) ?? (await this.read(revision)));
    return hits.map((hit) => (hit.kind === "click" && links.get(hit.deliveryId)?.get(hit.linkPosition as number)) || null);
  }

  private async read(revision: number): Promise<Map<number, string>> {
    const rows = await listRevisionLinks(this.db, revision);
    const links = new Map(
      rows.flatMap(({ position, url }) => {
        const link = webLink(url);
        return link === null ? [] : [[position, link] as const];
      }),
    );
    if (this.revisions.size >= 200) this.revisions.delete(this.revisions.keys().next().value as number);
    this.revisions.set(revision, links);
    return links;
  }
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
export const KEEP_ADDRESSES = 90 * 86_400_000;

export async function forgetAddresses(tx: Tx, now: number): Promise<number> {
  const gone = await tx
    .update(trackingHits)
    .set({ remoteAddress: null })
    .where(and(lt(trackingHits.at, now - KEEP_ADDRESSES), isNotNull(trackingHits.remoteAddress)))
    .returning({ id: trackingHits.id });
  return gone.length;
}
