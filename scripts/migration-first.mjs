/**
 * Until the first release there is one migration per dialect; this writes it anew from the rooms' schema.ts and adds
 * what drizzle has no words for: the triggers of drizzle/triggers, that SQLite clusters `handovers` and `party_terms` by
 * their keys, and that PostgreSQL compares terms by their codes: ranges of what begins so are ranges of an index then.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

for (const [dialect, url] of [["sqlite", ""], ["postgres", "postgres://any"]]) {
  const folder = `drizzle/${dialect}`;
  rmSync(folder, { recursive: true, force: true });
  const run = spawnSync("npx", ["drizzle-kit", "generate", "--name", "first"], { env: { ...process.env, DATABASE_URL: url }, stdio: "inherit" });
  if (run.status !== 0) process.exit(run.status ?? 1);
  const file = join(folder, readdirSync(folder).find((name) => name.endsWith(".sql")));
  const tables = readFileSync(file, "utf8").trimEnd();
  const triggers = readFileSync(`drizzle/triggers/${dialect}.sql`, "utf8");
  writeFileSync(file, `${dialect === "sqlite" ? clustered(clustered(tables, "handovers"), "party_terms") : byCode(tables, '"term" text NOT NULL')}\n--> statement-breakpoint\n${triggers}`);
}

function clustered(text, table) {
  const from = text.indexOf(`CREATE TABLE \`${table}\``);
  const end = text.indexOf(");\n--> statement-breakpoint", from);
  if (from < 0 || end < 0) throw new Error(`no table ${table}`);
  return `${text.slice(0, end)}) WITHOUT ROWID${text.slice(end + 1)}`;
}

function byCode(text, column) {
  if (text.split(column).length !== 2) throw new Error(`not one ${column}`);
  return text.replace(column, column.replace(" NOT NULL", ' COLLATE "C" NOT NULL'));
}
