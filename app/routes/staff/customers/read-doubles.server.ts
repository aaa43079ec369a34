import type { Reader } from "~/db/types";
import { listStaffNames } from "~/domain/accounts/staff.server";
import { getParty } from "~/domain/customers/customers.server";
import { listDoublesOf } from "~/domain/doubles/finding.server";
import { listMergesOf, whyNotUndo } from "~/domain/doubles/undo.server";

/** Who a record looks like, and which records were made one with it. */
export async function readDoublesOf(db: Reader, partyId: number) {
  const [pairs, merges] = await Promise.all([listDoublesOf(db, partyId), listMergesOf(db, partyId)]);
  const names = merges.length ? new Map((await listStaffNames(db)).map(({ id, name }) => [id, name])) : new Map<number, string>();
  return {
    similar: pairs.map(({ one, other, signs }) => {
      const who = one.id === partyId ? other : one;
      return { publicId: who.publicId, name: who.name, signs };
    }),
    merged: await Promise.all(
      merges.map(async (merge) => ({
        merge: merge.publicId,
        name: (await getParty(db, merge.mergedId)).name,
        at: merge.at,
        by: merge.actorKind === "staff" ? (names.get(merge.actorId ?? 0) ?? null) : null,
        refusal: await whyNotUndo(db, merge),
      })),
    ),
  };
}
