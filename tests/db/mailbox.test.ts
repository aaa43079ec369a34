/** The mailbox as a real Dovecot holds it: each mail once in effect, whatever breaks between. */
import { createServer, connect, type Socket } from "node:net";

import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { Database } from "../../app/db/types";
import { readMailbox, type ReadingApp } from "../../app/domain/cases/mailbox.server";
import { cases } from "../../app/domain/cases/schema";
import { listInbound, mailboxState } from "../../app/domain/deliveries/inbound.server";
import { returnPathFor } from "../../app/domain/deliveries/return-path.server";
import { deliveries, inboundMails, mailboxes, suppressions } from "../../app/domain/deliveries/schema";
import { checkReading } from "../../app/mail/check/reading.server";
import { databaseDialect } from "../../app/env.server";
import { imapMailbox } from "../../app/mail/imap.server";
import type { Mailbox, MailboxSession } from "../../app/mail/mailbox";
import { hasDatabase, testDatabase, TEST_MAIL_FROM } from "../support/database";
import { hasDovecot, startDovecot, type Dovecot } from "../support/dovecot";
import { aMailedCustomer, at } from "../support/factories";
import { aBounce, aLetter } from "../support/returned-mail";

const BOUNCES = "bounces@shop.example.com";

/** What has to do with the line and not with the database is looked at once. */
const once = databaseDialect() === "sqlite" ? test : (Object.assign(() => undefined, { each: () => () => undefined }) as unknown as typeof test);

if (!hasDovecot()) process.stderr.write("skipped: this machine has no Dovecot (Debian: dovecot-imapd), so no mailbox is read\n");

describe.runIf(hasDatabase() && hasDovecot())("the mailbox", () => {
  let dovecot: Dovecot;
  let db: Database;
  let now = at().now;
  let mailed: Awaited<ReturnType<typeof aMailedCustomer>> & { messageId: string };

  beforeAll(async () => {
    dovecot = await startDovecot();
  });
  afterAll(() => dovecot.stop());

  beforeEach(async () => {
    db = await testDatabase();
    now = at().now;
    const made = await aMailedCustomer(db, at());
    const [row] = await db.read.select({ messageId: deliveries.messageId }).from(deliveries).where(eq(deliveries.id, made.deliveryId));
    mailed = { ...made, messageId: row!.messageId };
    dovecot.empty();
    // The first look is behind us.
    await read();
  });

  const app = (mailbox: Mailbox): ReadingApp => ({ db, mailbox, clock: () => now, env: { MAIL_FROM: TEST_MAIL_FROM, BOUNCE_ADDRESS: BOUNCES }, log: { error: () => undefined, warn: () => undefined } });
  /** As the worker does: again as long as there was something. */
  const read = async (url = dovecot.url()) => {
    let taken = 0;
    for (let n = 0, more = 1; more && n < 10; n += 1) taken += more = await readMailbox(app(imapMailbox(url)));
    return taken;
  };
  const bounce = () => aBounce({ to: returnPathFor(mailed.deliveryId, BOUNCES), recipient: mailed.email });
  const answer = (text = "In blue?") => aLetter({ from: mailed.email, text, inReplyTo: mailed.messageId });
  const inbound = () => db.read.select({ kind: inboundMails.kind, outcome: inboundMails.outcome }).from(inboundMails).orderBy(inboundMails.id);

  test("a bounce, a holiday note and an answer are taken once each, marked, and left where they are", async () => {
    dovecot.deliver(bounce());
    dovecot.deliver(aLetter({ from: mailed.email, subject: "Automatic reply: News", inReplyTo: mailed.messageId }));
    const letter = answer();
    dovecot.deliver(letter);
    dovecot.deliver(letter);
    await read();
    await read();
    expect(await inbound()).toEqual([{ kind: "bounce", outcome: "recorded" }, { kind: "auto-reply", outcome: "recorded" }, { kind: "message", outcome: "case" }]);
    expect(await db.read.select().from(suppressions)).toHaveLength(1);
    expect(await db.read.select().from(cases)).toHaveLength(1);
    expect(dovecot.count()).toEqual({ all: 4, seen: 4 });
    expect(await mailboxState(db.read)).toMatchObject({ error: null, failures: 0, readAt: now });
    expect(await checkReading(imapMailbox(dovecot.url()))).toMatchObject({ key: "mailbox_ok", level: "ok" });
  });

  once("mails that the server numbers anew are not taken twice, and none is missed", async () => {
    dovecot.deliver(answer("One"));
    await read();
    dovecot.deliver(answer("Two"));
    dovecot.renumber();
    const [before] = await db.read.select().from(mailboxes);
    await read();
    const [after] = await db.read.select().from(mailboxes);
    expect(after!.uidValidity).not.toBe(before!.uidValidity);
    expect(await inbound()).toHaveLength(2);
    dovecot.deliver(answer("Three"));
    await read();
    expect(await inbound()).toHaveLength(3);
  });

  once.each<[string, () => string, RegExp]>([
    ["a wrong password", () => dovecot.url({ password: "wrong" }), /^refused: /],
    ["a folder that is not there", () => dovecot.url({ folder: "Bounces" }), /^no_folder: /],
    ["no server there", () => dovecot.url({ port: 1 }), /^unreachable: .*ECONNREFUSED/],
  ])("%s is said by name, tried again later, and the next good read ends it", async (_, url, words) => {
    await db.write((tx) => tx.delete(mailboxes));
    expect(await readMailbox(app(imapMailbox(url())))).toBe(0);
    const state = await mailboxState(db.read);
    expect(state).toMatchObject({ error: expect.stringMatching(words), errorAt: now, failures: 1 });
    expect(JSON.stringify(state)).not.toContain("wrong");
    expect(await checkReading(imapMailbox(url()))).toMatchObject({ key: "mailbox_wrong", level: "wrong", values: { words: expect.stringMatching(words) } });
    // Not before its time.
    await readMailbox(app(imapMailbox(url())));
    expect(await mailboxState(db.read)).toMatchObject({ failures: 1 });
    now += 60_000;
    await readMailbox(app(imapMailbox(url())));
    expect(await mailboxState(db.read)).toMatchObject({ failures: 2 });
  });

  once("a line that is cut in the middle loses nothing", async () => {
    for (let n = 0; n < 5; n += 1) dovecot.deliver(answer(`Part ${n} ${"x".repeat(20_000)}`));
    for (const bytes of [500, 30_000, 60_000, 90_000]) {
      const wire = await cutAfter(dovecot.port, bytes);
      await readMailbox(app(imapMailbox(dovecot.url({ port: wire.port }))));
      await wire.close();
      now += 3_600_000;
    }
    // Another name of the same mailbox (its port) has a cursor of its own: what was taken there is known here.
    await read();
    expect(await inbound()).toHaveLength(5);
    expect(await db.read.select().from(cases)).toHaveLength(1);
  });

  test("a death at any step is made good by the next read", async () => {
    dovecot.deliver(bounce());
    dovecot.deliver(answer());
    const whole = imapMailbox(dovecot.url());
    for (const step of ["list", "fetch", "mark"] as const)
      for (const after of [false, true]) {
        const dying: Mailbox = { ...whole, open: async () => dyingAt(await whole.open(), step, after) };
        await readMailbox(app(dying));
        now += 3_600_000;
      }
    await read();
    expect(await inbound()).toEqual([{ kind: "bounce", outcome: "recorded" }, { kind: "message", outcome: "case" }]);
    expect(await db.read.select().from(cases)).toHaveLength(1);
  });

  test("a worker that died holding the mailbox does not hold it for ever, a living one is waited for", async () => {
    const held = (leaseOwner: string) => db.write((tx) => tx.update(mailboxes).set({ leaseOwner, leaseUntil: now + 60_000 }));
    dovecot.deliver(answer());
    await held("elsewhere/1/life");
    expect(await read()).toBe(0);
    now += 61_000;
    expect(await read()).toBe(1);
  });

  once("a mail that nobody could read is named on the list and holds up nothing", async () => {
    const whole = imapMailbox(dovecot.url());
    const heavy: Mailbox = { ...whole, open: async () => withTooBig(await whole.open(), "Heavy") };
    dovecot.deliver(aLetter({ from: "anna@example.org", subject: "Heavy" }));
    dovecot.deliver(answer());
    await readMailbox(app(heavy));
    expect((await listInbound(db.read, { onlyOpen: true })).rows).toMatchObject([{ subject: "Heavy", fromAddress: "anna@example.org", outcome: "too_big" }]);
    expect(await db.read.select().from(cases)).toHaveLength(1);
  });

  once("the first look takes what is unread, not what somebody read before", async () => {
    await db.write((tx) => tx.delete(mailboxes));
    dovecot.deliver(answer("unread"));
    await read();
    expect(await inbound()).toHaveLength(1);
  });
});

function dyingAt(session: MailboxSession, step: "list" | "fetch" | "mark", after: boolean): MailboxSession {
  const dies = async (work: () => Promise<unknown>): Promise<never> => {
    if (after) await work();
    throw new Error("died");
  };
  if (step === "list") return { ...session, list: (range) => dies(() => session.list(range)) };
  if (step === "fetch") return { ...session, fetch: (uid, limit) => dies(() => session.fetch(uid, limit)) };
  return { ...session, mark: (uid) => dies(() => session.mark(uid)) };
}

function withTooBig(session: MailboxSession, subject: string): MailboxSession {
  return { ...session, fetch: async (uid, limit) => {
    const mail = await session.fetch(uid, limit);
    return mail && Buffer.from(mail.raw).includes(`Subject: ${subject}`) ? session.fetch(uid, 10) : mail;
  } };
}

/** A wire to the server that breaks when it has carried so many bytes back. */
async function cutAfter(port: number, bytes: number): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    let carried = 0;
    for (const socket of [client, upstream]) sockets.add(socket.on("error", () => undefined));
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      carried += chunk.length;
      client.write(chunk.subarray(0, Math.max(0, chunk.length - Math.max(0, carried - bytes))));
      if (carried >= bytes) for (const socket of [client, upstream]) socket.destroy();
    });
    upstream.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    close: () => new Promise((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    }),
  };
}
