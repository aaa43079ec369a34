/**
 * Every page a GET can open, from the two tables that the product itself goes by: routes.ts says where it is, access.ts
 * who may read it. Addresses of pages about one thing (`:id`) are found as a reader finds them: by following links, those
 * in the mails that they asked for included.
 */
import { existsSync, readFileSync } from "node:fs";

import { request as newRequest, type APIRequestContext } from "@playwright/test";

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

/** Pages of a place that nobody has set up yet: they lead elsewhere wherever there is a demo. */
const BEFORE_SET_UP = new Set(["routes/session/setup"]);

/** The pages that one reader is meant for: what access.ts grants them, each page to the first reader who may see it. */
export function pagesFor(reader: Reader): PageRoute[] {
  return pageRoutes().filter((route) => !BEFORE_SET_UP.has(route.id) && READERS.find((one) => ACCESS[route.id]?.read.includes(one)) === reader);
}

export function pagesBeforeSetUp(): PageRoute[] {
  return pageRoutes().filter((route) => BEFORE_SET_UP.has(route.id));
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
 * One address for each page that this reader is meant for, found by following links from the pages without parameters
 * and from the mails that they got.
 * @throws when a page is linked from nowhere that this reader sees
 */
export async function addressesOf(request: APIRequestContext, origin: string, reader: Reader): Promise<Address[]> {
  const wanted = pagesFor(reader);
  const open = new Map(wanted.map((route) => [route.id, matcher(route.pattern)]));
  const found: Address[] = [];
  const queue: string[] = [];
  // Behind these is what the page is there for; without them it says that its link is used up, or is not there at all.
  for (const address of [...(await addressesInMails(request, origin, reader)), ...(await addressOfImport(request, origin, reader))]) {
    open.delete(address.id);
    found.push(address);
  }
  const seen = new Set<string>();
  const refused = new Set<string>();
  const settle = (id: string, path: string) => {
    open.delete(id);
    found.push({ id, path });
    queue.push(path);
  };
  for (const route of wanted) if (!route.pattern.includes(":") && open.has(route.id)) settle(route.id, route.pattern);
  /** More pages of kinds that have their address, by kind: a link may stand on a closed case only. */
  const spare = new Map<string, string[]>();
  /** First of the kinds under which a page is still looked for: /staff/desk/:id for /staff/desk/:id/reopen. */
  const nextSpare = () => {
    const missing = wanted.filter((route) => open.has(route.id));
    const isAbove = (kind: string) => missing.some((route) => route.pattern.startsWith(`${kind}/`));
    return [...spare].toSorted(([a], [b]) => Number(isAbove(b)) - Number(isAbove(a))).find(([, paths]) => paths.length)?.[1].shift();
  };
  for (let path = queue.shift(); path !== undefined; path = queue.shift() ?? (open.size ? nextSpare() : undefined)) {
    const links = await linksOn(request, `${origin}${path}`);
    if (links === null) {
      // Some pages need what stands in the query (/help/new?line=…): they wait for a link that has it.
      const bare = found.findIndex((address) => address.path === path);
      refused.add(path);
      for (const { id } of bare < 0 ? [] : found.splice(bare, 1)) {
        const pattern = matcher(path.replace(/\?.*$/, ""));
        const met = [...seen].find((link) => link !== path && pattern.test(link.replace(/[?#].*$/, "")));
        if (met) settle(id, met);
        else open.set(id, pattern);
      }
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
      const kind = wanted.find((route) => route.pattern.includes(":") && matcher(route.pattern).test(bare))?.pattern;
      if (kind === undefined || queue.includes(link)) continue;
      const paths = spare.get(kind) ?? [];
      if (paths.length < 40) spare.set(kind, [...paths, link]);
    }
  }
  if (open.size) throw new Error(`no page that ${reader} may see leads to ${[...open.keys()].join(", ")}`);
  return found.toSorted((a, b) => a.id.localeCompare(b.id));
}

/** The demo's people came without a file: the page of an import needs one. */
async function addressOfImport(request: APIRequestContext, origin: string, reader: Reader): Promise<Address[]> {
  if (reader !== "administrator") return [];
  const file = { name: "people.csv", mimeType: "text/csv", buffer: Buffer.from("E-mail,First name\nwalk@example.com,Walter\nno address,Nina\n") };
  const answer = await request.post(`${origin}/staff/imports/new`, { headers: { Origin: origin }, multipart: { type: "customers", preset: "", file }, maxRedirects: 0 });
  const path = answer.headers().location;
  if (!path) throw new Error(`the import was not taken: ${answer.status()}`);
  return [{ id: "routes/staff/imports/show", path }];
}

/** Asks for each mail as people do, by its form, and reads the link in it where an administrator reads sent mails. */
async function addressesInMails(request: APIRequestContext, origin: string, reader: Reader): Promise<Address[]> {
  if (reader !== "anonymous" && reader !== "customer") return [];
  const email = DEMO_CUSTOMERS[0]!.email;
  const post = async (by: APIRequestContext, path: string, form: Record<string, string>) => {
    const answer = await by.post(`${origin}${path}`, { headers: { Origin: origin }, form, maxRedirects: 0 });
    if (answer.status() >= 400) throw new Error(`${path} answers ${answer.status()}`);
  };
  const administrator = await newRequest.newContext();
  await signInThere(administrator, origin, "administrator");
  try {
    if (reader === "customer") {
      const address = `walk.${Date.now()}@example.com`;
      await post(request, "/portal/account", { intent: "email", email: address });
      return [{ id: "routes/portal/account-email", path: await linkInMail(administrator, origin, address, /\/portal\/account\/email\/[\w-]+/) }];
    }
    const staff = DEMO_STAFF.find((one) => one.role === "manager")!.email;
    await post(request, "/forgot", { email });
    await post(request, "/staff/forgot", { email: staff });
    const mailed = [
      { id: "routes/session/reset", path: await linkInMail(administrator, origin, email, /\/reset\/[\w-]+/) },
      { id: "routes/session/staff-reset", path: await linkInMail(administrator, origin, staff, /\/staff\/reset\/[\w-]+/) },
    ];
    // By another visitor: /login/code asks for the address, and is looked at so.
    const visitor = await newRequest.newContext();
    await post(visitor, "/login/code", { intent: "request", email });
    await visitor.dispose();
    mailed.push({ id: "routes/session/login-link", path: await linkInMail(administrator, origin, email, /\/login\/link\/[\w-]+/) });
    return [...mailed, ...(await addressesFromAccount(origin))];
  } finally {
    await administrator.dispose();
  }
}

/** What a customer hands on: a shared design, and the foot of a newsletter. */
async function addressesFromAccount(origin: string): Promise<Address[]> {
  const customer = await newRequest.newContext();
  await signInThere(customer, origin, "customer");
  const read = async (path: string) => (await customer.get(`${origin}${path}`)).text();
  const first = (text: string, what: RegExp) => {
    const found = what.exec(text)?.[0];
    if (!found) throw new Error(`nothing there is like ${what}`);
    return found;
  };
  const design = first(await read("/portal/designs"), /\/portal\/designs\/[0-9a-f-]{36}/);
  await customer.post(`${origin}${design}/share`, { headers: { Origin: origin }, form: { share: "1" } });
  // Mails about orders stand there too; the foot that lets one leave is a newsletter's.
  let mail = "";
  for (const [path] of (await read("/portal/preferences")).matchAll(/\/portal\/preferences\/mails\/[0-9a-f-]{36}/g))
    if (!mail.includes("/u/")) mail = await read(`${path}/copy`);
  const addresses = [
    { id: "routes/public/shared-design", path: first(await read(design), /\/d\/[\w-]{16,}/) },
    { id: "routes/public/unsubscribe", path: first(mail, /\/u\/[\w.-]+/) },
    { id: "routes/public/preferences", path: first(mail, /\/p\/[\w.-]+/) },
  ];
  await customer.dispose();
  return addresses;
}

/** The worker sends within a moment; mails are listed from the newest. */
async function linkInMail(administrator: APIRequestContext, origin: string, address: string, link: RegExp): Promise<string> {
  const until = Date.now() + 20_000;
  for (;;) {
    const list = await (await administrator.get(`${origin}/staff/outbox?q=${encodeURIComponent(address)}`)).text();
    for (const [mail] of list.matchAll(/\/staff\/outbox\/[0-9a-f-]{36}/g)) {
      const found = link.exec(await (await administrator.get(`${origin}${mail}/copy`)).text());
      if (found) return found[0];
    }
    if (Date.now() > until) throw new Error(`no mail to ${address} holds ${link}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
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
