/**
 * Taking mails out of the outbox. Nothing is handed over twice:
 *
 * 1. *Claim* (claim.server.ts): queued → leased, by compare-and-set, with an epoch that rises at each claim.
 * 2. *Late intent* (intent.server.ts): while the body is on its way, leased → handing is committed together with a row
 *    of `handovers`, whose key forbids a second one; only then may the final dot follow. Everything that can stop a mail
 *    is asked here.
 * 3. *Answer* (ending.server.ts): taken, refused, put off; and where nobody can know, `unknown`, which is never sent
 *    again by itself.
 * 4. *Reaper* (reaper.server.ts): what a dead worker had leased is queued again; what it was handing over is unknown.
 */
import type { Outcome, Transport } from "../../mail/transport";
import { claimDue } from "./claim.server";
import { composeMail, type ComposingApp } from "./compose.server";
import type { DeliveryRow } from "./deliveries.server";
import { RETRY_RELAY_AFTER } from "./delivery";
import { GroupWriter } from "./group-writer.server";
import { OWNER } from "./lease-owner.server";

export type SendingApp = ComposingApp & {
  mail: Transport;
  log: { info(o: object, m: string): void; warn(o: object, m: string): void; error(o: object, m: string): void };
};

/** One worker's mails under way: as many as the transport takes at once, whatever the slow ones do. */
class Sender {
  private readonly underWay = new Set<Promise<void>>();
  private slots: number;
  private readonly slotWaiters: (() => void)[] = [];
  private restUntil = 0;
  private finished = 0;
  private ended: (() => void) | null = null;
  private readonly writer: GroupWriter;

  constructor(private readonly app: SendingApp) {
    this.writer = new GroupWriter(app);
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
        outcome = await app.mail.send(mail, () => this.writer.commitIntent(row));
      } catch (error) {
        app.log.error({ err: error, delivery: row.id }, "a mail could not be made");
        outcome = { kind: "deferred", code: null, words: "the mail could not be made" };
      }
    if (outcome.kind === "unreachable" && app.clock() >= this.restUntil) {
      this.restUntil = app.clock() + RETRY_RELAY_AFTER;
      app.log.warn({ transport: app.mail.name, words: outcome.words }, "the mail relay cannot be reached; nothing is lost, sending rests");
    }
    if (outcome.kind !== "withdrawn") await this.writer.recordEnding({ row, subject, transport: app.mail.name, outcome });
  }

  private async someEnd(): Promise<void> {
    await Promise.race([new Promise<void>((resolve) => (this.ended = resolve)), pause(1000)]);
    this.ended = null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
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
