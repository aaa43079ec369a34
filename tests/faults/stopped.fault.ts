/** SIGSTOP for longer than a lease lasts, at every stage of a conversation: no second copy of any mail. */
import { check, figure, onEnd } from "../support/long";
import { scratchDatabase, SCRATCH_FROM, SCRATCH_SECRET } from "../support/scratch";
import type { Stage } from "../support/smtp-sink";
import { playStopped } from "../support/stopped-worker";

export const about = "a worker that sleeps for longer than its leases last sends no second copy when it wakes up";
export const options = { stops: 20, recipients: 2000, dialect: "sqlite" };

const STAGES: readonly Stage[] = ["mail", "rcpt", "data", "body", "dot"];

export async function run({ stops, recipients }: typeof options): Promise<void> {
  const { db, where } = await scratchDatabase();
  onEnd(() => db.close());
  const stages = Array.from({ length: stops }, (_, i) => STAGES[i % STAGES.length] as Stage);
  const tally = await playStopped({ db, settings: { ...where, SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM }, recipients, stages, onEnd });
  for (const [name, value] of Object.entries(tally)) figure(name, value);
  check("the worker was stopped as often as asked", tally.stops === stops);
  check("no mail left twice", tally.duplicates === 0);
  check("every mail came to an end", tally.open === 0);
}
