/**
 * Several web and worker processes on one PostgreSQL: the same built code, one database, one send. One worker is killed
 * in the middle. (SQLite runs one worker; tests/faults kills that one.)
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

import { expect, test } from "vitest";

import { openPostgres } from "../../app/db/open-postgres.server";
import { launch } from "../../app/domain/campaigns/launching.server";
import { segmentFields } from "../../app/domain/customers/segment-fields";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { databaseDialect } from "../../app/env.server";
import { aCampaign, aConsent, aCustomer, at, aTopic } from "../support/factories";
import { freshPostgresUrl, hasDatabase, TEST_MAIL_FROM, TEST_SECRET } from "../support/database";
import { smtpSink } from "../support/smtp-sink";

const PEOPLE = 600;

/** Mutant: a claim whose UPDATE does not repeat the state lets two workers win the same rows, and copies appear. */
test.runIf(databaseDialect() === "postgres" && hasDatabase())("two web and two worker processes share one send; one is killed, and nobody gets two", async () => {
  const url = await freshPostgresUrl();
  const sink = await smtpSink();
  const db = openPostgres(url, 3);
  provideMailIdentity(TEST_SECRET, TEST_MAIL_FROM);
  const children: ChildProcess[] = [];
  const start = (name: "server" | "worker") => {
    const child = spawn(process.execPath, [`build/server/${name}.js`], {
      env: { ...process.env, NODE_ENV: "production", DATABASE_URL: url, SECRET_KEY: TEST_SECRET, MAIL_URL: sink.url, MAIL_FROM: TEST_MAIL_FROM, PORT: "0", LOG_LEVEL: "error", RAPPORT_PARENT: String(process.pid) },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    children.push(child);
    return child;
  };
  try {
    const by = at(Date.now());
    const { campaignId } = await db.write(async (tx) => {
      const topicId = await aTopic(tx, by);
      for (let i = 0; i < PEOPLE; i++) await aConsent(tx, by, (await aCustomer(tx, by)).partyId, topicId);
      return aCampaign(tx, by, { topicId });
    });
    const servers = [start("server"), start("server")];
    const addresses = await Promise.all(servers.map(async (server) => (await once(server, "message"))[0] as { url: string }));
    const [first] = [start("worker"), start("worker")];

    const launched = await launch({ db, fields: segmentFields }, by, campaignId);
    expect(launched).toMatchObject({ ok: true });
    await until(() => sink.taken.length > PEOPLE / 4);
    first?.kill("SIGKILL");

    const states = () => db.read.raw<{ state: string; n: number }>("SELECT state, count(*) AS n FROM deliveries GROUP BY state");
    const isOpen = (state: string) => ["planned", "queued", "leased", "handing"].includes(state);
    await until(async () => {
      const rows = await states();
      return rows.length > 0 && rows.reduce((n, r) => n + r.n, 0) === PEOPLE && !rows.some((r) => isOpen(r.state));
    });

    const counts = Object.fromEntries((await states()).map((r) => [r.state, r.n]));
    const copies = new Map<string, number>();
    for (const mail of sink.taken) copies.set(mail.messageId, (copies.get(mail.messageId) ?? 0) + 1);
    expect(Math.max(...copies.values())).toBe(1);
    expect((counts.accepted ?? 0) + (counts.unknown ?? 0)).toBe(PEOPLE);
    expect(sink.taken.length).toBeGreaterThanOrEqual(counts.accepted ?? 0);
    for (const { url: address } of addresses) expect((await fetch(`${address}/health`)).status).toBe(200);
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await db.close();
    await sink.close();
  }
}, 180_000);

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 150_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("it did not come to that");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
