import pg from "pg";

import type { Env } from "../env.server";
import type { Dialect } from "./types";

const POLL_SQLITE_MS = 250;
/** Notifications are the rule on PostgreSQL; the look now and then covers the time in which the connection was broken. */
const POLL_POSTGRES_MS = 3_000;

/**
 * Calls `look` whenever the change log may have grown, whichever process wrote: polled on SQLite, by LISTEN/NOTIFY on
 * PostgreSQL.
 * @returns how to stop: nothing is called after that
 */
export function watchChanges(env: Pick<Env, "DATABASE_URL">, dialect: Dialect, look: () => void): () => void {
  if (dialect === "sqlite" || !env.DATABASE_URL) return every(POLL_SQLITE_MS, look);
  const stopPolling = every(POLL_POSTGRES_MS, look);
  const stopListening = listen(env.DATABASE_URL, look);
  return () => {
    stopPolling();
    stopListening();
  };
}

function every(ms: number, look: () => void): () => void {
  const timer = setInterval(look, ms);
  timer.unref();
  return () => clearInterval(timer);
}

function listen(url: string, look: () => void): () => void {
  let stopped = false;
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  function connect(): void {
    const mine = new pg.Client({ connectionString: url });
    client = mine;
    let lost = false;
    const again = () => {
      if (lost || stopped) return;
      lost = true;
      mine.end().catch(() => undefined);
      retry = setTimeout(connect, 1_000);
      retry.unref();
    };
    mine.on("error", again);
    mine.on("end", again);
    const unlessStopped = () => {
      if (!stopped) look();
    };
    mine.on("notification", unlessStopped);
    mine
      .connect()
      .then(() => mine.query("LISTEN changes"))
      .then(unlessStopped, again);
  }

  connect();
  return () => {
    stopped = true;
    clearTimeout(retry);
    client?.end().catch(() => undefined);
  };
}
