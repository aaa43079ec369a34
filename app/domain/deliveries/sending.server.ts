/**
 * Taking mails out of the outbox. Nothing is handed over twice:
 *
 * 1. *Claim*: queued → leased, by compare-and-set, with an epoch that rises at each claim.
 * 2. *Late intent*: while the body is on its way, leased → handing is committed together with a row of `handovers`,
 *    whose key forbids a second one; only then may the final dot follow. Everything that can stop a mail is asked here.
 * 3. *Answer*: taken, refused, put off; and where nobody can know, `unknown`, which is never sent again by itself.
 * 4. *Reaper*: what a dead worker had leased is queued again; what it was handing over is unknown.
 */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

import { and, eq, inArray, sql } from "drizzle-orm";

import { lockHandovers } from "../../db/dialect";
import type { Database, Tx } from "../../db/types";
import type { Outcome, Transport } from "../../mail/transport";
import { recordEvent } from "../customers/events.server";
import { addMailFacts } from "../customers/metrics.server";
import type { By } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import { composeMail, type ComposingApp } from "./compose.server";
import type { DeliveryRow } from "./deliveries.server";
import {
  isUnknownMailbox, LEASE_TIME, nextAttemptAt, reasonToWithhold, RESEND_TRANSACTIONAL_AFTER, RETRY_RELAY_AFTER,
  UNCONFIRMED_AFTER, type MailClass,
} from "./delivery";
import { deliveries, handovers } from "./schema";
import { suppressHash } from "./suppressions.server";

export type SendingApp = ComposingApp & {
  mail: Transport;
  log: { info(o: object, m: string): void; warn(o: object, m: string): void; error(o: object, m: string): void };
};

const BY = (now: number): By => ({ actor: { kind: "system", name: "worker" }, now });

// ── claim ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Takes at most `limit` due mails for `owner`: security first, then transactional, then marketing, fair among campaigns. */
export async function claimDue(db: Database, owner: string, now: number, limit: number): Promise<DeliveryRow[]> {
  if (limit <= 0 || !(await hasDue(db, now))) return [];
  return db.write(async (tx) => {
    const ids: number[] = [];
    for (const mailClass of ["security", "transactional"] as const)
      ids.push(...(await lease(tx, owner, now, limit - ids.length, "class = ? AND state = 'queued' AND not_before <= ?", [mailClass, now])));
    const streams = await runningStreams(tx, now);
    for (const [i, campaignId] of streams.entries()) {
      const share = Math.ceil((limit - ids.length) / (streams.length - i));
      ids.push(...(await lease(tx, owner, now, share, "campaign_id = ? AND state = 'queued' AND not_before <= ?", [campaignId, now])));
    }
    return ids.length ? tx.select().from(deliveries).where(inArray(deliveries.id, ids)) : [];
  });
}

async function hasDue({ read }: Database, now: number): Promise<boolean> {
  const system = await read.raw(
    "SELECT 1 AS due FROM deliveries WHERE state = 'queued' AND class IN ('security', 'transactional') AND not_before <= ? LIMIT 1",
    [now],
  );
  return system.length > 0 || (await runningStreams(read, now)).length > 0;
}

async function runningStreams(db: Database["read"], now: number): Promise<number[]> {
  const rows = await db.raw<{ campaign_id: number }>(
    `SELECT s.campaign_id FROM send_streams s WHERE s.state = 'running' AND EXISTS (
       SELECT 1 FROM deliveries d WHERE d.campaign_id = s.campaign_id AND d.state = 'queued' AND d.not_before <= ?)
     ORDER BY s.campaign_id`,
    [now],
  );
  return rows.map((row) => row.campaign_id);
}

/** The state is repeated in the UPDATE: of two workers that saw the same rows, one finds them gone. */
async function lease(tx: Tx, owner: string, now: number, limit: number, due: string, params: unknown[]): Promise<number[]> {
  if (limit <= 0) return [];
  const rows = await tx.raw<{ id: number }>(
    `UPDATE deliveries SET state = 'leased', lease_owner = ?, lease_epoch = lease_epoch + 1, lease_until = ?
     WHERE state = 'queued' AND id IN (
       SELECT id FROM deliveries WHERE ${due} ORDER BY id LIMIT ${Math.trunc(limit)}
       ${tx.speaks === "postgres" ? "FOR UPDATE SKIP LOCKED" : ""})
     RETURNING id`,
    [owner, now + LEASE_TIME, ...params],
  );
  return rows.map((row) => row.id);
}

// ── intent ──────────────────────────────────────────────────────────────────────────────────────────────────────────

type Lease = Pick<DeliveryRow, "id" | "leaseEpoch">;

type IntentFacts = {
  id: number;
  lease_epoch: number;
  attempt: number;
  class: MailClass;
  expires_at: number | null;
  stream: "running" | "paused" | "cancelled" | "finished" | null;
  stop_all: number | null;
  stop_marketing: number | null;
  erased_at: number | null;
  paused_until: number | null;
  open_complaints: number | null;
  consent: string | null;
};

/**
 * Commits the intent of those leases that may still go, and withholds or puts back the others.
 * @returns the ids that may now be handed over
 */
export async function commitIntents(tx: Tx, now: number, leases: Lease[]): Promise<Set<number>> {
  await lockHandovers(tx);
  const epochs = new Map(leases.map((lease) => [lease.id, lease.leaseEpoch]));
  const rows = await tx.raw<IntentFacts>(
    `SELECT d.id, d.lease_epoch, d.attempt, d.class, d.expires_at, s.state AS stream,
            sa.at AS stop_all, sm.at AS stop_marketing,
            p.erased_at, p.marketing_paused_until AS paused_until, m.open_complaints, c.state AS consent
     FROM deliveries d
     LEFT JOIN send_streams s ON s.campaign_id = d.campaign_id
     LEFT JOIN suppressions sa ON sa.address_hash = d.address_hash AND sa.scope = 'all'
     LEFT JOIN suppressions sm ON sm.address_hash = d.address_hash AND sm.scope = 'marketing'
     LEFT JOIN parties p ON p.id = d.party_id
     LEFT JOIN customer_metrics m ON m.party_id = d.party_id
     LEFT JOIN consent_states c ON c.party_id = d.party_id AND c.topic_id = d.topic_id AND c.channel = 'email'
     WHERE d.state = 'leased' AND d.id IN (${leases.map(() => "?").join(",")})
     ORDER BY d.id ${tx.speaks === "postgres" ? "FOR UPDATE OF d" : ""}`,
    leases.map((lease) => lease.id),
  );
  const held = rows.filter((row) => row.lease_epoch === epochs.get(row.id));
  const verdicts = held.map((row) => ({ row, reason: verdict(row, now) }));

  const granted = verdicts.filter((v) => v.reason === null).map((v) => v.row);
  const going = await writeHandovers(tx, now, granted);
  for (const reason of new Set(verdicts.flatMap((v) => v.reason ?? []))) {
    const ids = verdicts.filter((v) => v.reason === reason).map((v) => v.row.id);
    await tx
      .update(deliveries)
      .set(
        reason === "paused"
          ? { state: "queued", leaseOwner: null, leaseUntil: null }
          : { state: "withheld", reason, finishedAt: now, leaseOwner: null, leaseUntil: null },
      )
      .where(and(inArray(deliveries.id, ids), eq(deliveries.state, "leased")));
  }
  return going;
}

function verdict(row: IntentFacts, now: number) {
  return reasonToWithhold({
    mailClass: row.class,
    now,
    expiresAt: row.expires_at,
    stream: row.stream,
    suppressed: row.stop_all !== null ? "all" : row.stop_marketing !== null ? "marketing" : null,
    erased: row.erased_at !== null,
    consent: row.consent === "granted",
    openComplaint: (row.open_complaints ?? 0) > 0,
    pausedByCustomer: row.paused_until !== null && row.paused_until > now,
  });
}

/** The key of `handovers` has the last word: what was begun once in this attempt is not begun again. */
async function writeHandovers(tx: Tx, now: number, rows: IntentFacts[]): Promise<Set<number>> {
  if (rows.length === 0) return new Set();
  const written = await tx
    .insert(handovers)
    .values(rows.map((row) => ({ deliveryId: row.id, attempt: row.attempt, epoch: row.lease_epoch, intentAt: now })))
    .onConflictDoNothing()
    .returning({ id: handovers.deliveryId });
  const going = new Set(written.map((row) => row.id));
  const taken = rows.filter((row) => !going.has(row.id)).map((row) => row.id);
  if (going.size)
    await tx
      .update(deliveries)
      .set({ state: "handing", handedAt: now, leaseUntil: now + LEASE_TIME })
      .where(inArray(deliveries.id, [...going]));
  if (taken.length)
    await tx
      .update(deliveries)
      .set({ state: "unknown", finishedAt: now, leaseOwner: null, leaseUntil: null })
      .where(inArray(deliveries.id, taken));
  return going;
}

// ── answer ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Ending = { row: DeliveryRow; subject: string; transport: Transport["name"]; outcome: Exclude<Outcome, { kind: "withdrawn" }> };

/** Writes down how handing one mail over ended. Of a lease that is not ours any more, only an acceptance still counts. */
export async function recordEnding(tx: Tx, now: number, { row, subject, transport, outcome }: Ending): Promise<void> {
  const ours = (...states: DeliveryRow["state"][]) =>
    and(eq(deliveries.id, row.id), eq(deliveries.leaseEpoch, row.leaseEpoch), inArray(deliveries.state, states));
  const free = { leaseOwner: null, leaseUntil: null };
  const said = {
    words: outcome.words.slice(0, 1000),
    code: "code" in outcome ? outcome.code : null,
    ...(subject && row.class !== "security" && { subject }),
  };

  switch (outcome.kind) {
    case "accepted": {
      const changed = await tx
        .update(deliveries)
        .set({
          ...free, ...said, state: "accepted", reason: null, acceptedAt: now, finishedAt: now, provider: transport,
          providerId: outcome.providerId, ...(row.class === "security" && row.notice && { notice: withoutSecrets(row.notice) }),
        })
        .where(ours("handing", "unknown", "unconfirmed"))
        .returning({ id: deliveries.id });
      if (changed.length) await tellAccepted(tx, now, row, subject);
      return;
    }
    case "refused": {
      const changed = await tx
        .update(deliveries)
        .set({ ...free, ...said, state: "failed", reason: "refused", finishedAt: now, provider: transport })
        .where(ours("leased", "handing"))
        .returning({ id: deliveries.id });
      if (changed.length) await tellRefused(tx, now, row, subject, outcome);
      return;
    }
    case "deferred": {
      const since = row.deferredSince ?? now;
      const next = nextAttemptAt(row.class, since, now);
      await tx
        .update(deliveries)
        .set(
          next === null
            ? { ...free, ...said, state: "failed", reason: "gave_up", finishedAt: now, provider: transport }
            : { ...free, ...said, state: "queued", attempt: sql`${deliveries.attempt} + 1`, deferredSince: since, notBefore: Math.round(next) },
        )
        .where(ours("leased", "handing"));
      return;
    }
    case "unreachable":
      await tx
        .update(deliveries)
        .set({ ...free, ...said, state: "queued", attempt: sql`${deliveries.attempt} + 1`, notBefore: now + RETRY_RELAY_AFTER })
        .where(ours("leased", "handing"));
      return;
    case "unknown":
      await tx
        .update(deliveries)
        .set({ ...free, ...said, state: "unknown", finishedAt: now, provider: transport })
        .where(ours("handing"));
  }
}

async function tellAccepted(tx: Tx, now: number, row: DeliveryRow, subject: string): Promise<void> {
  if (row.partyId === null || row.class === "security") return;
  const by = BY(now);
  await recordEvent(tx, by, {
    partyId: row.partyId,
    kind: "mail_accepted",
    channel: "email",
    subject: { type: "delivery", id: row.id },
    campaignId: row.campaignId,
    deliveryId: row.id,
    data: { subject, class: row.class },
    dedupeKey: `accepted:${row.id}`,
  });
  if (row.class === "marketing") await addMailFacts(tx, row.partyId, { accepted: 1, at: now });
}

async function tellRefused(tx: Tx, now: number, row: DeliveryRow, subject: string, outcome: { code: number; words: string }) {
  const by = BY(now);
  if (row.partyId !== null && row.class !== "security")
    await recordEvent(tx, by, {
      partyId: row.partyId,
      kind: "mail_failed",
      channel: "email",
      subject: { type: "delivery", id: row.id },
      campaignId: row.campaignId,
      deliveryId: row.id,
      data: { subject, class: row.class, reason: outcome.words.slice(0, 300) },
      dedupeKey: `failed:${row.id}`,
    });
  if (isUnknownMailbox(outcome.code, outcome.words))
    await suppressHash(tx, by, {
      addressHash: row.addressHash, address: row.address, scope: "all", reason: "hard_bounce", source: outcome.words.slice(0, 300),
    });
}

/** A code or a link that logs somebody in is not kept once it has left. */
function withoutSecrets(notice: NonNullable<DeliveryRow["notice"]>): NonNullable<DeliveryRow["notice"]> {
  return { ...notice, values: {} };
}

// ── reaper ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * Brings what dead workers left behind into a known state. A worker of this machine whose process is gone is dead at
 * once, any other when its lease is over. A lease that ends impossibly late comes from a clock that was put back.
 * @returns how many rows changed
 */
export async function reapLeases({ db, clock }: { db: Database; clock: () => number }): Promise<number> {
  const now = clock();
  const owners = await db.read.raw<{ lease_owner: string }>(
    "SELECT DISTINCT lease_owner FROM deliveries WHERE state IN ('leased', 'handing') AND lease_owner IS NOT NULL",
  );
  const dead = owners.map((row) => row.lease_owner).filter(isDead);
  return db.write(async (tx) => {
    const over = `(lease_until < ? OR lease_until > ? ${dead.length ? `OR lease_owner IN (${dead.map(() => "?").join(",")})` : ""})`;
    const params = [now, now + 2 * LEASE_TIME, ...dead];
    const queued = await tx.raw(
      `UPDATE deliveries SET state = 'queued', lease_owner = NULL, lease_until = NULL WHERE state = 'leased' AND ${over} RETURNING id`,
      params,
    );
    const unknown = await tx.raw<{ campaign_id: number | null }>(
      `UPDATE deliveries SET state = 'unknown', finished_at = ?, lease_owner = NULL, lease_until = NULL,
              words = 'the sender stopped between handover and answer'
       WHERE state = 'handing' AND ${over} RETURNING campaign_id`,
      [now, ...params],
    );
    const campaigns = [...new Set(unknown.flatMap((row) => row.campaign_id ?? []))];
    if (campaigns.length) await noteChange(tx, BY(now), ...campaigns.map((id) => `campaign:${id}`));
    return queued.length + unknown.length;
  });
}

/** Order and complaint mail without an answer goes once more, with the same Message-ID; the rest becomes unconfirmed. */
export async function settleUnknown({ db, clock }: { db: Database; clock: () => number }): Promise<number> {
  const now = clock();
  return db.write(async (tx) => {
    const resent = await tx.raw(
      `UPDATE deliveries SET state = 'queued', reason = 'resent', attempt = attempt + 1, not_before = ?, finished_at = NULL
       WHERE state = 'unknown' AND class = 'transactional' AND handed_at <= ? AND (reason IS NULL OR reason <> 'resent') RETURNING id`,
      [now, now - RESEND_TRANSACTIONAL_AFTER],
    );
    const unconfirmed = await tx.raw(
      "UPDATE deliveries SET state = 'unconfirmed' WHERE state = 'unknown' AND handed_at <= ? RETURNING id",
      [now - UNCONFIRMED_AFTER],
    );
    return resent.length + unconfirmed.length;
  });
}

const LIFE = randomUUID();
const OWNER = `${hostname()}/${process.pid}/${LIFE}`;

function isDead(owner: string): boolean {
  const [host, pid, life] = owner.split("/");
  if (host !== hostname() || life === LIFE) return false;
  if (Number(pid) === process.pid) return true;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

// ── the sender ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** One worker's mails under way. Intents and endings of all of them share transactions: one commit per turn. */
class Sender {
  private readonly underWay = new Set<Promise<void>>();
  private slots: number;
  private readonly slotWaiters: (() => void)[] = [];
  private restUntil = 0;
  private finished = 0;
  private readonly intents: { lease: Lease; resolve: (go: boolean) => void; reject: (e: unknown) => void }[] = [];
  private readonly endings: { ending: Ending; resolve: () => void; reject: (e: unknown) => void }[] = [];
  private writing: Promise<void> | null = null;
  private readonly told = new Map<number, number>();
  private readonly app: SendingApp;

  constructor(app: SendingApp) {
    this.app = app;
    this.slots = app.mail.concurrency;
  }

  async run(limit: number): Promise<number> {
    const { app } = this;
    const most = app.mail.concurrency * 3;
    let claimed = 0;
    while (claimed < limit && app.clock() >= this.restUntil) {
      const room = Math.min(limit - claimed, most - this.underWay.size);
      if (room < app.mail.concurrency && this.underWay.size) {
        await this.someEnd();
        continue;
      }
      const rows = await claimDue(app.db, OWNER, app.clock(), room);
      if (rows.length === 0) break;
      claimed += rows.length;
      for (const row of rows) this.start(row);
    }
    // Look again soon for new mails, whatever the slow ones do.
    if (this.underWay.size) await Promise.race([Promise.all(this.underWay), pause(200)]);
    const { finished } = this;
    this.finished = 0;
    return finished || (this.underWay.size ? 0 : claimed);
  }

  async drain(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private start(row: DeliveryRow): void {
    const task = this.sendOne(row)
      .catch((error: unknown) => this.app.log.error({ err: error, delivery: row.id }, "a mail could not be sent; its lease will end"))
      .finally(() => {
        this.underWay.delete(task);
        this.finished += 1;
        this.slots += 1;
        this.slotWaiters.shift()?.();
        this.ended?.();
      });
    this.underWay.add(task);
  }

  private async sendOne(row: DeliveryRow): Promise<void> {
    while (this.slots <= 0) await new Promise<void>((resolve) => this.slotWaiters.push(resolve));
    this.slots -= 1;
    const { app } = this;
    let subject = "";
    let outcome: Outcome;
    if (app.clock() < this.restUntil) outcome = { kind: "unreachable", words: "the relay does not answer" };
    else
      try {
        const mail = await composeMail(app, row);
        subject = mail.subject;
        outcome = await app.mail.send(mail, () => this.commitIntent(row));
      } catch (error) {
        app.log.error({ err: error, delivery: row.id }, "a mail could not be made");
        outcome = { kind: "deferred", code: null, words: "the mail could not be made" };
      }
    if (outcome.kind === "unreachable" && app.clock() >= this.restUntil) {
      this.restUntil = app.clock() + RETRY_RELAY_AFTER;
      app.log.warn({ transport: app.mail.name, words: outcome.words }, "the mail relay cannot be reached; nothing is lost, sending rests");
    }
    if (outcome.kind !== "withdrawn") await this.recordEnding({ row, subject, transport: app.mail.name, outcome });
  }

  private commitIntent(row: DeliveryRow): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.intents.push({ lease: row, resolve, reject });
      this.writeSoon();
    });
  }

  private recordEnding(ending: Ending): Promise<void> {
    return new Promise((resolve, reject) => {
      this.endings.push({ ending, resolve, reject });
      this.writeSoon();
    });
  }

  private writeSoon(): void {
    this.writing ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.writeGroup())
      .finally(() => {
        this.writing = null;
        if (this.intents.length || this.endings.length) this.writeSoon();
      });
  }

  private async writeGroup(): Promise<void> {
    const intents = this.intents.splice(0);
    const endings = this.endings.splice(0);
    try {
      await this.write(endings, intents);
    } catch (error) {
      if (endings.length + intents.length === 1) {
        for (const { reject } of [...endings, ...intents]) reject(error);
        return;
      }
      // One of them cannot be written: the others must not suffer for it.
      for (const one of endings) await this.write([one], []).catch(one.reject);
      for (const one of intents) await this.write([], [one]).catch(one.reject);
    }
  }

  private async write(endings: Sender["endings"], intents: Sender["intents"]): Promise<void> {
    const now = this.app.clock();
    const going = await writeWithRetry(this.app.db, async (tx) => {
      for (const { ending } of endings) await recordEnding(tx, now, ending);
      await this.tellPages(tx, now, endings.map((e) => e.ending));
      return intents.length ? commitIntents(tx, now, intents.map((i) => i.lease)) : new Set<number>();
    });
    for (const { resolve } of endings) resolve();
    for (const { lease, resolve } of intents) resolve(going.has(lease.id));
  }

  /** Open pages of a campaign follow its progress, at most once a second. */
  private async tellPages(tx: Tx, now: number, endings: Ending[]): Promise<void> {
    for (const id of new Set(endings.flatMap((e) => e.row.campaignId ?? []))) {
      if (now - (this.told.get(id) ?? 0) < 1000) continue;
      this.told.set(id, now);
      await noteChange(tx, BY(now), `campaign:${id}`);
    }
  }

  private ended: (() => void) | null = null;

  private async someEnd(): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => (this.ended = resolve)), pause(1000)]);
    this.ended = null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** PostgreSQL may choose a transaction as the victim of a deadlock: it had no effect, and is run again. */
async function writeWithRetry<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await db.write(work);
    } catch (error) {
      if (attempt >= 4 || !/^40(P01|001)$/.test(codeOf(error))) throw error;
    }
  }
}

function codeOf(error: unknown): string {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return String(code ?? cause?.code ?? "");
}

const senders = new WeakMap<SendingApp, Sender>();

/** Hands over what is due: a step of the worker. @returns how many mails came to an end */
export async function sendDue(app: SendingApp, limit: number): Promise<number> {
  let sender = senders.get(app);
  if (!sender) senders.set(app, (sender = new Sender(app)));
  return sender.run(limit);
}

/** Waits for the mails that are under way. */
export async function finishSending(app: SendingApp): Promise<void> {
  await senders.get(app)?.drain();
}
