import { Form, useFetcher } from "@remix-run/react";
import { useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl";

import { MAIL_PICTURES, type MailLocale, type TemplateContent, type TemplateField } from "~/domain/mailings/mailing";
import { Actions, Button, LinkButton, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Field, Fieldset } from "~/ui/form";
import { Input, Textarea } from "~/ui/inputs";
import { PlainTable } from "~/ui/table";
import { DateTime } from "~/ui/values";

import { readContent, type ContentErrors } from "./content-form";
import type { action } from "./edit";
import { TagPicker } from "./tag-picker";

type Conflict = { version: number; theirs: TemplateContent | null };

type Props = {
  mailing: { publicId: string; name: string; version: number };
  locale: MailLocale;
  fields: readonly TemplateField[];
  content: TemplateContent;
  errors: ContentErrors;
  conflict: Conflict | null;
};

const PAUSE_MS = 900;

/** What is typed, for one language. Saved while typing; before scripts, and without them, by the button. */
export function Editor({ mailing, locale, fields, content, errors, conflict: refused }: Props) {
  const t = useTranslations("mailings");
  const form = useRef<HTMLFormElement>(null);
  const { status, version, conflict, savedAt } = useAutosave(form, mailing.version, refused);
  return (
    <Form ref={form} method="post" className="flex flex-col gap-8" noValidate>
      <input type="hidden" name="lang" value={locale} />
      <input type="hidden" name="version" value={conflict?.version ?? version} />
      {conflict && <ConflictNotice conflict={conflict} yours={content} fields={fields} form={form} locale={locale} />}
      <fieldset className="flex min-w-0 flex-col gap-5">
        <legend className="sr-only">{t("edit.inbox")}</legend>
        <Field name="name" label={t("edit.name")}>
          <Input defaultValue={mailing.name} maxLength={120} autoComplete="off" />
        </Field>
        <Field name="subject" label={t("field.subject")} help={t("help.subject")} error={errors.subject}>
          <Input defaultValue={content.subject} maxLength={200} autoComplete="off" data-merge="" />
        </Field>
        <Field name="preheader" label={t("field.preheader")} help={t("help.preheader")} error={errors.preheader} optional>
          <Input defaultValue={content.preheader} maxLength={200} autoComplete="off" data-merge="" />
        </Field>
      </fieldset>
      <fieldset className="flex min-w-0 flex-col gap-5 border-t border-line pt-6">
        <legend className="sr-only">{t("edit.content")}</legend>
        <TagPicker form={form} />
        {fields.map((field) => (
          <ContentField key={field.key} field={field} value={content.fields[field.key] ?? ""} error={errors[`fields.${field.key}`]} />
        ))}
      </fieldset>
      <Actions>
        <SubmitButton>{t("edit.save")}</SubmitButton>
        <span role="status" className="text-sm text-muted">
          {status === "saving" && t("edit.saving")}
          {status === "waiting" && t("edit.unsaved")}
          {status === "failed" && <span className="text-red">{t("edit.notSaved")}</span>}
          {status === "saved" && savedAt && (
            <>
              {t("edit.saved")} · <DateTime at={savedAt} show="time" />
            </>
          )}
        </span>
      </Actions>
    </Form>
  );
}

/** Saves a moment after the last key. A save never overtakes another, and never goes over somebody else's. */
function useAutosave(form: React.RefObject<HTMLFormElement>, opened: number, refused: Conflict | null) {
  const fetcher = useFetcher<typeof action>();
  const [dirty, setDirty] = useState(false);
  const version = useRef(opened);
  const answer = fetcher.data;
  if (answer?.kind === "saved" && answer.version > version.current) version.current = answer.version;
  const conflict = answer?.kind === "conflict" ? { version: answer.version, theirs: answer.theirs } : refused;
  const idle = fetcher.state === "idle";
  const held = useRef({ idle, conflict, submit: fetcher.submit });
  held.current = { idle, conflict, submit: fetcher.submit };

  useEffect(() => {
    const element = form.current;
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = () => {
      if (held.current.conflict) return;
      if (!held.current.idle) {
        timer = setTimeout(save, PAUSE_MS);
        return;
      }
      const body = new FormData(element);
      body.set("intent", "autosave");
      body.set("version", String(version.current));
      setDirty(false);
      held.current.submit(body, { method: "post" });
    };
    const onInput = () => {
      setDirty(true);
      clearTimeout(timer);
      timer = setTimeout(save, PAUSE_MS);
    };
    const onSubmit = () => clearTimeout(timer);
    element.addEventListener("input", onInput);
    element.addEventListener("submit", onSubmit);
    return () => {
      element.removeEventListener("input", onInput);
      element.removeEventListener("submit", onSubmit);
      clearTimeout(timer);
    };
  }, [form]);

  const status = !idle ? "saving" : dirty ? "waiting" : answer?.kind === "refused" ? "failed" : answer?.kind === "saved" ? "saved" : "untouched";
  return { status, version: version.current, conflict, savedAt: answer?.kind === "saved" ? answer.savedAt : null } as const;
}

function ContentField({ field, value, error }: { field: TemplateField; value: string; error: string | undefined }) {
  const t = useTranslations("mailings");
  const label = t(`field.${field.key}` as never);
  const name = `fields.${field.key}`;
  if (field.type === "image") return <PictureField field={field} label={label} value={value} error={error} />;
  if (field.type === "colour")
    return (
      <Field name={name} label={label} error={error}>
        <Input type="color" defaultValue={value || "#176a4e"} className="max-w-24 p-1" />
      </Field>
    );
  if (field.type === "richtext")
    return (
      <Field name={name} label={label} help={t("help.richtext")} error={error} optional={!field.required}>
        <Textarea defaultValue={value} rows={5} data-merge="" />
      </Field>
    );
  const help = field.type === "url" ? t("help.url") : field.key.endsWith("image_alt") ? t("help.imageAlt") : undefined;
  return (
    <Field name={name} label={label} help={help} error={error} optional={!field.required}>
      <Input defaultValue={value} inputMode={field.type === "url" ? "url" : undefined} autoComplete="off" {...(field.type === "text" && { "data-merge": "" })} />
    </Field>
  );
}

function PictureField({ field, label, value, error }: { field: TemplateField; label: string; value: string; error: string | undefined }) {
  const t = useTranslations("mailings");
  const ours = MAIL_PICTURES.map((name) => ({ name, path: `/mail/${name}.png` }));
  const isOwn = value !== "" && !ours.some((picture) => picture.path === value);
  const name = `fields.${field.key}`;
  const tile = "relative flex h-14 w-24 items-center justify-center overflow-hidden rounded-md border border-edge text-sm text-muted has-checked:border-pine has-checked:ring-2 has-checked:ring-pine has-focus-visible:outline-2 has-focus-visible:outline-offset-2";
  return (
    <Fieldset legend={label} error={error}>
      <div className="flex flex-wrap gap-2">
        <label className={tile}>
          <input type="radio" name={name} value="" defaultChecked={value === "" || isOwn} className="sr-only" />
          {t("help.noPicture")}
        </label>
        {ours.map((picture) => (
          <label key={picture.name} className={tile}>
            <input type="radio" name={name} value={picture.path} defaultChecked={value === picture.path} className="sr-only" />
            <img src={picture.path} alt={t(`picture.${picture.name}`)} width="96" height="51" loading="lazy" />
          </label>
        ))}
      </div>
      <details open={isOwn || undefined}>
        <summary className="min-h-6 cursor-pointer text-sm text-muted hover:text-ink">{t("help.ownPicture")}</summary>
        <Field name={`own.${field.key}`} label={t("help.ownPictureAddress")} help={t("help.image")} className="mt-2">
          <Input defaultValue={isOwn ? value : ""} inputMode="url" autoComplete="off" />
        </Field>
      </details>
    </Fieldset>
  );
}

/** Both versions, field by field, where they differ. */
function ConflictNotice({ conflict, yours, fields, form, locale }: { conflict: Conflict; yours: TemplateContent; fields: readonly TemplateField[]; form: React.RefObject<HTMLFormElement>; locale: string }) {
  const t = useTranslations("mailings");
  const mine = form.current ? readContent(new FormData(form.current)).typed : yours;
  const rows = [
    { key: "subject", yours: mine.subject, theirs: conflict.theirs?.subject ?? "" },
    { key: "preheader", yours: mine.preheader, theirs: conflict.theirs?.preheader ?? "" },
    ...fields.map(({ key }) => ({ key, yours: mine.fields[key] ?? "", theirs: conflict.theirs?.fields[key] ?? "" })),
  ].filter((row) => row.yours.trim() !== row.theirs.trim());
  return (
    <Callout
      tone="warn"
      focusable
      title={t("conflict.title")}
      actions={
        <>
          <Button type="submit" variant="primary" size="sm">
            {t("conflict.keepMine")}
          </Button>
          <LinkButton to={`?lang=${locale}`} reloadDocument size="sm">
            {t("conflict.takeTheirs")}
          </LinkButton>
        </>
      }
    >
      <p>{t("conflict.body")}</p>
      {rows.length === 0 ? (
        <p className="mt-2">{t("conflict.same")}</p>
      ) : (
        <PlainTable
          caption={t("conflict.title")}
          className="mt-2"
          head={
            <tr>
              <th scope="col">{t("conflict.field")}</th>
              <th scope="col">{t("conflict.yours")}</th>
              <th scope="col">{t("conflict.theirs")}</th>
            </tr>
          }
        >
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{t(`field.${row.key}` as never)}</th>
              <td className="whitespace-pre-wrap">{row.yours}</td>
              <td className="whitespace-pre-wrap">{row.theirs}</td>
            </tr>
          ))}
        </PlainTable>
      )}
    </Callout>
  );
}
