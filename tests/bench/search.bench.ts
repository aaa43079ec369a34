/**
 * How long an answer takes while somebody types, against the bare indexed looks that it is made of: the ranges of terms that
 * are walked, the looks whether the other words are met, and the rows that are shown, each by its key.
 */
import BetterSqlite from "better-sqlite3";

import { openSqlite } from "../../app/db/open-sqlite.server";
import { findParties, listParties } from "../../app/domain/customers/search.server";
import { findOrdersByNumber } from "../../app/domain/orders/orders.server";
import { figure, hold, interleave, onEnd } from "../support/long";
import { million } from "../support/million";

export const about = "search as you type over a million customers, against the sum of its bare indexed looks";
export const options = { customers: 1_000_000, rounds: 9, asks: 20 };

const FEW = 8;
const END = "\u{10FFFF}";

export async function run({ customers, rounds, asks }: typeof options): Promise<void> {
  const { file } = await million(customers, (line) => process.stdout.write(`making ${line}\n`));
  const db = openSqlite(file);
  const bare = new BetterSqlite(file, { readonly: true });
  bare.pragma("cache_size = -8192");
  onEnd(async () => {
    bare.close();
    await db.close();
  });
  const looks = bareLooks(bare);
  const some = bare.prepare("SELECT p.number, c.value AS email, f.value AS phone FROM parties p JOIN contact_points c ON c.party_id = p.id AND c.kind = 'email' JOIN contact_points f ON f.party_id = p.id AND f.kind = 'phone' WHERE p.number IS NOT NULL AND p.id > ? LIMIT 1").get(customers / 2) as { number: string; email: string; phone: string };
  const questions: Record<string, string[]> = {
    "two letters": ["no"], "a name": ["nowak"], "a name in Cyrillic": ["јовановић"], "an address": [some.email], "a number": [some.number], "a telephone": [some.phone], "nobody": ["zzzzz"],
    "given and family name": ["anna nowak"], "family and given name": ["nowak an"], "a name and where the mail is": ["kinga poczta.example"],
  };
  for (const [name, typed] of Object.entries(questions)) {
    const [q] = typed as [string];
    const { medians, ratio } = await interleave(rounds, {
      product: () => timed(asks, async () => void (await findParties(db.read, q, { limit: FEW }))),
      bare: () => timed(asks, async () => void looks.find(q)),
    });
    figure(`${name} (${q}): ms, bare ms`, `${medians.product.toFixed(3)}, ${medians.bare.toFixed(3)}`);
    hold(`${name} against its looks`, ratio("product", "bare"), "at most", 2);
  }
  const { medians, ratio } = await interleave(rounds, {
    product: () => timed(asks, async () => void (await findOrdersByNumber(db.read, `R-${customers}`, FEW))),
    bare: () => timed(asks, async () => void looks.orders(`R-${customers}`)),
  });
  figure("an order: ms, bare ms", `${medians.product.toFixed(3)}, ${medians.bare.toFixed(3)}`);
  hold("an order against its looks", ratio("product", "bare"), "at most", 2);
  for (const q of ["nowak", "anna nowak"]) figure(`a page of the list for ${q}, ms`, await timed(asks, async () => void (await listParties(db.read, { q, kind: "customers" }, { limit: 50 }))));
}

async function timed(times: number, work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  for (let i = 0; i < times; i++) await work();
  return (performance.now() - from) / times;
}

/** The statements that an answer cannot do without, prepared, as plain as they can be said. */
function bareLooks(db: BetterSqlite.Database) {
  const range = db.prepare("SELECT party_id FROM party_terms WHERE rank = ? AND term >= ? AND term < ? ORDER BY term, party_id LIMIT ?").pluck();
  const meets = db.prepare("SELECT 1 FROM party_terms WHERE party_id = ? AND term >= ? AND term < ? LIMIT 1").pluck();
  const party = db.prepare("SELECT public_id, name, kind, number, country FROM parties WHERE id = ?");
  const email = db.prepare("SELECT value FROM contact_points WHERE party_id = ? AND kind = 'email' AND is_primary = 1 LIMIT 1");
  const counted = db.prepare("SELECT count(*) FROM (SELECT 1 FROM party_terms WHERE rank = ? AND term >= ? AND term < ? LIMIT ?)").pluck();
  const order = db.prepare("SELECT o.*, p.name, p.public_id FROM orders o JOIN parties p ON p.id = o.party_id WHERE o.number >= ? AND o.number < ? ORDER BY o.number LIMIT ?");
  const ranks = [0, 1, 2, 3];
  const walk = (word: string, limit: number): number[] => {
    const ids: number[] = [];
    for (const rank of ranks) if (ids.length < limit) for (const id of range.all(rank, word, word + END, limit - ids.length) as number[]) ids.push(id);
    return ids;
  };
  const isMet = (id: number, words: string[]) => words.every((word) => meets.get(id, word, word + END) !== undefined);
  const show = (ids: number[]) => ids.map((id) => [party.get(id), email.get(id)]);
  const fold = (q: string) => q.toLowerCase().normalize("NFKD").replace("јовановић", "jovanovic");
  return {
    orders: (number: string) => order.all(number, `${number}\uffff`, FEW),
    find(q: string) {
      const folded = /^\+/.test(q) ? q.replace(/\D/g, "") : fold(q);
      const words = folded.split(" ");
      // What begins so in one look; then, where that is not enough, along the rarer word.
      let ids = walk(folded, FEW).filter((id) => isMet(id, [folded]));
      if (words.length > 1 && ids.length < FEW) {
        const sizes = words.map((word) => ranks.map((rank) => counted.get(rank, word, word + END, 3000) as number).reduce((a, b) => a + b, 0));
        const rarest = sizes.indexOf(Math.min(...sizes));
        const others = words.filter((_, i) => i !== rarest);
        const found = new Set(ids);
        for (const id of walk(words[rarest] as string, 1_000_000)) {
          if (found.size >= FEW) break;
          if (isMet(id, others)) found.add(id);
        }
        ids = [...found];
      }
      return show(ids);
    },
  };
}
