/** What else stands in the records of the million: tags, own fields, designs, complaints, a fixed list, a segment. */
import type BetterSqlite from "better-sqlite3";

import { COMPLAINT_REASONS, DECISIONS } from "../../app/domain/cases/case";
import { FIELD_TYPES } from "../../app/domain/customers/custom-field-type";
import { inserter, type People, uuidOf } from "./million-customers";

const DAY = 86_400_000;
/** Every so many customers make designs of their own, and put one on every other line that they order. */
const DESIGNERS = 10;
/** One order in so many is complained about. */
const COMPLAINTS = 50;
const WORDS = ["oak", "elm", "fir", "ash", "yew"];

/** In thousandths: how many of the customers carry each. */
const TAGS = [300, 100, 50, 20, 5];

export function writeRecords(db: BetterSqlite.Database, people: People, now: number): void {
  writeTags(db, people, now);
  writeFields(db, people, now);
  const designOf = inserter(db, "designs", "id, public_id, party_id, product_id, name, selection, rules_version, price_snapshot, currency, created_at, updated_at");
  for (let i = 0; i < people.count; i += DESIGNERS) {
    const at = people.createdAt[i] as number;
    designOf(designNumber(i), uuidOf(6, at, i), i + 1, 1, "Own", "{}", 1, "{}", "EUR", at, at);
  }
  writeSegments(db, people, now);
}

const designNumber = (i: number) => i / DESIGNERS + 1;

/** Of a line of an order of customer `i`. */
export function designOn(i: number, line: number): number | null {
  return i % DESIGNERS === 0 && line % 2 === 0 ? designNumber(i) : null;
}

/** @returns what is told of each order: some of them are complained about */
export function complaintsWriter(db: BetterSqlite.Database, people: People): (order: number, line: number, i: number, at: number) => void {
  const caseOf = inserter(db, "cases", "id, public_id, number, type, status, party_id, order_id, subject, locale, decision, received_at, closed_at, version");
  const lineOf = inserter(db, "case_lines", "case_id, order_line_id, quantity, reason, wanted_remedy");
  let id = 0;
  return (order, line, i, at) => {
    if (order % COMPLAINTS) return;
    id += 1;
    const isOpen = id % 10 === 0;
    caseOf(id, uuidOf(7, at, id), `C-${id}`, "complaint", isOpen ? "open" : "closed", i + 1, order, "Complaint", "en", isOpen ? null : DECISIONS[id % 3], at + 4 * DAY, isOpen ? null : at + 9 * DAY, 1);
    lineOf(id, line, 1, COMPLAINT_REASONS[(id * 5) % COMPLAINT_REASONS.length], "refund");
    people.complaints[i]! += 1;
    people.openComplaints[i]! += isOpen ? 1 : 0;
  };
}

/** Whether customer `i` is among so many thousandths, differently for each `which`. */
const isAmong = (i: number, which: number, thousandths: number) => ((i + 1) * (2_654_435_761 + 2 * which)) % 1000 < thousandths;

function writeTags(db: BetterSqlite.Database, people: People, now: number): void {
  const tagOf = inserter(db, "tags", "id, key, name, created_at");
  const taggedOf = inserter(db, "party_tags", "party_id, tag_id, source, at");
  for (const [n] of TAGS.entries()) tagOf(n + 1, WORDS[n], WORDS[n], now);
  for (let i = 0; i < people.count; i++) for (const [n, share] of TAGS.entries()) if (isAmong(i, n, share)) taggedOf(i + 1, n + 1, "import", people.createdAt[i]);
}

function writeFields(db: BetterSqlite.Database, people: People, now: number): void {
  const fieldOf = inserter(db, "custom_fields", "id, key, type, words, options, position");
  const valueOf = inserter(db, "custom_values", "party_id, field_id, text_value, folded_value, number_value, at");
  const words = (name: string) => JSON.stringify({ en: { name, description: "" } });
  for (const [n, type] of FIELD_TYPES.entries())
    fieldOf(n + 1, `own_${type}`, type, words(type), JSON.stringify(type === "choice" ? WORDS.map((key) => ({ key, words: { en: { name: key, description: "" } } })) : []), n);
  for (let i = 0; i < people.count; i++)
    for (const [n, type] of FIELD_TYPES.entries()) {
      if (!isAmong(i, 10 + n, 200)) continue;
      const word = WORDS[i % WORDS.length] as string;
      const day = new Date(now - (i % 3000) * DAY).toISOString().slice(0, 10);
      const text = { text: `${word} ${i % 1000}`, number: null, day, choice: word, yes_no: i % 3 ? "yes" : "no" }[type];
      valueOf(i + 1, n + 1, text, type === "text" ? text : null, type === "number" ? i % 500 : null, people.createdAt[i]);
    }
}

function writeSegments(db: BetterSqlite.Database, people: People, now: number): void {
  const segmentOf = inserter(db, "segments", "id, public_id, name, rules, is_fixed, version, created_at, updated_at");
  const memberOf = inserter(db, "segment_members", "segment_id, party_id, entered_at");
  const [asked, list] = [uuidOf(8, now, 1), uuidOf(8, now, 2)];
  const one = (field: string, op: string, value: unknown) => JSON.stringify({ match: "all", rules: [{ field, op, value }] });
  segmentOf(1, asked, "Often", one("orders_count", "gte", 3), 0, 1, now, now);
  segmentOf(2, list, "Listed", one("list", "on_list", list), 1, 1, now, now);
  for (let i = 0; i < people.count; i++) if (isAmong(i, 20, 50)) memberOf(2, i + 1, now);
}
