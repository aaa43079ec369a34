import type { TestProject } from "vitest/node";

import { migrate } from "../../app/db/migrate.server";
import { startPostgres } from "./postgres";

export default async function setup(project: TestProject) {
  const server = await startPostgres();
  project.provide("postgres", server ? { url: server.url } : { url: null });
  if (!server) return;
  await server.createDatabase("template_rapport");
  await migrate({ DATABASE_URL: `${server.url}/template_rapport`, DATABASE_FILE: "" });
  return () => server.stop();
}

declare module "vitest" {
  interface ProvidedContext {
    postgres: { url: string | null };
  }
}
