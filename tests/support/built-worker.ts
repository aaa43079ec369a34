/** The built worker as a process of its own, as it is or with a guard taken out. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { WORKER_FLAGS } from "../../scripts/worker-flags.mjs";

export type BuiltSettings = Record<string, string>;

/** A process of the build; its environment is nothing but these settings. What it logs is told line by line, if asked for. */
export function startBuilt(script: string, settings: BuiltSettings, onLine?: (line: string) => void): ChildProcess {
  const child = spawn(process.execPath, [...WORKER_FLAGS, script], {
    stdio: ["ignore", onLine ? "pipe" : "ignore", "inherit", "ipc"],
    env: { PATH: process.env.PATH, NODE_ENV: "production", LOG_LEVEL: "silent", RAPPORT_PARENT: String(process.pid), ...settings },
  });
  if (onLine && child.stdout) createInterface({ input: child.stdout }).on("line", onLine);
  return child;
}

/** Waits until it is gone. */
export function gone(child: ChildProcess): Promise<void> {
  return child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((resolve) => child.once("exit", () => resolve()));
}

/**
 * A copy of the build in which each text stands changed.
 * @param changes text as it stands in the build → what stands there instead; each must stand in exactly one place
 * @returns the path of its worker, and how to remove it
 */
export function changedBuild(name: string, changes: readonly (readonly [find: string, put: string])[]): { worker: string; remove: () => void } {
  const folder = `build/${name}-${process.pid}`;
  rmSync(folder, { recursive: true, force: true });
  cpSync("build/server", folder, { recursive: true });
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".js")).map((file) => join(folder, file));
  for (const [find, put] of changes) {
    const holders = files.flatMap((file) => Array<string>(readFileSync(file, "utf8").split(find).length - 1).fill(file));
    if (holders.length !== 1) throw new Error(`this stands ${holders.length} times in the build: ${find}`);
    const [file = ""] = holders;
    writeFileSync(file, readFileSync(file, "utf8").replace(find, () => put));
  }
  return { worker: `${folder}/worker.js`, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
