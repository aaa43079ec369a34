/**
 * Connections in threads of their own. better-sqlite3 answers in the thread that asks, and nothing else happens there
 * meanwhile: what goes over a million rows is read by one of these, and what waits for the disk all the time is written
 * by another, so that pages and senders go on.
 */
import { Worker } from "node:worker_threads";

import readerSource from "./aside-worker.cjs?raw";
import writerSource from "./aside-writer.cjs?raw";

type Job = { resolve: (rows: unknown[]) => void; reject: (error: Error) => void };
type Answer = { id: number; rows?: unknown[]; fault?: { message: string; code: string } };

export class Aside {
  private worker: Worker | null = null;
  private readonly jobs = new Map<number, Job>();
  private lastId = 0;

  constructor(
    private readonly kind: "reader" | "writer",
    private readonly file: string,
  ) {}

  ask(text: string, params: readonly unknown[], asArrays = false): Promise<unknown[]> {
    const worker = (this.worker ??= this.start());
    worker.ref();
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.jobs.set(id, { resolve, reject });
      worker.postMessage({ id, text, params, asArrays });
    });
  }

  async close(): Promise<void> {
    const { worker } = this;
    this.worker = null;
    this.abandon(new Error("the database is closed"));
    await worker?.terminate();
  }

  private start(): Worker {
    const made = new Worker(this.kind === "reader" ? readerSource : writerSource, { eval: true, workerData: { from: import.meta.url, file: this.file } });
    made.on("message", ({ id, rows, fault }: Answer) => {
      const job = this.jobs.get(id);
      this.jobs.delete(id);
      if (this.jobs.size === 0) made.unref();
      if (fault) job?.reject(Object.assign(new Error(fault.message), { code: fault.code }));
      else job?.resolve(rows ?? []);
    });
    made.on("error", (error) => {
      if (this.worker !== made) return;
      this.worker = null;
      this.abandon(error);
    });
    return made;
  }

  private abandon(error: Error): void {
    for (const { reject } of this.jobs.values()) reject(error);
    this.jobs.clear();
  }
}
