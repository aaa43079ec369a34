import { Link } from "@remix-run/react";
import { cx } from "class-variance-authority";
import { type ReactNode, useId, useState } from "react";
import { useTranslations } from "use-intl";

import type { ChoiceKey, Side } from "~/domain/doubles/choices";
import { useFormat } from "~/i18n/format";
import { Badge } from "~/ui/badge";
import type { Column, readSides } from "./sides.server";

type Sides = Awaited<ReturnType<typeof readSides>>;
type Named = { publicId: string; name: string };

/** Two records beside each other and the one that they become; where both say something else, whose word stands is chosen. */
export function Sides({ form, sides, survivor, merged }: { form: string; sides: Sides; survivor: Named; merged: Named }) {
  const t = useTranslations("doubles");
  const [taken, setTaken] = useState<ReadonlyMap<string, Side>>(() => new Map(sides.choices.map(({ key, suggested }) => [key, suggested])));
  const shown = useRows(sides).filter(({ cell }) => [sides.survivor, sides.merged, sides.kept].some((side) => cell(side) !== null));
  const kept = withChosen(sides, taken);
  return (
    <table className="stacks w-full border-separate border-spacing-0 text-base [&_:is(td,th)]:align-top" role="table">
      <caption className="sr-only">{t("compareTitle")}</caption>
      <thead role="rowgroup">
        <tr role="row" className="*:border-b *:border-line *:px-3 *:py-2 *:text-start *:text-sm *:font-medium *:text-muted">
          <th scope="col" role="columnheader">{t("what")}</th>
          {[survivor, merged].map((side) => (
            <th key={side.publicId} scope="col" role="columnheader">
              <Link to={`/staff/customers/${side.publicId}`} className="text-pine hover:underline">
                {side.name}
              </Link>
            </th>
          ))}
          <th scope="col" role="columnheader" className="bg-pine-wash text-ink">{t("kept")}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {shown.map(({ key, name, cell }) => {
          const choose = taken.has(key) && { form, of: key, what: name, taken: taken.get(key), onTake: (side: Side) => setTaken(new Map(taken).set(key, side)) };
          // On a phone what both say stands there once.
          const side = isAlike(cell(sides.survivor), cell(sides.merged)) ? "max-sm:hidden!" : undefined;
          return (
            <tr key={key} role="row" className="sm:[&>:is(td,th)]:border-b sm:[&>:is(td,th)]:border-line sm:[&>:is(td,th)]:px-3 sm:[&>:is(td,th)]:py-2">
              <th scope="row" role="rowheader" className="text-start font-medium sm:whitespace-nowrap">{name}</th>
              <td role="cell" data-label={survivor.name} className={side}>
                <Word side="own" choose={choose}>{cell(sides.survivor)}</Word>
              </td>
              <td role="cell" data-label={merged.name} className={side}>
                <Word side="other" choose={choose}>{cell(sides.merged)}</Word>
              </td>
              <td role="cell" data-label={t("kept")} className="sm:bg-pine-wash">
                <div>{cell(kept) ?? "–"}</div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const isAlike = (a: ReactNode, b: ReactNode) => typeof a === "string" && a === b;

type Choose = { form: string; of: string; what: string; taken: Side | undefined; onTake: (side: Side) => void } | false;

/** What one of them says; with a button in front where it can be taken instead of the other's. */
function Word({ side, choose, children }: { side: Side; choose: Choose; children: ReactNode }) {
  const id = useId();
  if (!choose) return <div>{children ?? "–"}</div>;
  const isTaken = choose.taken === side;
  return (
    <label htmlFor={id} className={cx("-mx-1.5 flex min-h-(--control) cursor-pointer items-start gap-2.5 max-sm:flex-row-reverse rounded-sm px-1.5 py-1 hover:bg-hover sm:-my-1", !isTaken && "text-muted")}>
      <input
        type="radio"
        id={id}
        form={choose.form}
        name={`take.${choose.of}`}
        value={side}
        defaultChecked={isTaken}
        onChange={() => choose.onTake(side)}
        className="my-[calc((var(--line-base)-1.125rem)/2)] size-4.5 shrink-0"
      />
      <span className="min-w-0">
        <span className="sr-only">{choose.what}: </span>
        {children}
      </span>
    </label>
  );
}

/** The record as it will be, by what is chosen now. */
function withChosen(sides: Sides, taken: ReadonlyMap<string, Side>): Column {
  const kept = { ...sides.kept, values: { ...sides.kept.values } };
  for (const [key, side] of taken) {
    const from = side === "own" ? sides.survivor : sides.merged;
    if (key === "email" || key === "phone" || key === "postal") {
      const primary = from.contacts.find((point) => point.kind === key && point.isPrimary)?.value;
      kept.contacts = kept.contacts.map((point) => (point.kind === key ? { ...point, isPrimary: point.value === primary } : point)).toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
    } else if (key.startsWith("custom:")) kept.values[key] = from.values[key] ?? null;
    else Object.assign(kept, columnsOf(key as ChoiceKey, from));
  }
  return kept;
}

function columnsOf(key: ChoiceKey, { name, company, number, locale, zone, country, birthday, tier }: Column): Partial<Column> {
  switch (key) {
    case "name": return { name };
    case "company": return { company };
    case "number": return { number };
    case "language": return { locale };
    case "zone": return { zone };
    case "country": return { country };
    case "birthday": return { birthday };
    case "tier": return { tier };
    default: return {};
  }
}

type Row = { key: string; name: string; cell: (side: Column) => ReactNode };

const ROWS = ["name", "number", "email", "phone", "postal", "company", "country", "birthday", "language", "zone", "tier", "paused", "consent", "login", "orders", "complaints", "since"] as const;

function useRows({ fields }: Sides): Row[] {
  const td = useTranslations("doubles");
  const tr = useTranslations("record");
  const t = useTranslations("customers");
  const tc = useTranslations("common");
  const format = useFormat();
  const lines = (list: readonly ReactNode[]) => (list.length ? list.map((one, i) => <span key={i} className="block">{one}</span>) : null);
  const contacts = (kind: "email" | "phone" | "postal") => (side: Column) =>
    lines(
      side.contacts.filter((point) => point.kind === kind).map((point) => (
        <span key={point.value} className="flex flex-wrap items-center gap-x-2 wrap-anywhere">
          {point.value}
          {!point.isPrimary && <Badge tone="outline">{t("show.former")}</Badge>}
          {point.verified && <Badge tone="green">{t("show.proven")}</Badge>}
        </span>
      )),
    );
  const cells: Record<(typeof ROWS)[number], Row["cell"]> = {
    name: (side) => side.name, number: (side) => side.number, email: contacts("email"), phone: contacts("phone"), postal: contacts("postal"), company: (side) => side.company,
    country: (side) => side.country && format.country(side.country),
    birthday: (side) => side.birthday && format.day(side.birthday),
    language: (side) => (tc.has(`languages.${side.locale}` as "languages.en") ? tc(`languages.${side.locale}` as "languages.en") : side.locale),
    zone: (side) => side.zone.replaceAll("_", " "),
    tier: (side) => t(`tiers.${side.tier}`),
    paused: (side) => side.pausedUntil && format.date(side.pausedUntil),
    consent: (side) => lines(side.consent.map((one) => `${one.topic}, ${t(`channels.${one.channel}`)}: ${t(`consent.${one.state}`)}`)),
    login: (side) => lines(side.logins),
    orders: (side) => format.number(side.orders),
    complaints: (side) => format.number(side.complaints),
    since: (side) => format.date(side.createdAt),
  };
  const own = fields.map(({ key, name, type, options }): Row => ({
    key, name,
    cell: ({ values }) => {
      const value = values[key];
      if (value === null || value === undefined) return null;
      if (type === "day") return format.day(value);
      if (type === "number") return format.number(Number(value));
      if (type === "yes_no") return tr(value === "yes" ? "yes" : "no");
      return options.find((option) => option.value === value)?.label ?? value;
    },
  }));
  const known = ROWS.map((key): Row => ({ key, name: td(`rows.${key}`), cell: cells[key] }));
  const after = ROWS.indexOf("tier") + 1;
  return [...known.slice(0, after), ...own, ...known.slice(after)];
}
