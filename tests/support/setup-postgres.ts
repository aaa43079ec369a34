import type { TestProject } from "vitest/node";

import { migrate } from "../../app/db/migrate.server";
import { openPostgres } from "../../app/db/open-postgres.server";
import { nameTheCompany } from "./company";
import { startPostgres } from "./postgres";

export default async function setup(project: TestProject) {
  const server = await startPostgres();
  project.provide("postgres", server ? { url: server.url, copying: server.copying } : { url: null });
  if (!server) return;
  await server.createDatabase("template_rapport");
  await migrate({ DATABASE_URL: `${server.url}/template_rapport`, DATABASE_FILE: "" });
  const db = openPostgres(`${server.url}/template_rapport`, 1);
  await nameTheCompany(db);
  await db.close();
  return () => server.stop();
}

declare module "vitest" {
  interface ProvidedContext {
    postgres: { url: string; copying: string } | { url: null; copying?: undefined };
  }
}
