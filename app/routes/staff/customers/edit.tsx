import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import type { Reader } from "~/db/types";
import { type ContactPoint, listContactPoints } from "~/domain/customers/contact-points.server";
import { findParty, type Party, updateParty } from "~/domain/customers/customers.server";
import { partyFormSchema } from "~/domain/customers/party";
import { listCompanies } from "~/domain/customers/search.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { useFormat } from "~/i18n/format";
import { LinkButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Page, PageHeader } from "~/ui/page";
import { PlainTable } from "~/ui/table";
import { customerAsked } from "./asked.server";
import { PartyForm, type PartyFormValues } from "./party-form";
import { readParty } from "./read-form.server";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const party = await customerAsked(db, request, params.id);
  return { publicId: party.publicId, name: party.name, values: await readValues(db, party), companies: await listCompanies(db) };
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const db = context.app.db.read;
  const party = await customerAsked(db, request, params.id);
  const submission = parseForm(await request.formData(), partyFormSchema);
  if (submission.status !== "success") return refuse(submission);
  const change = await readParty(db, submission.value);
  if (!change) return refuse(submission, { fields: { company: ["choose"] } });
  const saved = await context.app.db.write((tx) => updateParty(tx, by(context), party.id, submission.value.seen ?? 0, change));
  if (saved.ok) return redirect(`/staff/customers/${party.publicId}`, 303);
  if (saved.reason === "changed_meanwhile")
    return data({ result: submission.reply({ formErrors: ["stale"] }), theirs: await readValues(db, saved.theirs) }, { status: 409 });
  return refuse(submission, { fields: saved.reason === "number_taken" ? { number: ["taken"] } : saved.reason === "email_taken" ? { email: ["taken"] } : { company: ["choose"] } });
}

async function readValues(db: Reader, party: Party) {
  const contacts = await listContactPoints(db, party.id);
  const company = party.parentId === null ? null : await findParty(db, party.parentId);
  return valuesOf(party, contacts, company?.publicId ?? null);
}

function valuesOf(party: Party, contacts: readonly ContactPoint[], company: string | null) {
  const primary = (kind: ContactPoint["kind"]) => contacts.find((c) => c.kind === kind && c.isPrimary);
  const postal = primary("postal")?.postal;
  return {
    kind: party.kind,
    givenName: party.givenName,
    familyName: party.familyName,
    companyName: party.kind === "company" ? party.name : null,
    company,
    number: party.number,
    isCustomer: party.isCustomer ? "on" : null,
    isSupplier: party.isSupplier ? "on" : null,
    email: primary("email")?.value ?? null,
    phone: primary("phone")?.value ?? null,
    line1: postal?.line1 ?? null,
    line2: postal?.line2 ?? null,
    postcode: postal?.postcode ?? null,
    city: postal?.city ?? null,
    country: party.country,
    locale: party.locale,
    birthday: party.birthday,
    seen: party.updatedAt,
  };
}

export default function EditCustomer() {
  const t = useTranslations("customers");
  const { publicId, name, values, companies } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const theirs = answer && "theirs" in answer ? (answer.theirs as PartyFormValues) : undefined;
  const to = `/staff/customers/${publicId}`;
  return (
    <Page width="text">
      <PageHeader title={t("form.editTitle", { name })} back={{ to, label: name }} />
      {theirs && <Conflict theirs={theirs} mine={(answer?.result.initialValue ?? {}) as PartyFormValues} reload={`${to}/edit`} />}
      <PartyForm
        // After a conflict the form stands on the version that it was shown beside: saving again is deliberate.
        key={theirs ? String(theirs.seen) : "own"}
        values={theirs ? { ...values, seen: theirs.seen } : values}
        companies={companies}
        lastResult={answer?.result}
        submit={theirs ? t("form.keepMine") : t("form.save")}
        cancel={to}
        fixedKind
      />
    </Page>
  );
}

const COMPARED = ["givenName", "familyName", "companyName", "number", "email", "phone", "line1", "line2", "postcode", "city", "country", "locale", "birthday"] as const;

/** Both versions beside each other, where they differ. */
function Conflict({ theirs, mine, reload }: { theirs: PartyFormValues; mine: PartyFormValues; reload: string }) {
  const t = useTranslations("customers");
  const tc = useTranslations("common");
  const format = useFormat();
  const labels: Record<(typeof COMPARED)[number], string> = {
    givenName: t("form.givenName"), familyName: t("form.familyName"), companyName: t("form.companyName"), number: t("form.number"), email: tc("email"),
    phone: tc("phone"), line1: t("form.line1"), line2: t("form.line2"), postcode: t("form.postcode"), city: t("form.city"), country: tc("country"),
    locale: t("form.locale"), birthday: t("form.birthday"),
  };
  const different = COMPARED.filter((key) => (theirs[key] ?? "") !== (mine[key] ?? ""));
  return (
    <Callout tone="warn" title={t("form.conflictTitle")} focusable className="mb-6" actions={<LinkButton to={reload} reloadDocument size="sm">{t("form.takeTheirs")}</LinkButton>}>
      <p>{t("form.conflict", { when: format.dateTime(Number(theirs.seen)) })}</p>
      <PlainTable
        caption={t("form.conflictTitle")}
        head={
          <tr>
            <th scope="col">{t("form.name")}</th>
            <th scope="col">{t("form.theirs")}</th>
            <th scope="col">{t("form.yours")}</th>
          </tr>
        }
      >
        {different.map((key) => (
          <tr key={key}>
            <th scope="row">{labels[key]}</th>
            <td>{theirs[key] || "–"}</td>
            <td>
              <mark className="rounded-sm bg-amber-wash px-1 text-ink">{mine[key] || "–"}</mark>
            </td>
          </tr>
        ))}
      </PlainTable>
    </Callout>
  );
}
