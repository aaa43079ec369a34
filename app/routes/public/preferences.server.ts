import { redirect, type AppLoadContext } from "@remix-run/node";

import { pauseMarketing } from "~/domain/customers/customers.server";
import { pauseFor30Days, savePreferences, type Wording, withdrawAll } from "~/domain/customers/preferences.server";
import { getCompany } from "~/domain/company/company.server";
import { by } from "~/http/require";
import { translator } from "~/i18n/messages.server";

const VERSION = "preferences-1";
const PAIR = /^\d{1,12}:(email|sms|phone|letter)$/;

/** Carries out what the preference page asked for, and shows it again. */
export async function changePreferences(
  request: Request,
  context: AppLoadContext,
  partyId: number,
  { source, path }: { source: Wording["source"]; path: string },
): Promise<Response> {
  const form = await request.formData();
  const intent = String(form.get("intent"));
  const who = by(context);
  const { name: company } = await getCompany(context.app.db.read);
  const wording: Wording = {
    version: `${VERSION}:${context.locale}`,
    text: translator(context.locale, "preferences")("consent", { company }),
    source,
    remoteAddress: context.remoteAddress,
  };
  const pairs = (name: string) => new Set(form.getAll(name).map(String).filter((value) => PAIR.test(value)));
  await context.app.db.write(async (tx) => {
    if (intent === "save") await savePreferences(tx, who, partyId, pairs("ticked"), pairs("shown"), wording);
    else if (intent === "pause") await pauseFor30Days(tx, who, partyId);
    else if (intent === "resume") await pauseMarketing(tx, who, partyId, null);
    else if (intent === "off") await withdrawAll(tx, who, partyId, wording);
    else throw new Response(null, { status: 400 });
  });
  return redirect(`${path}?saved=${intent}`, 303);
}

/** What was just done, said once by the address. */
export function readSaved(request: Request): "save" | "pause" | "resume" | "off" | null {
  const saved = new URL(request.url).searchParams.get("saved");
  return saved === "save" || saved === "pause" || saved === "resume" || saved === "off" ? saved : null;
}

/** `anna@example.com` → `a…@example.com`: a forwarded mail tells no more than that. */
export function veiled(address: string): string {
  const at = address.lastIndexOf("@");
  return at < 1 ? "…" : `${address.slice(0, 1)}…${address.slice(at)}`;
}
