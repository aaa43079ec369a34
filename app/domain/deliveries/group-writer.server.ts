/**
 * Intents and endings of all the mails that a worker has under way share transactions: whatever has come together while
 * the last one was written goes into the next.
 */
import type { Database } from "../../db/types";
import { bySystem } from "../journal/actor";
import { noteChange } from "../journal/journal.server";
import type { DeliveryRow } from "./deliveries.server";
import { recordEnding, type Ending } from "./ending.server";
import { commitIntents, type Lease } from "./intent.server";

export class GroupWriter {
  private readonly intents: { lease: Lease; resolve: (go: boolean) => void; reject: (e: unknown) => void }[] = [];
  private readonly endings: { ending: Ending; resolve: () => void; reject: (e: unknown) => void }[] = [];
  private writing: Promise<void> | null = null;
  private readonly told = new Map<number, number>();

  constructor(private readonly app: { db: Database; clock: () => number }) {}

  /** @returns whether the mail may be handed over now */
  commitIntent(row: DeliveryRow): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.intents.push({ lease: row, resolve, reject });
      this.writeSoon();
    });
  }

  recordEnding(ending: Ending): Promise<void> {
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

  private async write(endings: GroupWriter["endings"], intents: GroupWriter["intents"]): Promise<void> {
    const now = this.app.clock();
    const changed = this.pagesToTell(now, endings.map((e) => e.ending));
    const going = await this.app.db.write(async (tx) => {
      for (const { ending } of endings) await recordEnding(tx, now, ending);
      if (changed.length) await noteChange(tx, bySystem("worker", now), ...changed.map((id) => `campaign:${id}`));
      return intents.length ? commitIntents(tx, now, intents.map((i) => i.lease)) : new Set<number>();
    });
    for (const id of changed) this.told.set(id, now);
    for (const { resolve } of endings) resolve();
    for (const { lease, resolve } of intents) resolve(going.has(lease.id));
  }

  /** Open pages of a campaign follow its progress, at most once a second. */
  private pagesToTell(now: number, endings: Ending[]): number[] {
    return [...new Set(endings.flatMap((e) => e.row.campaignId ?? []))].filter((id) => now - (this.told.get(id) ?? 0) >= 1000);
  }
}
