/** Until the first release there is one migration per dialect; this writes it anew from the rooms' schema.ts. */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

for (const [folder, env] of [["drizzle/sqlite", { DATABASE_URL: "" }], ["drizzle/postgres", { DATABASE_URL: "postgres://any" }]]) {
  rmSync(folder, { recursive: true, force: true });
  const run = spawnSync("npx", ["drizzle-kit", "generate", "--name", "first"], { env: { ...process.env, ...env }, stdio: "inherit" });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
