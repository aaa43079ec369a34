import type { SubmissionResult } from "@conform-to/react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { CONTACT_CHANNELS, contactFormSchema } from "~/domain/cases/contact-form";
import { noteSchema } from "~/domain/customers/custom-field";
import { Actions, SubmitButton } from "~/ui/button";
import { Field, Fieldset, Form, FormError, useSchemaForm } from "~/ui/form";
import { Input, RadioGroup, Select, Textarea } from "~/ui/inputs";
import { DropMails } from "../mails/drop-mails";

type Last = { intent: string; result: SubmissionResult<string[]> | null } | null;

/** What staff write down themselves: a note, a call, a visit, a letter. Opened by the browser, before scripts too. */
export function WriteDown({ publicId, submissionKey, last }: { publicId: string; submissionKey: string; last: Last }) {
  const t = useTranslations("record");
  const of = (intent: string) => (last?.intent === intent ? last.result : null);
  return (
    <div className="mb-5 flex flex-wrap gap-2" key={submissionKey}>
      <Opened title={t("note.open")} open={of("note") !== null}>
        <NoteForm last={of("note")} />
      </Opened>
      <Opened title={t("contact.open")} open={of("contact") !== null}>
        <ContactForm last={of("contact")} submissionKey={submissionKey} />
      </Opened>
      <Opened title={t("mails")} open={false}>
        <DropMails publicId={publicId} />
      </Opened>
    </div>
  );
}

function Opened({ title, open, children }: { title: string; open: boolean; children: ReactNode }) {
  return (
    <details open={open} className="group/opened open:w-full">
      <summary className="inline-flex min-h-(--control) cursor-pointer list-none items-center rounded-md border border-edge bg-paper px-(--control-x) font-medium hover:bg-hover">
        {title}
      </summary>
      <div className="mt-3 mb-2 rounded-md border border-line p-4">{children}</div>
    </details>
  );
}

function NoteForm({ last }: { last: SubmissionResult<string[]> | null }) {
  const t = useTranslations("record.note");
  const [form, fields] = useSchemaForm(noteSchema, { id: "note", lastResult: last });
  return (
    <Form form={form} preventScrollReset>
      <input type="hidden" name="intent" value="note" />
      <FormError form={form} />
      <Field of={fields.body} label={t("body")} help={t("help")}>
        <Textarea rows={3} />
      </Field>
      <Actions>
        <SubmitButton>{t("save")}</SubmitButton>
      </Actions>
    </Form>
  );
}

function ContactForm({ last, submissionKey }: { last: SubmissionResult<string[]> | null; submissionKey: string }) {
  const t = useTranslations("record.contact");
  const tc = useTranslations("customers");
  const [form, fields] = useSchemaForm(contactFormSchema, { id: "contact", lastResult: last, defaultValue: { channel: "phone", direction: "in" } });
  return (
    <Form form={form} preventScrollReset>
      <input type="hidden" name="intent" value="contact" />
      <input type="hidden" name="submissionKey" value={submissionKey} />
      <FormError form={form} />
      <div className="grid gap-5 sm:grid-cols-2">
        <Field of={fields.channel} label={t("channel")}>
          <Select options={CONTACT_CHANNELS.map((channel) => ({ value: channel, label: tc(`channels.${channel}`) }))} />
        </Field>
        <Fieldset of={fields.direction} legend={t("direction")}>
          <RadioGroup
            of={fields.direction}
            columns={2}
            options={[
              { value: "in", label: t("in") },
              { value: "out", label: t("out") },
            ]}
          />
        </Fieldset>
        <Field of={fields.subject} label={t("subject")} className="sm:col-span-2">
          <Input autoComplete="off" />
        </Field>
        <Field of={fields.text} label={t("text")} optional required={false} className="sm:col-span-2">
          <Textarea rows={3} />
        </Field>
        <Field of={fields.on} label={t("on")} help={t("onHelp")} optional required={false}>
          <Input type="date" />
        </Field>
      </div>
      <Actions>
        <SubmitButton>{t("save")}</SubmitButton>
      </Actions>
    </Form>
  );
}
