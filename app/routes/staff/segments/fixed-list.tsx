import { Form } from "@remix-run/react";
import { UserPlus } from "lucide-react";
import { useTranslations } from "use-intl";

import { LIST_FIELD } from "~/domain/segments/references";
import { useFormat } from "~/i18n/format";
import { Actions, LinkButton, SubmitButton } from "~/ui/button";
import { Field } from "~/ui/form";
import { Input } from "~/ui/inputs";
import { Section, Split } from "~/ui/page";
import { useScripted } from "~/ui/scripted";
import type { FirstAnswer } from "./ask.server";
import { useLiveCount } from "./live-count";
import { LiveCount, Sample } from "./segment-form";

/** A list of chosen customers: nothing to build, only its name can be changed. The form posts what a builder would. */
export function FixedList({ segment, name, nameError, version, answer }: { segment: { publicId: string; createdAt: number }; name: string; nameError?: string; version: number; answer: FirstAnswer }) {
  const t = useTranslations("segments.lists");
  const ts = useTranslations("segments");
  const format = useFormat();
  const live = useLiveCount({ match: "all", rules: [{ field: LIST_FIELD, op: "on_list", value: segment.publicId }] }, answer, useScripted());
  return (
    <Split
      asideLabel={ts("live.title")}
      aside={
        <>
          <h2 className="mb-2 font-heading text-lg font-(--heading-weight)">{ts("live.title")}</h2>
          <LiveCount live={live} />
          <Sample answer={live.answer} />
        </>
      }
    >
      <Section first title={t("title")} description={t("about", { date: format.date(segment.createdAt) })}>
        <Form method="post" noValidate>
          <input type="hidden" name="version" value={version} />
          <input type="hidden" name="match:" value="all" />
          <input type="hidden" name="field:0" value={LIST_FIELD} />
          <input type="hidden" name="op:0" value="on_list" />
          <input type="hidden" name={`value:0:${LIST_FIELD}`} value={segment.publicId} />
          <Field name="name" label={ts("name")} error={nameError} required className="mb-6 max-w-md">
            <Input defaultValue={name} autoComplete="off" maxLength={120} />
          </Field>
          <Actions>
            <SubmitButton name="intent" value="save">
              {t("rename")}
            </SubmitButton>
            <LinkButton to={`/staff/segments/${segment.publicId}/people`}>{t("people")}</LinkButton>
            <LinkButton to={`/staff/segments/${segment.publicId}/listed`} icon={UserPlus}>
              {t("change")}
            </LinkButton>
          </Actions>
        </Form>
      </Section>
    </Split>
  );
}
