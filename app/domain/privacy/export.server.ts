/** Everything that is held about one person, table by table. */
import type { Reader, Tx } from "../../db/types";
import { findPartyByPublicId, survivorOf } from "../customers/customers.server";
import type { By } from "../journal/actor";
import { recordAudit } from "../journal/journal.server";
import { aboutParty } from "./about.server";
import { filled, HOLDINGS } from "./holdings";

type Row = Record<string, unknown>;
export type Export = { format: "rapport-person-1"; exportedAt: string; person: string; tables: Record<string, Row[]> };

/** @returns null when there is no such person */
export async function exportPerson(db: Reader, publicId: string, now: number): Promise<Export | null> {
  const named = await findPartyByPublicId(db, publicId);
  if (!named) return null;
  const party = await survivorOf(db, named);
  const about = await aboutParty(db, party.id, now);
  const tables: Record<string, Row[]> = {};
  for (const { table, of, omit = [] } of HOLDINGS) {
    const { text, params } = filled(`SELECT * FROM ${table} WHERE ${of}`, about);
    tables[table] = (await db.raw<Row>(text, params)).map((row) => shown(row, omit));
  }
  const blobs = filled(`SELECT sha256, bytes FROM attachment_blobs WHERE sha256 IN (SELECT sha256 FROM attachments WHERE ${ofTable("attachments")})`, about);
  tables["attachment_blobs"] = (await db.raw<Row>(blobs.text, blobs.params)).map((row) => shown(row, []));
  return { format: "rapport-person-1", exportedAt: new Date(now).toISOString(), person: publicId, tables };
}

/** Says in the record that a copy was given out. */
export async function noteExport(tx: Tx, by: By, partyId: number): Promise<void> {
  await recordAudit(tx, by, "exportPerson", { type: "party", id: partyId });
}

export function ofTable(table: string): string {
  const holding = HOLDINGS.find((one) => one.table === table);
  if (!holding) throw new Error(`no holding ${table}`);
  return holding.of;
}

/** Bytes as base64, JSON as what it says, numbers as numbers (PostgreSQL's driver gives 64 bits as text). */
function shown(row: Row, omit: readonly string[]): Row {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      if (omit.includes(name)) return [];
      if (value instanceof Uint8Array) return [[name, Buffer.from(value).toString("base64")]];
      if (typeof value === "bigint") return [[name, Number(value)]];
      if (typeof value === "string" && /^[[{]/.test(value)) return [[name, parsed(value)]];
      return [[name, value]];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
