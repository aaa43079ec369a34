import { useTranslations } from "use-intl";

import { Field, Fieldset } from "~/ui/form";
import { Input, Select } from "~/ui/inputs";

type Fields = Record<"perSecond" | "windowLimit" | "windowLength" | "windowUnit", unknown>;

/** Mails a second, and so many in any stretch of time: of one campaign, or of all mail. */
export function SpeedFields({ fields }: { fields: Fields }) {
  const t = useTranslations("speed");
  return (
    <>
      <Field of={fields.perSecond} label={t("perSecond")} help={t("perSecondHelp")} optional required={false} className="max-w-60">
        <Input inputMode="numeric" autoComplete="off" />
      </Field>
      <Fieldset legend={t("window")} help={t("windowHelp")}>
        <div className="flex flex-wrap items-start gap-3">
          <Field of={fields.windowLimit} label={t("windowLimit")} required={false} className="w-36">
            <Input inputMode="numeric" autoComplete="off" suffix={t("mails")} />
          </Field>
          <Field of={fields.windowLength} label={t("windowLength")} required={false} className="w-24">
            <Input inputMode="numeric" autoComplete="off" />
          </Field>
          <Field of={fields.windowUnit} label={t("windowUnit")} required={false} className="w-36">
            <Select options={(["minutes", "hours"] as const).map((value) => ({ value, label: t(`units.${value}`) }))} />
          </Field>
        </div>
      </Fieldset>
    </>
  );
}
