import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { Form as PlainForm, useActionData, useLoaderData } from "@remix-run/react";
import { MailCheck, SearchX, Upload } from "lucide-react";
import { useTranslations } from "use-intl";

import { releaseSchema, suppressSchema } from "~/domain/deliveries/suppression";
import { listSuppressions, releaseSuppression, suppress } from "~/domain/deliveries/suppressions.server";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { Badge } from "~/ui/badge";
import { Actions, Button, LinkButton, SubmitButton } from "~/ui/button";
import { EmptyState } from "~/ui/empty-state";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, RadioGroup, SearchInput } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { Pagination } from "~/ui/pagination";
import { type Column, Table } from "~/ui/table";
import { DateTime } from "~/ui/values";

const PATH = "/staff/settings/suppressions";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const query = new URL(request.url).searchParams;
  const q = (query.get("q") ?? "").trim().slice(0, 200);
  const after = /^(\d{1,16})\.([\w-]{1,60})$/.exec(query.get("after") ?? "");
  const before = after ? { at: Number(after[1]), hash: after[2] as string } : undefined;
  const { rows, older } = await listSuppressions(context.app.db.read, { q, before });
  return { rows, older: older && `${older.at}.${older.hash}`, q };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await request.formData();
  return form.get("intent") === "release" ? release(form, context) : add(form, context);
}

async function add(form: FormData, context: ActionFunctionArgs["context"]) {
  const submission = parseForm(form, suppressSchema);
  if (submission.status !== "success") return refuse(submission);
  const { address, scope, note } = submission.value;
  const isNew = await context.app.db.write((tx) => suppress(tx, by(context), { address, scope, reason: "manual", source: note }));
  return redirectSaying(context.app, PATH, { key: isNew ? "outbox.suppressions.added" : "outbox.suppressions.there", values: { address } });
}

async function release(form: FormData, context: ActionFunctionArgs["context"]) {
  const submission = parseForm(form, releaseSchema);
  if (submission.status !== "success") return refuse(submission);
  const { addressHash, scope, why } = submission.value;
  const done = await context.app.db.write((tx) => releaseSuppression(tx, by(context), { addressHash, scope, why }));
  return redirectSaying(context.app, PATH, { key: done.ok ? "outbox.suppressions.released" : "outbox.suppressions.not_released" });
}

export default function Suppressions() {
  const { rows, older, q } = useLoaderData<typeof loader>();
  const t = useTranslations("outbox");
  return (
    <>
      <Section
        first
        title={t("suppressions.title")}
        description={t("suppressions.lead")}
        actions={
          <LinkButton to={`${PATH}/import`} size="sm" icon={Upload}>
            {t("suppressions.import")}
          </LinkButton>
        }
      >
        <PlainForm role="search" className="mb-4 flex max-w-md gap-2">
          <SearchInput name="q" label={t("suppressions.search")} placeholder={t("suppressions.search")} defaultValue={q} />
          <Button type="submit">{t("show")}</Button>
        </PlainForm>
        {rows.length > 0 ? (
          <Table rows={rows} columns={useColumns()} rowKey={(row) => `${row.addressHash} ${row.scope}`} caption={t("suppressions.caption")} />
        ) : q ? (
          <EmptyState icon={SearchX} title={t("suppressions.none")} />
        ) : (
          <EmptyState icon={MailCheck} title={t("suppressions.empty")}>
            {t("suppressions.emptyHelp")}
          </EmptyState>
        )}
        <Pagination older={older} labels={{ older: t("suppressions.older"), newer: t("suppressions.newest") }} />
      </Section>
      <AddAddress />
    </>
  );
}

type Row = ReturnType<typeof useLoaderData<typeof loader>>["rows"][number];

function useColumns(): Column<Row>[] {
  const t = useTranslations("outbox");
  return [
    {
      key: "address",
      header: t("suppressions.address"),
      grow: true,
      cell: (row) => (row.address === null ? <span className="text-muted">{t("suppressions.erased")}</span> : <span className="break-all">{row.address}</span>),
    },
    {
      key: "scope",
      header: t("suppressions.scope"),
      cell: (row) => <Badge tone={row.scope === "all" ? "red" : "amber"}>{t(`suppressions.scopes.${row.scope}`)}</Badge>,
    },
    {
      key: "reason",
      header: t("suppressions.reason"),
      cell: (row) => (
        <>
          {t(`suppressions.reasons.${row.reason}`)}
          <span className="block max-w-40 truncate text-sm text-muted lg:max-w-64 xl:max-w-96">{row.source}</span>
        </>
      ),
    },
    { key: "since", header: t("suppressions.since"), hide: "lg", cell: (row) => <DateTime at={row.at} show="date" /> },
    { key: "release", header: "", align: "end", cell: (row) => (row.reason === "erased" ? null : <Release row={row} />) },
  ];
}

/** Folded away until asked for, so that it works before scripts too. */
function Release({ row }: { row: Row }) {
  const t = useTranslations("outbox");
  return (
    <details className="text-left">
      <summary className="min-h-6 cursor-pointer text-right text-pine">{t("suppressions.release")}</summary>
      <PlainForm method="post" className="mt-2 flex w-72 max-w-full flex-col gap-2">
        <p className="text-sm text-muted">{t("suppressions.release_text")}</p>
        <input type="hidden" name="intent" value="release" />
        <input type="hidden" name="addressHash" value={row.addressHash} />
        <input type="hidden" name="scope" value={row.scope} />
        <Field name="why" label={t("suppressions.why")}>
          <Input required maxLength={300} />
        </Field>
        <SubmitButton variant="secondary">{t("suppressions.release_button")}</SubmitButton>
      </PlainForm>
    </details>
  );
}

function AddAddress() {
  const t = useTranslations("outbox");
  const answer = useActionData<typeof action>();
  const [form, fields] = useSchemaForm(suppressSchema, { lastResult: answer?.result, defaultValue: { scope: "all" }, id: "suppress" });
  return (
    <Section title={t("suppressions.add")}>
      <Form form={form}>
        <input type="hidden" name="intent" value="add" />
        <FormError form={form} />
        <Field of={fields.address} label={t("suppressions.address")}>
          <Input type="email" autoComplete="off" />
        </Field>
        <Fieldset of={fields.scope} legend={t("suppressions.scope")}>
          <RadioGroup
            of={fields.scope}
            options={(["all", "marketing"] as const).map((value) => ({
              value,
              label: t(`suppressions.scopes.${value}`),
              description: t(`suppressions.scope_help.${value}`),
            }))}
          />
        </Fieldset>
        <Field of={fields.note} label={t("suppressions.note")}>
          <Input />
        </Field>
        <Actions>
          <SubmitButton>{t("suppressions.add_button")}</SubmitButton>
        </Actions>
      </Form>
    </Section>
  );
}
