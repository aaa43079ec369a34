/** The built server in this process, on a fresh database and a free port: real requests in, real responses out. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { openSqlite } from "../../app/db/open-sqlite.server";
import type { Database } from "../../app/db/types";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { readEnv, type Env } from "../../app/env.server";
import { freshSqliteFile, TEST_MAIL_FROM, TEST_SECRET } from "./database";

export type TestApp = {
  url: string;
  env: Env;
  /** A connection of the test's own to the server's database, for commands that set the scene. */
  db: Database;
  /** Like fetch, without following redirects; posts come from our own origin unless told otherwise. */
  request(path: string, init?: RequestInit & { cookie?: string; form?: Record<string, string | string[]> }): Promise<Response>;
  /** Moves the server's clock; milliseconds since the epoch. */
  setNow(now: number): void;
  close(): Promise<void>;
};

type Built = {
  openApp(env: Env, options: { clock: () => number }): unknown;
  serve(app: unknown): Promise<{ url: string; close(): Promise<void> }>;
};

/** `settings` are environment variables; `now` sets the server's clock, which goes on from there. */
export async function testApp(settings: Record<string, string> = {}, now?: number): Promise<TestApp> {
  const file = settings.DATABASE_FILE ?? freshSqliteFile();
  const env = readEnv({
    HOST: "127.0.0.1",
    PORT: "0",
    LOG_LEVEL: "silent",
    SECRET_KEY: TEST_SECRET,
    MAIL_FROM: TEST_MAIL_FROM,
    DATABASE_FILE: file,
    ...settings,
  });
  let offset = now === undefined ? 0 : now - Date.now();
  const built = (await import(pathToFileURL(join(process.cwd(), "build/server/server.js")).href)) as Built;
  const served = await built.serve(built.openApp(env, { clock: () => Date.now() + offset }));
  provideMailIdentity(env.SECRET_KEY, env.MAIL_FROM);
  const db = openSqlite(file);
  return {
    url: served.url,
    env,
    db,
    request(path, { cookie, form, ...init } = {}) {
      const headers = new Headers(init.headers);
      if (cookie) headers.set("Cookie", cookie);
      let body = init.body;
      if (form) {
        const fields = new URLSearchParams();
        for (const [key, value] of Object.entries(form)) for (const v of [value].flat()) fields.append(key, v);
        body = fields;
      }
      const method = init.method ?? (form ? "POST" : "GET");
      if (method !== "GET" && method !== "HEAD" && !headers.has("Origin")) headers.set("Origin", new URL(env.APP_URL).origin);
      return fetch(new URL(path, served.url), { ...init, method, headers, redirect: "manual", ...(body !== undefined && { body }) });
    },
    setNow(at) {
      offset = at - Date.now();
    },
    async close() {
      await db.close();
      await served.close();
    },
  };
}
