import { useTranslations } from "use-intl";

import type { Chapter } from "~/domain/deliveries/story";
import { Badge } from "~/ui/badge";
import { DateTime } from "~/ui/values";

const JUDGED = { person: "green", robot: "neutral", unknown: "amber" } as const;

/** Everything that happened with one mail, in the order of time, with the words of the servers. */
export function Story({ chapters }: { chapters: readonly Chapter[] }) {
  const t = useTranslations("outbox");
  return (
    <ol aria-label={t("story.title")} className="divide-y divide-line">
      {chapters.map((chapter, n) => (
        <li key={n} className="grid gap-x-4 py-2 sm:grid-cols-[11rem_minmax(0,1fr)]">
          <DateTime at={chapter.at} show="dateTime" className="text-muted" />
          <div className="min-w-0">
            <span className="flex flex-wrap items-baseline gap-x-2">
              <span>{t(`story.${chapter.kind}`, { link: chapter.link ?? 0, number: chapter.detail ?? "" })}</span>
              {chapter.attempt !== undefined && chapter.attempt > 1 && <span className="text-sm text-muted">{t("story.attempt", { attempt: chapter.attempt })}</span>}
              {chapter.reason && t.has(`reasons.${chapter.reason}` as "reasons.refused") && (
                <span className="text-sm text-muted">{t(`reasons.${chapter.reason}` as "reasons.refused")}</span>
              )}
              {chapter.bounce && <span className="text-sm text-muted">{t(`detail.bounce.${chapter.bounce}`)}</span>}
              {chapter.judgement && <Badge tone={JUDGED[chapter.judgement]}>{t(`detail.judgement.${chapter.judgement}`)}</Badge>}
            </span>
            {chapter.words && (
              <span className="block font-mono text-sm break-words text-muted">
                {chapter.code !== undefined && !chapter.words.startsWith(String(chapter.code)) && `${chapter.code} `}
                {chapter.words}
              </span>
            )}
            {chapter.judgement && chapter.detail && <span className="block truncate text-sm text-muted">{chapter.detail}</span>}
          </div>
        </li>
      ))}
    </ol>
  );
}
