import { data, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import { Form as PlainForm, Link, useActionData, useLoaderData, useSearchParams, type ShouldRevalidateFunctionArgs } from "@remix-run/react";
import { Archive, Megaphone, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { listTopics } from "~/domain/customers/topics.server";
import { findMergeValues } from "~/domain/campaigns/audience.server";
import { listCampaignsOfMailing } from "~/domain/campaigns/campaigns.server";
import { getCompany } from "~/domain/company/company.server";
import { findPartyByPublicId } from "~/domain/customers/customers.server";
import { findParties } from "~/domain/customers/search.server";
import { findEmptyValues } from "~/domain/mailings/empty-values.server";
import { findTemplate } from "~/domain/mailings/library.server";
import { lintMailing } from "~/domain/mailings/lint";
import { isMailLocale, MAIL_LOCALES, type MailLocale, type TemplateContent } from "~/domain/mailings/mailing";
import { compileContent, findMailing, saveMailingContent, senderOf } from "~/domain/mailings/mailings.server";
import { fillLine, sampleCustomer } from "~/domain/mailings/merge-tags";
import { redirectSaying } from "~/http/flash.server";
import { by, found } from "~/http/require";
import { LOCALE_NAMES } from "~/i18n/locales";
import { Button, LinkButton, SubmitButton } from "~/ui/button";
import { ConfirmDialog } from "~/ui/dialog";
import { Field } from "~/ui/form";
import { Select } from "~/ui/inputs";
import { Page, PageHeader, Section } from "~/ui/page";
import { Tabs } from "~/ui/tabs";
import { DateTime } from "~/ui/values";

import { readContent } from "./content-form";
import { Editor } from "./editor";
import { LintList } from "./lint-list";
import { PreviewPane } from "./preview-pane";
import { TestSend } from "./test-send-form";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const db = context.app.db.read;
  const query = new URL(request.url).searchParams;
  const mailing = found(await findMailing(db, params.id ?? ""));
  const template = found(findTemplate(mailing.templateKey));
  const asked = query.get("lang") ?? "";
  const locale = isMailLocale(asked) ? asked : mailing.defaultLocale;
  const content = mailing.contents[locale] ?? null;
  const written = MAIL_LOCALES.filter((one) => mailing.contents[one]);
  const reader = query.get("as") ? await findPartyByPublicId(db, query.get("as") ?? "") : null;
  const find = query.get("find")?.slice(0, 100) ?? "";
  return {
    mailing: { publicId: mailing.publicId, name: mailing.name, version: mailing.version, defaultLocale: mailing.defaultLocale, updatedAt: mailing.updatedAt },
    templateKey: template.key,
    fields: template.fields,
    locale,
    written,
    content,
    inbox: content && (await inboxOf(context, content, locale, reader?.id ?? null)),
    findings: content ? await findingsOf(context, mailing.templateKey, locale, content, template.fields) : [],
    reader: reader && { publicId: reader.publicId, name: reader.name, email: null },
    find,
    hits: find ? await findParties(db, find, { limit: 8 }) : [],
    campaigns: await listCampaignsOfMailing(db, mailing.id),
  };
}

/** The line of the mail in its reader's inbox. */
async function inboxOf(context: LoaderFunctionArgs["context"], content: TemplateContent, locale: MailLocale, partyId: number | null) {
  const db = context.app.db.read;
  const company = await getCompany(db);
  const [topic] = await listTopics(db, locale);
  const customer = (partyId === null ? null : await findMergeValues(db, partyId)) ?? sampleCustomer(locale);
  const values = { customer, company: { name: company.name, support_email: company.supportEmail }, topic: { name: topic?.name ?? "" } };
  return { from: company.name, subject: fillLine(content.subject, values), preheader: fillLine(content.preheader, values) };
}

async function findingsOf(
  context: LoaderFunctionArgs["context"],
  templateKey: string,
  locale: MailLocale,
  content: Parameters<typeof compileContent>[0]["content"],
  fields: Parameters<typeof lintMailing>[1],
) {
  const db = context.app.db.read;
  const compiled = await compileContent({ templateKey, locale, content, company: senderOf(await getCompany(db)) });
  return lintMailing(compiled, fields, await findEmptyValues(db, compiled.tags));
}

export async function action({ request, params, context }: ActionFunctionArgs) {
  const { db, clock } = context.app;
  const form = await request.formData();
  const mailing = found(await findMailing(db.read, params.id ?? ""));
  const asked = String(form.get("lang") ?? "");
  const locale = isMailLocale(asked) ? asked : mailing.defaultLocale;
  const read = readContent(form);
  if (!read.ok) return data({ kind: "refused" as const, errors: read.errors, typed: read.typed }, 400);

  const name = String(form.get("name") ?? "").trim().slice(0, 120);
  const saved = await db.write((tx) =>
    saveMailingContent(tx, by(context), { mailingId: mailing.id, version: Number(form.get("version")), locale, content: read.content, ...(name && { name }) }),
  );
  if (!saved.ok) {
    const { version, contents } = saved.current;
    return data({ kind: "conflict" as const, version, theirs: contents[locale] ?? null, typed: read.typed }, 409);
  }
  if (form.get("intent") === "autosave") return data({ kind: "saved" as const, version: saved.version, savedAt: clock() });
  return redirectSaying(context.app, `/staff/mailings/${mailing.publicId}?lang=${locale}&saved=${saved.version}`, { key: "common.saved" });
}

/** A refused save keeps the page as it is. */
export function shouldRevalidate({ actionStatus, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs) {
  return actionStatus && actionStatus >= 400 ? false : defaultShouldRevalidate;
}

export default function EditMailing() {
  const t = useTranslations("mailings");
  const { mailing, templateKey, fields, locale, written, content, inbox, findings, reader, find, hits, campaigns } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const here = `/staff/mailings/${mailing.publicId}`;
  const typed = answer && "typed" in answer ? answer.typed : null;
  const savedByButton = useLastSaved();
  return (
    <Page>
      <PageHeader
        back={{ to: "/staff/mailings", label: t("title") }}
        title={mailing.name}
        meta={
          <>
            <span>{t(`template.${templateKey}.name` as never)}</span>
            <DateTime at={mailing.updatedAt} show="relative" />
          </>
        }
        actions={
          <>
            <LinkButton to={`/staff/campaigns/new?mailing=${mailing.publicId}`} icon={Megaphone}>
              {t("edit.use")}
            </LinkButton>
            <ConfirmDialog
              trigger={{ children: t("edit.archive"), variant: "quiet", icon: Archive }}
              title={t("edit.archiveTitle")}
              form={
                <PlainForm method="post" action={`${here}/archive`}>
                  <SubmitButton variant="danger">{t("edit.archive")}</SubmitButton>
                </PlainForm>
              }
            >
              <p>{t("edit.archiveBody")}</p>
            </ConfirmDialog>
          </>
        }
      />
      <Tabs
        label={t("edit.languages")}
        items={MAIL_LOCALES.map((one) => ({
          to: `?lang=${one}`,
          current: one === locale,
          label: (
            <>
              {LOCALE_NAMES[one]}
              <span className="text-sm font-normal text-muted">
                {one === mailing.defaultLocale ? t("edit.default") : written.includes(one) ? null : t("edit.notWritten")}
              </span>
            </>
          ),
        }))}
      />
      {content ? (
        <div className="grid gap-x-8 gap-y-8 xl:grid-cols-[minmax(0,1fr)_minmax(0,44rem)]">
          <div className="min-w-0">
            <Editor
              key={`${mailing.publicId} ${locale} ${savedByButton}`}
              mailing={mailing}
              locale={locale}
              fields={fields}
              content={typed ?? content}
              errors={answer && answer.kind === "refused" ? answer.errors : {}}
              conflict={answer && answer.kind === "conflict" ? { version: answer.version, theirs: answer.theirs } : null}
            />
            <LintList findings={findings} />
            <TestSend action={`${here}/test-send`} locale={locale} />
            {locale !== mailing.defaultLocale && (
              <Section title={t("edit.more")}>
                <ConfirmDialog
                  trigger={{ children: t("edit.remove"), variant: "danger-quiet", icon: Trash2 }}
                  title={t("edit.removeTitle", { language: LOCALE_NAMES[locale] })}
                  form={
                    <PlainForm method="post" action={`${here}/languages`}>
                      <input type="hidden" name="lang" value={locale} />
                      <SubmitButton variant="danger" name="intent" value="remove">
                        {t("edit.remove")}
                      </SubmitButton>
                    </PlainForm>
                  }
                >
                  <p>{t("edit.removeBody")}</p>
                </ConfirmDialog>
              </Section>
            )}
            {campaigns.length > 0 && (
              <Section title={t("edit.usedIn")}>
                <ul className="space-y-1">
                  {campaigns.map((campaign) => (
                    <li key={campaign.publicId}>
                      <Link to={`/staff/campaigns/${campaign.publicId}`} className="text-pine underline underline-offset-2">
                        {campaign.name}
                      </Link>
                    </li>
                  ))}
                </ul>
              </Section>
            )}
          </div>
          <PreviewPane path={here} locale={locale} version={mailing.version} inbox={inbox} reader={reader} find={find} hits={hits} />
        </div>
      ) : (
        <StartLanguage action={`${here}/languages`} locale={locale} written={written} />
      )}
    </Page>
  );
}

/** The version that the button saved last: the editor begins anew with it, as it does for another language. */
function useLastSaved(): string {
  const [query] = useSearchParams();
  const saved = query.get("saved") ?? "";
  const [last, setLast] = useState(saved);
  // Other links of the page do not carry it: what is being typed must outlive them.
  if (saved && saved !== last) setLast(saved);
  return saved || last;
}

function StartLanguage({ action, locale, written }: { action: string; locale: MailLocale; written: MailLocale[] }) {
  const t = useTranslations("mailings");
  return (
    <PlainForm method="post" action={action} className="flex max-w-md flex-col gap-4">
      <p className="text-muted">{t("edit.notYet")}</p>
      <input type="hidden" name="lang" value={locale} />
      <Field name="from" label={t("edit.startFrom")}>
        <Select
          defaultValue=""
          options={[
            { value: "", label: t("edit.startEmpty") },
            ...written.map((one) => ({ value: one, label: t("edit.copyFrom", { language: LOCALE_NAMES[one] }) })),
          ]}
        />
      </Field>
      <div>
        <Button type="submit" variant="primary" icon={Plus}>
          {t("edit.start")}
        </Button>
      </div>
    </PlainForm>
  );
}
