import { type ActionFunctionArgs, redirect } from "@remix-run/node";
import { z } from "zod";

import { safeNext } from "~/domain/accounts/account";
import { changeOwnStaffAccount } from "~/domain/accounts/staff.server";
import { changeLanguage } from "~/domain/customers/customers.server";
import { by } from "~/http/require";
import { languageHeaders } from "~/http/session.server";
import { LOCALES } from "~/i18n/locales";

const choice = z.object({ locale: z.enum(LOCALES), back: z.string().optional() });

/** The language switch: kept on the device, and on the account of whoever is signed in, so that mails follow. */
export async function action({ request, context }: ActionFunctionArgs) {
  const parsed = choice.safeParse(Object.fromEntries(await request.formData()));
  if (!parsed.success) throw new Response(null, { status: 400 });
  const { locale, back } = parsed.data;
  const { actor } = context;
  if (actor.kind !== "anonymous")
    await context.app.db.write((tx) =>
      actor.kind === "staff"
        ? changeOwnStaffAccount(tx, by(context), { id: actor.id, name: actor.name, locale })
        : changeLanguage(tx, by(context), actor.partyId, locale),
    );
  return redirect(safeNext(back, "/"), { status: 303, headers: languageHeaders(context.app, locale) });
}

export function loader() {
  return redirect("/");
}
