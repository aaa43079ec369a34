import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { UserMinus, UserPlus } from "lucide-react";
import { useTranslations } from "use-intl";

import { findListed } from "~/domain/segments/lists.server";
import { findSegment, type Segment } from "~/domain/segments/segments.server";
import { redirectSaying } from "~/http/flash.server";
import { found } from "~/http/require";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Field } from "~/ui/form";
import { Input, Textarea } from "~/ui/inputs";
import { Page, PageHeader } from "~/ui/page";
import { NotFound } from "./not-found";
import { changeList, readTicked } from "./on-list.server";
import { MOST_LISTED, readListed } from "./read-listed.server";

/** So many of those that were not found are shown. */
const SHOWN = 200;

export async function loader({ params, context }: LoaderFunctionArgs) {
  const { publicId, name } = found(fixed(await findSegment(context.app.db.read, params.id ?? "")));
  return { publicId, name };
}

const fixed = (segment: Segment | null) => (segment?.isFixed ? segment : null);

/** Many by their addresses or numbers, or those whom somebody ticked on another page. */
export async function action({ request, params, context }: ActionFunctionArgs) {
  const { app } = context;
  const list = found(fixed(await findSegment(app.db.read, params.id ?? "")));
  const form = await request.formData();
  const intent = String(form.get("intent") ?? "");
  if (form.has("customer")) throw redirectSaying(app, `/staff/segments/${list.publicId}/people`, await changeList(context, list, intent, await readTicked(context, form)));
  const listed = await readListed(form);
  const again = (status: number, error: "nobody" | "too_many" | null, entries: string[], missing: string[] = [], count = 0) =>
    data({ error, most: MOST_LISTED, text: entries.join("\n"), found: count, missing: missing.slice(0, SHOWN), missingCount: missing.length }, { status });
  if (listed.tooMany) return again(413, "too_many", listed.entries);
  const { partyIds, missing } = await findListed(app.db.read, listed.entries);
  if (partyIds.length === 0) return again(400, "nobody", listed.entries, missing);
  const said = await changeList(context, list, intent, partyIds);
  if (missing.length === 0 || said.tone === "error") throw redirectSaying(app, `/staff/segments/${list.publicId}`, said);
  return again(200, null, missing, missing, partyIds.length);
}

export default function Listed() {
  const t = useTranslations("segments.lists");
  const { publicId, name } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  return (
    <Page>
      <PageHeader title={t("change")} back={{ to: `/staff/segments/${publicId}`, label: name }} />
      {answer?.error && (
        <Callout tone="error" focusable className="mb-6">
          {t(`errors.${answer.error}`, { most: answer.most })}
        </Callout>
      )}
      {answer && <NotFound {...answer} focusable={!answer.error} />}
      <Form method="post" encType="multipart/form-data" noValidate className="max-w-xl" key={answer ? `${answer.missingCount} ${answer.error}` : "new"}>
        <Field name="entries" label={t("entries")} help={t("entriesHelp")} optional className="mb-4">
          <Textarea rows={8} defaultValue={answer?.text} spellCheck={false} className="font-mono text-sm" />
        </Field>
        <Field name="file" label={t("file")} help={t("fileHelp")} optional>
          <Input type="file" accept=".csv,.txt,text/csv,text/plain" />
        </Field>
        <Actions className="mt-8">
          <SubmitButton name="intent" value="add" icon={UserPlus}>
            {t("add")}
          </SubmitButton>
          <SubmitButton name="intent" value="remove" variant="secondary" icon={UserMinus}>
            {t("remove")}
          </SubmitButton>
          <LinkButton to={`/staff/segments/${publicId}`} variant="quiet">
            {t("done")}
          </LinkButton>
        </Actions>
      </Form>
    </Page>
  );
}
