/**
 * The order of the desk: risk to the deadline first, then the customer's value, then age. A floor keeps small customers
 * from starving: within one band of risk every fourth place goes to whoever has waited longest, so nobody stands behind
 * more than four places per person who has waited longer, however many valuable customers come in.
 */
import { daysUntil } from "../company/calendar";
import { isAcceptedBySilence, isClockRunning, type CaseState } from "./case";

export type QueueRow = CaseState & {
  id: number;
  receivedAt: number;
  /** When the customer last wrote (filing included); null for cases opened by staff. */
  lastCustomerAt: number | null;
  lastStaffAt: number | null;
  /** What the customer has spent so far, in minor units. */
  spendMinor: number;
};

/** overdue: the law has decided; today: due today or tomorrow; soon: within three days; calm: later. */
export const RISKS = ["overdue", "today", "soon", "calm"] as const;
export type Risk = (typeof RISKS)[number];

/** Why a row stands where it stands, for the page to put into words. */
export type QueueReason = {
  risk: Risk;
  /** Calendar days to the statutory deadline; null where none runs. */
  daysLeft: number | null;
  /** Calendar days since the customer has been waiting for us; null when we wait for them, or have answered. */
  waitingDays: number | null;
  spendMinor: number;
  /** The place was given by the floor: longest waiting, not most valuable. */
  byFloor: boolean;
};

export type Ranked<Row> = { row: Row; reason: QueueReason };

const SOON_DAYS = 3;
/** What has no statutory term is to be answered in five days, and counts as one of today's from then on. */
const SERVICE_DAYS = 5;
/** Every fourth place belongs to the longest waiting. */
const FLOOR_EVERY = 4;

/** Puts the rows into the order in which they are to be worked on. The result does not depend on the order given. */
export function rankQueue<Row extends QueueRow>(rows: readonly Row[], now: number, zone: string): Ranked<Row>[] {
  const bands = new Map<Risk, Ranked<Row>[]>(RISKS.map((risk) => [risk, []]));
  for (const row of rows) {
    const reason = reasonOf(row, now, zone);
    bands.get(reason.risk)!.push({ row, reason });
  }
  return [...bands.values()].flatMap((band) => interleave(band));
}

/** Does somebody here have to act on it? Cases that wait for the customer come back when their deadline is near. */
export function needsUs(row: QueueRow, now: number, zone: string): boolean {
  if (row.status === "closed") return false;
  if (row.status === "new" || row.status === "open") return true;
  if (row.lastCustomerAt !== null && row.lastCustomerAt > (row.lastStaffAt ?? 0)) return true;
  return riskOf(row, now, zone) !== "calm";
}

function interleave<Row extends QueueRow>(band: Ranked<Row>[]): Ranked<Row>[] {
  const byAge = [...band].sort((a, b) => waitingSince(a.row) - waitingSince(b.row) || a.row.id - b.row.id);
  const byValue = [...band].sort(
    (a, b) => b.row.spendMinor - a.row.spendMinor || waitingSince(a.row) - waitingSince(b.row) || a.row.id - b.row.id,
  );
  const placed = new Set<number>();
  const result: Ranked<Row>[] = [];
  let nextByValue = 0;
  let nextByAge = 0;
  while (result.length < band.length) {
    while (placed.has(byValue[nextByValue]!.row.id)) nextByValue++;
    while (placed.has(byAge[nextByAge]!.row.id)) nextByAge++;
    const valuable = byValue[nextByValue]!;
    const oldest = byAge[nextByAge]!;
    const floorsTurn = (result.length + 1) % FLOOR_EVERY === 0;
    const next = floorsTurn ? oldest : valuable;
    placed.add(next.row.id);
    result.push({ row: next.row, reason: { ...next.reason, byFloor: floorsTurn && oldest !== valuable } });
  }
  return result;
}

export function reasonOf(row: QueueRow, now: number, zone: string): QueueReason {
  const weWait = (row.status === "waiting" || row.status === "answered") && (row.lastCustomerAt ?? 0) <= (row.lastStaffAt ?? 0);
  return {
    risk: riskOf(row, now, zone),
    daysLeft: isClockRunning(row) ? daysUntil(row.statutoryDueAt!, now, zone) : null,
    waitingDays: weWait ? null : daysUntil(now, waitingSince(row), zone),
    spendMinor: row.spendMinor,
    byFloor: false,
  };
}

function riskOf(row: QueueRow, now: number, zone: string): Risk {
  if (isClockRunning(row)) {
    if (isAcceptedBySilence(row, now)) return "overdue";
    return within(daysUntil(row.statutoryDueAt!, now, zone));
  }
  if (row.status === "waiting" || row.status === "answered") return "calm";
  return within(SERVICE_DAYS + daysUntil(waitingSince(row), now, zone));
}

function within(daysLeft: number): Risk {
  if (daysLeft <= 1) return "today";
  return daysLeft <= SOON_DAYS ? "soon" : "calm";
}

function waitingSince(row: QueueRow): number {
  return row.lastCustomerAt ?? row.receivedAt;
}
