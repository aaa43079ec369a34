/**
 * SQLite behind drizzle's proxy driver. drizzle's own async transaction throws on better-sqlite3, so the writer is one
 * connection behind a promise queue with hand-written BEGIN IMMEDIATE, and reads have a connection of their own that
 * refuses to write. A plain write on a second connection would stop the event loop for the length of the busy time-out.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";

import BetterSqlite from "better-sqlite3";
import { drizzle } from "drizzle-orm/sqlite-proxy";

import { Aside } from "./aside-sqlite.server";
import { Killable } from "./killable-sqlite.server";
import type { Database, Reader, Tx } from "./types";

type Statement = BetterSqlite.Statement<unknown[], unknown>;

export function openSqlite(file: string): Database {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const writer = connect(file);
  writer.pragma("journal_mode = WAL");
  // A campaign's plan writes all over an index of many megabytes: pages that do not fit are written twice.
  writer.pragma("cache_size = -16384");
  writer.pragma("busy_timeout = 0");
  const reader = connect(file);
  reader.pragma("query_only = ON");

  const tx = Object.assign(faceOf(writer), {
    each: async (text: string, rows: readonly (readonly unknown[])[]) => {
      const statement = writer.prepare(text);
      for (const row of rows) statement.run(...row.map(bindable));
    },
  }) as Tx;
  const aside = new Aside("reader", file);
  const appender = new Aside("writer", file);
  const killable = new Killable(file);
  let tail: Promise<unknown> = Promise.resolve();

  async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    await begin(writer);
    try {
      const result = await work(tx);
      writer.exec("COMMIT");
      return result;
    } catch (error) {
      if (writer.inTransaction) writer.exec("ROLLBACK");
      throw error;
    }
  }

  return {
    dialect: "sqlite",
    read: faceOf(reader),
    aside: face((text, params, asArrays) => aside.ask(text, params.map(bindable), asArrays)),
    cancellable: (signal) => face((text, params, asArrays) => killable.ask(text, params.map(bindable), asArrays, signal)),
    write(work) {
      const turn = tail.then(() => transaction(work));
      tail = turn.catch(() => undefined);
      return turn;
    },
    async append<Row>(text: string, params: readonly unknown[]) {
      // It waits for its turn like every other writer of this process: two that meet would make one of them sleep.
      const turn = tail.then(() => appender.ask(text, params.map(bindable)));
      tail = turn.catch(() => undefined);
      return (await turn) as Row[];
    },
    async close() {
      await tail;
      await appender.close();
      await aside.close();
      killable.close();
      reader.close();
      writer.close();
    },
  };
}

/** In ms: so long a write waits until those of other processes let it in, and so often it knocks. */
const LONGEST_WAIT = 10_000;
const KNOCKS_EVERY = 3;

/**
 * Waits without stopping the event loop. SQLite's own waiting would, and it knocks so seldom that another process which
 * writes one transaction after the other lets nobody in.
 */
async function begin(writer: BetterSqlite.Database): Promise<void> {
  for (const until = performance.now() + LONGEST_WAIT; ; ) {
    try {
      return void writer.exec("BEGIN IMMEDIATE");
    } catch (error) {
      if (!/^SQLITE_BUSY/.test((error as { code?: string }).code ?? "") || performance.now() > until) throw error;
      await setTimeout(KNOCKS_EVERY);
    }
  }
}

function connect(file: string): BetterSqlite.Database {
  const connection = new BetterSqlite(file, { timeout: LONGEST_WAIT });
  // better-sqlite3 opens a WAL database with synchronous=NORMAL: a committed intent must be on the disk.
  connection.pragma("synchronous = FULL");
  connection.pragma("foreign_keys = ON");
  // Of each connection, in KiB. What does not fit stays in the page cache of the system.
  connection.pragma("cache_size = -8192");
  connection.pragma("temp_store = MEMORY");
  // 64 MiB of log before it is written back, in pages: what many transactions changed is written once.
  connection.pragma("wal_autocheckpoint = 16000");
  return connection;
}

type Ask = (text: string, params: readonly unknown[], asArrays: boolean) => unknown[] | Promise<unknown[]>;

function faceOf(connection: BetterSqlite.Database): Reader {
  const statements = new Map<string, Prepared>();
  const prepare = (text: string): Prepared => {
    let prepared = statements.get(text);
    if (!prepared) {
      if (statements.size >= 500) statements.delete(statements.keys().next().value as string);
      prepared = { statement: connection.prepare(text), names: [] };
      statements.set(text, prepared);
    }
    return prepared;
  };
  const run = (text: string, params: readonly unknown[], asArrays: boolean): unknown[] => {
    const prepared = prepare(text);
    if (!prepared.statement.reader) {
      prepared.statement.run(...params.map(bindable));
      return [];
    }
    const rows = prepared.statement.raw().all(...params.map(bindable)) as unknown[][];
    return asArrays ? rows : named(rows, prepared);
  };
  return face(run);
}

/** `names` of its columns, once they were needed: to ask for them takes as long as to read a row. */
type Prepared = { statement: Statement; names: string[] };

/** The driver can make objects itself, with a call for each value: wide rows then take half as long again. */
function named(rows: readonly unknown[][], prepared: Prepared): Record<string, unknown>[] {
  if (rows[0] && rows[0].length !== prepared.names.length) prepared.names = prepared.statement.columns().map((column) => column.name);
  const { names } = prepared;
  return rows.map((values) => {
    const row: Record<string, unknown> = {};
    for (let i = 0; i < names.length; i += 1) row[names[i] as string] = values[i];
    return row;
  });
}

function face(ask: Ask): Reader {
  const db = drizzle(
    async (text, params, method) => {
      const rows = await ask(text, params, true);
      return { rows: method === "get" ? (rows[0] as never) : rows };
    },
    // The driver reads `casing` from its third argument only; there is no batch callback to give as the second.
    undefined as never,
    { casing: "snake_case" },
  );
  return Object.assign(db, {
    speaks: "sqlite" as const,
    inTransaction: true as const,
    raw: async <Row>(text: string, params: readonly unknown[] = []) => (await ask(text, params, false)) as Row[],
  });
}

function bindable(value: unknown): unknown {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value === undefined) return null;
  return value;
}
