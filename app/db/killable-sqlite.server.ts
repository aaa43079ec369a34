/**
 * Reads that can be given up. A statement of SQLite that is under way cannot be stopped in the thread that it runs in, nor
 * from another; a process that only reads can be killed without harm. Few processes, each with one question at a time.
 */
import { type ChildProcess, spawn } from "node:child_process";

import source from "./reader-process.cjs?raw";

type Answer = { rows?: unknown[]; fault?: { message: string; code: string } };
type Question = { text: string; params: readonly unknown[]; asArrays: boolean; signal: AbortSignal; resolve: (rows: unknown[]) => void; reject: (error: Error) => void };

const MOST = 2;
/** One that nobody asks for so long ends, and its memory with it. */
const IDLE = 60_000;

export class Killable {
  private readonly idle = new Set<ChildProcess>();
  private readonly all = new Set<ChildProcess>();
  private waiting: Question[] = [];
  private readonly timers = new Map<ChildProcess, NodeJS.Timeout>();

  constructor(private readonly file: string) {}

  /** Rejects with the signal's reason as soon as it is given. */
  ask(text: string, params: readonly unknown[], asArrays: boolean, signal: AbortSignal): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const giveUp = () => {
        // While it waits nobody works at it.
        this.waiting = this.waiting.filter((one) => one !== question);
        reject(signal.reason as Error);
      };
      // One signal may be asked with many times.
      const over = <Args extends unknown[]>(settle: (...args: Args) => void) => (...args: Args) => {
        signal.removeEventListener("abort", giveUp);
        settle(...args);
      };
      const question: Question = { text, params, asArrays, signal, resolve: over(resolve), reject: over(reject) };
      signal.addEventListener("abort", giveUp, { once: true });
      this.waiting.push(question);
      this.next();
    });
  }

  close(): void {
    for (const child of this.all) child.kill("SIGKILL");
    for (const { reject } of this.waiting.splice(0)) reject(new Error("the database is closed"));
  }

  private next(): void {
    if (!this.waiting.length) return;
    const [free] = this.idle;
    const child = free ?? (this.all.size < MOST ? this.start() : null);
    if (!child) return;
    this.idle.delete(child);
    clearTimeout(this.timers.get(child));
    this.put(child, this.waiting.shift()!);
  }

  private put(child: ChildProcess, { text, params, asArrays, signal, resolve, reject }: Question): void {
    child.ref();
    child.channel?.ref();
    const kill = () => child.kill("SIGKILL");
    const over = () => {
      signal.removeEventListener("abort", kill);
      child.off("message", onAnswer);
      child.off("exit", onExit);
    };
    const onAnswer = ({ rows, fault }: Answer) => {
      over();
      this.rest(child);
      if (fault) reject(Object.assign(new Error(fault.message), { code: fault.code }));
      else resolve(rows ?? []);
      this.next();
    };
    const onExit = () => {
      over();
      reject(new Error("the process that read was ended"));
    };
    signal.addEventListener("abort", kill, { once: true });
    child.on("message", onAnswer);
    child.on("exit", onExit);
    child.send({ text, params, asArrays });
  }

  private rest(child: ChildProcess): void {
    child.unref();
    child.channel?.unref();
    this.idle.add(child);
    this.timers.set(child, setTimeout(() => child.kill("SIGKILL"), IDLE).unref());
  }

  private start(): ChildProcess {
    const child = spawn(process.execPath, ["-e", source, import.meta.url, this.file], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.all.add(child);
    child.on("exit", () => {
      this.all.delete(child);
      this.idle.delete(child);
      clearTimeout(this.timers.get(child));
      this.timers.delete(child);
      this.next();
    });
    // It may be gone before the question reached it: then its end is told.
    child.on("error", () => child.kill("SIGKILL"));
    return child;
  }
}
