/** MJML → HTML, off the main thread: a compile takes 16 to 90 ms, and pages must keep answering. */
import { Worker } from "node:worker_threads";

import workerSource from "./mjml-worker.cjs?raw";

export type MjmlFault = { line: number; tag: string; message: string };
export type MjmlResult = { html: string; faults: MjmlFault[] };

type Job = { source: string; resolve: (result: MjmlResult) => void; reject: (error: Error) => void };

const DEADLINE_MS = 15_000;

let worker: Worker | null = null;
let running: { id: number; job: Job; deadline: NodeJS.Timeout } | null = null;
let lastId = 0;
const waiting: Job[] = [];

/** Compiles one document. Faults name line and tag, never a path of this machine. */
export function compileMjml(source: string): Promise<MjmlResult> {
  return new Promise((resolve, reject) => {
    waiting.push({ source, resolve, reject });
    next();
  });
}

function next(): void {
  if (running) return;
  const job = waiting.shift();
  if (!job) {
    worker?.unref();
    return;
  }
  worker ??= start();
  worker.ref();
  const id = ++lastId;
  const deadline = setTimeout(() => abandon(new Error("the MJML document took too long to compile")), DEADLINE_MS);
  running = { id, job, deadline };
  worker.postMessage({ id, source: job.source });
}

function start(): Worker {
  // Evaluated from text: the bundler then needs no second entrance, and `from` tells where node_modules lies.
  const made = new Worker(workerSource, { eval: true, workerData: { from: import.meta.url }, resourceLimits: { maxOldGenerationSizeMb: 256 } });
  made.on("message", (message: MjmlResult & { id: number }) => {
    if (running?.id !== message.id) return;
    clearTimeout(running.deadline);
    running.job.resolve({ html: message.html, faults: message.faults });
    running = null;
    next();
  });
  made.on("error", (error) => {
    if (worker === made) abandon(error);
  });
  return made;
}

function abandon(error: Error): void {
  void worker?.terminate();
  worker = null;
  if (running) {
    clearTimeout(running.deadline);
    running.job.reject(error);
    running = null;
  }
  next();
}
