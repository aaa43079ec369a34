import { useTranslations } from "use-intl";

import { StatusChip } from "~/ui/badge";

export type Health = "on" | "failing" | "paused" | "disabled";

export function healthOf({ state, failingSince }: { state: "on" | "paused" | "disabled"; failingSince: number | null }): Health {
  return state === "on" && failingSince !== null ? "failing" : state;
}

const LOOK = { on: "good", failing: "warning", paused: "paused", disabled: "bad" } as const;

export function EndpointChip({ health }: { health: Health }) {
  const t = useTranslations("webhooks");
  return <StatusChip state={LOOK[health]}>{t(`states.${health}`)}</StatusChip>;
}

const MESSAGE_LOOK = { waiting: "waiting", delivered: "good", given_up: "bad" } as const;

export function MessageChip({ state }: { state: keyof typeof MESSAGE_LOOK }) {
  const t = useTranslations("webhooks");
  return <StatusChip state={MESSAGE_LOOK[state]}>{t(`messageStates.${state}`)}</StatusChip>;
}

/** The status of an answer, or why there was none. */
export function AnswerWords({ status, failure }: { status: number | null; failure: string | null }) {
  const t = useTranslations("webhooks");
  if (status !== null) return <code>{status}</code>;
  return <>{t(`failures.${failure as "blocked"}`)}</>;
}
