import { useRevalidator } from "@remix-run/react";
import { type ReactNode, useRef } from "react";
import { useTranslations } from "use-intl";
import type { z } from "zod";

import type { MessageAnswer } from "./message-form.server";
import { PHOTOS_PER_MESSAGE } from "~/domain/cases/complaint";
import { useAutosave } from "~/ui/autosave";
import { Field, Form, FormError, useSchemaForm } from "~/ui/form";
import { Textarea } from "~/ui/inputs";
import { PhotoUpload, type UploadedPhoto } from "~/ui/photo-upload";

export type MessageDraft = { message?: string | undefined; subject?: string | undefined; submissionKey: string; photos: UploadedPhoto[] };

/** The composer of the portal: text and photos, kept on the server while they are written. */
export function MessageForm({
  schema,
  answer,
  draft,
  draftKey,
  label,
  help,
  before,
  children,
  id,
}: {
  schema: z.ZodType;
  answer: MessageAnswer | undefined;
  draft: MessageDraft;
  draftKey: string;
  label: string;
  help?: string;
  /** Fields above the text. */
  before?: (fields: Record<string, unknown>) => ReactNode;
  /** The buttons. */
  children: ReactNode;
  id: string;
}) {
  const t = useTranslations("help");
  const { revalidate } = useRevalidator();
  const { photos, ...typed } = draft;
  const [form, given] = useSchemaForm(schema as z.ZodType<Record<string, unknown>, Record<string, unknown>>, { id, lastResult: answer?.result ?? null, defaultValue: typed });
  const fields = given as unknown as Record<string, unknown>;
  const wrap = useRef<HTMLDivElement>(null);
  const formRef = { get current() { return wrap.current?.querySelector("form") ?? null; } } as React.RefObject<HTMLFormElement>;
  useAutosave(formRef, "/portal/help/drafts", draftKey);
  return (
    <div ref={wrap}>
      <Form form={form} encType="multipart/form-data">
        <FormError form={form} />
        {before?.(fields)}
        <Field of={fields.message} label={label} help={help}>
          <Textarea rows={4} />
        </Field>
        <PhotoUpload
          photos={photos}
          photoPath="/portal/help/photos/"
          uploadTo="/portal/help/photos"
          draftKey={draftKey}
          most={PHOTOS_PER_MESSAGE}
          error={answer?.photoError}
          onUploaded={revalidate}
        />
        <p className="sr-only">{t("photosHelp", { most: PHOTOS_PER_MESSAGE })}</p>
        <input type="hidden" name="submissionKey" value={draft.submissionKey} />
        {children}
      </Form>
    </div>
  );
}
