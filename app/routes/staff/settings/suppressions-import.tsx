/** A file of addresses that shall get no mail: first what it holds, then, when that is right, onto the list. */
import { data, type ActionFunctionArgs } from "@remix-run/node";
import { Form as PlainForm, useActionData } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { importSchema } from "~/domain/deliveries/suppression";
import { countListed, importSuppressions } from "~/domain/deliveries/suppressions.server";
import { decodeText, MOST_BYTES, readSuppressionFile } from "~/domain/imports/suppression-file";
import { redirectSaying } from "~/http/flash.server";
import { parseForm, refuse } from "~/http/forms";
import { by } from "~/http/require";
import { filesOf, HANG_UP, readForm } from "~/http/uploads.server";
import { useFormat } from "~/i18n/format";
import { Actions, Button, LinkButton, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { DataList } from "~/ui/data-list";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, RadioGroup, Textarea } from "~/ui/inputs";
import { Section } from "~/ui/page";

const LIST = "/staff/settings/suppressions";
const ERRORS_SHOWN = 20;

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request, MOST_BYTES * 2);
  if (!form) return data({ kind: "too_big" as const, result: null }, { status: 413, headers: HANG_UP });
  const [file] = await filesOf(form, "file");
  form.delete("file");
  // A refused form comes back with what the file held: a browser does not choose the file again.
  if (file) form.set("text", decodeText(file.bytes));
  const submission = parseForm(form, importSchema);
  if (submission.status !== "success") return refuse(submission);
  const { text, scope, note } = submission.value;
  if (text.trim() === "") return refuse(submission, { fields: { text: ["required"] } });
  const { addresses, repeated, errors } = readSuppressionFile(text);
  if (form.get("intent") === "import" && addresses.length > 0) {
    const done = await context.app.db.write((tx) => importSuppressions(tx, by(context), { addresses, scope, source: note }));
    return redirectSaying(context.app, LIST, { key: "outbox.suppressions.importDone", values: done });
  }
  const there = await countListed(context.app.db.read, addresses, scope);
  return data({
    kind: "preview" as const, result: submission.reply(), text, scope, note, found: addresses.length, fresh: addresses.length - there, there, repeated,
    errors: errors.slice(0, ERRORS_SHOWN), errorCount: errors.length,
  });
}

export default function ImportSuppressions() {
  const t = useTranslations("outbox");
  const tc = useTranslations("common");
  const answer = useActionData<typeof action>();
  const [form, fields] = useSchemaForm(importSchema, { id: "import", lastResult: answer?.result, defaultValue: { scope: "marketing" } });
  const preview = answer && "kind" in answer && answer.kind === "preview" ? answer : null;
  return (
    <Section first title={t("suppressions.import")} description={t("suppressions.importHelp")}>
      {answer && "kind" in answer && answer.kind === "too_big" && (
        <Callout tone="error" focusable className="mb-4">
          {t("suppressions.importTooBig")}
        </Callout>
      )}
      {preview ? (
        <Preview preview={preview} />
      ) : (
        <Form form={form} encType="multipart/form-data">
          <FormError form={form} />
          <Field name="file" label={t("suppressions.file")} required={false}>
            <Input type="file" accept=".csv,.txt,text/csv,text/plain" className="py-1.5!" />
          </Field>
          <Field of={fields.text} label={t("suppressions.orText")} required={false}>
            <Textarea rows={5} className="font-mono" spellCheck={false} />
          </Field>
          <Fieldset of={fields.scope} legend={t("suppressions.scope")}>
            <RadioGroup
              of={fields.scope}
              options={(["marketing", "all"] as const).map((value) => ({ value, label: t(`suppressions.scopes.${value}`), description: t(`suppressions.scope_help.${value}`) }))}
            />
          </Fieldset>
          <Field of={fields.note} label={t("suppressions.note")}>
            <Input />
          </Field>
          <Actions>
            <SubmitButton name="intent" value="preview">
              {t("suppressions.look")}
            </SubmitButton>
            <LinkButton to={LIST}>{tc("cancel")}</LinkButton>
          </Actions>
        </Form>
      )}
    </Section>
  );
}

type PreviewData = { text: string; scope: "all" | "marketing"; note: string; found: number; fresh: number; there: number; repeated: number; errors: { line: number; text: string }[]; errorCount: number };

function Preview({ preview }: { preview: PreviewData }) {
  const t = useTranslations("outbox");
  const tc = useTranslations("common");
  const format = useFormat();
  const kept = (
    <>
      <textarea name="text" defaultValue={preview.text} hidden readOnly />
      <input type="hidden" name="scope" value={preview.scope} />
      <input type="hidden" name="note" value={preview.note} />
    </>
  );
  return (
    <div className="flex max-w-2xl flex-col gap-5">
      <DataList
        items={[
          [t("suppressions.fresh"), <strong key="fresh">{format.number(preview.fresh)}</strong>],
          [t("suppressions.alreadyThere"), format.number(preview.there)],
          [t("suppressions.repeated"), format.number(preview.repeated)],
          [t("suppressions.notAddresses"), format.number(preview.errorCount)],
          [t("suppressions.scope"), t(`suppressions.scopes.${preview.scope}`)],
        ]}
      />
      {preview.errors.length > 0 && (
        <div>
          <h3 className="mb-1 font-medium">{t("suppressions.notAddresses")}</h3>
          <ul className="font-mono text-sm">
            {preview.errors.map((error) => (
              <li key={error.line} className="truncate">
                <span className="text-muted">{t("suppressions.line", { line: error.line })}</span> {error.text}
              </li>
            ))}
          </ul>
          <PlainForm method="post" action={`${LIST}/not-addresses.csv`} encType="multipart/form-data" reloadDocument className="mt-2">
            <textarea name="text" defaultValue={preview.text} hidden readOnly />
            <Button type="submit" size="sm">
              {t("suppressions.errorsFile")}
            </Button>
          </PlainForm>
        </div>
      )}
      <PlainForm method="post" encType="multipart/form-data">
        {kept}
        <Actions>
          {preview.found > 0 && (
            <SubmitButton name="intent" value="import">
              {t("suppressions.importDo", { count: preview.fresh })}
            </SubmitButton>
          )}
          <LinkButton to={`${LIST}/import`} reloadDocument>
            {tc("cancel")}
          </LinkButton>
        </Actions>
      </PlainForm>
    </div>
  );
}
