import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { SegmentRulesError } from "~/domain/segments/compile";
import { createList, createListOfSegment, findListed } from "~/domain/segments/lists.server";
import { segmentNameSchema } from "~/domain/segments/rule";
import { findSegment, listSegments } from "~/domain/segments/segments.server";
import { by } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Field } from "~/ui/form";
import { Input, Select, Textarea } from "~/ui/inputs";
import { Page, PageHeader, Section } from "~/ui/page";
import { NotFound } from "./not-found";
import { MOST_LISTED, readListed } from "./read-listed.server";

/** So many of those that were not found are shown; the count is of all. */
const SHOWN = 200;

export async function loader({ request, context }: LoaderFunctionArgs) {
  const from = new URL(request.url).searchParams.get("from") ?? "";
  return { from, segments: (await listSegments(context.app.db.read)).map(({ publicId, name }) => ({ publicId, name })) };
}

/** Who is meant is looked up first; where some are not found, that is shown, and a second button goes on without them. */
export async function action({ request, context }: ActionFunctionArgs) {
  const { db, fields } = context.app;
  const form = await request.formData();
  const typed = { name: String(form.get("name") ?? ""), from: String(form.get("from") ?? "") };
  const listed = await readListed(form);
  const again = (status: number, more: { nameError?: string; error?: "nobody" | "too_many" | "broken"; missing?: string[]; missingCount?: number; found?: number } = {}) =>
    data({ ...typed, most: MOST_LISTED, text: listed.entries.join("\n"), nameError: undefined, error: undefined, missing: [] as string[], missingCount: 0, found: 0, ...more }, { status });
  const name = segmentNameSchema.safeParse(typed.name);
  if (!name.success) return again(400, { nameError: name.error.issues[0]?.message });
  if (listed.tooMany) return again(413, { error: "too_many" });
  const of = typed.from ? await findSegment(db.read, typed.from) : null;
  if (of) {
    try {
      const { publicId } = await db.write((tx) => createListOfSegment(tx, by(context), fields, { name: name.data, segmentId: of.id }));
      return redirect(`/staff/segments/${publicId}`, 303);
    } catch (error) {
      if (!(error instanceof SegmentRulesError)) throw error;
      return again(400, { error: "broken" });
    }
  }
  const { partyIds, missing } = await findListed(db.read, listed.entries);
  if (partyIds.length === 0) return again(400, { error: "nobody", missing: missing.slice(0, SHOWN), missingCount: missing.length });
  if (missing.length && form.get("intent") !== "without") return again(200, { missing: missing.slice(0, SHOWN), missingCount: missing.length, found: partyIds.length });
  const { publicId } = await db.write((tx) => createList(tx, by(context), { name: name.data, partyIds }));
  return redirect(`/staff/segments/${publicId}`, 303);
}

export default function NewList() {
  const t = useTranslations("segments.lists");
  const tc = useTranslations("common");
  const { segments, from } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const asks = (answer?.found ?? 0) > 0;
  return (
    <Page>
      <PageHeader title={t("newTitle")} back={{ to: "/staff/segments", label: t("back") }} />
      <Form method="post" encType="multipart/form-data" noValidate className="max-w-xl" key={answer ? `${answer.missingCount} ${answer.error}` : "new"}>
        {answer?.error && (
          <Callout tone="error" focusable className="mb-6">
            {t(`errors.${answer.error}`, { most: answer.most })}
          </Callout>
        )}
        {answer && <NotFound {...answer} focusable={asks} />}
        <Field name="name" label={t("name")} error={answer?.nameError} required className="mb-6">
          <Input defaultValue={answer?.name} maxLength={120} autoComplete="off" />
        </Field>
        <Section first title={t("who")} description={t("whoHelp")}>
          <Field name="from" label={t("from")} optional className="mb-4">
            <Select defaultValue={answer?.from ?? from} placeholder={t("noSegment")} options={segments.map(({ publicId, name }) => ({ value: publicId, label: name }))} />
          </Field>
          <Field name="entries" label={t("entries")} help={t("entriesHelp")} optional className="mb-4">
            <Textarea rows={8} defaultValue={answer?.text} spellCheck={false} className="font-mono text-sm" />
          </Field>
          <Field name="file" label={t("file")} help={t("fileHelp")} optional>
            <Input type="file" accept=".csv,.txt,text/csv,text/plain" />
          </Field>
        </Section>
        <Actions className="mt-8">
          {asks && (
            <SubmitButton name="intent" value="without">
              {t("without", { count: answer?.found ?? 0 })}
            </SubmitButton>
          )}
          <SubmitButton name="intent" value="look" variant={asks ? "secondary" : "primary"}>
            {asks ? t("again") : t("make")}
          </SubmitButton>
          <LinkButton to="/staff/segments">{tc("cancel")}</LinkButton>
        </Actions>
      </Form>
    </Page>
  );
}
