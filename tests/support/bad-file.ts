/** Files as bad as files get: any encoding, NULs, cells of a megabyte and of two lines, one row in a hundred wrong. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

import iconv from "iconv-lite";

import { WORKER_FLAGS } from "../../scripts/worker-flags.mjs";

export type BadFile = { path: string; rows: number; encoding: string; bom?: boolean };

export type Wrong = { line: number; reason: string };

/** Cells of a megabyte: the first of the wrong rows. */
const LARGE = 40;

/** @returns the rows that must be refused, by the line on which each begins */
export function writeBadFile({ path, rows, encoding, bom = false }: BadFile): Wrong[] {
  const file = openSync(path, "w");
  const put = (text: string) => writeSync(file, iconv.encode(text, encoding));
  // letters that the encoding has
  const [first, last] = encoding === "windows-1252" ? ["Éloïse", "Müller"] : ["Łucja", "Żółć"];
  const wrong: Wrong[] = [];
  let line = 2;
  let piece = `${bom ? "\ufeff" : ""}numer klienta;e-mail;imie;nazwisko\r\n`;
  for (let i = 0; i < rows; i++) {
    const reason = i % 100 !== 50 ? null : i < LARGE * 100 ? "too_long" : i === LARGE * 100 + 50 ? "open_quote" : "bad_email";
    if (reason) wrong.push({ line, reason });
    const given = reason === "too_long" ? `"${"x".repeat(1_000_000)}"` : i % 97 === 0 ? "Jo\0anna" : i % 89 === 3 ? `"${first}\nMaria"` : `"${first}; ""Lu"""`;
    piece += `${i};${reason === "bad_email" ? "nie adres" : `klient${i}@example.com`};${given};${reason === "open_quote" ? '"Otwarty' : `${last} ${i}`}\r\n`;
    line += given.includes("\n") ? 2 : 1;
    if (piece.length < 1 << 20) continue;
    put(piece);
    piece = "";
  }
  put(piece);
  closeSync(file);
  return wrong;
}

export type Watched = { child: ChildProcess; /** exit code, what it printed, and the most memory that it held, in MB */ ended: Promise<{ code: number | null; out: string; most: number }> };

/** A command of the built shell, as it is run. */
export function watchShell(args: readonly string[], where: Record<string, string>): Watched {
  const child = spawn(process.execPath, [...WORKER_FLAGS, "build/server/cli.js", ...args], { env: { PATH: process.env.PATH, NODE_ENV: "production", ...where }, stdio: ["ignore", "pipe", "inherit"] });
  let out = "";
  let most = 0;
  child.stdout.on("data", (piece: Buffer) => (out += piece.toString()));
  const look = setInterval(() => (most = Math.max(most, highWater(child.pid))), 20);
  const ended = new Promise<{ code: number | null; out: string; most: number }>((resolve) =>
    child.once("close", (code) => {
      clearInterval(look);
      resolve({ code, out, most });
    }),
  );
  return { child, ended };
}

function highWater(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
