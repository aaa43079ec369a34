/**
 * What a file of `npm run fault` or `npm run bench` is written with. It exports
 *   about    one line that says what it shows
 *   needs    Debian packages without which it cannot run (optional)
 *   options  its options with their defaults, of which the types follow (optional): `--kills 200`, `--resume`
 *   run      what it does
 * and runs in a process of its own, from the project's folder, beside the built product.
 */
import { parseArgs } from "node:util";

type Options = Record<string, number | string | boolean>;
type Long = { about: string; needs?: readonly string[]; options?: Options; run(given: Options): Promise<void> };

const counted = { passed: 0, failed: 0 };
const closing: (() => unknown)[] = [];

/** Prints `name: value`. */
export function figure(name: string, value: number | string): void {
  process.stdout.write(`${name}: ${typeof value === "number" ? short(value) : value}\n`);
}

/** One thing that must be so. */
export function check(name: string, ok: boolean): void {
  counted[ok ? "passed" : "failed"] += 1;
  process.stdout.write(`${ok ? "ok" : "FAILED"}: ${name}\n`);
}

/** Prints a figure and holds it against its threshold. */
export function hold(name: string, value: number, rule: "at least" | "at most", threshold: number): void {
  figure(name, value);
  check(`${name} ${rule} ${threshold}`, rule === "at least" ? value >= threshold : value <= threshold);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/**
 * Runs each in turn, round after round, so that what else the machine does meets all of them alike.
 * @returns the medians, and `ratio(a, b)` of two of them
 */
export async function interleave<Name extends string>(rounds: number, measured: Record<Name, (round: number) => Promise<number>>) {
  const names = Object.keys(measured) as Name[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) for (const name of names) values[name].push(await measured[name](round));
  const medians = Object.fromEntries(names.map((name) => [name, median(values[name])])) as Record<Name, number>;
  return { values, medians, ratio: (a: Name, b: Name) => medians[a] / medians[b] };
}

/** Is called when the run ends, however it ends; the last one first. */
export function onEnd(close: () => unknown): void {
  closing.push(close);
}

/**
 * Called by the bundle that scripts/long.mjs makes.
 * @public
 */
export async function main(it: Long): Promise<void> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === "--needs") {
    const given = read(it, rest);
    const postgres = given.dialect === "postgres" ? ["postgresql"] : [];
    process.stdout.write([...(it.needs ?? []), ...postgres].join("\n"));
    return;
  }
  const given = read(it, process.argv.slice(2));
  // However it ends, it says why, and how far it was.
  process.on("exit", sayLast);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void end(`stopped by ${signal}`));
  for (const event of ["uncaughtException", "unhandledRejection"] as const) process.on(event, (error: unknown) => void end(error));
  try {
    await it.run(given);
  } catch (error) {
    return end(error);
  }
  isDone = true;
  await end();
}

let isDone = false;
let isEnding = false;

async function end(error?: unknown): Promise<void> {
  if (error !== undefined) {
    counted.failed += 1;
    process.stdout.write(`FAILED: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  if (isEnding) return;
  isEnding = true;
  await close();
  process.exit(counted.failed ? 1 : 0);
}

function sayLast(code: number): void {
  if (!isDone && counted.failed === 0) {
    counted.failed += 1;
    process.stdout.write(`FAILED: ended with ${code} before it was done: nothing was left to wait for\n`);
  }
  process.stdout.write(`${counted.passed} passed, ${counted.failed} failed\n`);
}

async function close(): Promise<void> {
  for (const one of closing.splice(0).toReversed())
    try {
      await one();
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
    }
}

/** The options as given, each of the type of its default; exits with a line when one is unknown. */
function read({ options = {} }: Long, argv: string[]): Options {
  try {
    const { values } = parseArgs({
      args: argv,
      options: Object.fromEntries(Object.entries(options).map(([name, value]) => [name, { type: typeof value === "boolean" ? ("boolean" as const) : ("string" as const) }])),
    });
    return Object.fromEntries(
      Object.entries(options).map(([name, usual]) => {
        const value = values[name];
        if (value === undefined) return [name, usual];
        if (typeof usual !== "number") return [name, value];
        if (!Number.isFinite(Number(value))) throw new Error(`--${name} must be a number`);
        return [name, Number(value)];
      }),
    );
  } catch (error) {
    const known = Object.entries(options).map(([name, value]) => `--${name}${typeof value === "boolean" ? "" : ` ${value}`}`);
    process.stderr.write(`${(error as Error).message}\nOptions: ${known.join(" ") || "none"}\n`);
    process.exit(2);
  }
}

function short(value: number): string {
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}
