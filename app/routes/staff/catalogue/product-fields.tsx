import { useTranslations } from "use-intl";

import { ARTWORKS } from "~/domain/products/catalogue-form";
import { Field } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";
import { WordFields } from "../words";

/** The fields that a new product and a known one share. */
export function ProductFields({ fields, currency }: { fields: Partial<Record<string, unknown>>; currency: string }) {
  const t = useTranslations("catalogue");
  const tc = useTranslations("common");
  return (
    <>
      <WordFields fields={fields} label={tc("name")} descriptions={t("description")} />
      <div className="grid gap-4 sm:grid-cols-3">
        <Field of={fields.price} label={tc("price")}>
          <Input inputMode="decimal" suffix={currency} className="text-end tabular" autoComplete="off" />
        </Field>
        <Field of={fields.category} label={t("category")} optional required={false}>
          <Input autoComplete="off" />
        </Field>
        <Field of={fields.artwork} label={t("drawing")} optional required={false}>
          <Select placeholder={t("parcel")} options={ARTWORKS.map((value) => ({ value, label: t(`artwork.${value}`) }))} />
        </Field>
      </div>
    </>
  );
}
