/**
 * Intents and endings of all the mails that a worker has under way share transactions: whatever has come together while
 * the last one was written goes into the next.
 */
import type { Database } from "../../db/types";
import { bySystem } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import type { Leased } from "./claim.server";
import { recordEndings, type Ending } from "./ending.server";
import { commitIntents, StopWatch } from "./intent.server";
import { noteEnded } from "./pace.server";

type Intent = { row: Leased; resolve: (intentAt: number | null) => void; reject: (error: unknown) => void };
type Finished = Ending & { row: Leased };

export class GroupWriter {
  private intents: Intent[] = [];
  private endings: Finished[] = [];
  private writing: Promise<void> | null = null;
  private readonly stops = new StopWatch();
  private readonly told = new Map<number, number>();
  /** Mails of each campaign that ended since its pages were told last. */
  private readonly since = new Map<number, number>();

  /** @param onEnded told of every ending that is written down, or could not be (then its lease will end) */
  constructor(
    private readonly app: { db: Database; clock: () => number },
    private readonly onEnded: (ending: Finished, error: unknown) => void,
  ) {}

  /** @returns when the intent was committed; null: the mail may not be handed over */
  commitIntent(row: Leased): Promise<number | null> {
    return new Promise((resolve, reject) => {
      this.intents.push({ row, resolve, reject });
      this.writeSoon();
    });
  }

  recordEnding(ending: Finished): void {
    this.endings.push(ending);
    this.writeSoon();
  }

  /** Until everything that was said so far is written. */
  async settled(): Promise<void> {
    while (this.writing) await this.writing;
  }

  forgetStops(upTo: number): void {
    this.stops.forget(upTo);
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
    const { intents, endings } = this;
    this.intents = [];
    this.endings = [];
    try {
      await this.write(endings, intents);
    } catch (error) {
      if (endings.length + intents.length === 1) return this.fail(endings, intents, error);
      // One of them cannot be written: the others must not suffer for it.
      for (const one of endings) await this.write([one], []).catch((why: unknown) => this.fail([one], [], why));
      for (const one of intents) await this.write([], [one]).catch((why: unknown) => this.fail([], [one], why));
    }
  }

  private fail(endings: Finished[], intents: Intent[], error: unknown): void {
    for (const ending of endings) this.onEnded(ending, error);
    for (const { reject } of intents) reject(error);
  }

  private async write(endings: Finished[], intents: Intent[]): Promise<void> {
    const now = this.app.clock();
    const changed = this.pagesToTell(now, endings);
    const ended = new Map(changed.map((id) => [id, (this.since.get(id) ?? 0) + endings.filter((one) => one.row.campaignId === id && isOver(one)).length]));
    const going = await this.app.db.write(async (tx) => {
      if (endings.length) await recordEndings(tx, now, endings);
      if (changed.length) await noteChange(tx, bySystem("worker", now), ...changed.map((id) => `campaign:${id}`));
      await noteEnded(tx, now, ended);
      return intents.length ? commitIntents(tx, now, intents.map((intent) => intent.row), this.stops) : new Set<number>();
    });
    for (const { row } of endings.filter(isOver)) if (row.campaignId !== null) this.since.set(row.campaignId, (this.since.get(row.campaignId) ?? 0) + 1);
    for (const id of changed) {
      this.told.set(id, now);
      this.since.delete(id);
    }
    for (const ending of endings) this.onEnded(ending, null);
    for (const { row, resolve } of intents) resolve(going.has(row.id) ? now : null);
  }

  /** Open pages of a campaign follow its progress, at most once a second. */
  private pagesToTell(now: number, endings: Finished[]): number[] {
    const pages = new Set<number>();
    for (const { row } of endings) if (row.campaignId !== null && now - (this.told.get(row.campaignId) ?? 0) >= 1000) pages.add(row.campaignId);
    return [...pages];
  }
}

/** It does not wait for another attempt: only such mails tell how long the others will take. */
function isOver({ outcome }: Finished): boolean {
  return outcome.kind !== "deferred" && outcome.kind !== "unreachable";
}
