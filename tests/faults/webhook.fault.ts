/** The server killed while it takes SendGrid's events, and ten thousand events in one request while pages are asked for. */
import { check, figure, hold } from "../support/long";
import { SCRATCH_FROM, SCRATCH_SECRET, scratchDatabase } from "../support/scratch";
import { flood, killWhileTaking } from "../support/webhook-faults";

export const about = "kill -9 while SendGrid's events are taken; 10,000 events in one request while pages are asked for";
export const options = { kills: 40, mails: 5_000, events: 10_000 };

export async function run({ kills, mails, events }: typeof options): Promise<void> {
  const first = await scratchDatabase();
  const settings = { SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM };
  const killed = await killWhileTaking(first.db, { ...first.where, ...settings }, { kills, mails });
  for (const [name, value] of Object.entries(killed)) figure(name, Array.isArray(value) ? value.join(" ") : value);
  if (kills >= 10) check("some kills fell between two commits", killed.partly > 0);
  check("no 2xx before all is committed", killed.acceptedButAbsent === 0);
  check("sent again, everything is there, once", killed.statuses.every((status) => status === 204) && killed.missing + killed.undelivered + killed.unsuppressed + killed.untold === 0);
  await first.db.close();

  const second = await scratchDatabase();
  const busy = await flood(second.db, { ...second.where, ...settings }, { events, page: "/login" });
  for (const [name, value] of Object.entries(busy)) figure(name, value ?? "none");
  check("all of them are taken", busy.status === 204 && busy.kept === events);
  hold("page p95 meanwhile against idle", busy.busyP95 / busy.idleP95, "at most", 3);
  await second.db.close();
}
