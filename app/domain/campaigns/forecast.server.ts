/**
 * The waterfall: of everybody whom a segment holds, how many get the mail, and how many do not and why. The database counts
 * all of them at once, by the rule that the plan goes by (`verdictOf`). What SQL cannot know comes first, as a short list:
 * whose address is on the list of stopped ones (it is kept by a keyed hash), and who stands second behind an address.
 */
import { givenRows, givenTexts, jsonMember } from "../../db/dialect";
import type { Reader } from "../../db/types";
import { normalizeEmail } from "../customers/contact";
import type { Fragment } from "../customers/segment-field";
import type { WithheldReason } from "../deliveries/delivery";
import { hashAddress } from "../deliveries/identity.server";
import { laneOf, type Lane } from "../deliveries/lane";
import type { EmptyValues } from "../mailings/lint";
import type { MailLocale } from "../mailings/mailing";
import type { CustomerMergeValues } from "../mailings/merge-tags";
import { segmentSources } from "../segments/segments.server";
import { type AudiencePlan, isOncePerAddress, primaryId, REACHED_BY, verdictOf } from "./audience.server";
import { chooseLocale } from "./campaign";

export type Forecast = {
  matched: number;
  willSend: number;
  withheld: Partial<Record<WithheldReason, number>>;
  /** Of those who get it, by the language they get it in. */
  byLocale: Partial<Record<MailLocale, number>>;
  /** Of those who get it, by the provider of their mailbox; small ones are not counted. */
  byLane: Partial<Record<Lane, number>>;
  /** Of those who get it: merge values that are empty. */
  empty: EmptyValues;
};

/** Somebody of whom something is known beforehand. */
type Marked = { partyId: number; addressHash: string | null; isSecond: boolean };

/** `matched` less each reason is `willSend`. */
export async function forecastAudience(db: Reader, plan: AudiencePlan): Promise<Forecast> {
  const segment = await segmentSources(db, plan.registry, plan.rules, plan.now, plan.until);
  const stopped = plan.channel === "email" ? await findStopped(db) : [];
  const seconds = isOncePerAddress(plan.channel) ? await findSeconds(db, plan, segment, stopped) : [];
  return sumUp(db, plan, await countAll(db, plan, segment, [...stopped, ...seconds]));
}

const AT_ONCE = 5000;

/** Whose main address is on the list of stopped ones. Where the list has forgotten an address, everybody's is held against its hash. */
async function findStopped(db: Reader): Promise<Marked[]> {
  const listed = await db.raw<{ address: string | null; address_hash: string }>("SELECT DISTINCT address, address_hash FROM suppressions");
  const hashes = new Set(listed.map((one) => one.address_hash));
  const found = new Map<number, string>();
  const look = (rows: readonly { id: number; value: string }[]) => {
    for (const { id, value } of rows) {
      const hash = hashAddress(value);
      if (hashes.has(hash)) found.set(id, hash);
    }
  };
  if (listed.some(({ address }) => address === null)) {
    for (let after = 0, some = [{ id: 0, value: "" }]; some.length; after = some.at(-1)?.id ?? 0) {
      // From the people: asked for by party alone, SQLite goes through the addresses of all for each of these pages.
      some = await db.raw<{ id: number; value: string }>(
        "SELECT p.id, c.value FROM parties p CROSS JOIN contact_points c WHERE c.party_id = p.id AND c.kind = 'email' AND c.is_primary = true AND p.id > ? ORDER BY p.id LIMIT ?",
        [after, AT_ONCE],
      );
      look(some);
    }
  } else {
    const addresses = [...new Set(listed.map(({ address }) => normalizeEmail(address ?? "")))];
    for (let i = 0; i < addresses.length; i += AT_ONCE)
      look(
        await db.raw<{ id: number; value: string }>(
          `SELECT c.party_id AS id, c.value FROM contact_points c WHERE c.kind = 'email' AND c.is_primary = true AND c.normalized_value IN ${givenTexts(db)}`,
          [JSON.stringify(addresses.slice(i, i + AT_ONCE))],
        ),
      );
  }
  return [...found].map(([partyId, addressHash]) => ({ partyId, addressHash, isSecond: false }));
}

/** Of those who would get the mail and share what they are reached at: all but the one with the lowest number. */
async function findSeconds(db: Reader, plan: AudiencePlan, segment: Segment, stopped: readonly Marked[]): Promise<Marked[]> {
  const shared = `SELECT s.normalized_value FROM contact_points s WHERE s.kind = '${REACHED_BY[plan.channel]}' GROUP BY s.normalized_value HAVING count(*) > 1`;
  const people = peopleOf(db, plan, segment, stopped, `c.value AS address, ${verdictOf("nullif(c.value, '')", plan)} AS reason`, `c.normalized_value IN (${shared})`);
  const rows = await db.raw<{ id: number; address: string }>(`SELECT q.id, q.address FROM (${people.sql}) q WHERE q.reason IS NULL ORDER BY q.id`, people.params);
  const taken = new Set<string>();
  return rows.flatMap(({ id, address }) => {
    const hash = hashAddress(address);
    if (taken.has(hash)) return [{ partyId: id, addressHash: null, isSecond: true }];
    taken.add(hash);
    return [];
  });
}

type Segment = Awaited<ReturnType<typeof segmentSources>>;

/**
 * `id` and these columns of everybody whom the segment holds, over `p`, `m`, `c` (what they are reached at) and `g` (what is
 * known of them beforehand). The few of whom something is known are read for themselves: a join of all with them would go
 * through their list once for each of a million.
 */
function peopleOf(db: Reader, { channel }: AudiencePlan, segment: Segment, marked: readonly Marked[], columns: string, condition = "true"): Fragment {
  const given = givenRows(db, { party_id: "int", address_hash: "text", is_second: "int" });
  const list = JSON.stringify(marked.map(({ partyId, addressHash, isSecond }) => [partyId, addressHash, isSecond ? 1 : 0]));
  const joined = `JOIN parties p ON p.id = i.id JOIN customer_metrics m ON m.party_id = i.id LEFT JOIN contact_points c ON c.id = ${primaryId("i.id", REACHED_BY[channel])}`;
  const known = `SELECT party_id, max(address_hash) AS address_hash, max(is_second) AS is_second FROM ${given} rows GROUP BY party_id`;
  return {
    sql: `SELECT i.id, ${columns} FROM (${segment.all.sql}) i CROSS JOIN (SELECT cast(NULL AS text) AS address_hash, 0 AS is_second) g ${joined}
            WHERE i.id NOT IN (SELECT party_id FROM ${given} rows) AND ${condition}
          UNION ALL SELECT i.id, ${columns} FROM (${known}) g CROSS JOIN (${segment.few.sql}) i ${joined} WHERE i.id = g.party_id AND ${condition}`,
    params: [...segment.all.params, list, list, ...segment.few.params],
  };
}

/** What is empty of somebody's merge values, as SQL; the others never are. */
function emptiness(db: Reader): Record<Exclude<keyof CustomerMergeValues, "orders_count">, string> {
  const city = `(SELECT ${jsonMember(db, "a.postal", "city")} FROM contact_points a WHERE a.id = ${primaryId("p.id", "postal")})`;
  return {
    first_name: "coalesce(p.given_name, '') = ''", last_name: "coalesce(p.family_name, '') = ''", full_name: "p.name = ''", number: "coalesce(p.number, '') = ''",
    city: `coalesce(${city}, '') = ''`, last_order_on: "m.last_order_at IS NULL",
  };
}

type Row = { reason: WithheldReason | null; locale: string; domain: string; n: number } & Record<`${string}_n` | `${string}_first`, number | null>;

async function countAll(db: Reader, plan: AudiencePlan, segment: Segment, marked: readonly Marked[]): Promise<Row[]> {
  const empty = Object.entries(emptiness(db));
  const reason = `coalesce(${verdictOf("nullif(c.value, '')", plan)}, CASE WHEN g.is_second = 1 THEN 'duplicate_address' END)`;
  // Behind the last @, in either dialect: what stays when all other characters are taken from the end.
  const domain = plan.channel === "email" ? "lower(substr(c.value, length(rtrim(c.value, replace(c.value, '@', ''))) + 1))" : "''";
  const { sql, params } = peopleOf(db, plan, segment, marked, `${reason} AS reason, p.locale, ${domain} AS domain, ${empty.map(([name, is]) => `${is} AS ${name}`).join(", ")}`);
  return db.raw<Row>(
    `SELECT q.reason, q.locale, coalesce(q.domain, '') AS domain, cast(count(*) AS bigint) AS n,
       ${empty.map(([name]) => `cast(sum(q.${name}) AS bigint) AS ${name}_n, min(CASE WHEN q.${name} = 1 THEN q.id END) AS ${name}_first`).join(", ")}
     FROM (SELECT r.id, r.reason, r.locale, CASE WHEN r.reason IS NULL THEN r.domain END AS domain,
             ${empty.map(([name]) => `CASE WHEN r.reason IS NULL AND r.${name} THEN 1 ELSE 0 END AS ${name}`).join(", ")}
           FROM (${sql}) r) q
     GROUP BY q.reason, q.locale, coalesce(q.domain, '')`,
    params,
  );
}

async function sumUp(db: Reader, { written, defaultLocale }: AudiencePlan, rows: readonly Row[]): Promise<Forecast> {
  const forecast: Forecast = { matched: 0, willSend: 0, withheld: {}, byLocale: {}, byLane: {}, empty: {} };
  const firsts = new Map<string, number>();
  for (const { reason, locale: own, domain, n: counted, ...rest } of rows) {
    const n = Number(counted);
    forecast.matched += n;
    if (reason) {
      forecast.withheld[reason] = (forecast.withheld[reason] ?? 0) + n;
      continue;
    }
    forecast.willSend += n;
    const locale = chooseLocale(own, written, defaultLocale);
    forecast.byLocale[locale] = (forecast.byLocale[locale] ?? 0) + n;
    const lane = laneOf(domain);
    if (lane) forecast.byLane[lane] = (forecast.byLane[lane] ?? 0) + n;
    for (const name of Object.keys(emptiness(db))) {
      if (!Number(rest[`${name}_n`])) continue;
      const found = (forecast.empty[`customer.${name}`] ??= { count: 0, example: "" });
      found.count += Number(rest[`${name}_n`]);
      firsts.set(name, Math.min(firsts.get(name) ?? Infinity, Number(rest[`${name}_first`])));
    }
  }
  for (const [name, id] of firsts) {
    const [first] = await db.raw<{ name: string }>("SELECT name FROM parties WHERE id = ?", [id]);
    (forecast.empty[`customer.${name}`] as { example: string }).example = first?.name ?? "";
  }
  return forecast;
}
