import { cx } from "class-variance-authority";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

import { useFormat } from "../i18n/format";
import { Icon } from "./icon";
import { DateTime } from "./values";

export type Activity = {
  key: string | number;
  at: number;
  icon: LucideIcon;
  /** What happened, in one line; may hold a link. */
  title: ReactNode;
  /** An excerpt or facts below. */
  detail?: ReactNode;
  tone?: "plain" | "good" | "bad";
};

/** What happened, newest first, under a heading for each day. */
export function ActivityFeed({ items, label }: { items: readonly Activity[]; label: string }) {
  const format = useFormat();
  const days: { day: string; items: Activity[] }[] = [];
  for (const item of items) {
    const day = format.date(item.at);
    if (days.at(-1)?.day !== day) days.push({ day, items: [] });
    days.at(-1)?.items.push(item);
  }
  return (
    <div role="group" aria-label={label} className="flex flex-col gap-4">
      {days.map(({ day, items: ofDay }) => (
        <div key={day}>
          <p className="mb-1 text-sm font-medium text-muted">{day}</p>
          <ul>
            {ofDay.map((item) => (
              <li key={item.key} className="flex gap-3 py-1.5">
                <span className={cx("mt-0.5", item.tone === "good" ? "text-green" : item.tone === "bad" ? "text-red" : "text-muted")}>
                  <Icon of={item.icon} />
                </span>
                <div className="min-w-0 flex-1">
                  <div className="break-words">{item.title}</div>
                  {item.detail && <div className="mt-0.5 text-sm text-muted">{item.detail}</div>}
                </div>
                <DateTime at={item.at} show="time" className="text-sm text-muted" />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
