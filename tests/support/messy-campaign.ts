/** One campaign in which everything happens that can happen, on a real application and a mail server that misbehaves. */
import { eq } from "drizzle-orm";
import { onTestFinished } from "vitest";

import { launch } from "../../app/domain/campaigns/launching.server";
import { planDue } from "../../app/domain/campaigns/planning.server";
import { receiveMail } from "../../app/domain/cases/incoming.server";
import { createParty } from "../../app/domain/customers/customers.server";
import { addComplaintFacts } from "../../app/domain/customers/metrics.server";
import { parties } from "../../app/domain/customers/schema";
import { claimDue } from "../../app/domain/deliveries/claim.server";
import { commitIntents } from "../../app/domain/deliveries/intent.server";
import { returnPathFor } from "../../app/domain/deliveries/return-path.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import { suppress } from "../../app/domain/deliveries/suppressions.server";
import { tellDue } from "../../app/domain/deliveries/telling.server";
import { findLinkedMail, unsubscribe } from "../../app/domain/deliveries/unsubscribe.server";
import { bySystem, type By } from "../../app/domain/journal/actor";
import { takeHit } from "../../app/domain/tracking/hits.server";
import { judgeDue } from "../../app/domain/tracking/tracking.server";
import type { Tx } from "../../app/db/types";
import { aCampaign, aConsent, aCustomer, anOrder, at, aTopic } from "./factories";
import { drain, mailingPlace } from "./mailing-app";
import { aBounce, aComplaint, aLetter } from "./returned-mail";
import { smtpSink, type Fault } from "./smtp-sink";

const MINUTE = 60_000;
const BOUNCES = "bounces@shop.example.com";
const BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

/** How the mail server treats whom, at which stage; everybody else's mail is taken. */
type Moods = Record<string, { stage: "rcpt" | "dot"; fault: Fault }>;
const refuses = (words: string, stage: "rcpt" | "dot" = "dot") => ({ stage, fault: { reply: words } });
const FIRST_MOODS: Moods = {
  gone: refuses("550 5.1.1 no such user", "rcpt"), full: refuses("552 5.2.2 mailbox full"), full2: refuses("552 5.2.2 mailbox full"),
  blocked: refuses("550 5.7.1 blocked for now"), later: refuses("450 4.2.1 later", "rcpt"), never: refuses("451 4.3.0 not now"),
  lost1: { stage: "dot", fault: "cut_taken" }, lost2: { stage: "dot", fault: "cut_taken" }, half: { stage: "dot", fault: "half_reply" },
  nodot: { stage: "dot", fault: "cut" },
};
export const LATER_MOODS: Moods = {
  full: refuses("452 4.2.2 still full"), full2: refuses("552 5.2.2 mailbox full"), blocked: { stage: "dot", fault: "cut_taken" },
  lost2: refuses("451 4.3.0 not now"), nodot: refuses("552 5.2.2 mailbox full"),
};

/** Those who are in the audience, in the order in which their mails leave. */
const FINE = 44;
const FIRST = ["gone", "full", "full2", "blocked", "later", "never", "lost1", "lost2", "half", "nodot", "bounced", "softly", "reporter", "opener", "clicker", "robot", "leaver", "replier"];
const LAST = ["quitter", "complainer", "listed", "resting", "erased", "fine-last"];
export const GETS = FIRST.length + FINE + LAST.length;
/** Why others are not in it. */
export const AGAINST = { no_address: 2, suppressed: 2, no_consent: 3, open_complaint: 1, paused_by_customer: 1, duplicate_address: 2 };

export async function messyCampaign() {
  const sink = await smtpSink();
  onTestFinished(() => sink.close());
  const place = await mailingPlace({ MAIL_URL: `${sink.url}?connections=4`, BOUNCE_ADDRESS: BOUNCES });
  let now = Date.now() - 30 * 86_400_000;
  const app = place.open({ clock: () => now });
  const by = (): By => bySystem("worker", now);
  const ids = new Map<string, number>();
  let moods = FIRST_MOODS;
  sink.fault = ({ stage, to }) => {
    const mood = moods[to.split("@")[0] ?? ""];
    return mood?.stage === stage ? mood.fault : undefined;
  };
  const { campaignId, publicId, topicId } = await app.db.write((tx) => everybody(tx, ids, now));
  const party = (name: string) => ids.get(name) as number;
  const mailTo = async (name: string) => {
    const [row] = await app.db.read.select().from(deliveries).where(eq(deliveries.partyId, party(name)));
    return row!;
  };
  const settle = async () => {
    await drain(app);
    while (await tellDue(app));
  };

  return {
    app, sink, campaignId, publicId, by, party, settle,
    settings: { ...place.settings },
    pass: (ms: number) => void (now += ms),
    moods: (next: Moods) => void (moods = next),
    /** The mail server takes this one's mail from now on. */
    softens: (name: string) => void (moods = Object.fromEntries(Object.entries(moods).filter(([other]) => other !== name))),
    async launch() {
      const launched = await launch(app, by(), campaignId);
      if (!launched.ok) throw new Error(JSON.stringify(launched));
      now += 1000;
      while (await planDue(app));
    },
    /** A worker elsewhere holds twelve of them, and has begun with one. It is never heard of again. @returns whose that is */
    async claimElsewhere() {
      const rows = await claimDue(app.db, "elsewhere/1/x", now, 12);
      const begun = rows.find((row) => row.address.startsWith("fine"))!;
      await app.db.write((tx) => commitIntents(tx, now, [begun]));
      return begun.address;
    },
    /** Each forbids a mail that has been planned and has not left. */
    stops: () =>
      app.db.write(async (tx) => {
        await aConsent(tx, by(), party("quitter"), topicId, "withdrawn");
        await addComplaintFacts(tx, party("complainer"), { filed: 1, open: 1 });
        await suppress(tx, by(), { address: "listed@example.com", scope: "marketing", reason: "manual", source: "asked" });
        await tx.update(parties).set({ marketingPausedUntil: now + 90 * 86_400_000 }).where(eq(parties.id, party("resting")));
        await tx.update(parties).set({ erasedAt: now }).where(eq(parties.id, party("erased")));
      }),
    suppress: (address: string) => app.db.write((tx) => suppress(tx, by(), { address, scope: "all", reason: "manual", source: "asked" })),
    /** What people, robots and servers do with what they got. */
    async comeBack() {
      now += MINUTE;
      const hit = async (name: string, kind: "open" | "click", method = "GET") =>
        takeHit(app.db, { deliveryId: (await mailTo(name)).id, kind, linkPosition: kind === "click" ? 1 : null, at: now, method, userAgent: BROWSER, remoteAddress: null });
      for (const name of ["opener", "clicker", "lost1"]) await hit(name, "open");
      await hit("clicker", "click");
      await hit("robot", "open", "HEAD");
      now += MINUTE;
      await judgeDue(app, 100);
      const arrives = (raw: Buffer) => receiveMail(app, by(), { raw, door: "mailbox" });
      await arrives(aBounce({ to: returnPathFor((await mailTo("bounced")).id, BOUNCES), recipient: "bounced@example.com" }));
      await arrives(aBounce({ to: returnPathFor((await mailTo("softly")).id, BOUNCES), recipient: "softly@example.com", status: "5.2.2", diagnostic: "smtp; 552 5.2.2 mailbox full" }));
      await arrives(aComplaint({ about: (await mailTo("reporter")).messageId, to: returnPathFor((await mailTo("reporter")).id, BOUNCES) }));
      await arrives(aLetter({ from: "replier@example.com", inReplyTo: (await mailTo("replier")).messageId }));
      const left = await findLinkedMail(app.db.read, (await mailTo("leaver")).id);
      await app.db.write(async (tx) => {
        await unsubscribe(tx, by(), left!, { from: "topic", source: "one_click", wordingVersion: "1", remoteAddress: null });
        await anOrder(tx, by(), party("clicker"));
      });
      while (await tellDue(app));
    },
  };
}

async function everybody(tx: Tx, ids: Map<string, number>, now: number) {
  const by = at(now - 3_600_000);
  const topicId = await aTopic(tx, by);
  const one = async (name: string, consents = true) => {
    const { partyId } = await aCustomer(tx, by, { email: `${name}@example.com` });
    if (consents) await aConsent(tx, by, partyId, topicId);
    ids.set(name, partyId);
    return partyId;
  };
  for (const name of FIRST) await one(name);
  for (let i = 0; i < FINE; i++) await one(`fine${i}`);
  for (const name of LAST) await one(name);

  for (const scope of ["all", "marketing"] as const) {
    await one(`barred-${scope}`);
    await suppress(tx, by, { address: `barred-${scope}@example.com`, scope, reason: "manual", source: "asked" });
  }
  for (const name of ["unasked1", "unasked2"]) await one(name, false);
  await aConsent(tx, by, await one("withdrawn"), topicId, "withdrawn");
  await addComplaintFacts(tx, await one("open"), { filed: 1, open: 1 });
  await tx.update(parties).set({ marketingPausedUntil: now + 90 * 86_400_000 }).where(eq(parties.id, await one("away")));
  // Companies: people have an address each.
  for (const [i, email] of [undefined, undefined, "FINE0@example.com", "fine1@Example.com"].entries()) {
    const made = await createParty(tx, by, { kind: "company", companyName: `Company ${i}`, locale: "en", source: "seed", ...(email && { email }) });
    if (!made.ok) throw new Error(made.reason);
    await aConsent(tx, by, made.partyId, topicId);
    ids.set(`company${i}`, made.partyId);
  }
  return { topicId, ...(await aCampaign(tx, by, { topicId, name: "Messy" })) };
}
