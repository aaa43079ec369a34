import { Form, useSearchParams } from "@remix-run/react";
import { Send } from "lucide-react";
import { useTranslations } from "use-intl";

import { SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { Field } from "~/ui/form";
import { Input } from "~/ui/inputs";
import { Section } from "~/ui/page";

export function TestSend({ action, locale }: { action: string; locale: string }) {
  const t = useTranslations("mailings");
  const [query] = useSearchParams();
  const refused = query.get("test");
  return (
    <Section title={t("test.title")}>
      <Form id="test" method="post" action={action} className="flex max-w-xl flex-col gap-3">
        <input type="hidden" name="lang" value={locale} />
        {refused && t.has(`test.${refused}` as never) && (
          <Callout tone="error" focusable>
            {t(`test.${refused}` as never, { address: query.get("bad") ?? "" } as never)}
          </Callout>
        )}
        <Field name="to" label={t("test.to")} help={t("test.toHelp")}>
          <Input inputMode="email" autoComplete="email" defaultValue={query.get("to") ?? ""} />
        </Field>
        <div>
          <SubmitButton variant="secondary" icon={Send}>
            {t("test.send")}
          </SubmitButton>
        </div>
      </Form>
    </Section>
  );
}
