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

export function openPostgres(url: string, connections = 8): Database {
  const pool = new pg.Pool({ connectionString: url, max: connections, types });
  // An idle connection that breaks (server restarted) is replaced at the next query; without a listener it would throw.
  pool.on("error", () => undefined);

  return {
    dialect: "postgres",
    read: face(pool),
    async write(work) {
      const client = await pool.connect();
      try {
        await client.query("BEGIN");
        const result = await work(face(client) as Tx);
        await client.query("COMMIT");
        client.release();
        return result;
      } catch (error) {
        await client.query("ROLLBACK").then(
          () => client.release(),
          (broken: Error) => client.release(broken),
        );
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

function face(client: pg.Pool | pg.PoolClient): Reader {
  const db = drizzle({ client: client as pg.Pool, casing: "snake_case" });
  return Object.assign(db, {
    speaks: "postgres" as const,
    inTransaction: true as const,
    raw: async <Row>(text: string, params: readonly unknown[] = []) =>
      (await client.query(numbered(text), params as unknown[])).rows as Row[],
  }) as unknown as Reader;
}

/** `?` placeholders → `$1`, `$2`, …; question marks inside quotes stay. */
function numbered(text: string): string {
  let n = 0;
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g, (part) => (part === "?" ? `$${++n}` : part));
}
