/** Sends the saved mailing to a few addresses, to be looked at in a real mail program. */
import { redirect, type ActionFunctionArgs } from "@remix-run/node";

import type { App } from "~/context.server";
import { getCompany } from "~/domain/company/company.server";
import { isEmail } from "~/domain/customers/contact";
import { queueTestMail } from "~/domain/deliveries/deliveries.server";
import type { By } from "~/domain/journal/actor";
import { isMailLocale, type MailLocale } from "~/domain/mailings/mailing";
import { compileContent, findMailing, freezeRevision, senderOf, type MailingWithContents } from "~/domain/mailings/mailings.server";
import { sampleCustomer } from "~/domain/mailings/merge-tags";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

const MOST = 5;

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const form = await request.formData();
  const mailing = found(await findMailing(app.db.read, params.id ?? ""));
  const asked = String(form.get("lang") ?? "");
  const locale = isMailLocale(asked) ? asked : mailing.defaultLocale;
  const to = String(form.get("to") ?? "");
  const back = `/staff/mailings/${mailing.publicId}?lang=${locale}`;
  const addresses = [...new Set(to.split(/[\s,;]+/).filter(Boolean))];
  const refused = refuseAddresses(addresses) ?? (await sendTest(app, by(context), mailing, locale, addresses));
  if (refused) return redirect(`${back}&${new URLSearchParams({ ...refused, to })}#test`, 303);
  return redirectSaying(app, back, { key: "mailings.test.sent", values: { count: addresses.length } });
}

type Refused = { test: "empty" | "too_many" | "problems" } | { test: "bad_address"; bad: string };

function refuseAddresses(addresses: string[]): Refused | null {
  if (addresses.length === 0) return { test: "empty" };
  if (addresses.length > MOST) return { test: "too_many" };
  const bad = addresses.find((address) => !isEmail(address));
  return bad === undefined ? null : { test: "bad_address", bad };
}

async function sendTest(app: App, by: By, mailing: MailingWithContents, locale: MailLocale, addresses: string[]): Promise<Refused | null> {
  const content = found(mailing.contents[locale]);
  const company = senderOf(await getCompany(app.db.read));
  const compiled = await compileContent({ templateKey: mailing.templateKey, locale, content, company });
  const frozen = await app.db.write(async (tx) => {
    const revision = await freezeRevision(tx, by, mailing.id, compiled);
    if (!revision.ok) return revision;
    const mergeValues = { customer: sampleCustomer(locale), topic: { name: "…" } };
    for (const address of addresses) await queueTestMail(tx, by, { to: { address }, locale, revisionId: revision.revisionId, mergeValues });
    return revision;
  });
  return frozen.ok ? null : { test: "problems" };
}
