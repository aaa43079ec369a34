/** A template as it looks with its own words, for the frame in which it is chosen. */
import type { LoaderFunctionArgs } from "@remix-run/node";

import { getCompany } from "~/domain/company/company.server";
import { findTemplate } from "~/domain/mailings/library.server";
import { isMailLocale } from "~/domain/mailings/mailing";
import { sampleCustomer } from "~/domain/mailings/merge-tags";
import { compileContent, renderRevision, senderOf } from "~/domain/mailings/mailings.server";
import { found } from "~/http/require";

import { inScheme, previewLinks } from "./preview-mail";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const template = found(findTemplate(params.key ?? ""));
  const asked = new URL(request.url).searchParams.get("locale") ?? "";
  const locale = isMailLocale(asked) ? asked : "en";
  const company = await getCompany(context.app.db.read);
  const compiled = await compileContent({ templateKey: template.key, locale, content: template.defaults[locale], company: senderOf(company) });
  const mail = renderRevision(compiled, previewLinks(compiled.links), {
    customer: sampleCustomer(locale),
    topic: { name: "…" },
    company: { name: company.name, support_email: company.supportEmail },
  });
  return new Response(inScheme(mail.html, "light"), {
    headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "private, max-age=300" },
  });
}
