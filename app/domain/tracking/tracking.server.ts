/** Opens and clicks. Hits are kept raw; the judgement on them is apart, and events and facts follow from it. */
import { and, asc, eq, gt, inArray, isNull, lte } from "drizzle-orm";

import type { Database, Tx } from "../../db/types";
import { deleteDerivedEvent, listDerivedEvents, recordEvent } from "../customers/events.server";
import { addMailFacts } from "../customers/metrics.server";
import { deliveries } from "../deliveries/schema";
import { bySystem, type By } from "../journal/actor";
import { noteChange, recordAudit } from "../journal/journal.server";
import { listRevisionLinks } from "../mailings/mailings.server";
import { judgeHit, RULE_VERSION, SETTLED_AFTER } from "./judgement";
import { trackingHits } from "./schema";

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
