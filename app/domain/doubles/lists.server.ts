/** Fixed lists follow a merge: whoever stays is on every list that either was on. */
import type { Tx } from "../../db/types";
import type { Before } from "./schema";

const FIXED = "segment_id IN (SELECT id FROM segments WHERE is_fixed = true)";

/** The merged record leaves them, as it leaves segments by rules; where it alone was on one, the survivor comes for it. */
export async function followLists(tx: Tx, survivorId: number, mergedId: number, at: number): Promise<NonNullable<Before["lists"]>> {
  const left = await ids(tx, `UPDATE segment_members SET left_at = ? WHERE party_id = ? AND left_at IS NULL AND ${FIXED} RETURNING segment_id AS id`, [at, mergedId]);
  const came: number[] = [];
  for (const segmentId of left)
    came.push(
      ...(await ids(tx, "INSERT INTO segment_members (segment_id, party_id, entered_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING segment_id AS id", [segmentId, survivorId, at])),
    );
  return { at, left, came };
}

/** The merged record is on its lists again; the survivor only where somebody has put it on since, or it was before. */
export async function giveBackLists(tx: Tx, survivorId: number, mergedId: number, lists: Before["lists"]): Promise<void> {
  if (!lists) return;
  for (const segmentId of lists.came) await tx.raw("DELETE FROM segment_members WHERE segment_id = ? AND party_id = ? AND entered_at = ? AND left_at IS NULL", [segmentId, survivorId, lists.at]);
  for (const segmentId of lists.left) await tx.raw("UPDATE segment_members SET left_at = NULL WHERE segment_id = ? AND party_id = ? AND left_at = ?", [segmentId, mergedId, lists.at]);
}

async function ids(tx: Tx, sql: string, params: unknown[]): Promise<number[]> {
  return (await tx.raw<{ id: number }>(sql, params as never)).map(({ id }) => Number(id));
}
