import { cx } from "class-variance-authority";
import { MailPlus } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";

import { MOST_MAIL_FILES } from "~/domain/correspondence/mail-files";
import { SubmitButton } from "~/ui/button";
import { Field, Form, useFieldControl } from "~/ui/form";
import { Icon } from "~/ui/icon";

/** Mails dragged here out of a mail program, or chosen. The browser's own field lies over the whole of it, so that it works before scripts. */
export function DropMails({ publicId, error = null }: { publicId: string; error?: string | null }) {
  const t = useTranslations("correspondence.drop");
  return (
    <Form action={`/staff/customers/${publicId}/mails`} encType="multipart/form-data">
      <Field name="mails" label={t("field")} help={t("help", { count: MOST_MAIL_FILES })} {...(error && { error })} required>
        <DropField />
      </Field>
      <div>
        <SubmitButton>{t("submit")}</SubmitButton>
      </div>
    </Form>
  );
}

function DropField() {
  const t = useTranslations("correspondence.drop");
  const control = useFieldControl();
  const [names, setNames] = useState<string[]>([]);
  const [over, setOver] = useState(false);
  return (
    <div
      className={cx(
        "relative flex min-h-28 flex-col items-center justify-center gap-1 rounded-md border border-dashed px-4 py-5 text-center focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-pine",
        over ? "border-pine bg-pine-wash" : "border-edge hover:bg-hover",
      )}
    >
      <input
        type="file"
        id={control?.id}
        name="mails"
        accept=".eml,message/rfc822"
        multiple
        aria-describedby={control?.describedBy}
        aria-invalid={control?.invalid || undefined}
        className="absolute inset-0 size-full cursor-pointer opacity-0"
        onChange={(event) => setNames([...(event.currentTarget.files ?? [])].map(({ name }) => name))}
        onDragEnter={() => setOver(true)}
        onDragLeave={() => setOver(false)}
        onDrop={() => setOver(false)}
      />
      <Icon of={MailPlus} className="text-muted" />
      {names.length === 0 ? (
        <span className="text-muted">{t("here")}</span>
      ) : (
        <ul className="max-w-full">
          {names.map((name) => (
            <li key={name} className="break-all">
              {name}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
