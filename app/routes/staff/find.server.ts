/** What is found for what was typed: for the palette and for the search page, which show the same. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import type { Reader } from "~/db/types";
import { listCampaigns } from "~/domain/campaigns/campaigns.server";
import { findCasesByNumber } from "~/domain/cases/case-refs.server";
import { foldForSearch } from "~/domain/customers/search";
import { findParties } from "~/domain/customers/search.server";
import type { StaffRole } from "~/domain/journal/actor";
import { findOrderByNumber, findOrdersByNumber } from "~/domain/orders/orders.server";
import { requireStaff } from "~/http/require";
import { formatter } from "~/i18n/format";
import { translator } from "~/i18n/messages.server";
import type { SearchAnswer, SearchHit } from "~/ui/palette";

const FEW = 8;
const ON_PAGE = 25;
/** Campaigns are few; their names are folded here, since the database does not. */
const MOST_CAMPAIGNS = 1000;

/** What this role may open, best first. */
export async function answerSearch({ request, context }: LoaderFunctionArgs): Promise<SearchAnswer> {
  const { role } = requireStaff(context);
  const url = new URL(request.url);
  const query = (url.searchParams.get("q") ?? "").slice(0, 200).trim();
  if (!foldForSearch(query)) return { query, hits: [] };
  const limit = url.searchParams.has("all") ? ON_PAGE : FEW;
  // Aside: a question of two common words may walk along many names before both meet.
  const db = context.app.db.aside;
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
  const orders = await findOrdersByNumber(db, query, limit);
  const status = translator(locale, "orders");
  const format = formatter(locale, timeZone);
  return orders.map((order) => ({
    kind: "order",
    title: order.number,
    detail: [order.customer, status(`status.${order.status}`), format.date(order.placedAt)].filter(Boolean).join(" · "),
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
