/**
 * When to kill a worker: at a point of its work that can be seen from outside, by its mail server or in the database.
 * The product knows nothing of it.
 */
import type { ChildProcess } from "node:child_process";
import { existsSync, watch } from "node:fs";

import type { Database } from "../../app/db/types";
import type { SinkSession, SmtpSink } from "./smtp-sink";

/** One worker after the other, at one mail server of their own. */
export type Slot = {
  sink: SmtpSink;
  worker: ChildProcess;
  pid: number;
  formerPid: number;
  /** Told whatever its mail server hears, and again when it has answered for a mail. */
  onSession: ((session: SinkSession, answered: boolean) => void) | null;
};

export const NAMED_POINTS = [
  /** Rows are leased to it. */
  "after_claim",
  /** It has opened a connection. */
  "at_greeting",
  /** An intent of it is committed. */
  "after_intent",
  /** It has named a sender. */
  "in_envelope",
  /** The server has said 354. */
  "in_data",
  /** The server has the mail, and has not said so. */
  "after_dot",
  /** The server has said 250. */
  "after_answer",
  /** The answer is being written down. */
  "in_record",
  /** It brings what its dead predecessor left behind into a known state. */
  "in_reaper",
] as const;

export type KillPoint = (typeof NAMED_POINTS)[number] | "random" | "not_reached";

type Where = { db: Database; slot: Slot; databaseFile: string | undefined; random: () => number };

const PATIENCE = 8_000;

/** @returns the point that was reached: the wanted one, or `not_reached` when it did not come in time */
export async function untilPoint(wanted: KillPoint, where: Where): Promise<KillPoint> {
  const until = Date.now() + PATIENCE;
  const reached = await reach(wanted, where, until);
  return reached ? wanted : "not_reached";
}

async function reach(wanted: KillPoint, where: Where, until: number): Promise<boolean> {
  const { db, slot, random } = where;
  switch (wanted) {
    case "after_claim":
      return seen(until, () => isThere(db, "SELECT 1 AS it FROM deliveries WHERE state IN ('leased', 'handing') AND lease_owner LIKE ? LIMIT 1", ownerOf(slot.pid)));
    case "after_intent":
      return seen(until, () =>
        isThere(db, "SELECT 1 AS it FROM handovers h JOIN deliveries d ON d.id = h.delivery_id AND d.lease_epoch = h.epoch WHERE h.intent_at IS NOT NULL AND d.state IN ('leased', 'handing') AND d.lease_owner LIKE ? LIMIT 1", ownerOf(slot.pid)),
      );
    case "in_reaper":
      return seen(until, async () => slot.formerPid > 0 && !(await isThere(db, "SELECT 1 AS it FROM deliveries WHERE state IN ('leased', 'handing') AND lease_owner LIKE ? LIMIT 1", ownerOf(slot.formerPid))));
    case "at_greeting":
      return killedWhen(slot, until, ({ stage }) => stage === "connect");
    case "in_envelope":
      return killedWhen(slot, until, ({ stage }) => stage === "mail");
    case "in_data":
      return killedWhen(slot, until, ({ stage }) => stage === "body");
    case "after_dot":
      return killedWhen(slot, until, ({ stage }, answered) => stage === "dot" && !answered);
    case "after_answer":
      return killedWhen(slot, until, (_session, answered) => answered);
    case "in_record":
      return (await told(slot, until, (_session, answered) => answered)) && untilWritten(where);
    default:
      if (!(await told(slot, until, () => true))) return false;
      await new Promise((resolve) => setTimeout(resolve, random() * 250));
      return true;
  }
}

/** `host/process/life`. */
function ownerOf(pid: number): string {
  return `%/${pid}/%`;
}

async function isThere(db: Database, query: string, param: string): Promise<boolean> {
  return (await db.read.raw(query, [param])).length > 0;
}

async function seen(until: number, look: () => Promise<boolean>): Promise<boolean> {
  while (Date.now() < until) {
    if (await look()) return true;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return false;
}

type Heard = (session: SinkSession, answered: boolean) => boolean;

/** The worker is killed in the turn in which its server hears it, before it can go on. */
function killedWhen(slot: Slot, until: number, is: Heard): Promise<boolean> {
  return told(slot, until, (...heard) => is(...heard) && slot.worker.kill("SIGKILL"));
}

function told(slot: Slot, until: number, is: Heard): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), Math.max(0, until - Date.now()));
    const end = (reached: boolean) => {
      clearTimeout(timer);
      slot.onSession = null;
      resolve(reached);
    };
    slot.onSession = (...heard) => {
      if (is(...heard)) end(true);
    };
  });
}

/** Until something is written to the database's log; where that cannot be watched (PostgreSQL), a few milliseconds. */
async function untilWritten({ slot, databaseFile, random }: Where): Promise<boolean> {
  const log = `${databaseFile}-wal`;
  if (!databaseFile || !existsSync(log)) {
    await new Promise((resolve) => setTimeout(resolve, random() * 6));
    return true;
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), 500);
    const watcher = watch(log, () => end(true));
    const end = (written: boolean) => {
      clearTimeout(timer);
      watcher.close();
      if (written) slot.worker.kill("SIGKILL");
      resolve(written);
    };
  });
}
