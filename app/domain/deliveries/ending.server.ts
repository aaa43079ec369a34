/** The answer: what a server said of mails that were handed to it. */
import { givenRows } from "../../db/dialect";
import type { Tx } from "../../db/types";
import type { Outcome, Transport } from "../../mail/transport";
import { returnUnused } from "./allowance.server";
import type { Leased } from "./claim.server";
import { isWorthRetrying, nextAttemptAt, reasonOfRefusal, RETRY_RELAY_AFTER } from "./delivery";
import type { Notice } from "./schema";

export type Ending = {
  row: Pick<Leased, "id" | "leaseEpoch" | "attempt" | "class" | "deferredSince" | "notice" | "campaignId" | "lane" | "claimedAt">;
  /** As written into the mail. */
  subject: string;
  /** Null: it ended before the intent. */
  intentAt: number | null;
  transport: Transport["name"];
  outcome: Outcome;
};

/** Writes down how mails ended. Of a lease that is not ours any more, only an acceptance still counts. */
export async function recordEndings(tx: Tx, now: number, endings: Ending[]): Promise<void> {
  const accepted = endings.filter(isAccepted);
  if (accepted.length) await recordAccepted(tx, now, accepted);
  for (const ending of endings) if (!isAccepted(ending)) await recordOther(tx, now, ending);
}

type Accepted = Ending & { outcome: Extract<Outcome, { kind: "accepted" }> };

function isAccepted(ending: Ending): ending is Accepted {
  return ending.outcome.kind === "accepted";
}

async function recordAccepted(tx: Tx, now: number, endings: Accepted[]): Promise<void> {
  const rows = givenRows(tx, { id: "int", epoch: "int", intent_at: "int", transport: "text", provider_id: "text", code: "int", words: "text", subject: "text", notice: "json" });
  await tx.raw(
    `UPDATE deliveries SET state = 'accepted', reason = NULL, lease_owner = NULL, lease_until = NULL, handed_at = g.intent_at,
       accepted_at = ?, finished_at = ?, provider = g.transport, provider_id = g.provider_id, code = g.code, words = g.words,
       subject = coalesce(g.subject, deliveries.subject), notice = coalesce(g.notice, deliveries.notice),
       told_at = CASE WHEN deliveries.party_id IS NULL OR deliveries.class = 'security' THEN ${tx.speaks === "postgres" ? "?::bigint" : "?"} END
     FROM ${rows} g
     WHERE deliveries.id = g.id AND deliveries.lease_epoch = g.epoch AND deliveries.state IN ('leased', 'unknown', 'unconfirmed')`,
    [
      now, now, now,
      JSON.stringify(
        endings.map(({ row, intentAt, transport, subject, outcome }) => [
          row.id, row.leaseEpoch, intentAt ?? now, transport, outcome.providerId, outcome.code, cut(outcome.words), subjectOf(row, subject),
          withoutSecrets(row),
        ]),
      ),
    ],
  );
}

async function recordOther(tx: Tx, now: number, { row, subject, intentAt, transport, outcome }: Ending): Promise<void> {
  if (outcome.kind === "accepted" || outcome.kind === "withdrawn") return;
  const code = "code" in outcome ? outcome.code : null;
  const words = cut(outcome.words);
  const since = row.deferredSince ?? now;
  const next = outcome.kind === "deferred" ? nextAttemptAt(row.class, since, now) : null;
  // Without an intent nothing was begun: a relay that cannot be reached does not use the attempt up.
  const isBegun = intentAt !== null || outcome.kind === "deferred" || outcome.kind === "refused";
  const set: { state: string; reason?: string } & Record<string, unknown> = {
    refused: { state: "failed", reason: reasonOfRefusal(code ?? 0, words), finished_at: now },
    unknown: { state: "unknown", finished_at: now, handed_at: intentAt },
    unreachable: { state: "queued", attempt: row.attempt + (isBegun ? 1 : 0), not_before: now + RETRY_RELAY_AFTER },
    deferred:
      next === null
        ? { state: "failed", reason: "gave_up", finished_at: now }
        : { state: "queued", attempt: row.attempt + 1, deferred_since: since, not_before: Math.round(next) },
  }[outcome.kind];
  const values: Record<string, unknown> = {
    ...set, lease_owner: null, lease_until: null, provider: transport, code, words,
    ...(subjectOf(row, subject) !== null && { subject }),
  };
  const names = Object.keys(values);
  // What may have arrived before stays in doubt, or it would be tried again as one that certainly had not.
  const mayBeInDoubt = isWorthRetrying(set.reason);
  const hole = (name: string) => (name === "state" && mayBeInDoubt ? "CASE WHEN reason = 'resent' THEN 'unconfirmed' ELSE ? END" : "?");
  const changed = await tx.raw(
    `UPDATE deliveries SET ${names.map((name) => `${name} = ${hole(name)}`).join(", ")}
     WHERE id = ? AND lease_epoch = ? AND state = 'leased' RETURNING id`,
    [...Object.values(values), row.id, row.leaseEpoch],
  );
  if (changed.length && !isBegun) await returnUnused(tx, [row]);
  if (changed.length && isBegun)
    await tx.raw(
      `INSERT INTO handovers (delivery_id, attempt, epoch, ended_at, outcome, code, words) VALUES (?,?,?,?,?,?,?)
       ON CONFLICT (delivery_id, attempt) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome, code = excluded.code, words = excluded.words`,
      [row.id, row.attempt, row.leaseEpoch, now, outcome.kind, code, words],
    );
}

/** Puts leases back that were not begun. */
export async function giveBack(tx: Tx, rows: Pick<Leased, "id" | "leaseEpoch" | "campaignId" | "lane" | "claimedAt">[]): Promise<void> {
  await returnUnused(tx, rows);
  await tx.raw(
    `UPDATE deliveries SET state = 'queued', lease_owner = NULL, lease_until = NULL
     FROM ${givenRows(tx, { id: "int", epoch: "int" })} g
     WHERE deliveries.id = g.id AND deliveries.lease_epoch = g.epoch AND deliveries.state = 'leased'`,
    [JSON.stringify(rows.map((row) => [row.id, row.leaseEpoch]))],
  );
}

function cut(words: string): string {
  return words.length > 1000 ? words.slice(0, 1000) : words;
}

/** The subject of a security mail may hold a code. */
function subjectOf({ class: mailClass }: { class: string }, subject: string): string | null {
  return subject && mailClass !== "security" ? subject : null;
}

/** A code or a link that logs somebody in is not kept once it has left. @returns the notice to keep instead, null: as it is */
export function withoutSecrets({ class: mailClass, notice }: { class: string; notice: Notice | null }): string | null {
  return mailClass === "security" && notice ? JSON.stringify({ ...notice, values: {} }) : null;
}
