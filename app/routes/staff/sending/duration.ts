import { useTranslations } from "use-intl";

import { LANE_NAMES, type Lane } from "~/domain/deliveries/lane";

const MINUTE = 60_000;

/** A length of time as people say it: "3 h 20 min", "2 days". */
export function useDuration(): (ms: number) => string {
  const t = useTranslations("speed");
  return (ms) => {
    const minutes = Math.max(1, Math.round(ms / MINUTE));
    const hours = Math.floor(minutes / 60);
    if (hours === 0) return t("duration.minutes", { minutes });
    if (hours < 24) return minutes % 60 ? t("duration.hoursMinutes", { hours, minutes: minutes % 60 }) : t("duration.hours", { hours });
    const days = Math.floor(hours / 24);
    return hours % 24 ? t("duration.daysHours", { days, hours: hours % 24 }) : t("duration.days", { days });
  };
}

/** How long a campaign takes at the limits that are set, in one sentence. */
export function useTakes(): (takes: { ms: number; by: "rate" | "window" | "warm_up" | Lane } | null) => string {
  const t = useTranslations("speed");
  const duration = useDuration();
  return (takes) => {
    if (!takes) return t("takesNone");
    const { by } = takes;
    const why = by === "rate" || by === "window" || by === "warm_up" ? t(`takesBy.${by}`) : t("takesBy.lane", { name: LANE_NAMES[by] });
    return t("takes", { time: duration(takes.ms), by: why });
  };
}
