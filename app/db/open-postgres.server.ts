import { setTimeout } from "node:timers/promises";

import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";

import type { Database, Reader, Tx } from "./types";

const BIGINT = 20;
const NUMERIC = 1700;

/** Whole numbers come back as numbers: every integer that we keep is below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === BIGINT || oid === NUMERIC ? Number : pg.types.getTypeParser(oid, format as "text")) as never,
};

/** A process that sleeps in the middle of a transaction (a suspended machine) keeps its rows locked no longer, in ms. */
const LONGEST_SILENCE = 60_000;

/** So many questions that can be given up are asked at once; the next wait. */
const MOST_QUESTIONS = 4;

/** The server forgets a word to stop that comes before the query does: it is said again, in ms. */
const SAID_AGAIN_AFTER = 100;

export function openPostgres(url: string, connections = 8): Database {
  const pool = new pg.Pool({ connectionString: url, max: connections, types, idle_in_transaction_session_timeout: LONGEST_SILENCE });
  // An idle connection that breaks (server restarted) is replaced at the next query; without a listener it would throw.
  pool.on("error", () => undefined);
  // Long questions have connections of their own: those that stop them, and everybody else, need not wait for one.
  const questions = new pg.Pool({ connectionString: url, max: MOST_QUESTIONS, types });
  questions.on("error", () => undefined);

  const read = face(pool);
  return {
    dialect: "postgres",
    read,
    aside: read,
    cancellable: (signal) => face(stoppable(questions, pool, signal)),
    async write(work) {
      for (let attempt = 1; ; attempt += 1)
        try {
          return await transaction(pool, work);
        } catch (error) {
          if (attempt === MOST_ATTEMPTS || !isVictim(error)) throw error;
        }
    },
    append: (text, params) => read.raw(text, params),
    close: async () => {
      await Promise.all([pool.end(), questions.end()]);
    },
  };
}

async function transaction<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // The pool listens only while a connection is idle: an error that nobody listens to would end the process. The
  // statement under way, or the next one, fails by itself.
  const listen = () => undefined;
  client.on("error", listen);
  const release = (broken?: Error) => {
    client.off("error", listen);
    client.release(broken);
  };
  try {
    await client.query("BEGIN");
    const result = await work(face(client) as Tx);
    await client.query("COMMIT");
    release();
    return result;
  } catch (error) {
    await client.query("ROLLBACK").then(() => release(), release);
    throw error;
  }
}

const MOST_ATTEMPTS = 5;

/** PostgreSQL chose this transaction to end a deadlock (or could not order it): it had no effect, and is run again. */
function isVictim(error: unknown): boolean {
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return /^40(P01|001)$/.test(code ?? cause?.code ?? "");
}

/** Each query on a connection of its own, so that another one can tell the server to stop it. */
function stoppable(questions: pg.Pool, pool: pg.Pool, signal: AbortSignal): Pick<pg.Pool, "query"> {
  const query = async (text: string, params?: unknown[]) => {
    signal.throwIfAborted();
    const client = await questions.connect();
    let isRunning = true;
    const stop = async () => {
      while (isRunning) {
        await pool.query("SELECT pg_cancel_backend($1)", [(client as unknown as { processID: number }).processID]).catch(() => undefined);
        await setTimeout(SAID_AGAIN_AFTER);
      }
    };
    signal.addEventListener("abort", stop, { once: true });
    try {
      signal.throwIfAborted();
      return await client.query(text, params);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      isRunning = false;
      signal.removeEventListener("abort", stop);
      // What is stopped late must not hit the next query of this connection: it is closed.
      client.release(signal.aborted);
    }
  };
  return { query } as unknown as Pick<pg.Pool, "query">;
}

function face(connection: Pick<pg.Pool, "query"> | pg.PoolClient): Reader {
  const client = { query: (query: string, params?: unknown[]) => connection.query(query, params?.map(withoutNul)) };
  const db = drizzle({ client: client as unknown as pg.Pool, casing: "snake_case" });
  return Object.assign(db, {
    speaks: "postgres" as const,
    inTransaction: true as const,
    raw: async <Row>(text: string, params: readonly unknown[] = []) =>
      (await client.query(numbered(text), params as unknown[])).rows as Row[],
    each: async (text: string, rows: readonly (readonly unknown[])[]) => {
      for (const row of rows) await client.query(numbered(text), row as unknown[]);
    },
  }) as unknown as Reader;
}

/** Text on PostgreSQL holds every character but this one. */
function withoutNul(param: unknown): unknown {
  return typeof param === "string" && param.includes("\0") ? param.replaceAll("\0", "") : param;
}

/** `?` placeholders → `$1`, `$2`, …; question marks inside quotes stay. */
function numbered(text: string): string {
  let n = 0;
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g, (part) => (part === "?" ? `$${++n}` : part));
}
