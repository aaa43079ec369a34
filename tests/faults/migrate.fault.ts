/** kill -9 at every statement of a migration: the old schema or the new one, whole, and the next start goes on. */
import { check, figure } from "../support/long";
import { killMigrations } from "../support/killed-migrations";
import { emptyDatabase, scratchFolder } from "../support/scratch";

export const about = "kill -9 at every statement of a migration leaves the old schema or the new one";
export const options = { dialect: "sqlite", most: 10_000 };

export async function run({ most }: typeof options): Promise<void> {
  const killed = await killMigrations({ empty: await emptyDatabase(), folder: scratchFolder(), most });
  for (const [name, { kills, between, finished }] of Object.entries(killed)) {
    figure(`${name}_kills`, kills);
    figure(`${name}_neither_old_nor_new`, between.length);
    for (const one of between.slice(0, 5)) figure(`${name}_at`, one);
    check(`${name}: killed at each statement`, kills > 5);
    check(`${name}: as before or as it shall be, after every kill`, between.length === 0);
    check(`${name}: the next start brings the schema, with every row`, finished);
  }
}
