/**
 * Two workers and a web process on one database, for as long as it is asked: mails leave, staff look at pages, readers
 * open, click and unsubscribe, and a third process writes too. No mail twice, no uncaught BUSY, no page without its answer.
 */
import { once } from "node:events";

import { createStaffUser } from "../../app/domain/accounts/staff.server";
import { linkToken } from "../../app/domain/deliveries/token.server";
import { gone, startBuilt } from "../support/built-worker";
import { at } from "../support/factories";
import { countOpen, hurry, pause } from "../support/killing";
import { check, figure, median, onEnd } from "../support/long";
import { MASS_CAMPAIGN, massCampaign } from "../support/mass-campaign";
import { scratchDatabase, SCRATCH_FROM, SCRATCH_SECRET } from "../support/scratch";
import { signIn } from "../support/sign-in";
import { smtpSink } from "../support/smtp-sink";
import { stopPeople } from "../support/stopping";

export const about = "two workers and a web process on one database: no mail twice, no uncaught BUSY, every page answered";
export const options = { minutes: 10, perSecond: 100, connections: 8, dialect: "sqlite" };

const PAGES = ["/staff", "/staff/outbox", "/staff/customers", "/staff/campaigns", "/staff/desk", "/staff/settings/suppressions", "/health"];

export async function run({ minutes, perSecond, connections }: typeof options): Promise<void> {
  const recipients = Math.ceil(minutes * 60 * perSecond * 1.2);
  const { db, where } = await scratchDatabase();
  onEnd(() => db.close());
  const sink = await smtpSink();
  onEnd(() => sink.close());
  const { topicId } = await massCampaign(db, { recipients });
  await db.write((tx) => createStaffUser(tx, at(Date.now()), { email: "staff@example.com", name: "Staff", role: "administrator", locale: "en" }));
  const cookie = await signIn({ db }, "staff@example.com");

  const complaints: string[] = [];
  const settings = { ...where, SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM, MAIL_URL: `${sink.url}?connections=${connections}`, LOG_LEVEL: "warn", PORT: "0" };
  const hear = (line: string) => void complaints.push(line);
  const web = startBuilt("build/server/server.js", settings, hear);
  const workers = [1, 2].map(() => startBuilt("build/server/worker.js", settings, hear));
  for (const child of [web, ...workers]) onEnd(() => child.kill("SIGKILL"));
  const [{ url }] = (await once(web, "message")) as [{ url: string }];

  const from = Date.now();
  const until = from + minutes * 60_000;
  // As many as it should be by now, and no more: the send lasts as long as the rest.
  sink.fault = ({ stage }) => (stage === "mail" && Date.now() < until && sink.taken.length > ((Date.now() - from) / 1000) * perSecond ? { later: 200 } : undefined);
  const stopping = stopPeople(db, { topicId, count: Math.ceil(minutes * 60), random: Math.random });
  const answers = await visit(url, cookie, () => Date.now() < until, recipients);
  const stops = await stopping.finish();
  const end = Date.now() + 120_000;
  while ((await countOpen(db)) > 0 && Date.now() < end) {
    await pause(500);
    await hurry(db);
  }
  const alive = [web, ...workers].every((child) => child.exitCode === null && child.signalCode === null);
  for (const child of [web, ...workers]) child.kill("SIGTERM");
  await Promise.all([web, ...workers].map(gone));

  const open = await countOpen(db);
  const [accepted] = await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM deliveries WHERE campaign_id = ? AND state = 'accepted'", [MASS_CAMPAIGN]);
  const begun = await db.read.raw<{ delivery_id: number; intent_at: number }>("SELECT delivery_id, intent_at FROM handovers WHERE intent_at IS NOT NULL");
  const afterLeaving = begun.filter((row) => Number(row.intent_at) > (answers.left.get(Number(row.delivery_id)) ?? Infinity));
  const ids = sink.taken.map((mail) => mail.messageId);
  const busy = complaints.filter((line) => /BUSY|database is locked|deadlock|40P01|40001/i.test(line));
  const errors = complaints.filter((line) => /"level":(50|60)/.test(line));
  figure("minutes", Math.round((Date.now() - from) / 6000) / 10);
  figure("mails_taken", ids.length);
  figure("duplicates", ids.length - new Set(ids).size);
  figure("accepted", Number(accepted?.n));
  figure("open", open);
  figure("stops", stops.length);
  figure("unsubscribed", answers.left.size);
  figure("begun_after_unsubscribing", afterLeaving.length);
  figure("answers", answers.count);
  figure("answers_not_given", answers.broken.length);
  figure("page_median_ms", median(answers.times));
  figure("page_p95_ms", answers.times.toSorted((a, b) => a - b)[Math.floor(answers.times.length * 0.95)] ?? 0);
  figure("uncaught_busy", busy.length);
  figure("errors_logged", errors.length);
  for (const line of [...new Set([...busy, ...errors, ...answers.broken])].slice(0, 5)) figure("for_example", line.slice(0, 400));
  check("no mail left twice", new Set(ids).size === ids.length && ids.length > 0);
  check("every row came to a named end", open === 0);
  check("none was begun after its reader had left", answers.left.size > 0 && afterLeaving.length === 0);
  check("no BUSY was left uncaught", busy.length === 0);
  check("every page and link was answered", answers.count > 0 && answers.broken.length === 0);
  check("nothing else went wrong", errors.length === 0);
  check("all processes lived until they were stopped", alive);
}

/** Four visitors: two of staff pages, two that open, click and leave by the links of mails. */
async function visit(url: string, cookie: string, goesOn: () => boolean, mails: number) {
  const times: number[] = [];
  const broken: string[] = [];
  /** When the answer to "no more of these" came, by delivery. */
  const left = new Map<number, number>();
  let count = 0;
  const ask = async (path: string, init: RequestInit) => {
    const began = performance.now();
    try {
      const response = await fetch(url + path, { redirect: "manual", signal: AbortSignal.timeout(20_000), ...init });
      await response.arrayBuffer();
      if (response.status >= 400 || (path.startsWith("/staff") && response.status !== 200)) broken.push(`${path.slice(0, 10)} ${response.status}`);
    } catch (error) {
      broken.push(`${path.slice(0, 10)} ${String(error)} ${String((error as Error).cause ?? "")}`);
    }
    count += 1;
    return performance.now() - began;
  };
  const staff = async (first: number) => {
    for (let i = first; goesOn(); i++) {
      times.push(await ask(PAGES[i % PAGES.length] as string, { headers: { cookie } }));
      await pause(100);
    }
  };
  const reader = async () => {
    const headers = { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0" };
    for (let i = 0; goesOn(); i++) {
      const id = 1 + Math.floor(Math.random() * mails);
      const token = linkToken(id);
      if (i % 10 === 9) {
        await ask(`/u/${token}`, { method: "POST", headers: { ...headers, "content-type": "application/x-www-form-urlencoded" }, body: "List-Unsubscribe=One-Click" });
        if (!left.has(id)) left.set(id, Date.now());
      } else await ask(i % 3 ? `/o/${token}.gif` : `/c/${token}/0`, { headers });
      await pause(50);
    }
  };
  await Promise.all([staff(0), staff(3), reader(), reader()]);
  return { times, broken, left, count };
}
