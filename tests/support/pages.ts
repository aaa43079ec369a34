/**
 * Every page a GET can open, from the two tables that the product itself goes by: routes.ts says where it is, access.ts
 * who may read it. Addresses of pages about one thing (`:id`) are found as a reader finds them: by following links.
 */
import { existsSync, readFileSync } from "node:fs";

import type { APIRequestContext } from "@playwright/test";

import { ACCESS, type Role } from "../../app/access";
import routes from "../../app/routes";
import { DEMO_CUSTOMER_PASSWORD, DEMO_CUSTOMERS, DEMO_STAFF, DEMO_STAFF_PASSWORD } from "../../drizzle/seed/logins";

/** Who looks at the pages: a visitor, a customer, and the two kinds of staff that between them may see all. */
export const READERS = ["anonymous", "customer", "administrator", "marketer", "support", "manager"] as const satisfies readonly Role[];
export type Reader = (typeof READERS)[number];

export type PageRoute = { id: string; pattern: string };

type Entry = { id?: string; file: string; path?: string; children?: Entry[] };

/** The routes that answer a GET with a page of their own. */
export function pageRoutes(): PageRoute[] {
  const found: PageRoute[] = [];
  const walk = (entries: readonly Entry[], above: string) => {
    for (const entry of entries) {
      const pattern = entry.path ? `${above}/${entry.path}` : above;
      if (entry.children?.length) walk(entry.children, pattern);
      else if (isPage(entry.file)) found.push({ id: entry.file.replace(/\.\w+$/, ""), pattern: pattern || "/" });
    }
  };
  walk(routes as Entry[], "");
  return found.filter((route) => !route.pattern.includes("*"));
}

function isPage(file: string): boolean {
  const path = `app/${file}`;
  return file.endsWith(".tsx") && existsSync(path) && /export default|as default/.test(readFileSync(path, "utf8"));
}

/** The pages that one reader is meant for: what access.ts grants them, each page to the first reader who may see it. */
export function pagesFor(reader: Reader): PageRoute[] {
  return pageRoutes().filter((route) => READERS.find((one) => ACCESS[route.id]?.read.includes(one)) === reader);
}

/** Signs the request's cookie jar in, by the same form that people use. */
export async function signInThere(request: APIRequestContext, origin: string, reader: Reader): Promise<void> {
  if (reader === "anonymous") return;
  const customer = reader === "customer";
  const email = customer ? DEMO_CUSTOMERS[0]?.email : DEMO_STAFF.find((staff) => staff.role === reader)?.email;
  const answer = await request.post(`${origin}${customer ? "/login" : "/staff/login"}`, {
    headers: { Origin: origin },
    form: { email: email ?? "", password: customer ? DEMO_CUSTOMER_PASSWORD : DEMO_STAFF_PASSWORD },
    maxRedirects: 0,
  });
  if (answer.status() !== 302 && answer.status() !== 303) throw new Error(`${reader} could not sign in: ${answer.status()}`);
}

export type Address = { id: string; path: string };

/**
 * One address for each of the routes, found by following links from the pages without parameters. What is named in
 * `missing` is linked from nowhere that this reader sees.
 */
export async function addressesOf(request: APIRequestContext, origin: string, wanted: readonly PageRoute[]): Promise<{ found: Address[]; missing: string[] }> {
  const open = new Map(wanted.map((route) => [route.id, matcher(route.pattern)]));
  const found: Address[] = [];
  const queue: string[] = [];
  const seen = new Set<string>();
  const refused = new Set<string>();
  const settle = (id: string, path: string) => {
    open.delete(id);
    found.push({ id, path });
    queue.push(path);
  };
  for (const route of wanted) if (!route.pattern.includes(":")) settle(route.id, route.pattern);
  while (queue.length) {
    const path = queue.shift() as string;
    const links = await linksOn(request, `${origin}${path}`);
    if (links === null) {
      // Some pages need what stands in the query (/help/new?line=…): they wait for a link that has it.
      const bare = found.findIndex((address) => address.path === path);
      refused.add(path);
      for (const { id } of bare < 0 ? [] : found.splice(bare, 1)) open.set(id, matcher(path.replace(/\?.*$/, "")));
      continue;
    }
    for (const link of links) {
      if (seen.has(link)) continue;
      seen.add(link);
      const bare = link.replace(/[?#].*$/, "");
      for (const [id, pattern] of open) {
        // A route without parameters wins over one with: /orders/new is not the order "new".
        const taken = wanted.some((route) => route.pattern === bare && route.id !== id);
        if (!taken && pattern.test(bare) && !(link === bare && refused.has(link))) settle(id, link);
      }
    }
  }
  return { found: found.toSorted((a, b) => a.id.localeCompare(b.id)), missing: [...open.keys()] };
}

const matcher = (pattern: string) => new RegExp(`^${pattern.replace(/\/:\w+\?/g, "(?:/[^/]+)?").replace(/:\w+/g, "[^/]+")}$`);

/** Null when there is no page. */
async function linksOn(request: APIRequestContext, url: string): Promise<string[] | null> {
  const answer = await request.get(url);
  if (answer.status() >= 500) throw new Error(`${url} answers ${answer.status()}`);
  if (!answer.ok() || !answer.headers()["content-type"]?.includes("html")) return null;
  const html = await answer.text();
  return [...html.matchAll(/(?:href|action|src)="(\/[^"#]*)"/g)].map((match) => (match[1] ?? "").replaceAll("&amp;", "&"));
}
