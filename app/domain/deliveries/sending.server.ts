/**
 * Taking mails out of the outbox. Nothing is handed over twice:
 *
 * 1. *Claim* (claim.server.ts): queued → leased, by compare-and-set, with an epoch that rises at each claim.
 * 2. *Late intent* (intent.server.ts): a row of `handovers` is committed, whose key forbids a second one; only then may
 *    the final dot follow. Everything that can stop a mail is asked here.
 * 3. *Answer* (ending.server.ts): taken, refused, put off; and where nobody can know, `unknown`, which is never sent
 *    again by itself. What it means for the customer's record follows soon after (telling.server.ts).
 * 4. *Reaper* (reaper.server.ts): what a dead worker had leased is queued again; what it was handing over is unknown.
 */
import type { Line, Outcome, Outlet, Parcel, Transport } from "../../mail/transport";
import { claimAllowed, type Leased } from "./claim.server";
import { prepareParcel, type ComposingApp } from "./compose.server";
import { LEASE_TIME, RETRY_RELAY_AFTER } from "./delivery";
import { giveBack } from "./ending.server";
import { GroupWriter } from "./group-writer.server";
import { OWNER } from "./lease-owner.server";
import { oldestUntold, tellDue } from "./telling.server";
import { noteTransport } from "./transport-state.server";

export type SendingApp = ComposingApp & {
  mail: Transport;
  log: { info(o: object, m: string): void; warn(o: object, m: string): void; error(o: object, m: string): void };
};

/** Claimed at once at most. A slow relay gets fewer: no more than leave well within a lease. */
const LARGEST_CLAIM = 1000;
const CLAIM_FOR = LEASE_TIME / 20;
/** What a limit leaves room for within this time is waited for. */
const SOON = 1100;

type Ended = Exclude<Outcome, { kind: "withdrawn" }>;
/** Its mail is made when its turn comes. */
type Waiting = { row: Leased; make: () => Parcel; intentAt: number | null };
type InHand = { row: Leased; parcel: Parcel; intentAt: number | null };

/** One worker's mails under way: the line that the transport's connections take from. */
class Sender implements Line {
  /** By delivery, in the order of their turns. */
  private readonly waiting = new Map<number, Waiting>();
  private readonly inHand = new Map<number, InHand>();
  private readonly outlet: Outlet;
  private readonly writer: GroupWriter;
  private readonly wakers = new Set<() => void>();
  private restUntil = 0;
  private ended = 0;
  /** What was noted of the relay last, until it is written. */
  private noting: Promise<void> = Promise.resolve();
  private pace = { since: 0, ended: 0, perSecond: 0 };

  constructor(private readonly app: SendingApp) {
    this.writer = new GroupWriter(app, ({ row }, error) => {
      if (error) this.app.log.error({ err: error, delivery: row.id }, "how a mail ended could not be written; its lease will end");
      this.inHand.delete(row.id);
      this.ended += 1;
      this.wakeUp();
    });
    this.outlet = app.mail.start(this);
  }

  // ── the line ──────────────────────────────────────────────────────────────────────────────────────────────────────

  next(): Parcel | null {
    if (this.isResting()) return null;
    for (const [id, { row, make, intentAt }] of this.waiting) {
      this.waiting.delete(id);
      if (this.waiting.size < this.enough() / 2) this.wakeUp();
      try {
        const parcel = make();
        this.inHand.set(id, { row, parcel, intentAt });
        return parcel;
      } catch (error) {
        this.cannotBeMade(row, error);
      }
    }
    return null;
  }

  /** Null once this very parcel is not in hand any more. */
  private heldOf(parcel: Parcel): InHand | null {
    const held = this.inHand.get(parcel.deliveryId);
    return held?.parcel === parcel ? held : null;
  }

  async commitIntent(parcel: Parcel): Promise<boolean> {
    const { deliveryId } = parcel;
    const held = this.heldOf(parcel);
    if (!held) return false;
    if (held.intentAt !== null) return true;
    try {
      for (let row: Leased | null = null; held.intentAt === null && held.row !== row; ) {
        ({ row } = held);
        held.intentAt = await this.writer.commitIntent(row);
      }
    } catch (error) {
      this.app.log.error({ err: error, delivery: deliveryId }, "the intent could not be written; the lease will end");
    }
    if (held.intentAt !== null) return true;
    this.inHand.delete(deliveryId);
    this.wakeUp();
    return false;
  }

  end(parcel: Parcel, outcome: Ended): void {
    const held = this.heldOf(parcel);
    if (held) this.record(held, outcome);
  }

  private record(held: InHand, outcome: Ended): void {
    if (outcome.kind === "unreachable" && !this.isResting()) this.rest(outcome.words);
    else if (outcome.kind === "accepted" || outcome.kind === "refused") this.note({ reached: true });
    this.writer.recordEnding({
      row: held.row, subject: subjectOf(held.parcel), intentAt: held.intentAt, transport: this.app.mail.name, outcome,
    });
  }

  putBack(parcel: Parcel): void {
    const held = this.heldOf(parcel);
    if (!held) return;
    this.inHand.delete(parcel.deliveryId);
    this.waiting.set(parcel.deliveryId, { row: held.row, make: () => parcel, intentAt: held.intentAt });
    this.outlet.wake();
  }

  // ── the worker's step ─────────────────────────────────────────────────────────────────────────────────────────────

  /** Keeps the line filled until `limit` mails were claimed or nothing more is due. @returns how many ended meanwhile */
  async run(limit: number): Promise<number> {
    const { app } = this;
    let claimed = 0;
    const until = Date.now() + SOON;
    while (claimed < limit && !this.isResting()) {
      const room = Math.min(limit - claimed, this.enough() - this.waiting.size);
      if (room <= 0 || this.waiting.size > this.enough() / 2) {
        await this.somethingEnds(200);
        if (this.waiting.size > this.enough() / 2) break;
        continue;
      }
      const now = app.clock();
      const { rows, nextAt } = await claimAllowed(app.db, OWNER, now, room);
      if (rows.length === 0) {
        // A limit of so many a second leaves room again in a moment: asked at the usual beat, a third of it would be lost.
        if (nextAt === null || nextAt - now > SOON || Date.now() > until) break;
        await pause(nextAt - now);
        continue;
      }
      claimed += rows.length;
      await this.lineUp(rows);
    }
    // Look again soon for new mails, whatever the slow ones do.
    const lookAgainAt = Date.now() + 200;
    while (this.inHand.size + this.waiting.size > 0 && !this.isResting() && Date.now() < lookAgainAt && claimed < limit) await this.somethingEnds(lookAgainAt - Date.now());
    if (this.isResting()) {
      await this.giveBackWaiting();
      await this.settled();
    }
    const { ended } = this;
    this.ended = 0;
    this.measurePace(ended);
    return ended || (this.inHand.size ? 0 : claimed);
  }

  isBusy(): boolean {
    return this.waiting.size > 0 || this.inHand.size > 0;
  }

  /** Gives back what has not begun and waits for what has. */
  async close(): Promise<void> {
    await this.giveBackWaiting();
    await this.outlet.close();
    // What the transport had taken and not begun.
    await this.giveBackWaiting();
    await this.settled();
  }

  private async settled(): Promise<void> {
    await this.writer.settled();
    await this.noting;
  }

  private async lineUp(rows: Leased[]): Promise<void> {
    for (const row of rows)
      try {
        const make = await prepareParcel(this.app, row);
        // A clock that was set, or a process that slept, ends leases of mails that are still in this line, and they are
        // claimed again: the same mail goes on, in its place, under its new lease.
        const held = this.inHand.get(row.id);
        if (held?.intentAt === null) held.row = row;
        else if (!held) this.waiting.set(row.id, { row, make, intentAt: null });
        if (row.class !== "marketing") this.outlet.wake();
      } catch (error) {
        this.cannotBeMade(row, error);
      }
    this.outlet.wake();
    const [first] = this.waiting.values();
    const inHand = [...(first ? [first] : []), ...this.inHand.values()].map((held) => held.row.stopsSeen);
    if (inHand.length) this.writer.forgetStops(Math.min(...inHand));
  }

  private cannotBeMade(row: Leased, error: unknown): void {
    this.app.log.error({ err: error, delivery: row.id }, "a mail could not be made");
    this.writer.recordEnding({
      row, subject: "", intentAt: null, transport: this.app.mail.name, outcome: { kind: "deferred", code: null, words: "the mail could not be made" },
    });
  }

  private rest(words: string): void {
    this.restUntil = this.app.clock() + RETRY_RELAY_AFTER;
    this.note({ reached: false, words });
  }

  private note(seen: Parameters<typeof noteTransport>[2]): void {
    const written = noteTransport(this.app, this.app.mail.name, seen);
    if (written) this.noting = written.catch((error: unknown) => this.app.log.error({ err: error }, "whether the relay can be reached could not be written"));
  }

  private isResting(): boolean {
    return this.app.clock() < this.restUntil;
  }

  private async giveBackWaiting(): Promise<void> {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { row, make, intentAt } of waiting)
      if (intentAt !== null) this.record({ row, parcel: make(), intentAt }, { kind: "deferred", code: null, words: "the relay went away before the mail was written" });
    const rows = waiting.filter((held) => held.intentAt === null).map((held) => held.row);
    try {
      if (rows.length) await this.app.db.write((tx) => giveBack(tx, rows));
    } catch (error) {
      this.app.log.error({ err: error }, "mails could not be put back; their lease will end");
    }
  }

  /** How many mails shall be in hand and waiting: some seconds' worth. */
  private enough(): number {
    const most = Math.max(this.app.mail.concurrency * 2, 16);
    return Math.max(most, Math.min(LARGEST_CLAIM, Math.ceil((this.pace.perSecond * CLAIM_FOR) / 1000)));
  }

  private measurePace(ended: number): void {
    const now = Date.now();
    this.pace.ended += ended;
    const passed = now - this.pace.since;
    if (passed < 250) return;
    this.pace = { since: now, ended: 0, perSecond: passed > 10_000 ? 0 : (this.pace.ended * 1000) / passed };
  }

  private somethingEnds(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(1, ms));
      this.wakers.add(wake);
    });
  }

  private wakeUp(): void {
    for (const wake of this.wakers) wake();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(1, ms)));
}

function subjectOf(parcel: Parcel): string {
  if (parcel.kind === "single") return parcel.mail.subject;
  const { parts, slots } = parcel.template.subject;
  return parts.map((part, i) => part + (slots[i] === undefined ? "" : (parcel.values[slots[i]] ?? ""))).join("").trim();
}

const senders = new WeakMap<SendingApp, Sender>();

/** Hands over what is due: a step of the worker. @returns how many mails came to an end */
export async function sendDue(app: SendingApp, limit: number): Promise<number> {
  let sender = senders.get(app);
  if (!sender) senders.set(app, (sender = new Sender(app)));
  return sender.run(limit);
}

/** How long a customer's timeline may wait for a mail while mails leave at full speed. */
const TELL_AT_LATEST = 20_000;

/** The step `tellDue`, which lets a send go first for a while. */
export async function tellInTime(app: SendingApp): Promise<number> {
  if (senders.get(app)?.isBusy()) {
    const oldest = await oldestUntold(app);
    if (oldest === null || app.clock() - oldest < TELL_AT_LATEST) return 0;
  }
  return tellDue(app);
}

/** Gives back what has not begun, and waits for the mails that are under way. */
export async function finishSending(app: SendingApp): Promise<void> {
  await senders.get(app)?.close();
  senders.delete(app);
}
