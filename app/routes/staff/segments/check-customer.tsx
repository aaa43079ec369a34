import { Form, Link, useLocation } from "@remix-run/react";
import { useTranslations } from "use-intl";

import type { FieldInfo } from "~/domain/segments/check";
import type { Options } from "~/domain/segments/describe";
import { Button, TextLink } from "~/ui/button";
import { SearchInput } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { Explanation } from "./explanation";
import type { Check } from "./read-check.server";

/** Look somebody up: are they in the segment as it is saved, and why. A plain GET form. */
export function CheckCustomer({ check, ...words }: { check: Check; fields: readonly FieldInfo[]; options: Options; currency: string }) {
  const t = useTranslations("segments");
  const { pathname } = useLocation();
  return (
    <div id="check" className="mt-12 max-w-3xl scroll-mt-6">
      <Section title={t("explain.title")} description={t("explain.help")}>
        <Form method="get" action={`${pathname}#check`} preventScrollReset className="flex max-w-md flex-wrap items-center gap-2" role="search">
          <div className="min-w-0 flex-1">
            <SearchInput name="who" label={t("explain.search")} placeholder={t("explain.search")} defaultValue={check.q} key={check.q} maxLength={200} />
          </div>
          <Button type="submit">{t("explain.button")}</Button>
        </Form>
        <div aria-live="polite" className="mt-4">
          {check.hits?.length === 0 && <p className="text-muted">{t("explain.nobody")}</p>}
          {check.hits && check.hits.length > 0 && <Hits hits={check.hits} pathname={pathname} />}
          {check.result && <Result {...check.result} {...words} />}
        </div>
      </Section>
    </div>
  );
}

function Hits({ hits, pathname }: { hits: NonNullable<Check["hits"]>; pathname: string }) {
  const t = useTranslations("segments");
  return (
    <>
      <p className="mb-1 text-muted">{t("explain.whom")}</p>
      <ul>
        {hits.map((hit) => (
          <li key={hit.publicId} className="border-t border-line py-1.5 first:border-0">
            <Link to={`${pathname}?customer=${hit.publicId}#check`} preventScrollReset className="font-medium hover:text-pine hover:underline">
              {hit.name}
            </Link>{" "}
            <span className="text-sm text-muted">{[hit.number, hit.email].filter(Boolean).join(" · ")}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Result({ customer, explained, ...words }: NonNullable<Check["result"]> & { fields: readonly FieldInfo[]; options: Options; currency: string }) {
  const t = useTranslations("segments");
  const name = <TextLink to={`/staff/customers/${customer.publicId}`}>{customer.name}</TextLink>;
  if (!explained) return <p>{t.rich("explain.unknown", { name: () => name })}</p>;
  return (
    <>
      <p className="mb-3 text-lg">{t.rich(explained.holds ? "explain.in" : "explain.out", { name: () => name, b: (words) => <strong>{words}</strong> })}</p>
      <Explanation explained={explained} customer={customer.publicId} {...words} />
    </>
  );
}
