import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { migrate } from "../../app/db/migrate.server";
import { openSqlite } from "../../app/db/open-sqlite.server";
import { nameTheCompany } from "./company";

/** One migrated template; every test gets a copy. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), "rapport-test-"));
  const template = join(folder, "template.db");
  await migrate({ DATABASE_FILE: template });
  const db = openSqlite(template);
  await nameTheCompany(db);
  await db.close();
  project.provide("scratch", { folder, template });
  return () => rmSync(folder, { recursive: true, force: true });
}

declare module "vitest" {
  interface ProvidedContext {
    scratch: { folder: string; template: string };
  }
}
