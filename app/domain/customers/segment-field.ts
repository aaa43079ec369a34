/**
 * What a room contributes to segments: the questions that can be asked about a customer, and how each becomes SQL.
 * The screen, the plain-language readback and the check of a rule all come from this description; an operator that is
 * not listed here cannot be asked, and every value is bound.
 *
 * SQL is written over `m` (customer_metrics: facts, figures, and what is asked most of the party), for both dialects; the
 * customer is `m.party_id`. It may be NULL where a value is unknown: the compiler makes that "does not hold". Columns of `p`
 * (parties) can be read, too: a rule that does so looks up the party of every customer.
 */
import type { Dialect, Reader } from "../../db/types";
import type { Calendars, DayStart } from "./calendars";

export type Fragment = { sql: string; params: (string | number)[]; among?: Among };

/** Stands with a condition that says no more than this: a customer is one of these, or (`not`) none of them. */
export type Among = { /** SELECT … AS party_id … */ customers: string; params: (string | number)[]; /** each customer once */ isOnce: boolean; not: boolean; /** whether there is a row of `g` (customer_metrics), where that is quickly found; with the same parameters */ isThere?: string };

export type FieldGroup = "profile" | "consent" | "engagement" | "orders" | "value" | "complaints" | "custom" | "segments";

export type Option = { value: string; label: string };

/** One thing to fill in. `name` is the key in the clause's value when an operator has more than one. */
export type Input =
  /** `of`: a fixed list, or what `loadOptions` gives. `closed`: nothing else is accepted. */
  | { kind: "choices"; name: string; of: readonly string[] | "loaded" }
  | { kind: "choice"; name: string; of: readonly string[] | "loaded" }
  | { kind: "text"; name: string; maxLength: number; /** Proposals while typing, from `loadOptions`. */ suggest?: boolean }
  | { kind: "number"; name: string; min: number; max: number }
  /** Minor units of the customer's currency. */
  | { kind: "money"; name: string }
  /** YYYY-MM-DD, a day of the customer's own calendar. */
  | { kind: "day"; name: string };

export type InputValue = string | number | string[];

type ValueOf<I extends Input> = I extends { kind: "choices" } ? string[] : I extends { kind: "number" | "money" } ? number : string;
export type ValuesOf<I extends readonly Input[]> = { [K in I[number] as K["name"]]: ValueOf<K> };

export type CompileContext = {
  /** ms since the epoch */
  now: number;
  dialect: Dialect;
  /** When days begin, for each customer by the zone they live in. */
  calendars: Calendars;
  /** Asked of all customers at once (a count, a sample), not of some of them by their numbers. */
  ofAll: boolean;
  /** The condition of a kept segment, by its public id; never NULL. */
  inSegment: (publicId: string) => Fragment;
};

export type Operator = {
  key: string;
  inputs: readonly Input[];
  toSql: (values: Record<string, InputValue>, ctx: CompileContext) => Fragment;
};

/** `word` is one of a list and is put into words; `money` is minor units of the customer's currency; `instant` ms. */
export type FactKind = "word" | "text" | "number" | "money" | "instant";

/**
 * What a clause looks at: the one value of this customer that its operators hold against the clause's own. It stands
 * beside the verdict where somebody asks why. NULL: unknown, or never.
 */
export type FactOf = { kind: FactKind; toSql: (values: Record<string, InputValue>, ctx: CompileContext) => Fragment };

export type SegmentField = {
  key: string;
  group: FieldGroup;
  operators: readonly Operator[];
  fact: FactOf;
  /** Options of inputs `of: "loaded"` and proposals of `suggest`, by the input's name, in the reader's language. */
  loadOptions?: (db: Reader, locale: string) => Promise<Record<string, Option[]>>;
  /** What only the database knows of a clause: whether what it names is (still) there. null: all is well. */
  check?: (db: Reader, values: Record<string, InputValue>) => Promise<FieldProblem | null>;
};

export type FieldProblem = { input: string; reason: "custom_gone" | "custom_archived" };

export function operator<const I extends readonly Input[]>(
  key: string,
  inputs: I,
  toSql: (values: ValuesOf<I>, ctx: CompileContext) => Fragment,
): Operator {
  return { key, inputs, toSql: toSql as Operator["toSql"] };
}

/** A fact whose SQL needs the clause's values; V names those of them that every operator of the field has. */
export function fact<V extends Record<string, InputValue>>(kind: FactKind, toSql: (values: V, ctx: CompileContext) => Fragment): FactOf {
  return { kind, toSql: toSql as FactOf["toSql"] };
}

const columnFact = (kind: FactKind, column: string): FactOf => fact(kind, () => fragment(column));

export function fragment(sql: string, ...params: (string | number)[]): Fragment {
  return { sql, params };
}

/**
 * At the beginning of the day or later. The plain comparisons stand first: an index answers the first one, and only for
 * the hours in which the day has begun for some and not for others is anybody's calendar looked at.
 */
export function from(column: string, { sql, earliest, latest }: DayStart): Fragment {
  return earliest === latest ? fragment(`${column} >= ?`, earliest) : fragment(`(${column} >= ? AND (${column} >= ? OR ${column} >= ${sql}))`, earliest, latest);
}

/** Before the day begins. */
export function until(column: string, { sql, earliest, latest }: DayStart): Fragment {
  return earliest === latest ? fragment(`${column} < ?`, latest) : fragment(`(${column} < ? AND (${column} < ? OR ${column} < ${sql}))`, latest, earliest);
}

/** Of rows of another table: the customer's zone is looked up where it is asked for, not for each row. */
export function zoneOf(party: string, text: string): string {
  return text.replaceAll("m.time_zone", `(SELECT z.time_zone FROM customer_metrics z WHERE z.party_id = ${party})`);
}

export function both(a: Fragment, b: Fragment): Fragment {
  return fragment(`(${a.sql} AND ${b.sql})`, ...a.params, ...b.params);
}

/**
 * Customers of whom there is such a row elsewhere; never NULL. Of all customers at once the rows are found first, whoever's
 * they are; of a few customers theirs are looked for.
 * @param party the column that says whose row it is; never null
 * @param rows FROM … WHERE …, by that table's own columns and parameters only
 */
export function among({ ofAll }: Pick<CompileContext, "ofAll">, party: string, rows: string, ...params: (string | number)[]): Fragment {
  return ofAll ? oneOfAll(`SELECT ${party} AS party_id ${rows}`, params, false) : fragment(`EXISTS (SELECT 1 ${rows} AND ${party} = m.party_id)`, ...params);
}

/** As `among`, where nobody has two such rows and an index finds the row of anybody. */
export function amongOnce(ctx: Pick<CompileContext, "ofAll">, party: string, rows: string, ...params: (string | number)[]): Fragment {
  const found = among(ctx, party, rows, ...params);
  return { ...found, ...(found.among && { among: { ...found.among, isOnce: true, isThere: `EXISTS (SELECT 1 ${rows} AND ${party} = g.party_id)` } }) };
}

/** A customer whom this query finds (as `party_id`), asked of all at once. @param isOnce it finds nobody twice */
export function oneOfAll(customers: string, params: (string | number)[], isOnce = true): Fragment {
  return { sql: `m.party_id IN (${customers})`, params, among: { customers, params, isOnce, not: false } };
}

/** Of a condition that is never NULL. */
export function not({ sql, params, among: is }: Fragment): Fragment {
  return { sql: `NOT ${sql}`, params, ...(is && { among: { ...is, not: !is.not } }) };
}

export const DAY = 86_400_000;
export const days = { kind: "number", name: "days", min: 1, max: 36_500 } as const satisfies Input;

export const day = <const N extends string>(name: N) => ({ kind: "day", name }) as const;
const ago = <const N extends string>(name: N) => ({ kind: "number", name, min: 0, max: 36_500 }) as const;

const known = (column: string) => operator("known", [], () => fragment(`${column} IS NOT NULL`));
const unknown = (column: string) => operator("unknown", [], () => fragment(`${column} IS NULL`));

/** One of several words. "Is none of" holds for those whose word is unknown, too. */
export function choiceField(
  field: Omit<SegmentField, "operators" | "fact"> & { column: string; of: readonly string[] | "loaded"; nullable?: boolean },
): SegmentField {
  const { column, of, nullable, ...rest } = field;
  const chosen = { kind: "choices", name: "values", of } as const;
  return {
    ...rest,
    fact: columnFact("word", column),
    operators: [
      operator("in", [chosen], ({ values }) => fragment(`${column} IN (${marks(values)})`, ...values)),
      operator("not_in", [chosen], ({ values }) =>
        fragment(nullable ? `(${column} IS NULL OR ${column} NOT IN (${marks(values)}))` : `${column} NOT IN (${marks(values)})`, ...values),
      ),
      ...(nullable ? [known(column), unknown(column)] : []),
    ],
  };
}

/** A number; of one that is unknown nothing holds. */
export function numberField(
  field: Omit<SegmentField, "operators" | "fact"> & { column: string; kind?: "number" | "money" },
): SegmentField {
  const { column, kind = "number", ...rest } = field;
  const input = <const N extends string>(name: N) =>
    (kind === "money" ? { kind: "money", name } : { kind: "number", name, min: 0, max: 1_000_000_000 }) as { kind: "number"; name: N; min: number; max: number };
  return {
    ...rest,
    fact: columnFact(kind, column),
    operators: [
      operator("gte", [input("number")], ({ number }) => fragment(`${column} >= ?`, number)),
      operator("lte", [input("number")], ({ number }) => fragment(`${column} <= ?`, number)),
      operator("eq", [input("number")], ({ number }) => fragment(`${column} = ?`, number)),
      operator("between", [input("from"), input("to")], ({ from, to }) => fragment(`${column} BETWEEN ? AND ?`, from, to)),
    ],
  };
}

/** A point in time. `nullable`: it may never have happened; "not in the last n days" holds for never, too. */
export function instantField(field: Omit<SegmentField, "operators" | "fact"> & { column: string; nullable: boolean }): SegmentField {
  const { column, nullable, ...rest } = field;
  // Each customer's zone by number: an index of a figure of theirs alone then answers for all whose zone matters not.
  const apart = (start: DayStart): DayStart => (column.startsWith("m.") ? { ...start, sql: zoneOf("m.party_id", start.sql) } : start);
  return {
    ...rest,
    fact: columnFact("instant", column),
    operators: [
      operator("within_days", [days], (v, { now }) => fragment(`${column} >= ?`, now - v.days * DAY)),
      operator("not_within_days", [days], (v, { now }) =>
        fragment(nullable ? `(${column} IS NULL OR ${column} < ?)` : `${column} < ?`, now - v.days * DAY),
      ),
      operator("since", [day("day")], (v, { calendars }) => from(column, apart(calendars.start(v.day)))),
      operator("before", [day("day")], (v, { calendars }) => until(column, apart(calendars.start(v.day)))),
      operator("between_days", [day("from"), day("to")], (v, { calendars }) => both(from(column, apart(calendars.start(v.from))), until(column, apart(calendars.end(v.to))))),
      operator("days_ago", [ago("from"), ago("to")], (v, { calendars }) => both(from(column, apart(calendars.startAgo(v.to))), until(column, apart(calendars.startAgo(v.from - 1))))),
      ...(nullable
        ? [
            operator("ever", [], () => fragment(`${column} IS NOT NULL`)),
            operator("never", [], () => fragment(`${column} IS NULL`)),
          ]
        : []),
    ],
  };
}

/** Placeholders for a list of values. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}
