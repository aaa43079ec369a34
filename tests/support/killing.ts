/**
 * kill -9 in the middle of sending, again and again: several built workers, each with its own mail server that
 * misbehaves too, on one database. Counts what must never happen (tests/faults/kill.fault.ts, kill-sender.db.test.ts).
 */
import type { ChildProcess } from "node:child_process";

import type { Database } from "../../app/db/types";
import { TERMINAL_STATES } from "../../app/domain/deliveries/delivery";
import { recordProviderEvents } from "../../app/domain/deliveries/provider-events.server";
import { randomFrom } from "../../drizzle/seed/random";
import { gone, startBuilt, type BuiltSettings } from "./built-worker";
import { at } from "./factories";
import { NAMED_POINTS, untilPoint, type KillPoint, type Slot } from "./kill-points";
import { MASS_CAMPAIGN, massCampaign } from "./mass-campaign";
import { smtpSink, type Fault, type SmtpSink } from "./smtp-sink";
import { stopPeople, type Stops } from "./stopping";

export type Play = {
  db: Database;
  /** With which a worker opens the same database, and its secret. */
  settings: BuiltSettings;
  script: string;
  recipients: number;
  kills: number;
  workers: number;
  connections: number;
  /** Whether the mail servers misbehave. */
  faults: boolean;
  /** How many people forbid their mail meanwhile. */
  stops: number;
  seed: number;
  /** At which of them workers are killed, in turn; of all and at random instants unless given. */
  points?: readonly KillPoint[];
  onEnd: (close: () => Promise<void> | void) => void;
};

export type Tally = {
  kills: number;
  recipients: number;
  duplicates: number;
  acceptedButAbsent: number;
  failedButDelivered: number;
  unknown: number;
  /** Still in doubt after everything that the servers took was reported: of these, how many were taken after all. */
  unknownButTaken: number;
  open: number;
  /** How often a server kept its answer to itself: those mails are unknown without any kill. */
  faultsAfterDot: number;
  stops: number;
  handedAfterStop: number;
  points: Partial<Record<KillPoint, number>>;
};

export async function play(given: Play): Promise<Tally> {
  const { db, kills, recipients } = given;
  const random = randomFrom(String(given.seed)).next;
  const { topicId } = await massCampaign(db, { recipients });
  const tally = { kills: 0, faultsAfterDot: 0, points: {} as Tally["points"] };
  const slots: Slot[] = [];
  const taken = () => slots.reduce((sum, slot) => sum + slot.sink.taken.length, 0);
  /** Mails must not run out before the kills do. */
  const isAhead = () => tally.kills < kills && taken() > ((tally.kills + 0.5) * recipients * 0.85) / kills;

  for (let i = 0; i < given.workers; i++) {
    const sink = await smtpSink();
    given.onEnd(() => sink.close());
    const slot: Slot = { sink, worker: start(given, sink), pid: 0, formerPid: 0, onSession: null };
    slot.pid = slot.worker.pid as number;
    sink.answerAfter = 5;
    sink.answered = (session) => slot.onSession?.(session, true);
    sink.fault = (session) => {
      slot.onSession?.(session, false);
      const dice = random();
      const fault = given.faults ? faultAt(session.stage, dice) : undefined;
      if (session.stage === "dot" && typeof fault === "string") tally.faultsAfterDot += 1;
      if (fault === undefined && isAhead() && (session.stage === "dot" || session.stage === "mail") && dice > 0.5) return { later: 250 };
      return fault;
    };
    slots.push(slot);
    given.onEnd(() => void slot.worker.kill("SIGKILL"));
  }

  const stopping = stopPeople(db, { topicId, count: given.stops, random });
  while (tally.kills < kills && (await countOpen(db)) > 0) {
    const slot = slots[tally.kills % slots.length] as Slot;
    const points = given.points ?? NAMED_POINTS;
    const wanted = !given.points && random() < 1 / 3 ? "random" : (points[tally.kills % points.length] as KillPoint);
    const point = await untilPoint(wanted, { db, slot, databaseFile: given.settings.DATABASE_FILE, random });
    slot.worker.kill("SIGKILL");
    slot.onSession = null;
    await gone(slot.worker);
    tally.kills += 1;
    tally.points[point] = (tally.points[point] ?? 0) + 1;
    slot.formerPid = slot.pid;
    slot.worker = start(given, slot.sink);
    slot.pid = slot.worker.pid as number;
    await hurry(db);
  }
  const stops = await stopping.finish();
  const until = Date.now() + 180_000;
  while ((await countOpen(db)) > 0 && Date.now() < until) {
    await pause(300);
    await hurry(db);
  }
  for (const { worker } of slots) worker.kill("SIGTERM");
  await Promise.all(slots.map(({ worker }) => gone(worker)));
  return { ...(await judge(db, slots, stops)), ...tally };
}

function start({ script, settings, connections }: Play, sink: SmtpSink): ChildProcess {
  return startBuilt(script, { ...settings, MAIL_URL: `${sink.url}?connections=${connections}` });
}

function faultAt(stage: string, dice: number): Fault | undefined {
  if (stage === "rcpt") return dice < 0.02 ? { reply: "450 4.2.1 later" } : dice < 0.03 ? { reply: "550 5.7.1 no" } : undefined;
  if (stage === "body") return dice < 0.02 ? "cut" : undefined;
  if (stage !== "dot") return undefined;
  if (dice < 0.02) return { reply: "451 4.3.0 later" };
  if (dice < 0.03) return { reply: "554 5.6.0 no" };
  return dice < 0.04 ? "cut" : dice < 0.05 ? "cut_taken" : dice < 0.06 ? "half_reply" : undefined;
}

async function judge(db: Database, slots: Slot[], stops: Stops) {
  const rows = await readRows(db);
  const copies = new Map<string, number>();
  for (const { sink } of slots) for (const { messageId } of sink.taken) copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
  const terminal: readonly string[] = TERMINAL_STATES;
  const unknown = rows.filter((row) => row.state === "unknown");
  await report(db, unknown.filter((row) => copies.has(row.message_id)));
  const still = (await readRows(db)).filter((row) => row.state === "unknown");
  return {
    recipients: rows.length,
    duplicates: rows.filter((row) => (copies.get(row.message_id) ?? 0) > 1).length,
    acceptedButAbsent: rows.filter((row) => row.state === "accepted" && !copies.has(row.message_id)).length,
    failedButDelivered: rows.filter((row) => row.state === "failed" && copies.has(row.message_id)).length,
    unknown: unknown.length,
    unknownButTaken: still.filter((row) => copies.has(row.message_id)).length,
    open: rows.filter((row) => !terminal.includes(row.state)).length,
    stops: stops.length,
    handedAfterStop: await countHandedAfter(db, stops),
  };
}

type Row = { public_id: string; message_id: string; state: string };

function readRows(db: Database): Promise<Row[]> {
  return db.read.raw<Row>("SELECT public_id, message_id, state FROM deliveries WHERE campaign_id = ?", [MASS_CAMPAIGN]);
}

/** What came back later about mails that nobody heard the answer to; each of it twice. */
async function report(db: Database, rows: Row[]): Promise<void> {
  const by = at(Date.now());
  const events = rows.map((row) => ({ eventId: `replay-${row.public_id}`, type: "delivered", publicId: row.public_id, providerId: null, at: by.now, payload: {} }));
  for (let i = 0; i < events.length; i += 200) await db.write((tx) => recordProviderEvents(tx, by, "smtp", [...events.slice(i, i + 200), ...events.slice(i, i + 200)]));
}

/** In the very transaction of a stop it was counted how often the mail had been begun: it must not have been begun again. */
async function countHandedAfter(db: Database, stops: Stops): Promise<number> {
  let handed = 0;
  for (const { deliveryId, handovers } of stops) {
    const [row] = await db.read.raw<{ n: number }>("SELECT count(*) AS n FROM handovers WHERE delivery_id = ? AND intent_at IS NOT NULL", [deliveryId]);
    if (Number(row?.n) > handovers) handed += 1;
  }
  return handed;
}

/** Mails that were put off are due at once: there are no hours to wait. */
export async function hurry(db: Database): Promise<void> {
  await db.write((tx) => tx.raw("UPDATE deliveries SET not_before = ? WHERE state = 'queued' AND not_before > ?", [Date.now() - 1000, Date.now()]));
}

export async function countOpen(db: Database): Promise<number> {
  const [row] = await db.read.raw<{ n: number }>(
    "SELECT count(*) AS n FROM deliveries WHERE campaign_id = ? AND state IN ('planned', 'queued', 'leased', 'handing')",
    [MASS_CAMPAIGN],
  );
  return Number(row?.n);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
