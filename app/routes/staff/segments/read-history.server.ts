import type { App } from "~/context.server";
import type { Segment } from "~/domain/segments/segments.server";
import { countMembersThen, findKept, findKnownDay, type KnownDay, listSizes, type MemberRow, sampleMembersThen, type Size } from "~/domain/segments/members.server";

const YEAR = 366 * 86_400_000;
const SAMPLE = 8;

/** `asked`: who was in on the day that somebody picked (`?on=`). */
export type History = {
  since: number | null;
  asOf: number | null;
  sizes: Size[];
  asked: { known: KnownDay; count: number; sample: Pick<MemberRow, "publicId" | "name" | "enteredAt" | "leftAt">[] } | null;
};

export async function readHistory({ db, clock }: App, segment: Segment, params: URLSearchParams): Promise<History> {
  const on = params.get("on");
  const [kept, sizes, asked] = await Promise.all([findKept(db.read, segment, clock()), listSizes(db.read, segment.id, clock() - YEAR), on ? readDay(db.aside, segment, on, clock()) : null]);
  return { ...kept, sizes, asked };
}

async function readDay(db: App["db"]["aside"], segment: Segment, day: string, now: number): Promise<History["asked"]> {
  const known = await findKnownDay(db, segment, day, now);
  if (!known.ok) return { known, count: 0, sample: [] };
  const [count, sample] = await Promise.all([countMembersThen(db, segment.id, known.at), sampleMembersThen(db, segment.id, known.at, SAMPLE)]);
  return { known, count, sample: sample.map(({ publicId, name, enteredAt, leftAt }) => ({ publicId, name, enteredAt, leftAt })) };
}
