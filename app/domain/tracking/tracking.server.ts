/**
 * What opens and clicks mean. Hits are kept raw (hits.server.ts); the judgement on them is apart and can be made anew,
 * and events and facts follow from it. Many mails at a time, in a few statements.
 */
import { and, asc, gt, inArray, isNotNull, isNull } from "drizzle-orm";

import { givenIds, lockKey } from "../../db/dialect";
import type { Database, Tx } from "../../db/types";
import { deleteDerivedEvents, listDerivedEvents, recordEvents, type NewEvent } from "../customers/events.server";
import { addReadingFacts, setFacts, type ReadingFacts } from "../customers/metrics.server";
import { isInDoubt, noteArrived } from "../deliveries/arrived.server";
import { deliveries } from "../deliveries/schema";
import { bySystem, type By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { listRevisionLinks } from "../mailings/mailings.server";
import { clicksNear, judgeHit, RULE_VERSION, SETTLED_AFTER } from "./judgement";
import { recountReadings } from "./recount.server";
import { trackingHits } from "./schema";

type HitRow = typeof trackingHits.$inferSelect;
type Link = { position: number; url: string; label: string };
type Mail = { id: number; partyId: number | null; campaignId: number | null; revisionId: number | null; handedAt: number | null; class: string; state: string; reason: string | null };

export type Judged = { mails: number; hits: number; /** Hits that were judged before, and otherwise. */ changed: number };

/** Judges the hits whose neighbours are in, at most so many. A step of the worker. @returns how many */
export async function judgeDue({ db, clock }: { db: Database; clock: () => number }, limit: number): Promise<number> {
  const now = clock();
  const before = now - SETTLED_AFTER;
  const some = await db.read.raw("SELECT 1 AS due FROM tracking_hits WHERE judged_at IS NULL AND at <= ? LIMIT 1", [before]);
  if (some.length === 0) return 0;
  return db.write(async (tx) => {
    // Two workers would both find that nothing was told yet, and count it twice.
    await lockKey(tx, "judgement");
    const { fresh, due } = await listFresh(tx, before, limit);
    const ids = [...new Set(due.map((hit) => hit.deliveryId))];
    if (ids.length) await judgeMails(tx, bySystem("worker", now), ids, fresh, before);
    return due.length;
  });
}

/** The oldest hits that nobody judged, with those that came just behind them: they are not due, but stand beside them. */
async function listFresh(tx: Tx, before: number, limit: number): Promise<{ fresh: HitRow[]; due: HitRow[] }> {
  const rows = await tx.raw<Record<string, unknown>>("SELECT id FROM tracking_hits WHERE judged_at IS NULL ORDER BY id LIMIT ?", [limit]);
  const fresh = await tx.select().from(trackingHits).where(inArray(trackingHits.id, rows.map((row) => Number(row.id))));
  return { fresh, due: fresh.filter((hit) => hit.at <= before) };
}

/**
 * Judges again what was judged before, by the rule as it is now, mail by mail in the order of their ids.
 * @returns what it did, and the last mail: `afterId` of the next call, null at the end
 */
export async function rejudge(tx: Tx, by: By, { since, afterId, limit }: { since: number; afterId: number; limit: number }): Promise<Judged & { last: number | null }> {
  await lockKey(tx, "judgement");
  const rows = await tx
    .selectDistinct({ id: trackingHits.deliveryId })
    .from(trackingHits)
    .where(and(isNotNull(trackingHits.judgedAt), gt(trackingHits.at, since), gt(trackingHits.deliveryId, afterId)))
    .orderBy(asc(trackingHits.deliveryId))
    .limit(limit);
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return { mails: 0, hits: 0, changed: 0, last: null };
  const fresh = await tx.select().from(trackingHits).where(and(isNull(trackingHits.judgedAt), inArray(trackingHits.deliveryId, ids)));
  const judged = await judgeMails(tx, by, ids, fresh, 0);
  await recordAudit(tx, by, "rejudge", { type: "tracking", id: null }, { since, afterId, rule: RULE_VERSION, changed: judged.changed });
  return { ...judged, last: ids.at(-1) as number };
}

/** @param fresh hits that were never judged, of these mails and others; those after `before` are looked at, not judged */
async function judgeMails(tx: Tx, by: By, ids: number[], fresh: HitRow[], before: number): Promise<Judged> {
  const wanted = new Set(ids);
  const known = await tx.select().from(trackingHits).where(and(isNotNull(trackingHits.judgedAt), inArray(trackingHits.deliveryId, ids)));
  const byMail = grouped([...known, ...fresh.filter((hit) => wanted.has(hit.deliveryId))], (hit) => hit.deliveryId);
  const mails: Mail[] = await tx
    .select({
      id: deliveries.id, partyId: deliveries.partyId, campaignId: deliveries.campaignId, revisionId: deliveries.revisionId,
      handedAt: deliveries.handedAt, class: deliveries.class, state: deliveries.state, reason: deliveries.reason,
    })
    .from(deliveries)
    .where(inArray(deliveries.id, ids));
  const links = await linksOf(tx, mails);

  const verdicts = new Verdicts();
  const readings: Reading[] = [];
  for (const mail of mails) {
    const its = links.get(mail.revisionId) ?? [];
    const hits = (byMail.get(mail.id) ?? []).toSorted((a, b) => a.at - b.at || a.id - b.id);
    const people = judgeMail(mail, hits, its.length, before, verdicts);
    if (mail.partyId !== null) readings.push({ mail: { ...mail, partyId: mail.partyId }, links: its, people });
  }
  await verdicts.write(tx, by);
  await noteArrived(tx, by, mails.filter(isInDoubt).map((mail) => mail.id));
  const changed = await reconcile(tx, by, readings);
  if (changed.length) await noteChange(tx, by, ...changed.map((id) => `campaign:${id}`));
  return { mails: mails.length, hits: verdicts.count, changed: verdicts.changed };
}

/** @returns the hits of people */
function judgeMail(mail: Mail, hits: HitRow[], links: number, before: number, verdicts: Verdicts): HitRow[] {
  const near = clicksNear(hits);
  return hits.filter((hit) => {
    if (hit.judgedAt === null && hit.at > before) return false;
    const { judgement, rule } = judgeHit(hit, { handedAt: mail.handedAt, near: near(hit), links });
    verdicts.add(hit, judgement, rule);
    return judgement === "person";
  });
}

/** What is to be written on hits: one statement for each part of the rule, whatever their number. */
class Verdicts {
  count = 0;
  changed = 0;
  private readonly groups = new Map<string, { judgement: HitRow["judgement"]; judgedBy: string; ids: number[] }>();

  add(hit: HitRow, judgement: HitRow["judgement"], rule: string): void {
    const judgedBy = `${RULE_VERSION}:${rule}`;
    this.count += 1;
    if (hit.judgedAt !== null && hit.judgement !== judgement) this.changed += 1;
    if (hit.judgedAt !== null && hit.judgement === judgement && hit.judgedBy === judgedBy) return;
    const key = `${judgement} ${judgedBy}`;
    const group = this.groups.get(key) ?? { judgement, judgedBy, ids: [] };
    group.ids.push(hit.id);
    this.groups.set(key, group);
  }

  async write(tx: Tx, by: By): Promise<void> {
    for (const { judgement, judgedBy, ids } of this.groups.values())
      await tx.raw(`UPDATE tracking_hits SET judgement = ?, judged_by = ?, judged_at = ? WHERE id IN ${givenIds(tx)}`, [judgement, judgedBy, by.now, JSON.stringify(ids)]);
  }
}

async function linksOf(tx: Tx, mails: Mail[]): Promise<Map<number | null, Link[]>> {
  const links = new Map<number | null, Link[]>();
  for (const { revisionId } of mails) if (revisionId !== null && !links.has(revisionId)) links.set(revisionId, await listRevisionLinks(tx, revisionId));
  return links;
}

type Reading = { mail: Mail & { partyId: number }; links: Link[]; people: HitRow[] };

/**
 * Brings events and facts to what the judgement says: one open per mail, one click per link. A click is also an open.
 * @returns the campaigns of which something changed
 */
async function reconcile(tx: Tx, by: By, readings: Reading[]): Promise<number[]> {
  const there = grouped(await listDerivedEvents(tx, readings.map(({ mail }) => mail.id), ["mail_opened", "mail_clicked"]), (event) => event.deliveryId);
  const add: NewEvent[] = [];
  const remove: number[] = [];
  const facts: ReadingFacts[] = [];
  /** Of whom something went or was at another time: what happened last is among all their mails, not in this one. */
  const afresh = new Set<number>();
  const campaigns = new Set<number>();
  for (const reading of readings) {
    const { mail } = reading;
    const had = there.get(mail.id) ?? [];
    const wanted = eventsOf(reading);
    const known = new Map(had.map((event) => [event.dedupeKey, event.at]));
    const more = [...wanted].filter(([key, event]) => known.get(key) !== event.at).map(([, event]) => event);
    const less = had.filter(({ dedupeKey, at }) => dedupeKey !== null && wanted.get(dedupeKey)?.at !== at);
    add.push(...more);
    remove.push(...less.map((event) => event.id));
    if ((more.length || less.length) && mail.campaignId !== null) campaigns.add(mail.campaignId);
    if (mail.class !== "marketing") continue;
    if (less.length) afresh.add(mail.partyId);
    else facts.push(factsOf(mail.partyId, had, [...wanted.values()]));
  }
  if (remove.length) await deleteDerivedEvents(tx, remove);
  await recordEvents(tx, by, add);
  await addReadingFacts(tx, facts.filter(({ partyId }) => !afresh.has(partyId)));
  for (const partyId of afresh) await setFacts(tx, partyId, (await recountReadings.count(tx, partyId - 1, partyId)).get(partyId) ?? recountReadings.nothing);
  return [...campaigns];
}

function eventsOf({ mail, links, people }: Reading): Map<string, NewEvent & { at: number }> {
  const wanted = new Map<string, NewEvent & { at: number }>();
  const want = (dedupeKey: string, kind: "mail_opened" | "mail_clicked", hit: HitRow, link?: Link) => {
    if (wanted.has(dedupeKey)) return;
    wanted.set(dedupeKey, {
      partyId: mail.partyId, kind, at: hit.at, channel: "email", subject: { type: "delivery", id: mail.id }, campaignId: mail.campaignId,
      deliveryId: mail.id, data: { class: mail.class, ...(link && { url: link.url, label: link.label }) }, dedupeKey,
    });
  };
  for (const hit of people) {
    want(`opened:${mail.id}`, "mail_opened", hit);
    if (hit.kind === "click") want(`clicked:${mail.id}:${hit.linkPosition}`, "mail_clicked", hit, links.find((l) => l.position === hit.linkPosition));
  }
  return wanted;
}

function factsOf(partyId: number, had: { kind: string }[], wanted: { kind: string; at: number }[]): ReadingFacts {
  const move = (kind: "mail_opened" | "mail_clicked") => {
    const first = wanted.find((event) => event.kind === kind);
    const was = had.some((event) => event.kind === kind);
    return { count: Number(first !== undefined) - Number(was), at: first && !was ? first.at : null };
  };
  const [opened, clicked] = [move("mail_opened"), move("mail_clicked")];
  return { partyId, opened: opened.count, openedAt: opened.at, clicked: clicked.count, clickedAt: clicked.at };
}

function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
