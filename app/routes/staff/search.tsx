import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { SearchX } from "lucide-react";
import { useTranslations } from "use-intl";

import type { Reader } from "~/db/types";
import { listCampaigns } from "~/domain/campaigns/campaigns.server";
import { findCasesByNumber } from "~/domain/cases/case-refs.server";
import { foldForSearch } from "~/domain/customers/search";
import { findParties, listPartyRefs } from "~/domain/customers/search.server";
import type { StaffRole } from "~/domain/journal/actor";
import { findOrderByNumber, listOrders } from "~/domain/orders/orders.server";
import { requireStaff } from "~/http/require";
import { formatter } from "~/i18n/format";
import { translator } from "~/i18n/messages.server";
import { Button, TextLink } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { SearchInput } from "~/ui/inputs";
import { Page, PageHeader, Section } from "~/ui/page";
import type { SearchAnswer, SearchHit } from "~/ui/palette";

const FEW = 8;
const ON_PAGE = 25;
/** Campaigns are few; their names are folded here, since the database does not. */
const MOST_CAMPAIGNS = 1000;

/** For the palette and for the page: what this role may open, best first. */
export async function loader({ request, context }: LoaderFunctionArgs): Promise<SearchAnswer> {
  const { role } = requireStaff(context);
  const url = new URL(request.url);
  const query = (url.searchParams.get("q") ?? "").slice(0, 200).trim();
  if (!foldForSearch(query)) return { query, hits: [] };
  const limit = url.searchParams.has("all") ? ON_PAGE : FEW;
  const db = context.app.db.read;
  const [customers, orders, cases, campaigns] = await Promise.all([
    findCustomers(db, query, limit, context.locale),
    findOrders(db, query, limit, context.locale, context.timeZone),
    mayOpen("case", role) ? findCases(db, query, limit) : [],
    mayOpen("campaign", role) ? findCampaigns(db, query, limit) : [],
  ]);
  return { query, hits: [...orders, ...cases, ...customers, ...campaigns] };
}

function mayOpen(kind: "case" | "campaign", role: StaffRole): boolean {
  return kind === "case" ? role !== "marketer" : role !== "support";
}

async function findCustomers(db: Reader, query: string, limit: number, locale: string): Promise<SearchHit[]> {
  const order = await findOrderByNumber(db, query);
  const found = await findParties(db, query, { limit, orIds: order ? [order.partyId] : [] });
  const format = formatter(locale, "UTC");
  return found.map((party) => ({
    kind: "customer",
    title: party.name,
    detail: [party.email, party.number, party.country && format.country(party.country)].filter(Boolean).join(" · "),
    to: `/staff/customers/${party.publicId}`,
  }));
}

async function findOrders(db: Reader, query: string, limit: number, locale: string, timeZone: string): Promise<SearchHit[]> {
  if (!/\d/.test(query) || /\s|@|\+/.test(query)) return [];
  const [asTyped, withLetter] = await Promise.all([
    listOrders(db, { number: query, limit }),
    /^\d+$/.test(query) ? listOrders(db, { number: `R-${query}`, limit }) : { orders: [] },
  ]);
  const orders = [...asTyped.orders, ...withLetter.orders].slice(0, limit);
  const customers = await listPartyRefs(db, orders.map((order) => order.partyId));
  const status = translator(locale, "orders");
  const format = formatter(locale, timeZone);
  return orders.map((order) => ({
    kind: "order",
    title: order.number,
    detail: [customers.get(order.partyId)?.name, status(`status.${order.status}`), format.date(order.placedAt)].filter(Boolean).join(" · "),
    to: `/staff/orders/${order.publicId}`,
  }));
}

async function findCases(db: Reader, query: string, limit: number): Promise<SearchHit[]> {
  const cases = await findCasesByNumber(db, query, limit);
  return cases.map((one) => ({ kind: "case", title: one.number, detail: `${one.customer} · ${one.subject}`, to: `/staff/desk/${one.publicId}` }));
}

async function findCampaigns(db: Reader, query: string, limit: number): Promise<SearchHit[]> {
  const words = foldForSearch(query).split(" ");
  const all = await listCampaigns(db, { limit: MOST_CAMPAIGNS });
  return all
    .filter(({ name }) => {
      const folded = foldForSearch(name);
      return words.every((word) => folded.includes(word));
    })
    .slice(0, limit)
    .map((one) => ({ kind: "campaign", title: one.name, detail: one.segmentName ?? undefined, to: `/staff/campaigns/${one.publicId}` }));
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
            {kind === "customer" && found.length >= FEW && (
              <p className="mt-3 px-2">
                <TextLink to={`/staff/customers?show=all&q=${encodeURIComponent(query)}`}>{t("allCustomers", { query })}</TextLink>
              </p>
            )}
          </Section>
        ))}
    </Page>
  );
}
