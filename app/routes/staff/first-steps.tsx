import { Link } from "@remix-run/react";
import { ChevronRight, CircleCheck, CircleDashed } from "lucide-react";
import { useTranslations } from "use-intl";

import { Icon } from "~/ui/icon";
import { Section } from "~/ui/page";
import type { FirstStep } from "./first-steps.server";

const WHERE: Record<FirstStep, string> = {
  company: "/staff/settings",
  topics: "/staff/settings/topics/new",
  products: "/staff/catalogue/new",
  customers: "/staff/imports/new",
  team: "/staff/settings/team/new",
  mail: "/staff/outbox",
};

/** The way from an empty Rapport to the first campaign. Gone when the company can work. */
export function FirstSteps({ steps }: { steps: readonly { step: FirstStep; done: boolean }[] }) {
  const t = useTranslations("home.first");
  return (
    <Section first title={t("title")} description={t("lead")}>
      <ol className="mb-10 max-w-2xl border-t border-line">
        {steps.map(({ step, done }) => (
          <li key={step} className="border-b border-line">
            <Link to={WHERE[step]} className="flex items-center gap-3 rounded-md px-1.5 py-2.5 hover:bg-hover">
              <Icon of={done ? CircleCheck : CircleDashed} size={18} className={done ? "text-green" : "text-muted"} />
              <span className="min-w-0 flex-1">
                <span className="sr-only">{t(done ? "done" : "open")} </span>
                <span className={done ? "text-muted" : "font-medium"}>{t(`${step}.title`)}</span>
                {!done && <span className="block text-sm text-muted">{t(`${step}.help`)}</span>}
              </span>
              <Icon of={ChevronRight} size={16} className="text-muted" />
            </Link>
          </li>
        ))}
      </ol>
    </Section>
  );
}
