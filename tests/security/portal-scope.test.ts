/**
 * Two customers against every route of the portal. Bea, signed in, asks with the ids of what is Ana's: 404, and not one
 * row of the database changes. The list of routes is generated: a portal route that takes a parameter and stands in
 * neither table below fails.
 *
 * Mutants: `partyId` left out of the WHERE in findOrderOf, findCaseOf, findDesignOf, findPhotoForCustomer or findMailOf.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { ACCESS } from "../../app/access";
import { testApp, type TestApp } from "../support/app";
import { fingerprint } from "../support/fingerprint";
import { actionUrl, allRoutes, fill, type FlatRoute } from "../support/routes";
import { aCustomerWithEverything, aProduct, thingNamedBy, type Things } from "../support/scene";
import { signIn } from "../support/sign-in";

/** Parameters that name what is nobody's own. */
const EVERYBODYS: (keyof Things)[] = ["product"];
/** The address in a mail that proves an address: it opens for whoever has the link, and shows nothing. */
const SECRET_LINKS = ["/portal/account/email/:token"];

const portal = allRoutes().filter((route) => route.path.startsWith("/portal") && !SECRET_LINKS.includes(route.path));
const owned = (route: FlatRoute) => !EVERYBODYS.includes(thingNamedBy(route.path) as keyof Things);
const withIds = portal.filter((route) => route.params.length > 0 && owned(route));
const withoutIds = portal.filter((route) => route.params.length === 0);

function valuesFor(route: FlatRoute, things: Things): Record<string, string> {
  const thing = thingNamedBy(route.path);
  return Object.fromEntries(route.params.map((name) => [name, thing ? String(things[thing]) : "x"]));
}

let app: TestApp;
let ana: Things;
let cookieOf: { ana: string; bea: string };

beforeAll(async () => {
  app = await testApp();
  const product = await aProduct(app);
  ana = await aCustomerWithEverything(app, "ana", product);
  const bea = await aCustomerWithEverything(app, "bea", product);
  cookieOf = { ana: await signIn(app, ana.email), bea: await signIn(app, bea.email) };
});
afterAll(() => app?.close());

/** What a form of any of these pages could carry, well filled in, so that only the owner stands in its way. */
const plausible = (things: Things): Record<string, string> => ({
  intent: "reply",
  message: "Please have a look at this.",
  submissionKey: "018f0000-0000-7000-8000-000000000001",
  description: "The handle is broken off.",
  reason: "damaged",
  wantedRemedy: "refund",
  quantity: "1",
  noticedOn: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10),
  name: "Mine now",
  colour: "white",
  print: "ink",
  key: `message:${things.case}`,
  attachmentIds: things.photo,
  photo: things.photo,
  removePhoto: things.photo,
  id: things.case,
  line: things.line,
  orderLine: things.line,
  order: things.order,
  design: things.design,
  designId: things.design,
  mail: things.mail,
  handle: "x",
});

test("every portal route that takes a parameter says whose it is", () => {
  expect(withIds.filter((route) => !thingNamedBy(route.path)).map((route) => `${route.id} ${route.path}`)).toEqual([]);
});

describe("with the ids of what is another customer's", () => {
  test("their owner reads them", async () => {
    const wrong: string[] = [];
    for (const route of withIds.filter((r) => ACCESS[r.id]?.read.length)) {
      const { status } = await app.request(fill(route.path, valuesFor(route, ana)), { cookie: cookieOf.ana });
      if (status >= 400 && status !== 405) wrong.push(`${route.path}: ${status}`);
    }
    expect(wrong).toEqual([]);
  });

  test("every page and every loader answers 404", async () => {
    const before = await fingerprint(app);
    const wrong: string[] = [];
    for (const route of withIds.filter((r) => ACCESS[r.id]?.read.length)) {
      const path = fill(route.path, valuesFor(route, ana));
      const page = await app.request(path, { cookie: cookieOf.bea });
      const body = await page.text();
      // A loader that only leads back to a page (somebody reloaded after a verb) has nothing to tell; that page says 404.
      const leadsOn = page.status === 302 && (await app.request(page.headers.get("location") ?? "/", { cookie: cookieOf.bea })).status === 404;
      if (page.status !== 404 && !leadsOn) wrong.push(`${path}: ${page.status}`);
      if (body.includes("ofana") || body.includes(ana.orderNumber)) wrong.push(`${path}: shows what is Ana's`);
      const data = await app.request(`${path}.data?_routes=${encodeURIComponent(route.id)}`, { cookie: cookieOf.bea });
      const told = await data.text();
      if (told.includes("ofana") || told.includes(ana.orderNumber) || (data.status === 200 && told.includes(`"${route.id}"`) && !/404|error/i.test(told))) wrong.push(`${path}.data: ${data.status}`);
    }
    expect(wrong).toEqual([]);
    expect(await fingerprint(app)).toBe(before);
  });

  test("every form answers 404 and changes nothing", async () => {
    const before = await fingerprint(app);
    const wrong: string[] = [];
    for (const route of withIds.filter((r) => ACCESS[r.id]?.write?.length)) {
      const path = actionUrl(route, valuesFor(route, ana));
      const response = await app.request(path, { cookie: cookieOf.bea, form: plausible(ana) });
      if (response.status !== 404) wrong.push(`${path}: ${response.status}`);
      if ((await fingerprint(app)) !== before) wrong.push(`${path}: changed the database`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("on the pages that take no parameter", () => {
  test("a customer sees nothing of the other's", async () => {
    const wrong: string[] = [];
    const marks = [ana.order, ana.line, ana.case, ana.photo, ana.design, ana.mail, ana.email, ana.orderNumber, "Givenofana", "Familyofana", "Mug of ana"];
    for (const route of withoutIds.filter((r) => ACCESS[r.id]?.read.length)) {
      for (const query of ["", `?id=${ana.case}&line=${ana.line}&order=${ana.order}&design=${ana.design}&from=${ana.design}&again=${ana.order}`]) {
        const body = await (await app.request(`${fill(route.path)}${query}`, { cookie: cookieOf.bea })).text();
        // What the question itself carried may stand in a link of the answer, never anything that was not in it.
        const shown = marks.filter((mark) => body.replaceAll(query, "").includes(mark) && !query.includes(mark));
        if (shown.length) wrong.push(`${route.path}${query && "?…"}: ${shown.join(", ")}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("forms that carry the other's ids change nothing of the other's", async () => {
    const rowsOfAna = async () => {
      const [party] = await app.db.read.raw<{ party_id: number }>("SELECT party_id FROM customer_logins WHERE email = ?", [ana.email]);
      const partyId = party?.party_id ?? 0;
      const tables = await app.db.read.raw<{ name: string }>(
        "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'party_id' WHERE m.type = 'table' ORDER BY 1",
      );
      const own = await Promise.all(tables.map(({ name }) => app.db.read.raw(`SELECT * FROM "${name}" WHERE party_id = ? ORDER BY 1, 2`, [partyId])));
      const below = await Promise.all([
        app.db.read.raw("SELECT i.* FROM interactions i JOIN cases c ON c.id = i.case_id WHERE c.party_id = ? ORDER BY 1", [partyId]),
        app.db.read.raw("SELECT a.* FROM attachments a JOIN cases c ON c.id = a.case_id WHERE c.party_id = ? ORDER BY 1", [partyId]),
        app.db.read.raw("SELECT l.* FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE o.party_id = ? ORDER BY 1", [partyId]),
      ]);
      return JSON.stringify([own, below]);
    };
    const before = await rowsOfAna();
    const wrong: string[] = [];
    for (const route of withoutIds.filter((r) => ACCESS[r.id]?.write?.length)) {
      for (const key of [`message:${ana.case}`, `complaint:${ana.line}`]) {
        await app.request(actionUrl(route), { cookie: cookieOf.bea, form: { ...plausible(ana), key } });
        if ((await rowsOfAna()) !== before) wrong.push(route.path);
      }
    }
    expect(wrong).toEqual([]);
  });
});
