import type { Reader } from "~/db/types";
import { listTeam } from "~/domain/accounts/staff.server";
import { getCompany } from "~/domain/company/company.server";
import { listParties } from "~/domain/customers/search.server";
import { listTopics } from "~/domain/customers/topics.server";
import { listProducts } from "~/domain/products/products.server";

export type FirstStep = "company" | "topics" | "products" | "customers" | "team" | "mail";

/**
 * What a new company still has to do before it can work, each step with whether it is done; null as soon as it has its
 * address, a topic and a customer. The other steps are advice.
 */
export async function readFirstSteps(db: Reader, locale: string, mail: { name: string }): Promise<{ step: FirstStep; done: boolean }[] | null> {
  const [{ postalAddress }, topics, customers] = await Promise.all([getCompany(db), listTopics(db, locale), listParties(db, {}, { limit: 1 })]);
  const needed = { company: postalAddress !== "", topics: topics.length > 0, customers: customers.rows.length > 0 };
  if (Object.values(needed).every(Boolean)) return null;
  const [products, team] = await Promise.all([listProducts(db, locale, { limit: 1 }), listTeam(db)]);
  const done: Record<FirstStep, boolean> = { ...needed, products: products.length > 0, team: team.length > 1, mail: mail.name !== "outbox" };
  return (["company", "topics", "products", "customers", "team", "mail"] as const).map((step) => ({ step, done: done[step] }));
}
