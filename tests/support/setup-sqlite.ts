import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { migrate } from "../../app/db/migrate.server";

/** One migrated template; every test gets a copy. */
export default async function setup(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), "rapport-test-"));
  const template = join(folder, "template.db");
  await migrate({ DATABASE_FILE: template });
  project.provide("scratch", { folder, template });
  return () => rmSync(folder, { recursive: true, force: true });
}

declare module "vitest" {
  interface ProvidedContext {
    scratch: { folder: string; template: string };
  }
}
