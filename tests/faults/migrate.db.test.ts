import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { databaseDialect } from "../../app/env.server";
import { emptyPostgresUrl, hasDatabase } from "../support/database";
import { killMigrations } from "../support/killed-migrations";

// Mutant: migrate without BEGIN (migrate.server.ts), and a killed one leaves half a schema behind.
test.runIf(hasDatabase())("a migration killed at some of its statements leaves the old schema or the new one, and the next start goes on", { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "rapport-migrate-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const empty = databaseDialect() === "postgres" ? { DATABASE_URL: await emptyPostgresUrl() } : { DATABASE_FILE: join(folder, "rapport.db") };
  const killed = await killMigrations({ empty, folder, most: 3 });
  expect(killed).toMatchObject({ first: { between: [], finished: true }, rebuild: { between: [], finished: true } });
  expect(killed.first.kills).toBeGreaterThan(2);
});
