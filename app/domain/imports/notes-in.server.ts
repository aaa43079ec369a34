/** Notes from a file. Known by customer, text and day; a row without a day is known by its text alone. */
import type { Reader, Tx } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import { findPartyIds } from "../customers/look-up.server";
import { readNotesLike, writeNotes } from "../customers/notes.server";
import type { By } from "../journal/actor";
import { readNote, type NoteRow } from "./book-rows";
import { timeCell } from "./cells";
import { refuse, type Job, type Kind, type Planned } from "./kind";
import type { Rejection } from "./rows";

type Plan = { partyId: number };

export const notesIn: Kind<NoteRow, Plan> = {
  read: readNote,
  keys: ({ customerNumber, customerEmail, text, at }) => [`${customerNumber ?? normalizeEmail(customerEmail ?? "")} ${at ?? ""} ${text}`],
  plan: planNotes,
  write: writeRows,
};

async function planNotes(db: Reader, rows: readonly NoteRow[], job: Job): Promise<(Planned<Plan> | Rejection)[]> {
  const found = await findPartyIds(db, {
    numbers: rows.flatMap(({ customerNumber }) => customerNumber ?? []),
    emails: rows.flatMap(({ customerNumber, customerEmail }) => (customerNumber ? [] : (customerEmail ?? []))),
  });
  const ids = rows.map((row) => (row.customerNumber ? found.byNumber.get(row.customerNumber) : found.byEmail.get(normalizeEmail(row.customerEmail ?? ""))));
  const there = await readNotesLike(db, ids.filter((id) => id !== undefined), rows.map(({ text }) => text));
  const known = new Set(there.flatMap(({ partyId, body, at }) => [`${partyId} ${at} ${body}`, `${partyId}  ${body}`]));
  return rows.map((row, i) => {
    const partyId = ids[i];
    if (partyId === undefined) return refuse(row.customerNumber ? "customerNumber" : "customerEmail", "unknown_customer");
    if (row.at !== null && row.at > job.now) return refuse("date", "bad_date");
    return planNote(row, partyId, known.has(`${partyId} ${row.at ?? ""} ${row.text}`));
  });
}

function planNote(row: NoteRow, partyId: number, isKnown: boolean): Planned<Plan> {
  const cells = { customerNumber: row.customerNumber ?? "", customerEmail: row.customerEmail ?? "", text: row.text, date: timeCell(row.at), author: row.author ?? "" };
  return {
    ok: true,
    outcome: isKnown ? "unchanged" : "created",
    plan: { partyId },
    shown: () => ({ name: row.customerNumber ?? row.customerEmail ?? "", before: isKnown ? cells : null, after: cells, given: Object.keys(cells) }),
  };
}

async function writeRows(tx: Tx, by: By, plans: readonly { row: NoteRow; planned: Planned<Plan> }[]): Promise<null[]> {
  const fresh = plans.filter(({ planned }) => planned.outcome === "created").map(({ row, planned }) => ({ partyId: planned.plan.partyId, body: row.text, at: row.at, author: row.author }));
  // Who is named by number here and by address there is one customer.
  await writeNotes(tx, by, [...new Map(fresh.map((note) => [`${note.partyId} ${note.at ?? ""} ${note.body}`, note])).values()]);
  return plans.map(() => null);
}
