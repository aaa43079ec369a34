import { Form, Link, useLocation } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { useFormat } from "~/i18n/format";
import { Button, LinkButton, TextLink } from "~/ui/button";
import { LineChart } from "~/ui/charts/line";
import { Field } from "~/ui/form";
import { Input } from "~/ui/inputs";
import { Section } from "~/ui/page";
import type { History } from "./read-history.server";

/** How many were in, day by day, and who was in on a day that one picks. A plain GET form. */
export function OverTime({ history: { since, asOf, sizes, asked } }: { history: History }) {
  const t = useTranslations("segments.time");
  const format = useFormat();
  const { pathname } = useLocation();
  return (
    <div id="time" className="mt-12 max-w-3xl scroll-mt-6">
      <Section title={t("title")} description={since === null || asOf === null ? t("notYet") : t("known", { since: format.dateTime(since), asOf: format.dateTime(asOf) })}>
        {sizes.length > 1 && (
          <LineChart
            title={t("chart")}
            head={t("day")}
            series={[{ key: "size", name: t("size"), points: sizes.map(({ day, size }) => ({ x: Date.parse(day), y: size })) }]}
            formatX={(x) => format.day(new Date(x).toISOString().slice(0, 10))}
            formatY={(y) => format.number(y)}
          />
        )}
        {since !== null && (
          <Form method="get" action={`${pathname}#time`} preventScrollReset className="mt-6 flex flex-wrap items-end gap-2">
            <Field name="on" label={t("pick")}>
              <Input type="date" defaultValue={asked?.known.day} key={asked?.known.day} required />
            </Field>
            <Button type="submit">{t("show")}</Button>
            <LinkButton to={`${pathname}/people`} variant="quiet">
              {t("latest")}
            </LinkButton>
          </Form>
        )}
        <div aria-live="polite" className="mt-4">
          {asked && <Then asked={asked} pathname={pathname} />}
        </div>
      </Section>
    </div>
  );
}

function Then({ asked: { known, count, sample }, pathname }: { asked: NonNullable<History["asked"]>; pathname: string }) {
  const t = useTranslations("segments.time");
  const format = useFormat();
  if (!known.ok) {
    const bound = known.reason === "after" ? known.asOf : known.since;
    return <p className="text-muted">{t(`refused.${known.reason}`, { date: bound === null ? "" : format.date(bound) })}</p>;
  }
  return (
    <>
      <p>
        {t.rich("then", { count, day: format.day(known.day), b: (words) => <strong className="tabular">{words}</strong> })}{" "}
        {count > 0 && <TextLink to={`${pathname}/people?on=${known.day}`}>{t("all")}</TextLink>}
      </p>
      <ul className="mt-2">
        {sample.map((row) => (
          <li key={row.publicId} className="border-t border-line py-1.5 first:border-0">
            <Link to={`/staff/customers/${row.publicId}`} className="font-medium hover:text-pine hover:underline">
              {row.name}
            </Link>{" "}
            <span className="text-sm text-muted">{row.leftAt === null ? t("in", { from: format.date(row.enteredAt) }) : t("wasIn", { from: format.date(row.enteredAt), to: format.date(row.leftAt) })}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
