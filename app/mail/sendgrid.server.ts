/**
 * SendGrid's v3 API. Mails of one mailing go up to 1,000 in a request; system mails one by one. 202 means queued there,
 * not delivered. A request is what can be in doubt as a whole: all its intents are committed before its first byte.
 */
import { lengthOf, openApi, type Api } from "./sendgrid/api.server";
import { isAboutTheMail, namedRecipients, outcomeOf, restAfter, type Ended } from "./sendgrid/answer";
import { batchTemplate, MOST_BYTES, MOST_RECIPIENTS, personalization, requestBody, type BatchTemplate, type Merged, type Personalization } from "./sendgrid/batch";
import { singleSender, type SendSingle } from "./sendgrid/single.server";
import type { Line, MailTemplate, Outlet, Parcel, Transport } from "./transport";
import { checkRecipient, refusalOf } from "./unsendable";

export type SendGridOptions = { apiKey: string; url: string; timeout?: number; /** Recipients in a request. */ batch?: number };

/** Requests at once. A batch is large enough to keep one going while the next is put together. */
const BATCHES = 3;
const SINGLES = 8;

export function openSendGrid({ apiKey, url, timeout = 60_000, batch = MOST_RECIPIENTS }: SendGridOptions): Transport {
  const size = Math.min(batch, MOST_RECIPIENTS);
  return {
    name: "sendgrid",
    concurrency: Math.max(SINGLES, size * (BATCHES - 1)),
    start: (line) => new SendGridOutlet(line, openApi({ url, apiKey, timeout, connections: BATCHES }), singleSender({ apiKey, url, timeout }), size),
  };
}

/** A recipient of a batch, and what the request says of them. */
type Rider = { parcel: Merged; said: Personalization };

class SendGridOutlet implements Outlet {
  private readonly batches = new Set<Promise<void>>();
  private readonly singles = new Set<Promise<void>>();
  private readonly templates = new WeakMap<MailTemplate, BatchTemplate>();
  /** Was taken from the line and belongs into the next request. */
  private held: Parcel | null = null;
  private restUntil = 0;
  private waking: NodeJS.Timeout | null = null;
  private isClosed = false;

  constructor(
    private readonly line: Line,
    private readonly api: Api,
    private readonly sendSingle: SendSingle,
    private readonly size: number,
  ) {}

  wake(): void {
    while (!this.isClosed && Date.now() >= this.restUntil) {
      const parcel = this.take();
      if (!parcel) return;
      const isFull = parcel.kind === "single" ? this.singles.size >= SINGLES : this.batches.size >= BATCHES;
      if (isFull) {
        this.held = parcel;
        return;
      }
      if (parcel.kind === "single") this.run(this.singles, this.alone(parcel));
      else this.run(this.batches, this.together(this.gather(parcel)));
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.waking) clearTimeout(this.waking);
    const { held } = this;
    this.held = null;
    // It has not begun; its lease goes back with those that wait.
    if (held) this.line.putBack(held);
    await Promise.all([...this.batches, ...this.singles]);
    this.api.close();
  }

  private take(): Parcel | null {
    const { held } = this;
    this.held = null;
    return held ?? this.line.next();
  }

  private run(kind: Set<Promise<void>>, work: Promise<void>): void {
    const task = work.finally(() => {
      kind.delete(task);
      this.wake();
    });
    kind.add(task);
  }

  /** Those behind it that say the same, as many as fit. An address that stands twice has the whole request refused. */
  private gather(first: Merged): Merged[] {
    const parcels = [first];
    const addresses = new Set([first.to.address.toLowerCase()]);
    while (parcels.length < this.size) {
      const next = this.line.next();
      if (!next) break;
      const address = next.to.address.toLowerCase();
      if (next.kind !== "merged" || next.template !== first.template || addresses.has(address)) {
        this.held = next;
        break;
      }
      addresses.add(address);
      parcels.push(next);
    }
    return parcels;
  }

  private async alone(parcel: Parcel): Promise<void> {
    const outcome = await this.sendSingle(parcel, () => this.line.commitIntent(parcel)).catch(refusalOf);
    if (outcome.kind !== "withdrawn") this.line.end(parcel, outcome);
  }

  private async together(parcels: Merged[]): Promise<void> {
    const template = this.templateOf((parcels[0] as Merged).template);
    const fitting: Rider[] = [];
    const others: Merged[] = [];
    for (const parcel of parcels) {
      const said = this.written(template, parcel);
      if (said) fitting.push({ parcel, said });
      else if (said === null) others.push(parcel);
    }
    // Values longer than SendGrid puts in: such a mail is written whole.
    for (const parcel of others) this.run(this.singles, this.alone(parcel));
    const granted = await Promise.all(fitting.map(({ parcel }) => this.line.commitIntent(parcel)));
    await this.post(template, fitting.filter((_, i) => granted[i]));
  }

  /** Null when it does not fit into a batch; undefined when it cannot be sent at all, which is then said. */
  private written(template: BatchTemplate, parcel: Merged): Personalization | null | undefined {
    try {
      checkRecipient(parcel);
      return personalization(template, parcel);
    } catch (error) {
      this.line.end(parcel, refusalOf(error));
      return undefined;
    }
  }

  private async post(template: BatchTemplate, riders: Rider[]): Promise<void> {
    if (riders.length === 0) return;
    const body = requestBody(template, riders.map(({ said }) => said));
    if (lengthOf(body) > MOST_BYTES && riders.length > 1) return this.halves(template, riders);
    const reply = await this.api.post("/v3/mail/send", body);
    if (reply.kind !== "answered") return this.endAll(riders, { kind: reply.kind === "lost" ? "unknown" : "unreachable", words: reply.words });

    const said = parsed(reply.body);
    const id = reply.headers["x-message-id"];
    const outcome = outcomeOf(reply.status, said, typeof id === "string" ? id : null);
    if (reply.status === 429) this.rest(restAfter(reply.headers, Date.now()));
    if (isAboutTheMail(reply.status) && riders.length > 1) return this.without(template, riders, reply.status, said);
    this.endAll(riders, outcome);
  }

  /** Nothing was taken, because of some of them: the others must not suffer for it. */
  private async without(template: BatchTemplate, riders: Rider[], status: number, said: unknown): Promise<void> {
    const named = namedRecipients(said, riders.length);
    if (!named) return this.halves(template, riders);
    for (const [index, message] of named) this.endAll([riders[index] as Rider], { kind: "refused", code: status, words: `${status} ${message}` });
    await this.post(template, riders.filter((_, i) => !named.has(i)));
  }

  private async halves(template: BatchTemplate, riders: Rider[]): Promise<void> {
    const middle = riders.length >> 1;
    await this.post(template, riders.slice(0, middle));
    await this.post(template, riders.slice(middle));
  }

  private endAll(riders: readonly Rider[], outcome: Ended): void {
    for (const { parcel } of riders) this.line.end(parcel, outcome);
  }

  private rest(ms: number): void {
    this.restUntil = Math.max(this.restUntil, Date.now() + ms);
    if (this.waking) clearTimeout(this.waking);
    this.waking = setTimeout(() => this.wake(), this.restUntil - Date.now() + 1);
    this.waking.unref();
  }

  private templateOf(template: MailTemplate): BatchTemplate {
    let made = this.templates.get(template);
    if (!made) this.templates.set(template, (made = batchTemplate(template)));
    return made;
  }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
