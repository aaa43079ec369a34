/**
 * Builds when needed and makes what each worker process copies: a demo database, and one where nothing has happened yet.
 * They are kept for the same build and day.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export default async function setup() {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build(): boolean };
  build();
  const folder = join(process.cwd(), ".cache/e2e");
  const stamp = join(folder, "stamp");
  const made = `${readFileSync("build/.sources", "utf8")} ${new Date().toISOString().slice(0, 10)}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === made) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const run = (file: string, ...args: string[]) => {
    const env = { ...process.env, DATABASE_FILE: join(folder, file), SECRET_KEY: "browser-test-browser-test-browser-test", LOG_LEVEL: "error" };
    execFileSync(process.execPath, ["build/server/cli.js", ...args], { env, stdio: ["ignore", "ignore", "inherit"] });
  };
  run("empty.db", "migrate", "--quiet");
  run("demo.db", "migrate", "--quiet");
  run("demo.db", "seed", "demo", "--if-empty");
  writeFileSync(stamp, made);
}
