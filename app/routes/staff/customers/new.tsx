import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { getCompany } from "~/domain/company/company.server";
import { createParty } from "~/domain/customers/customers.server";
import { partyFormSchema } from "~/domain/customers/party";
import { listCompanies } from "~/domain/customers/search.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { Page, PageHeader } from "~/ui/page";
import { PartyForm } from "./party-form";
import { readParty } from "./read-form.server";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const query = new URL(request.url).searchParams;
  const [company, companies] = await Promise.all([getCompany(db), listCompanies(db)]);
  return {
    companies,
    values: { kind: "person", isCustomer: "on", locale: company.locale, country: company.country, company: query.get("company"), email: query.get("email") },
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const submission = parseForm(await request.formData(), partyFormSchema);
  if (submission.status !== "success") return refuse(submission);
  const party = await readParty(context.app.db.read, submission.value);
  if (!party) return refuse(submission, { fields: { company: ["choose"] } });
  const { timeZone } = await getCompany(context.app.db.read);
  const made = await context.app.db.write((tx) => createParty(tx, by(context), { ...party, timeZone, source: "staff" }));
  if (!made.ok) return refuse(submission, { fields: made.reason === "number_taken" ? { number: ["taken"] } : { email: ["taken"] } });
  return redirect(`/staff/customers/${made.publicId}`, 303);
}

export default function NewCustomer() {
  const t = useTranslations("customers");
  const { values, companies } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <Page width="text">
      <PageHeader title={t("form.newTitle")} back={{ to: "/staff/customers", label: t("title") }} />
      <PartyForm values={values} companies={companies} lastResult={answer?.result} submit={t("form.create")} cancel="/staff/customers" />
    </Page>
  );
}
