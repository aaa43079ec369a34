import type { SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";

type Db = SqliteRemoteDatabase<Record<string, never>>;

/** What a read is given. It has no way to write: a stray insert on it does not compile. */
export type Reader = Pick<Db, "select" | "selectDistinct" | "with" | "$with" | "$count"> & {
  /** Which SQL it speaks. (Not `dialect`: drizzle keeps its own object under that name.) */
  readonly speaks: Dialect;
  /** Hot paths and generated SQL: text with `?` placeholders, rows as objects keyed by the column's name in SQL. */
  raw<Row = Record<string, unknown>>(text: string, params?: readonly unknown[]): Promise<Row[]>;
};

/** What a command is given: an open transaction. Inside it await nothing but the transaction itself. */
export type Tx = Reader &
  Pick<Db, "insert" | "update" | "delete"> & {
    readonly inTransaction: true;
    /** One statement that gives nothing back, for each of the rows of its parameters: half as long as one `raw` after the other. */
    each(text: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  };

export type Dialect = "sqlite" | "postgres";

export type Database = {
  readonly dialect: Dialect;
  /** Reads outside a transaction (SQLite: a second connection that refuses to write). */
  readonly read: Reader;
  /**
   * The same, for reads that go over very many rows: on SQLite in a thread of their own, so that neither pages nor senders
   * wait for them. Each costs a tenth of a millisecond more.
   */
  readonly aside: Reader;
  /**
   * The same, for reads that somebody may no longer want: given the signal, the database stops working at it and the read
   * rejects with the signal's reason. On SQLite in a process of its own, which takes a moment to start.
   */
  cancellable(signal: AbortSignal): Reader;
  /**
   * Runs `work` in one transaction: all of it happens, or nothing. PostgreSQL may call it again after a deadlock, so that
   * it keeps nothing of an earlier call.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * One INSERT as a transaction of its own, for what many of come in all the time. On SQLite it is committed in a thread
   * of its own, so that the process does not stand still while the disk writes. Gives what stands behind RETURNING.
   */
  append<Row>(text: string, params: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
};
