/** What the commands of the shell share. */
import { openApp, requireItsKey, type App } from "../context.server";
import { migrate } from "../db/migrate.server";
import { readEnv } from "../env.server";

/** What the person at the shell can put right: said on stderr without a stack, exit code 1. */
export class Refusal extends Error {
  override name = "Refusal";
}

export function fail(message: string): never {
  throw new Refusal(message);
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What the work refuses is said on stderr, exit code 1. */
export async function refusing(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Opens the application for one command, on a database of the newest schema, and closes it whatever happens. */
export async function withApp(work: (app: App) => Promise<void>): Promise<void> {
  const env = readEnv();
  await migrate(env);
  const app = openApp(env);
  await refusing(async () => {
    await requireItsKey(app);
    await work(app);
  }).finally(() => app.close());
}
