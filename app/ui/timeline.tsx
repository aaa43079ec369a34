import { cx } from "class-variance-authority";
import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";

import { Icon } from "./icon";
import { DateTime } from "./values";

export type TimelineStep = {
  key: string;
  label: ReactNode;
  /** done: with its date; current: where it stands; next: what is expected; failed: stopped here. */
  state: "done" | "current" | "next" | "failed";
  /** When it happened, or (for next) when it is expected. */
  at?: number | null;
  /** A calendar day in words, where there is no instant: "by 12 May". */
  when?: ReactNode;
  detail?: ReactNode;
};

/** How something goes its way: done, current, next, with exact dates. */
export function Timeline({ steps, label }: { steps: readonly TimelineStep[]; label: string }) {
  const t = useTranslations("ui");
  return (
    <ol aria-label={label} className="flex flex-col">
      {steps.map((step, index) => {
        const last = index === steps.length - 1;
        return (
          <li key={step.key} aria-current={step.state === "current" ? "step" : undefined} className={cx("relative flex gap-3", !last && "pb-5")}>
            {!last && (
              <span
                aria-hidden
                className={cx("absolute top-6 bottom-0 left-[0.6875rem] w-0.5 rounded-full", step.state === "done" ? "bg-pine" : "bg-line")}
              />
            )}
            <span
              aria-hidden
              className={cx(
                "mt-px flex size-6 shrink-0 items-center justify-center rounded-full",
                step.state === "done" && "bg-pine text-on-pine",
                step.state === "current" && "border-2 border-pine bg-paper",
                step.state === "next" && "border-2 border-edge/50 bg-paper",
                step.state === "failed" && "bg-red-fill text-on-red",
              )}
            >
              {step.state === "done" && <Icon of={Check} size={14} />}
              {step.state === "failed" && <Icon of={X} size={14} />}
              {step.state === "current" && <span className="size-2 rounded-full bg-pine" />}
            </span>
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                <span className={cx(step.state === "current" && "font-semibold", step.state === "next" && "text-muted")}>
                  <span className="sr-only">{t(`timeline.${step.state}`)}: </span>
                  {step.label}
                </span>
                {(step.at || step.when) && (
                  <span className="text-sm text-muted">{step.at ? <DateTime at={step.at} show={step.state === "next" ? "date" : "dateTime"} /> : step.when}</span>
                )}
              </div>
              {step.detail && <div className="mt-0.5 text-sm text-muted">{step.detail}</div>}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
