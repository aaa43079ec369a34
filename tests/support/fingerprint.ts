import { createHash } from "node:crypto";

import type { TestApp } from "./app";

/** Every row of every table: the same before and after, nothing was written; `but` those tables that count requests. */
export async function fingerprint({ db }: Pick<TestApp, "db">, but: readonly string[] = []): Promise<string> {
  const tables = await db.read.raw<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  const hash = createHash("sha256");
  for (const { name } of tables.filter((table) => !but.includes(table.name))) hash.update(name).update(JSON.stringify(await db.read.raw(`SELECT * FROM "${name}" ORDER BY 1, 2`)));
  return hash.digest("hex");
}
