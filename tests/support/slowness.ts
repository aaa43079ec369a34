/** Makes a network or a disk slower than this machine's, for the process that is measured. */
import { spawn } from "node:child_process";
import { resolve } from "node:path";

import { compiled } from "./fast-sink";
import { onEnd } from "./long";

/** A way to the same server that takes so many milliseconds there and back. @returns its port */
export async function farAway(port: number, roundTripMs: number): Promise<number> {
  const child = spawn(process.execPath, ["tests/support/latency-proxy.mjs", String(port), String(roundTripMs)], { stdio: ["pipe", "pipe", "inherit"] });
  onEnd(() => child.kill("SIGKILL"));
  return new Promise((resolvePort, reject) => {
    child.stdout.once("data", (line: Buffer) => resolvePort(Number(line.toString())));
    child.once("exit", (code) => reject(new Error(`the proxy ended with ${code}`)));
  });
}

/** The settings with which a process' every fsync takes so much longer. */
export function slowDisk(milliseconds: number): Record<string, string> {
  return { LD_PRELOAD: resolve(compiled("slow-fsync.c", "-shared", "-fPIC", "-ldl")), SLOW_FSYNC_US: String(Math.round(milliseconds * 1000)) };
}
