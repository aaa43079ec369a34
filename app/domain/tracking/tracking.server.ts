/** Opens and clicks. Hits are kept raw; the judgement on them is apart, and events and facts follow from it. */
import { and, asc, eq, gt, inArray, isNotNull, isNull, lt, lte } from "drizzle-orm";

import type { Database, Reader, Tx } from "../../db/types";
import { deleteDerivedEvent, listDerivedEvents, recordEvent } from "../customers/events.server";
import { addMailFacts } from "../customers/metrics.server";
import { deliveries } from "../deliveries/schema";
import { bySystem, type By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { listRevisionLinks } from "../mailings/mailings.server";
import { judgeHit, RULE_VERSION, SETTLED_AFTER, type HitFacts } from "./judgement";
import { trackingHits } from "./schema";

// ── taking hits in ──────────────────────────────────────────────────────────────────────────────────────────────────

export type Hit = HitFacts & { deliveryId: number; remoteAddress: string | null };

/** All hits of one turn of the event loop share a transaction; the promise is kept when it is committed. */
class HitLog {
  private waiting: { hit: Hit; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private writing = false;
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  add(hit: Hit): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ hit, resolve, reject });
      if (!this.writing) void this.write();
    });
  }

  private async write(): Promise<void> {
    this.writing = true;
    while (this.waiting.length) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const group = this.waiting.splice(0, 500);
      try {
        await this.db.write(async (tx) => {
          for (const { hit } of group) await insertHit(tx, hit);
        });
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.writing = false;
  }
}

const logs = new WeakMap<Database, HitLog>();

/** Keeps one open or click. Resolves when it is committed. */
export function recordHit(db: Database, hit: Hit): Promise<void> {
  let log = logs.get(db);
  if (!log) logs.set(db, (log = new HitLog(db)));
  return log.add(hit);
}

/** A restored backup may not know the delivery of a good token: then there is nothing to write. */
async function insertHit(tx: Tx, hit: Hit): Promise<void> {
  await tx.raw(
    `INSERT INTO tracking_hits (delivery_id, kind, link_position, at, method, user_agent, remote_address, judgement, judged_by)
     SELECT id, ?, ?, ?, ?, ?, ?, 'unknown', 'none' FROM deliveries WHERE id = ?`,
    [hit.kind, hit.linkPosition, hit.at, hit.method, hit.userAgent.slice(0, 400), hit.remoteAddress, hit.deliveryId],
  );
}

/** Where the n-th link of this delivery leads; null when the mailing has no such link. */
export async function findLinkTarget(db: Reader, deliveryId: number, position: number): Promise<string | null> {
  const rows = await db.raw<{ url: string }>(
    `SELECT l.url FROM deliveries d JOIN mailing_links l ON l.revision_id = d.revision_id AND l.position = ? WHERE d.id = ?`,
    [position, deliveryId],
  );
  return rows[0]?.url ?? null;
}

// ── judging them ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Judges the hits whose neighbours are in. A step of the worker. @returns how many deliveries were judged */
export async function judgeDue({ db, clock }: { db: Database; clock: () => number }, limit: number): Promise<number> {
  const now = clock();
  const due = await db.read
    .selectDistinct({ id: trackingHits.deliveryId })
    .from(trackingHits)
    .where(and(isNull(trackingHits.judgedAt), lte(trackingHits.at, now - SETTLED_AFTER)))
    .limit(limit);
  if (due.length === 0) return 0;
  await db.write((tx) => judgeDeliveries(tx, bySystem("worker", now), due.map((row) => row.id)));
  return due.length;
}

/** Judges again what was judged before, by the rule as it is now. `afterId` restarts it. @returns the last delivery, null at the end */
export async function rejudge(tx: Tx, by: By, { since, afterId, limit }: { since: number; afterId: number; limit: number }): Promise<number | null> {
  const rows = await tx
    .selectDistinct({ id: trackingHits.deliveryId })
    .from(trackingHits)
    .where(and(gt(trackingHits.at, since), gt(trackingHits.deliveryId, afterId)))
    .orderBy(asc(trackingHits.deliveryId))
    .limit(limit);
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return null;
  await judgeDeliveries(tx, by, ids);
  await recordAudit(tx, by, "rejudge", { type: "tracking", id: null }, { since, afterId, rule: RULE_VERSION });
  return ids.at(-1) as number;
}

type Mail = { id: number; partyId: number | null; campaignId: number | null; revisionId: number | null; handedAt: number | null; class: string };

async function judgeDeliveries(tx: Tx, by: By, ids: number[]): Promise<void> {
  const mails: Mail[] = await tx
    .select({
      id: deliveries.id, partyId: deliveries.partyId, campaignId: deliveries.campaignId, revisionId: deliveries.revisionId,
      handedAt: deliveries.handedAt, class: deliveries.class,
    })
    .from(deliveries)
    .where(inArray(deliveries.id, ids));
  const changed = new Set<number>();
  for (const mail of mails) if ((await judgeDelivery(tx, by, mail)) && mail.campaignId !== null) changed.add(mail.campaignId);
  if (changed.size) await noteChange(tx, by, ...[...changed].map((id) => `campaign:${id}`));
}

async function judgeDelivery(tx: Tx, by: By, mail: Mail): Promise<boolean> {
  const hits = await tx.select().from(trackingHits).where(eq(trackingHits.deliveryId, mail.id)).orderBy(asc(trackingHits.at), asc(trackingHits.id));
  const links = mail.revisionId === null ? [] : await listRevisionLinks(tx, mail.revisionId);
  const people: typeof hits = [];
  for (const hit of hits) {
    const { judgement, rule } = judgeHit(hit, { handedAt: mail.handedAt, near: hits, links: links.length });
    if (judgement === "person") people.push(hit);
    const judgedBy = `${RULE_VERSION}:${rule}`;
    if (hit.judgedAt === null || hit.judgement !== judgement || hit.judgedBy !== judgedBy)
      await tx.update(trackingHits).set({ judgement, judgedBy, judgedAt: by.now }).where(eq(trackingHits.id, hit.id));
  }
  return mail.partyId !== null && (await reconcile(tx, by, { ...mail, partyId: mail.partyId }, people, links));
}

/** Brings events and facts to what the judgement says: one open per mail, one click per link. A click is also an open. */
async function reconcile(
  tx: Tx,
  by: By,
  mail: Mail & { partyId: number },
  people: { kind: "open" | "click"; linkPosition: number | null; at: number }[],
  links: { position: number; url: string; label: string }[],
): Promise<boolean> {
  const wanted = new Map<string, { kind: "mail_opened" | "mail_clicked"; at: number; position: number | null }>();
  for (const hit of people) {
    const opened = `opened:${mail.id}`;
    if (!wanted.has(opened)) wanted.set(opened, { kind: "mail_opened", at: hit.at, position: null });
    const clicked = `clicked:${mail.id}:${hit.linkPosition}`;
    if (hit.kind === "click" && !wanted.has(clicked)) wanted.set(clicked, { kind: "mail_clicked", at: hit.at, position: hit.linkPosition });
  }
  const there = await listDerivedEvents(tx, mail.id, ["mail_opened", "mail_clicked"]);
  const had = { opened: there.some((e) => e.kind === "mail_opened"), clicked: there.some((e) => e.kind === "mail_clicked") };
  let changed = false;

  for (const event of there)
    if (event.dedupeKey !== null && !wanted.has(event.dedupeKey)) {
      await deleteDerivedEvent(tx, event.id);
      changed = true;
    }
  for (const [dedupeKey, { kind, at, position }] of wanted) {
    const link = links.find((l) => l.position === position);
    const written = await recordEvent(tx, by, {
      partyId: mail.partyId,
      kind,
      at,
      channel: "email",
      subject: { type: "delivery", id: mail.id },
      campaignId: mail.campaignId,
      deliveryId: mail.id,
      data: { class: mail.class, ...(link && { url: link.url, label: link.label }) },
      dedupeKey,
    });
    changed ||= written;
  }
  if (mail.class === "marketing") await moveFacts(tx, mail.partyId, had, [...wanted.values()]);
  return changed;
}

async function moveFacts(
  tx: Tx,
  partyId: number,
  had: { opened: boolean; clicked: boolean },
  wanted: { kind: "mail_opened" | "mail_clicked"; at: number }[],
): Promise<void> {
  const open = wanted.find((w) => w.kind === "mail_opened");
  const click = wanted.find((w) => w.kind === "mail_clicked");
  if (open && !had.opened) await addMailFacts(tx, partyId, { opened: 1, at: open.at });
  if (!open && had.opened) await addMailFacts(tx, partyId, { opened: -1, at: 0 });
  if (click && !had.clicked) await addMailFacts(tx, partyId, { clicked: 1, at: click.at });
  if (!click && had.clicked) await addMailFacts(tx, partyId, { clicked: -1, at: 0 });
}

// ── forgetting ──────────────────────────────────────────────────────────────────────────────────────────────────────

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

/** The hits of one mail, oldest first: for the ledger of a delivery. */
export async function listHits(db: Reader, deliveryId: number) {
  return db
    .select({
      id: trackingHits.id, kind: trackingHits.kind, linkPosition: trackingHits.linkPosition, at: trackingHits.at,
      userAgent: trackingHits.userAgent, judgement: trackingHits.judgement, judgedBy: trackingHits.judgedBy,
    })
    .from(trackingHits)
    .where(eq(trackingHits.deliveryId, deliveryId))
    .orderBy(asc(trackingHits.at), asc(trackingHits.id))
    .limit(200);
}
