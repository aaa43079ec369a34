/**
 * kill -9 of the built worker while it reads a mailbox of Dovecot, again and again, as mails go on arriving: each mail
 * is taken, none twice, and each is marked in the end.
 */
import { eq } from "drizzle-orm";

import { cases, interactions } from "../../app/domain/cases/schema";
import { deliveries, inboundMails, suppressions } from "../../app/domain/deliveries/schema";
import { gone, startBuilt } from "../support/built-worker";
import { startDovecot } from "../support/dovecot";
import { aMailedCustomer, at } from "../support/factories";
import { check, figure, hold, onEnd } from "../support/long";
import { aBounce, aLetter } from "../support/returned-mail";
import { SCRATCH_FROM, SCRATCH_SECRET, scratchDatabase } from "../support/scratch";

export const about = "a worker killed while it reads the mailbox: nothing lost, nothing doubled";
export const needs = ["dovecot-imapd"];
export const options = { kills: 30, mailsEach: 20, dialect: "sqlite" };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function run({ kills, mailsEach }: typeof options): Promise<void> {
  const { db, where } = await scratchDatabase();
  onEnd(() => db.close());
  const dovecot = await startDovecot();
  onEnd(() => dovecot.stop());
  const mailed = await aMailedCustomer(db, at(Date.now()));
  const [{ messageId } = { messageId: "" }] = await db.read.select({ messageId: deliveries.messageId }).from(deliveries).where(eq(deliveries.id, mailed.deliveryId));
  const settings = { ...where, SECRET_KEY: SCRATCH_SECRET, MAIL_FROM: SCRATCH_FROM, MAIL_URL: "outbox:", IMAP_URL: dovecot.url(), BOUNCE_ADDRESS: "bounces@shop.example.com" };
  const count = async () => Number((await db.read.raw<{ n: number | string }>("SELECT count(*) AS n FROM inbound_mails"))[0]?.n);

  let letters = 0;
  let midway = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    for (let n = 0; n < mailsEach; n += 1, letters += 1) dovecot.deliver(aLetter({ from: mailed.email, text: `Letter ${letters}`, inReplyTo: messageId }));
    const before = await count();
    const worker = startBuilt("build/server/worker.js", settings);
    for (let waited = 0; (await count()) === before && waited < 200; waited += 1) await pause(20);
    await pause(Math.random() * 120);
    worker.kill("SIGKILL");
    await gone(worker);
    const after = await count();
    if (after > before && after < letters) midway += 1;
  }
  dovecot.deliver(aBounce({ about: messageId, recipient: mailed.email }));
  const all = letters + 1;
  const worker = startBuilt("build/server/worker.js", settings);
  onEnd(() => worker.kill("SIGKILL"));
  for (let waited = 0; (await count()) < all && waited < 1200; waited += 1) await pause(100);
  await pause(1000);
  worker.kill("SIGTERM");
  await gone(worker);

  const said = await db.read.select({ body: interactions.body }).from(interactions);
  figure("kills", kills);
  figure("kills_in_the_middle", midway);
  figure("mails", all);
  figure("taken", (await db.read.select({ id: inboundMails.id }).from(inboundMails)).length);
  hold("letters_lost", letters - new Set(said.map(({ body }) => body)).size, "at most", 0);
  hold("letters_doubled", said.length - new Set(said.map(({ body }) => body)).size, "at most", 0);
  hold("cases", (await db.read.select({ id: cases.id }).from(cases)).length, "at most", 1);
  hold("mails_left", dovecot.count().all, "at least", all);
  figure("marked", dovecot.count().seen);
  check("the bounce was taken", (await db.read.select().from(suppressions)).length === 1);
  check("some were killed in the middle", midway > 0);
}
