/** Adds a language to a mailing (from its template, or copied from another), or takes one out. */
import { redirect, type ActionFunctionArgs } from "@remix-run/node";

import { findTemplate } from "~/domain/mailings/library.server";
import { isMailLocale } from "~/domain/mailings/mailing";
import { findMailing, removeMailingContent, saveMailingContent } from "~/domain/mailings/mailings.server";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { db } = context.app;
  const form = await request.formData();
  const mailing = found(await findMailing(db.read, params.id ?? ""));
  const asked = String(form.get("lang") ?? "");
  const locale = found(isMailLocale(asked) ? asked : null);
  const back = `/staff/mailings/${mailing.publicId}`;

  if (form.get("intent") === "remove") {
    const removed = await db.write((tx) => removeMailingContent(tx, by(context), { mailingId: mailing.id, locale }));
    return removed.ok ? redirectSaying(context.app, back, { key: "mailings.edit.removed" }) : redirect(`${back}?lang=${locale}`, 303);
  }
  if (mailing.contents[locale]) return redirect(`${back}?lang=${locale}`, 303);
  const from = String(form.get("from") ?? "");
  const source = isMailLocale(from) ? mailing.contents[from] : undefined;
  const content = source ?? found(findTemplate(mailing.templateKey)).defaults[locale];
  await db.write((tx) => saveMailingContent(tx, by(context), { mailingId: mailing.id, version: mailing.version, locale, content }));
  return redirect(`${back}?lang=${locale}`, 303);
}
