import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { SearchX } from "lucide-react";
import { useTranslations } from "use-intl";

import { Button, TextLink } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { SearchInput } from "~/ui/inputs";
import { Page, PageHeader, Section } from "~/ui/page";
import { answerSearch } from "./find.server";

/** With more customers than this a link leads to all of them. */
const MANY = 8;

export function loader(args: LoaderFunctionArgs) {
  return answerSearch(args);
}

const KINDS = ["order", "case", "customer", "campaign"] as const;

export default function Search() {
  const t = useTranslations("search");
  const { query, hits } = useLoaderData<typeof loader>();
  return (
    <Page width="text">
      <PageHeader title={t("title")} />
      <Form role="search" className="mb-6 flex gap-2">
        <input type="hidden" name="all" value="1" />
        <div className="min-w-0 flex-1">
          <SearchInput name="q" label={t("label")} placeholder={t("label")} defaultValue={query} key={query} autoFocus />
        </div>
        <Button type="submit" variant="primary">
          {t("submit")}
        </Button>
      </Form>
      {query === "" && <p className="text-muted">{t("hint")}</p>}
      {query !== "" && (
        <p role="status" className="mb-4 text-sm text-muted">
          {t("results", { count: hits.length })}
        </p>
      )}
      {query !== "" && hits.length === 0 && (
        <EmptyState icon={SearchX} title={t("nothing", { query })}>
          {t("nothingHelp")}
        </EmptyState>
      )}
      {KINDS.map((kind) => ({ kind, found: hits.filter((hit) => hit.kind === kind) }))
        .filter(({ found }) => found.length > 0)
        .map(({ kind, found }, index) => (
          <Section key={kind} title={t(`kinds.${kind}`)} first={index === 0}>
            <ul>
              {found.map((hit) => (
                <li key={hit.to} className="border-b border-line last:border-0">
                  <Link to={hit.to} className="flex flex-wrap items-baseline gap-x-3 rounded-md px-2 py-2 hover:bg-hover">
                    <span className="font-medium">{hit.title}</span>
                    {hit.detail && <span className="min-w-0 truncate text-sm text-muted">{hit.detail}</span>}
                  </Link>
                </li>
              ))}
            </ul>
            {kind === "customer" && found.length >= MANY && (
              <p className="mt-3 px-2">
                <TextLink to={`/staff/customers?show=all&q=${encodeURIComponent(query)}`}>{t("allCustomers", { query })}</TextLink>
              </p>
            )}
          </Section>
        ))}
    </Page>
  );
}
