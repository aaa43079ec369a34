/** Builds when needed and seeds one demo database; each worker process copies it. */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

export default async function setup() {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build(): boolean };
  build();
  const folder = join(process.cwd(), ".cache/e2e");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, DATABASE_FILE: join(folder, "demo.db"), SECRET_KEY: "browser-test-browser-test-browser-test", LOG_LEVEL: "error" };
  for (const args of [["migrate", "--quiet"], ["seed", "demo", "--if-empty"]])
    execFileSync(process.execPath, ["build/server/cli.js", ...args], { env, stdio: ["ignore", "ignore", "inherit"] });
}
