/** Two customers who have one of everything, made by the commands of the product: what tests of scope and payloads look at. */
import sharp from "sharp";

import { loginForProvenParty } from "../../app/domain/accounts/logins.server";
import { fileComplaint } from "../../app/domain/cases/filing.server";
import { takePhotos } from "../../app/domain/cases/pending-photos.server";
import { keepMail, ownAddresses } from "../../app/domain/correspondence/keeping.server";
import { toldFrom } from "../../app/domain/correspondence/told-mail";
import { provideMailIdentity } from "../../app/domain/deliveries/identity.server";
import { readMail } from "../../app/domain/deliveries/returned/read-mail.server";
import { deliveries } from "../../app/domain/deliveries/schema";
import type { By, CustomerActor } from "../../app/domain/journal/actor";
import { orderLines } from "../../app/domain/orders/schema";
import { saveDesign } from "../../app/domain/products/designs.server";
import type { TestApp } from "./app";
import { aCustomer, aMug, anOrder, at } from "./factories";

export type Things = {
  partyId: number;
  party: string;
  order: string;
  orderNumber: string;
  line: string;
  case: string;
  photo: string;
  design: string;
  mail: string;
  email: string;
  product: string;
  /** A mail with staff, of their own mail program. */
  keptMail: string;
};

const DAY = 86_400_000;

/** `words` goes into every text that a customer writes. */
export async function aProduct(app: Pick<TestApp, "db" | "env">) {
  provideMailIdentity(app.env.SECRET_KEY, app.env.MAIL_FROM);
  return app.db.write((tx) => aMug(tx, at(Date.now())));
}

export async function aCustomerWithEverything(
  app: Pick<TestApp, "db">,
  name: string,
  product: { productId: number; publicId: string },
  texts: { givenName?: string; familyName?: string; description?: string; design?: string; photo?: string } = {},
): Promise<Things> {
  const now = Date.now();
  const email = `${name}.of.the.test@example.com`;
  const made = await app.db.write(async (tx) => {
    const { partyId, publicId } = await aCustomer(tx, at(now), { email, givenName: texts.givenName ?? `Givenof${name}`, familyName: texts.familyName ?? `Familyof${name}` });
    const login = await loginForProvenParty(tx, at(now), partyId);
    const order = await anOrder(tx, at(now - 3 * DAY), partyId);
    const design = await saveDesign(tx, at(now), {
      partyId, productId: product.productId, name: texts.design ?? `Mug of ${name}`, selection: { colour: "white", print: "ink" }, locale: "en",
    });
    if (!login || !design.ok) throw new Error("no scene");
    return { partyId, party: publicId, loginId: login.id, order, design: design.publicId };
  });
  const line = (await app.db.read.select().from(orderLines)).find((row) => row.orderId === made.order.orderId)?.publicId ?? "";
  const actor: CustomerActor = { kind: "customer", loginId: made.loginId, partyId: made.partyId, name, locale: "en" };
  const by: By = { actor, now };
  const bytes = await sharp({ create: { width: 40, height: 40, channels: 3, background: "#a33" } }).png().toBuffer();
  const photos = await takePhotos(app.db, by, { owner: actor, key: `complaint:${line}`, partyId: made.partyId }, [{ name: texts.photo ?? "cup.png", bytes }]);
  const photo = photos.attachments[0]?.publicId ?? "";
  const filed = await app.db.write((tx) =>
    fileComplaint(tx, by, {
      partyId: made.partyId, orderLinePublicId: line, reason: "damaged", noticedOn: null, description: texts.description ?? `Broken, says ${name}`,
      wantedRemedy: "refund", quantity: 1, attachmentIds: [photo], submissionKey: `test-${name}`, locale: "en",
    }),
  );
  if (!filed.ok) throw new Error(filed.reason);
  await app.db.write((tx) => tx.update(deliveries).set({ state: "accepted", acceptedAt: now, handedAt: now }));
  const mail = (await app.db.read.select().from(deliveries)).find((row) => row.partyId === made.partyId)?.publicId ?? "";
  const raw = Buffer.from(`From: ${email}\r\nTo: staff.of.the.test@example.com\r\nSubject: ${texts.design ?? `Asked by ${name}`}\r\nMessage-ID: <${name}-1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>${texts.description ?? `When, asks ${name}`}</p>`);
  const told = { ...toldFrom(await readMail(raw), now), files: [{ filename: texts.photo ?? "cup.png", contentType: "image/png", bytes }] };
  const kept = await app.db.write(async (tx) => keepMail(tx, at(now), { told, own: await ownAddresses(tx, { MAIL_FROM: "shop@example.com" }), staffId: null, door: "file", mayWait: false }));
  if (!kept.ok) throw new Error(kept.reason);
  return {
    keptMail: kept.publicId,
    partyId: made.partyId, party: made.party, order: made.order.publicId, orderNumber: made.order.number, line, case: filed.publicId, photo,
    design: made.design, mail, email, product: product.publicId,
  };
}

/** Whose thing each parameter of a path names: the longest beginning that fits counts. */
const NAMES: [path: string, thing: keyof Things][] = [
  ["/portal/orders/:", "order"],
  ["/portal/help/new/:", "line"],
  ["/portal/help/photos/:", "photo"],
  ["/portal/help/:", "case"],
  ["/portal/designs/:", "design"],
  ["/portal/designs/new/:", "product"],
  ["/portal/preferences/mails/:", "mail"],
  ["/staff/customers/:", "party"],
  ["/staff/orders/:", "order"],
  ["/staff/desk/:", "case"],
  ["/staff/desk/photos/:", "photo"],
  ["/staff/catalogue/:", "product"],
  ["/staff/outbox/:", "mail"],
  ["/staff/mails/:", "keptMail"],
];

export function thingNamedBy(path: string): keyof Things | undefined {
  return NAMES.filter(([begins]) => path.startsWith(begins)).toSorted((a, b) => b[0].length - a[0].length)[0]?.[1];
}
