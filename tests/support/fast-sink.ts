/** The quick mail server of tests/support/fast-sink.c as a process of its own, and postfix's smtp-source against it. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";

import { onEnd } from "./long";

/** What compiling them takes, and smtp-source. */
export const SINK_NEEDS = ["gcc", "libc6-dev", "postfix"] as const;

export type SinkCount = { mails: number; bytes: number; firstAt: number; lastAt: number; cpuMicros: number };

export type FastSink = {
  port: number;
  pid: number;
  /** Mails since the last `zero`, times in ms since 1970, CPU time of its whole life. */
  count(): Promise<SinkCount>;
  zero(): Promise<void>;
  /** Message-IDs of what it took; only when asked for. */
  messageIds(): string[];
};

/** Compiles a file of tests/support into .cache, unless that is done. @returns the path of the program or library */
export function compiled(source: string, ...flags: string[]): string {
  const from = join("tests/support", source);
  const to = join(".cache/bench", source.replace(/\.c$/, ""));
  if (existsSync(to) && statSync(to).mtimeMs > statSync(from).mtimeMs) return to;
  mkdirSync(".cache/bench", { recursive: true });
  execFileSync("gcc", ["-O2", "-Wall", "-o", `${to}.${process.pid}`, from, ...flags], { stdio: "inherit" });
  renameSync(`${to}.${process.pid}`, to);
  return to;
}

export async function fastSink({ ids = false } = {}): Promise<FastSink> {
  const file = `.cache/bench/ids-${process.pid}`;
  const child = spawn(compiled("fast-sink.c"), ["0", ...(ids ? [file] : [])], { stdio: ["ignore", "pipe", "inherit"] });
  onEnd(() => {
    child.kill("SIGKILL");
    rmSync(file, { force: true });
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(Number(line.toString())));
    child.once("exit", (code) => reject(new Error(`the sink ended with ${code}`)));
  });
  const ask = (command: string) => askOnce(port, command);
  return {
    port,
    pid: child.pid as number,
    async count() {
      const [mails = 0, bytes = 0, firstAt = 0, lastAt = 0, cpuMicros = 0] = (await ask("STAT")).split(" ").slice(1).map(Number);
      return { mails, bytes, firstAt, lastAt, cpuMicros };
    },
    async zero() {
      await ask("ZERO");
    },
    messageIds: () => readFileSync(file, "utf8").split("\n").filter(Boolean),
  };
}

function askOnce(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\nQUIT\r\n`));
    let said = "";
    socket.on("data", (data) => (said += data.toString()));
    socket.on("end", () => resolve(said.split("\r\n")[1] ?? ""));
    socket.on("error", reject);
  });
}

export type SourceRun = { perSecond: number; cpuMicrosPerMail: number };

/**
 * `processes` of postfix's smtp-source, each with so many connections, sending one constant text; `mails` are those of
 * all together. It writes nothing down and does not pipeline.
 */
export async function smtpSource(port: number, { mails, bytes, connections, processes = 1 }: { mails: number; bytes: number; connections: number; processes?: number }): Promise<SourceRun> {
  const each = Math.ceil(mails / processes);
  const args = ["-s", String(connections), "-l", String(bytes), "-m", String(each), "-f", "from@example.com", "-t", "to@example.com", `127.0.0.1:${port}`];
  const from = performance.now();
  const used = await Promise.all(Array.from({ length: processes }, () => timed(existsSync("/usr/sbin/smtp-source") ? "/usr/sbin/smtp-source" : "smtp-source", args)));
  const seconds = (performance.now() - from) / 1000;
  return { perSecond: (each * processes) / seconds, cpuMicrosPerMail: (used.reduce((a, b) => a + b, 0) * 1e6) / (each * processes) };
}

/** Runs a command to its end. @returns its CPU seconds */
function timed(command: string, args: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-c", 'TIMEFORMAT="%U %S"; time "$@"', "bash", command, ...args], { stdio: ["ignore", "inherit", "pipe"] });
    let said = "";
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    child.once("error", reject);
    child.once("exit", (code) => {
      const [user = 0, system = 0] = said.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
      if (code) reject(new Error(said.trim()));
      else resolve(user + system);
    });
  });
}

/** CPU seconds that a running process has used, and the most memory it ever held, in MiB. */
export function usageOf(pid: number): { cpuSeconds: number; peakMiB: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, peakMiB: Number(peak) / 1024 };
}
