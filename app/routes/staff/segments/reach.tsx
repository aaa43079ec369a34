import { Form, useLocation } from "@remix-run/react";
import { useTranslations } from "use-intl";

import { Button } from "~/ui/button";
import { Field } from "~/ui/form";
import { Select } from "~/ui/inputs";
import { Section } from "~/ui/page";
import { Waterfall } from "../campaigns/waterfall";
import type { Reach as Found } from "./read-reach.server";

/** Who of the segment would be reached about a topic by a channel, and who not and why. A plain GET form: reckoned when asked for. */
export function Reach({ reach: { topics, channels, topic, channel, found } }: { reach: Found }) {
  const t = useTranslations("segments.reach");
  const tc = useTranslations("customers.channels");
  const { pathname } = useLocation();
  return (
    <div id="reach" className="mt-12 max-w-3xl scroll-mt-6">
      <Section title={t("title")} description={t("help")}>
        <Form method="get" action={`${pathname}#reach`} preventScrollReset className="flex flex-wrap items-end gap-2">
          <Field name="topic" label={t("topic")}>
            <Select defaultValue={topic || topics[0]?.key} options={topics.map(({ key, name }) => ({ value: key, label: name }))} wrapperClassName="w-56" />
          </Field>
          <Field name="channel" label={t("channel")}>
            <Select defaultValue={channel} options={channels.map((one) => ({ value: one, label: tc(one) }))} wrapperClassName="w-44" />
          </Field>
          <Button type="submit">{t("reckon")}</Button>
        </Form>
        <div aria-live="polite" className="mt-5">
          {found && (
            <Waterfall
              forecast={found}
              people={(who) => `${pathname}/people?${new URLSearchParams({ topic, channel, who })}`}
              words={channel === "email" ? undefined : { caption: t("caption", { matched: found.matched, count: found.willSend }), sent: t("sent"), no_address: t(`without.${channel}`) }}
            />
          )}
        </div>
      </Section>
    </div>
  );
}
