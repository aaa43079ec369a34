import { cva, cx, type VariantProps } from "class-variance-authority";
import {
  Ban,
  Check,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDot,
  Clock,
  type LucideIcon,
  OctagonAlert,
  Pause,
  TriangleAlert,
} from "lucide-react";
import type { ReactNode } from "react";
import { useNow, useTranslations } from "use-intl";

import { daysUntil } from "../domain/company/calendar";
import { useFormat } from "../i18n/format";
import { useCompanyFormat, useCompanyZone } from "./company-zone";
import { Icon } from "./icon";

const badgeClass = cva("inline-flex max-w-full items-center gap-1 rounded-sm px-1.5 text-xs leading-5 font-medium whitespace-nowrap", {
  variants: {
    tone: {
      neutral: "bg-hover text-ink",
      outline: "text-muted ring-1 ring-line ring-inset",
      pine: "bg-pine-wash text-pine",
      blue: "bg-blue-wash text-blue",
      green: "bg-green-wash text-green",
      amber: "bg-amber-wash text-amber",
      red: "bg-red-wash text-red",
    },
  },
  defaultVariants: { tone: "neutral" },
});

type Tone = NonNullable<VariantProps<typeof badgeClass>["tone"]>;

/** A short word on a tinted ground: a tag, a role, a count. A state is a StatusChip. */
export function Badge({ tone, icon, children, className }: { tone?: Tone; icon?: LucideIcon; children: ReactNode; className?: string }) {
  return (
    <span className={cx(badgeClass({ tone }), className)}>
      {icon && <Icon of={icon} size={12} />}
      <span className="truncate">{children}</span>
    </span>
  );
}

/** How far something is, whatever it is. The word comes from the page; drawing and colour from here. */
export const STATES = {
  draft: { tone: "outline", icon: CircleDashed },
  waiting: { tone: "neutral", icon: Clock },
  active: { tone: "blue", icon: CircleDot },
  good: { tone: "green", icon: CircleCheck },
  done: { tone: "neutral", icon: Check },
  paused: { tone: "amber", icon: Pause },
  warning: { tone: "amber", icon: TriangleAlert },
  bad: { tone: "red", icon: CircleAlert },
  stopped: { tone: "outline", icon: Ban },
} as const satisfies Record<string, { tone: Tone; icon: LucideIcon }>;

export type State = keyof typeof STATES;

/** A state: always a word with a drawing, never a colour alone. */
export function StatusChip({ state, icon, children }: { state: State; icon?: LucideIcon; children: ReactNode }) {
  return (
    <Badge tone={STATES[state].tone} icon={icon ?? STATES[state].icon}>
      {children}
    </Badge>
  );
}

const DAY = 86_400_000;

/**
 * By when an answer is due. The same words and drawing for the customer and for staff; ember from three days before,
 * because only then it asks for something. With `answeredAt` it says that the answer was in time, or late.
 */
export function DueChip({ dueAt, answeredAt, now, className }: { dueAt: number; answeredAt?: number | null; now?: number; className?: string }) {
  const t = useTranslations("ui");
  const format = useFormat();
  // A term of law ends with a day at the company's seat; what was done in it has the reader's own time.
  const seat = useCompanyFormat();
  const zone = useCompanyZone();
  const clock = useNow().getTime();
  const at = now ?? clock;
  const look = "inline-flex items-center gap-1 rounded-sm px-1.5 text-xs leading-5 font-medium whitespace-nowrap";
  if (answeredAt != null) {
    const late = answeredAt > dueAt;
    return (
      <span className={cx(look, "text-muted", className)} title={format.dateTime(answeredAt)}>
        <Icon of={late ? TriangleAlert : Check} size={13} />
        {t(late ? "due.answeredLate" : "due.answered", { date: format.date(answeredAt) })}
      </span>
    );
  }
  const left = dueAt - at;
  const near = left <= 3 * DAY;
  // Counted by the calendar: what is due at the end of tomorrow is due tomorrow, not in two days.
  const days = daysUntil(dueAt, at, zone);
  const when = days === 0 ? format.relative(dueAt, at) : format.days(days);
  return (
    <time
      dateTime={new Date(dueAt).toISOString()}
      title={format.instant(dueAt)}
      suppressHydrationWarning
      className={cx(look, near ? "bg-ember-wash text-ember" : "text-muted ring-1 ring-line ring-inset", className)}
    >
      <Icon of={left < 0 ? OctagonAlert : Clock} size={13} />
      {left < 0
        ? t("due.overdue", { when })
        : near
          ? t("due.soon", { when, date: seat.date(dueAt) })
          : t("due.by", { date: seat.date(dueAt) })}
    </time>
  );
}
