/** What there is as a file: of one type, of everybody or of a segment's customers. */
import { Download } from "lucide-react";
import { useTranslations } from "use-intl";

import { IMPORT_TYPES_LIST } from "~/domain/imports/import";
import { SubmitButton } from "~/ui/button";
import { Field, Form } from "~/ui/form";
import { Select } from "~/ui/inputs";
import { Section } from "~/ui/page";

export function ExportForm({ segments, chosen }: { segments: { publicId: string; name: string }[]; chosen: string | null }) {
  const t = useTranslations("imports");
  return (
    <Section title={t("export.title")} description={t("export.help")}>
      <Form id="export" action="/staff/exports" reloadDocument className="flex max-w-none! flex-row flex-wrap items-end gap-3">
        <Field name="type" label={t("export.type")} className="w-full sm:w-56">
          <Select defaultValue="customers" options={IMPORT_TYPES_LIST.map((type) => ({ value: type, label: t(`types.${type}`) }))} />
        </Field>
        <Field name="segment" label={t("export.segment")} className="w-full sm:w-72">
          <Select
            defaultValue={chosen ?? ""}
            placeholder={t("export.everybody")}
            options={segments.map(({ publicId, name }) => ({ value: publicId, label: name }))}
          />
        </Field>
        <SubmitButton variant="secondary" icon={Download}>
          {t("export.action")}
        </SubmitButton>
      </Form>
    </Section>
  );
}
