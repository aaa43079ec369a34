/** The saved mailing as one reader sees it: HTML for the sandboxed frame, or the plain text part. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { findMergeValues } from "~/domain/campaigns/audience.server";
import { getCompany } from "~/domain/company/company.server";
import { listTopics } from "~/domain/customers/topics.server";
import { findPartyByPublicId } from "~/domain/customers/customers.server";
import { isMailLocale } from "~/domain/mailings/mailing";
import { compileContent, findMailing, renderRevision, senderOf } from "~/domain/mailings/mailings.server";
import { sampleCustomer } from "~/domain/mailings/merge-tags";
import { found } from "~/http/require";

import { inScheme, previewLinks } from "./preview-mail";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const query = new URL(request.url).searchParams;
  const mailing = found(await findMailing(db, params.id ?? ""));
  const asked = query.get("lang") ?? "";
  const locale = isMailLocale(asked) ? asked : mailing.defaultLocale;
  const content = found(mailing.contents[locale]);
  const company = await getCompany(db);
  const party = query.get("as") ? await findPartyByPublicId(db, query.get("as") as string) : null;
  const customer = (party && (await findMergeValues(db, party.id))) ?? sampleCustomer(locale);
  const [topic] = await listTopics(db, locale);

  const compiled = await compileContent({ templateKey: mailing.templateKey, locale, content, company: senderOf(company) });
  const mail = renderRevision(compiled, previewLinks(compiled.links), {
    customer,
    topic: { name: topic?.name ?? "…" },
    company: { name: company.name, support_email: company.supportEmail },
  });
  const headers = { "Cache-Control": "no-store" };
  if (query.get("view") === "text") return new Response(mail.text, { headers: { ...headers, "Content-Type": "text/plain; charset=utf-8" } });
  return new Response(inScheme(mail.html, query.has("dark") ? "dark" : "light"), {
    headers: { ...headers, "Content-Type": "text/html; charset=utf-8" },
  });
}
