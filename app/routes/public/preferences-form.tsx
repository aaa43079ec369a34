/** Topics × channels, a break, and nothing at all: the same for the link in a mail and for the portal. */
import { Form } from "@remix-run/react";
import { useTranslations } from "use-intl";

import type { Preferences } from "~/domain/customers/preferences.server";
import { useFormat } from "~/i18n/format";
import { Button, SubmitButton } from "~/ui/button";
import { Callout } from "~/ui/callout";
import { useFrameData } from "~/ui/frame";
import { Section } from "~/ui/page";

const CHANNELS = ["email", "sms", "phone", "letter"] as const;

export function PreferencesForm({ preferences, saved }: { preferences: Preferences; saved: Saved | null }) {
  const t = useTranslations("preferences");
  const format = useFormat();
  const { companyName } = useFrameData();
  const { topics, pausedUntil } = preferences;
  return (
    <>
      <div role="status">{saved && <SavedMessage saved={saved} pausedUntil={pausedUntil} />}</div>
      <Section first title={t("matrix")}>
        <Form method="post" preventScrollReset>
          <input type="hidden" name="intent" value="save" />
          <ul className="divide-y divide-line border-y border-line">
            {topics.map((topic) => (
              <li key={topic.id} className="flex flex-col gap-y-2 py-4">
                <div className="min-w-0">
                  <h3 className="font-medium">{topic.name}</h3>
                  {topic.description && <p className="text-sm text-muted">{topic.description}</p>}
                </div>
                <div className="grid grid-cols-2 gap-x-6 gap-y-1 sm:flex sm:flex-wrap sm:gap-x-8">
                  {CHANNELS.map((channel) => (
                    <label key={channel} className="flex min-h-9 items-center gap-2.5">
                      <input type="hidden" name="shown" value={`${topic.id}:${channel}`} />
                      <input
                        type="checkbox"
                        name="ticked"
                        value={`${topic.id}:${channel}`}
                        defaultChecked={topic.granted.includes(channel)}
                        aria-label={t("cell", { topic: topic.name, channel: t(`channels.${channel}`) })}
                        className="size-5 shrink-0 accent-(--color-pine)"
                      />
                      <span>{t(`channels.${channel}`)}</span>
                    </label>
                  ))}
                </div>
              </li>
            ))}
          </ul>
          <p className="mt-3 max-w-prose text-sm text-muted">{t("consent", { company: companyName })}</p>
          <div className="mt-4">
            <SubmitButton>{t("save")}</SubmitButton>
          </div>
        </Form>
      </Section>
      <Section title={t("pause.title")}>
        <p className="mb-3 max-w-prose text-muted">{pausedUntil ? t("pause.until", { date: format.fullDate(pausedUntil) }) : t("pause.text")}</p>
        <Form method="post" preventScrollReset>
          <Button type="submit" name="intent" value={pausedUntil ? "resume" : "pause"}>
            {pausedUntil ? t("pause.resume") : t("pause.button")}
          </Button>
        </Form>
      </Section>
      <Section title={t("off.title")}>
        <p className="mb-3 max-w-prose text-muted">{t("off.text")}</p>
        <Form method="post" preventScrollReset>
          <Button type="submit" name="intent" value="off" variant="danger-quiet">
            {t("off.button")}
          </Button>
        </Form>
      </Section>
    </>
  );
}

export type Saved = "save" | "pause" | "resume" | "off";

function SavedMessage({ saved, pausedUntil }: { saved: Saved; pausedUntil: number | null }) {
  const t = useTranslations("preferences");
  const format = useFormat();
  const words = {
    save: t("saved"),
    pause: t("pause.saved", { date: pausedUntil ? format.fullDate(pausedUntil) : "" }),
    resume: t("pause.resumed"),
    off: t("off.saved"),
  };
  return (
    <div className="mb-6">
      <Callout tone="success">{words[saved]}</Callout>
    </div>
  );
}
