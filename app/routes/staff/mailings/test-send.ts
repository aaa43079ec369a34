/** Sends the saved mailing to a few addresses, to be looked at in a real mail program. */
import { redirect, type ActionFunctionArgs } from "@remix-run/node";

import { getCompany } from "~/domain/company/company.server";
import { isEmail } from "~/domain/customers/contact";
import { queueTestMail } from "~/domain/deliveries/deliveries.server";
import { isMailLocale } from "~/domain/mailings/mailing";
import { compileContent, findMailing, freezeRevision, senderOf } from "~/domain/mailings/mailings.server";
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
  const content = found(mailing.contents[locale]);
  const typed = String(form.get("to") ?? "");
  const back = `/staff/mailings/${mailing.publicId}?lang=${locale}`;
  const refuse = (reason: string, address = "") =>
    redirect(`${back}&test=${reason}&to=${encodeURIComponent(typed)}${address && `&bad=${encodeURIComponent(address)}`}#test`, 303);

  const addresses = [...new Set(typed.split(/[\s,;]+/).filter(Boolean))];
  if (addresses.length === 0) return refuse("empty");
  if (addresses.length > MOST) return refuse("too_many");
  const bad = addresses.find((address) => !isEmail(address));
  if (bad) return refuse("bad_address", bad);

  const company = await getCompany(app.db.read);
  const compiled = await compileContent({ templateKey: mailing.templateKey, locale, content, company: senderOf(company) });
  if (compiled.problems.length > 0) return refuse("problems");
  const sent = await app.db.write(async (tx) => {
    const frozen = await freezeRevision(tx, by(context), mailing.id, compiled);
    if (!frozen.ok) return false;
    for (const address of addresses)
      await queueTestMail(tx, by(context), {
        to: { address },
        locale,
        revisionId: frozen.revisionId,
        mergeValues: { customer: sampleCustomer(locale), topic: { name: "…" } },
      });
    return true;
  });
  if (!sent) return refuse("problems");
  return redirectSaying(app, back, { key: "mailings.test.sent", values: { count: addresses.length } });
}
